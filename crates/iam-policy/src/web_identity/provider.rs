//! The identity providers, and the claims that each turns into condition keys.

use crate::principal::Principal;

/// An OpenID Connect provider as IAM sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provider {
    /// Google, which IAM knows without an OIDC provider: `accounts.google.com`.
    Google,
    /// An IAM OIDC provider.
    Iam {
        /// `arn:aws:iam::<account>:oidc-provider/<host and path>`
        arn: String,
    },
}

impl Provider {
    /// Google for its two issuer spellings; else the IAM OIDC provider in `account`
    /// with the issuer's host and path. `None` when the issuer is no https URL.
    pub fn of_issuer(issuer: &str, account: &str) -> Option<Self> {
        if matches!(issuer, "https://accounts.google.com" | "accounts.google.com") {
            return Some(Self::Google);
        }
        let host = issuer.strip_prefix("https://").filter(|host| !host.is_empty())?;
        Some(Self::Iam { arn: format!("arn:aws:iam::{account}:oidc-provider/{host}") })
    }

    /// What stands before the colon in its condition keys: host and path.
    pub fn prefix(&self) -> &str {
        match self {
            Self::Google => "accounts.google.com",
            Self::Iam { arn } => arn.split_once(":oidc-provider/").map_or(arn, |(_, host)| host),
        }
    }

    /// The principal whom a trust policy names under `Federated`.
    pub fn principal(&self) -> Principal {
        let provider = match self {
            Self::Google => "accounts.google.com".to_owned(),
            Self::Iam { arn } => arn.clone(),
        };
        Principal::Federated { provider }
    }

    /// The claims beyond `aud` and `sub` that become keys.
    pub fn claims(&self) -> &'static [&'static str] {
        match self {
            Self::Google => &["google/organization_number"],
            Self::Iam { .. } => extra_claims(self.prefix()),
        }
    }
}

/// Claims of well-known issuers. Source: IAM user guide, "Available keys for AWS OIDC
/// federation", the tables of the providers with specific claims.
fn extra_claims(prefix: &str) -> &'static [&'static str] {
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
    let host = prefix.split('/').next().unwrap_or_default();
    match host {
        "token.actions.githubusercontent.com" => GITHUB,
        _ => &["amr"],
    }
}
