//! AssumeRoleWithWebIdentity: gathers what `iam_policy::web_identity::decide` asks for, and
//! begins the session that it allows.
//!
//! Source: aws-truth.md, "sts:AssumeRoleWithWebIdentity": limits, order of checks, texts.

use std::sync::Arc;

use fed_types::RoleArn;
use iam_policy::Context;
use iam_policy::sts::{Check, Outcome, Report, ResourceControl, RoleFact, TextLimits};
use iam_policy::web_identity::{
    self as decision, ACTION, Cause, Clock, OidcProvider, Presented, Providers, Question,
    Signature, UnverifiedToken, causes, decide,
};

use super::StsRequest;
use super::answer::StsAnswer;
use super::constraints::Constraints;
use super::session::NewSession;
use super::session_policy::SessionPolicies;
use crate::account::{Account, Role};
use crate::authorization::of_web_identity;
use crate::credential::{SessionKind, unique_id};
use crate::error_response::ErrorResponse;
use crate::kept_out::KeptOut;
use crate::state::State;
use crate::trace::Trace;
use crate::wire::Parameters;

/// What the call asks for.
struct Asked<'a> {
    parameters: iam_policy::web_identity::Parameters<'a>,
    jwt: &'a str,
    policies: SessionPolicies,
}

/// The role's account, and the role if there is one.
pub(super) struct Found {
    pub(super) account: Arc<Account>,
    pub(super) role: Option<Arc<Role>>,
}

pub(super) async fn assume_role(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    trace.action(ACTION);
    let mut asked = read(parameters)?;
    let policies = asked.policies.clone();
    asked.parameters.policy = policies.inline();
    asked.parameters.policy_arns = policies.managed();
    let arn: Option<RoleArn> = asked.parameters.role_arn.parse().ok();
    if arn.is_some() {
        trace.resource(asked.parameters.role_arn);
    }
    let account = match &arn {
        Some(arn) => find_account(request.state, arn).await?,
        None => None,
    };
    let mut surroundings = Context::new();
    let (region, now) = (&request.call.region, request.state.config.clock.now());
    of_web_identity(&mut surroundings, request.wire, region, now);
    let (report, causes) = settle(request, &asked, account.as_ref(), &surroundings).await?;
    trace.web_identity(&report, &causes);
    match report.outcome() {
        Outcome::Allowed => {}
        Outcome::Denied { denial, .. } => {
            if let (Check::TrustPolicy, Some(token)) = (denial.check, &report.found.token) {
                let Asked { parameters: asked, .. } = &asked;
                let (role, name) = (asked.role_arn, asked.role_session_name);
                trace.kept_out(KeptOut::new(&token.claims, role, name, surroundings));
            }
            return Err(denial.into());
        }
        Outcome::CannotTell(open) => {
            let first = open.into_iter().next().map(|open| open.question).unwrap_or_default();
            return Err(ErrorResponse::Undecidable(format!(
                "the gate cannot tell {first}, so it refuses the token"
            )));
        }
    }
    match account {
        Some(Found { account, role: Some(role) }) => {
            begin(request, &asked, report.found, &account, &role).await
        }
        _ => Err(ErrorResponse::Internal("a role that is not there was allowed".to_owned())),
    }
}

/// Reads the parameters: what only their form on the wire can get wrong is told here.
fn read(parameters: &Parameters) -> Result<Asked<'_>, ErrorResponse> {
    let mut constraints = Constraints::of(parameters);
    let role_arn = constraints.required("RoleArn", TextLimits::arn());
    let session_name = constraints.required("RoleSessionName", TextLimits::name(2, 64));
    let jwt = constraints.required("WebIdentityToken", TextLimits::length(4, 20_000).sensitive());
    let provider_id = constraints.optional("ProviderId", TextLimits::length(4, 2048));
    let duration = constraints.duration(900, 43_200, 3600);
    let policies = SessionPolicies::read(&mut constraints);
    constraints.check()?;
    let parameters = iam_policy::web_identity::Parameters {
        duration: Some(i64::from(duration)),
        provider_id,
        ..iam_policy::web_identity::Parameters::new(role_arn, session_name)
    };
    Ok(Asked { parameters, jwt, policies })
}

pub(super) async fn find_account(
    state: &State,
    arn: &RoleArn,
) -> Result<Option<Found>, ErrorResponse> {
    let Some(account) = state.accounts.find(arn.account()) else { return Ok(None) };
    account.admit(false)?;
    let role = account.reading().role(arn.name()).await?;
    let role = role.filter(|role| role.arn == arn.as_str());
    Ok(Some(Found { account, role }))
}

/// Asks for the decision, and finds out what it has open, until nothing is left.
async fn settle(
    request: &StsRequest<'_>,
    asked: &Asked<'_>,
    account: Option<&Found>,
    surroundings: &Context,
) -> Result<(Report<decision::Found>, Vec<Cause>), ErrorResponse> {
    let state = request.state;
    let now = state.config.clock.now();
    let over_role = account.map(|found| &found.account.id);
    let over_role = over_role.map(|id| state.organization.resource_control_policies(id));
    let over_role = over_role.unwrap_or_default();
    let mut providers: Option<Arc<[OidcProvider]>> = None;
    let mut signature = Signature::NotChecked;
    loop {
        let question = Question {
            parameters: asked.parameters,
            token: Presented::Jwt(asked.jwt),
            signature,
            clock: Clock::At(now),
            providers: providers.as_deref().map_or(Providers::Unknown, Providers::Are),
            role: role_fact(account),
            resource_control: ResourceControl::Are(&over_role),
            surroundings,
        };
        let report = decide(&question);
        match (report.next_open(), account) {
            (Some(Check::Issuer), found) if providers.is_none() => {
                providers = Some(providers_of(found).await?);
            }
            (Some(Check::Signature), _) if signature == Signature::NotChecked => {
                signature = verify(request, asked.jwt, &report).await?;
            }
            _ => {
                let told = causes(&question, &report);
                return Ok((report, told));
            }
        }
    }
}

pub(super) async fn providers_of(
    account: Option<&Found>,
) -> Result<Arc<[OidcProvider]>, ErrorResponse> {
    match account {
        Some(Found { account, .. }) => account.reading().providers().await,
        None => Ok(Arc::default()),
    }
}

pub(super) fn role_fact(account: Option<&Found>) -> RoleFact<'_> {
    let role = account.and_then(|account| account.role.as_ref());
    role.map_or(RoleFact::Missing, |role| RoleFact::Exists(role.facts()))
}

async fn verify(
    request: &StsRequest<'_>,
    jwt: &str,
    report: &Report<decision::Found>,
) -> Result<Signature, ErrorResponse> {
    let Some(provider) = &report.found.provider else { return Ok(Signature::NotChecked) };
    let token = UnverifiedToken::parse(jwt)?;
    Ok(match request.state.key_sets.verify(&token, &provider.url()).await {
        Ok(()) => Signature::Verified,
        Err(failure) => Signature::Failed(failure),
    })
}

async fn begin(
    request: &StsRequest<'_>,
    asked: &Asked<'_>,
    found: decision::Found,
    account: &Account,
    role: &Role,
) -> Result<StsAnswer, ErrorResponse> {
    let state = request.state;
    let (Some(token), Some(provider), Some(keys)) = (found.token, found.provider, found.keys)
    else {
        return Err(ErrorResponse::Internal("a token that nobody read was allowed".to_owned()));
    };
    let session_name = asked.parameters.role_session_name;
    let claims = found.session;
    let packed = asked.policies.packed_size(&claims.tags).map(|percent| percent.to_string());
    let session = NewSession {
        kind: SessionKind::AssumedRole {
            role_arn: role.arn.clone(),
            role_name: role.name.clone(),
            role_id: role.id.clone(),
            session_name: session_name.to_owned(),
        },
        duration: found.duration,
        policies: asked.policies.compile(state, account, &claims.tags).await?,
        transitive_tag_keys: claims.transitive_tag_keys,
        source_identity: claims.source_identity.clone(),
        federated_keys: lasting_keys(&keys, provider.prefix()),
        federated_provider: Some(provider.name().to_owned()),
        tags: claims.tags,
    };
    let requester = format!("{} {}", provider.name(), token.subject);
    let credentials = match session.begin(state, account, requester) {
        // As if the account had never been.
        Err(_) if account.is_closed() => {
            return Err(ErrorResponse::access_denied(format!(
                "Not authorized to perform {ACTION}"
            )));
        }
        begun => begun?,
    };
    let assumed = format!("arn:aws:sts::{}:assumed-role/{}/{session_name}", account.id, role.name);
    let assumed_id = format!("{}:{session_name}", unique_id("AROA", &role.id));
    Ok(StsAnswer::new(&request.call.operation)
        .text("SubjectFromWebIdentityToken", &token.subject)
        .text("Audience", token.audience())
        .structure("AssumedRoleUser", &[("Arn", &assumed), ("AssumedRoleId", &assumed_id)])
        .credentials(&credentials)
        .text("Provider", provider.name())
        .maybe("SourceIdentity", claims.source_identity.as_deref())
        .maybe("PackedPolicySize", packed.as_deref()))
}

/// The provider's keys that stay with the session.
/// Source: IAM user guide, "Available keys for AWS OIDC federation", "Available in session".
fn lasting_keys(keys: &Context, prefix: &str) -> Vec<(String, String)> {
    ["aud", "oaud", "sub"]
        .into_iter()
        .filter_map(|name| {
            let key = format!("{prefix}:{name}");
            let [value] = keys.get(&key)? else { return None };
            Some((key, value.clone()))
        })
        .collect()
}
