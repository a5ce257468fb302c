//! The identity providers, and the claims that each turns into condition keys.

use crate::principal::Principal;

/// An OpenID Connect provider as IAM sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// Google, which IAM knows without an OIDC provider: `accounts.google.com`.
    Google,
    /// Cognito identity pools, which IAM knows as well: `cognito-identity.amazonaws.com`.
    Cognito,
    /// An IAM OIDC provider.
    Iam {
        /// `arn:aws:iam::<account>:oidc-provider/<host and path>`
        arn: String,
    },
}

impl Provider {
    /// Google for its two issuer spellings, Cognito for its own; else the IAM OIDC provider
    /// in `account` of the partition `aws` with the issuer's host and path. `None` when the issuer
    /// is no https URL.
    pub fn of_issuer(issuer: &str, account: &str) -> Option<Self> {
        Self::of_partition(issuer, "aws", account)
    }

    /// The same in another partition.
    pub(crate) fn of_partition(issuer: &str, partition: &str, account: &str) -> Option<Self> {
        if matches!(issuer, "https://accounts.google.com" | "accounts.google.com") {
            return Some(Self::Google);
        }
        if issuer == "https://cognito-identity.amazonaws.com" {
            return Some(Self::Cognito);
        }
        let host = issuer.strip_prefix("https://").filter(|host| !host.is_empty())?;
        Some(Self::Iam { arn: format!("arn:{partition}:iam::{account}:oidc-provider/{host}") })
    }

    /// What stands before the colon in its condition keys: host and path.
    pub fn prefix(&self) -> &str {
        match self {
            Self::Google => "accounts.google.com",
            Self::Cognito => "cognito-identity.amazonaws.com",
            Self::Iam { arn } => arn.split_once(":oidc-provider/").map_or(arn, |(_, host)| host),
        }
    }

    /// The principal whom a trust policy names under `Federated`.
    pub fn principal(&self) -> Principal {
        Principal::Federated { provider: self.name().to_owned() }
    }

    /// As STS's answer and a trust policy name it: its host name, or its ARN.
    pub fn name(&self) -> &str {
        match self {
            Self::Google | Self::Cognito => self.prefix(),
            Self::Iam { arn } => arn,
        }
    }

    /// Where its discovery document is looked for.
    pub fn url(&self) -> String {
        format!("https://{}", self.prefix())
    }

    /// Whether IAM offers `oaud` for it, the token's `aud` where `azp` took the place of `aud`.
    /// Source: Service Authorization Reference, AWS Security Token Service, which lists it of Google
    /// alone.
    pub fn has_original_audience(&self) -> bool {
        *self == Self::Google
    }

    /// The names of all its condition keys (behind the colon).
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let original = self.has_original_audience().then_some("oaud");
        ["aud", "sub"].into_iter().chain(original).chain(self.keys().iter().copied())
    }

    /// The names of its condition keys (behind the colon) beyond `aud`, `oaud` and `sub`.
    pub fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::Google => &["google/organization_number"],
            Self::Cognito => AMR,
            Self::Iam { .. } => keys_of(self.prefix()),
        }
    }
}

const AMR: &[&str] = &["amr"];
const BUILDKITE: &[&str] = &[
    "amr",
    "build_branch",
    "cluster_id",
    "cluster_name",
    "organization_id",
    "organization_slug",
    "pipeline_id",
    "pipeline_slug",
];
const CIRCLECI: &[&str] = &["amr", "oidc.circleci.com/project-id"];
const GITHUB: &[&str] = &[
    "amr",
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
];
const GITLAB: &[&str] = &[
    "amr",
    "namespace_id",
    "pipeline_source",
    "project_id",
    "ref_protected",
    "runner_environment",
    "user_access_level",
    "user_email",
    "user_id",
    "user_login",
];
const ORACLE: &[&str] = &["amr", "rpst_id"];

/// The keys of issuers whose own claims IAM reads.
/// Source: Service Authorization Reference, AWS Security Token Service, condition keys of
/// AssumeRoleWithWebIdentity; IAM user guide, "Available keys for AWS OIDC federation".
fn keys_of(prefix: &str) -> &'static [&'static str] {
    let (host, path) = prefix.split_once('/').unwrap_or((prefix, ""));
    let host = host.to_ascii_lowercase();
    let within = |head: &str, tail: &str| host.starts_with(head) && host.ends_with(tail);
    match host.as_str() {
        "token.actions.githubusercontent.com" => GITHUB,
        "github.com" if path.starts_with("enterprises/") => GITHUB,
        _ if within("token.actions.", ".ghe.com") => GITHUB,
        "gitlab.com" => GITLAB,
        "oidc.circleci.com" if path.starts_with("org/") => CIRCLECI,
        "agent.buildkite.com" => BUILDKITE,
        _ if within("agent.", ".buildkite.dev") || within("agent.", ".buildkite.site") => BUILDKITE,
        _ if within("idcs-", ".identity.oraclecloud.com") => ORACLE,
        _ => AMR,
    }
}

/// Issuers that many customers share, with the claim that tells one customer from
/// another: IAM refuses a trust policy that does not test it.
/// Source: IAM user guide, "Identity-provider controls for shared OIDC providers".
const SHARED: [(&str, &str); 17] = [
    ("agent.buildkite.com", "sub"),
    ("api.pulumi.com/oidc", "aud"),
    ("app.terraform.io", "sub"),
    ("cognito-identity.amazonaws.com", "aud"),
    ("gitlab.com", "sub"),
    ("oidc-configuration.audit-log.githubusercontent.com", "sub"),
    ("oidc.codefresh.io", "sub"),
    ("oidc.vercel.com", "aud"),
    ("proidc.upbound.io", "sub"),
    ("rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7", "sub"),
    ("sandboxes.cloud", "aud"),
    ("scalr.io", "sub"),
    ("studio.datachain.ai/api", "sub"),
    ("token.actions.githubusercontent.com", "sub"),
    ("tokens.cloud.shisho.dev", "sub"),
    ("vstoken.actions.githubusercontent.com", "sub"),
    // Azure Sentinel, whose key is sts:RoleSessionName.
    ("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", ""),
];

/// The condition key that IAM insists on for an issuer's trust policies, if any.
pub(crate) fn identifying_key(prefix: &str) -> Option<String> {
    let (_, claim) = SHARED.iter().find(|(issuer, _)| issuer.eq_ignore_ascii_case(prefix))?;
    Some(match *claim {
        "" => "sts:RoleSessionName".to_owned(),
        claim => format!("{prefix}:{claim}"),
    })
}
