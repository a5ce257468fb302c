//! What `explain` knows of a call: from files, or from the account.

use fed_types::RoleArn;
use iam_bootstrap::TrustFacts;
use iam_policy::sts::{ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{OidcProvider, Parameters, Providers, Signature};
use iam_policy::{Finding, NamedPolicy, Policy, PolicyKind};
use serde_json::Value;

use super::policy_file::levels;
use super::{ExplainArguments, organization, signature};
use crate::commands::bootstrap::failed;
use crate::context::{Context, block_on};
use crate::identity::Identity;
use crate::settings::{RoleSettings, Service, Settings};
use crate::{Exit, Failure};

/// What is known.
pub(super) struct Facts {
    role_arn: RoleArn,
    trust: Option<(Policy, String)>,
    max_session_duration: Option<u32>,
    providers: Option<Vec<OidcProvider>>,
    pub(super) signature: Signature,
    /// The organization's resource control policies, where they are known.
    resource_control: Option<Vec<Vec<NamedPolicy>>>,
    /// Why an organization's policies are not known.
    pub(super) organization_unread: Option<String>,
    duration: Option<i64>,
    pub(super) notes: Vec<String>,
}

impl Facts {
    pub(super) fn gather(
        context: Context<'_>,
        settings: &Settings,
        arguments: &ExplainArguments,
        identity: &Identity,
    ) -> Result<Self, Failure> {
        let role_arn = settings.role_arn()?;
        let mut facts = Self {
            role_arn,
            trust: None,
            max_session_duration: None,
            providers: None,
            signature: Signature::NotChecked,
            resource_control: resource_control(context, arguments)?,
            organization_unread: None,
            duration: duration(settings)?,
            notes: Vec::new(),
        };
        let issuer = identity.claims.issuer().unwrap_or_default();
        if settings.source()?.needs_person() {
            facts.signature = Signature::Verified;
        }
        match &arguments.trust_policy_file {
            Some(file) => {
                let text = context.host.files.read(file).map_err(|error| {
                    let message = format!("could not read `{}`", file.display());
                    Failure::new(Exit::InvalidConfiguration, message).caused_by(&error)
                })?;
                facts.trust = Some(trust(&text, &file.display().to_string())?);
                if !arguments.provider_client_ids.is_empty() {
                    facts.providers = Some(vec![registered(
                        &facts.role_arn,
                        issuer,
                        arguments.provider_client_ids.clone(),
                    )]);
                }
            }
            None => block_on(facts.read(context, settings, identity, issuer))?,
        }
        Ok(facts)
    }

    /// Reads the role and the providers, and asks the issuer for its keys.
    async fn read(
        &mut self,
        context: Context<'_>,
        settings: &Settings,
        identity: &Identity,
        issuer: &str,
    ) -> Result<(), Failure> {
        let environment = &context.host.environment;
        let aws = settings.aws(environment)?;
        let config = aws.with_surrounding_credentials(Service::Iam, context.host).await?;
        let host_and_path = issuer.strip_prefix("https://").unwrap_or(issuer);
        let name = self.role_arn.name().to_owned();
        let unsigned = self.signature == Signature::NotChecked;
        let (role, providers, signature, organization) = tokio::join!(
            iam_bootstrap::read_trust(&config, &name),
            iam_bootstrap::read_providers(&config, host_and_path),
            async {
                match unsigned {
                    true => signature::check(context, settings, identity).await,
                    false => Ok(Signature::Verified),
                }
            },
            async {
                match self.resource_control {
                    Some(_) => Ok(()),
                    None => {
                        let account = self.role_arn.account();
                        organization::bears_on_nothing(context, settings, account.as_str()).await
                    }
                }
            },
        );
        let role = self.found(role.map_err(failed)?)?;
        self.trust = Some(trust(&role.trust_policy, &format!("role/{name}"))?);
        self.max_session_duration = Some(role.max_session_duration);
        match providers {
            Ok(providers) => {
                let providers = providers.into_iter().map(|it| OidcProvider {
                    arn: it.arn,
                    url: it.url,
                    client_ids: it.client_ids,
                });
                self.providers = Some(providers.collect());
            }
            Err(error) => self.notes.push(error.to_string()),
        }
        match signature {
            Ok(signature) => self.signature = signature,
            Err(reason) => self.notes.push(reason),
        }
        match organization {
            Ok(()) => drop(self.resource_control.get_or_insert_default()),
            Err(bears) => self.organization_unread = Some(bears.why),
        }
        Ok(())
    }

    /// What an organization says of who assumes the role.
    pub(super) fn resource_control(&self) -> ResourceControl<'_> {
        self.resource_control.as_deref().map_or(ResourceControl::Unknown, ResourceControl::Are)
    }

    /// The role that was asked for.
    fn found(&self, role: Option<TrustFacts>) -> Result<TrustFacts, Failure> {
        let (message, hint) = match role {
            Some(role) if role.role_arn == self.role_arn.as_str() => return Ok(role),
            None => (
                format!("there is no role `{}`", self.role_arn),
                "create it with `fed-cli bootstrap apply`",
            ),
            Some(other) => (
                format!(
                    "expected the role `{}`, found `{}` in the account of these credentials",
                    self.role_arn, other.role_arn
                ),
                "use credentials of the role's account, and the role's whole ARN",
            ),
        };
        Err(Failure::new(Exit::Denied, message).hint(hint))
    }

    pub(super) fn parameters<'a>(
        &'a self,
        role: &'a RoleSettings,
        session_name: &'a str,
    ) -> Parameters<'a> {
        Parameters {
            duration: self.duration,
            policy: role.session_policy.as_deref(),
            policy_arns: &role.session_policy_arns,
            ..Parameters::new(self.role_arn.as_str(), session_name)
        }
    }

    pub(super) fn providers(&self) -> Providers<'_> {
        self.providers.as_deref().map_or(Providers::Unknown, Providers::Are)
    }

    pub(super) fn role(&self) -> RoleFact<'_> {
        match &self.trust {
            None => RoleFact::Unknown,
            Some((policy, _)) => RoleFact::Exists(RoleFacts {
                trust: Trust::Policy(policy),
                max_session_duration: self.max_session_duration,
            }),
        }
    }

    /// The trust policy as it is shown, which the lines refer to.
    pub(super) fn document(&self) -> &str {
        self.trust.as_ref().map_or("", |(_, text)| text)
    }

    pub(super) fn role_arn(&self) -> &RoleArn {
        &self.role_arn
    }
}

fn registered(role: &RoleArn, issuer: &str, client_ids: Vec<String>) -> OidcProvider {
    let url = issuer.strip_prefix("https://").unwrap_or(issuer).to_owned();
    let partition = role.as_str().split(':').nth(1).unwrap_or("aws");
    OidcProvider {
        arn: format!("arn:{partition}:iam::{}:oidc-provider/{url}", role.account()),
        url,
        client_ids,
    }
}

/// The policy, and its text with a line for every member.
fn trust(text: &str, place: &str) -> Result<(Policy, String), Failure> {
    // What is around the document is read by its keys: one that is given twice says nothing.
    if let (true, Some(fault)) = (is_answer(text), Finding::of_json(text)) {
        let Finding { line, column, message, .. } = fault;
        let told = format!("`{place}` is malformed: line {line}, column {column}: {message}");
        return Err(Failure::new(Exit::InvalidConfiguration, told)
            .hint("give the whole answer of `aws iam get-role`, as it was printed"));
    }
    let text = document(text);
    let policy = Policy::parse(&text, PolicyKind::Trust).map_err(|error| {
        Failure::new(Exit::InvalidConfiguration, format!("the trust policy `{place}` is malformed"))
            .caused_by(&error)
            .hint("`fed-cli policy lint` shows where")
    })?;
    Ok((policy, text))
}

/// The document of a file that may be the whole answer to `aws iam get-role`; a document of one
/// line is written with more.
pub(super) fn document(text: &str) -> String {
    let answer: Option<Value> = serde_json::from_str(text).ok();
    let inner = answer.as_ref().and_then(inner);
    let text = match inner {
        None => text.to_owned(),
        // As IAM itself writes it.
        Some(Value::String(encoded)) => iam_bootstrap::decoded(encoded),
        Some(document) => document.to_string(),
    };
    match text.trim().contains('\n') {
        true => text,
        false => iam_policy::mend::pretty(&text).unwrap_or(text),
    }
}

/// Whether the text is an answer that has a document in it.
fn is_answer(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|answer| inner(&answer).is_some())
}

fn inner(answer: &Value) -> Option<&Value> {
    answer
        .pointer("/Role/AssumeRolePolicyDocument")
        .or_else(|| answer.get("AssumeRolePolicyDocument"))
}

fn duration(settings: &Settings) -> Result<Option<i64>, Failure> {
    let Some(text) = &settings.profile.duration else { return Ok(None) };
    let duration: sts_exchange::SessionDuration =
        text.parse().map_err(|error: sts_exchange::InvalidSessionDuration| {
            Failure::new(Exit::InvalidConfiguration, error.to_string()).hint(error.hint())
        })?;
    Ok(Some(i64::from(duration.seconds())))
}

/// Those that are given, or that are said to be none.
fn resource_control(
    context: Context<'_>,
    arguments: &ExplainArguments,
) -> Result<Option<Vec<Vec<NamedPolicy>>>, Failure> {
    let files = &arguments.resource_control_policy_files;
    let are_all = arguments.no_other_policies || !files.is_empty();
    are_all.then(|| levels(context, files, PolicyKind::ResourceControl)).transpose()
}
