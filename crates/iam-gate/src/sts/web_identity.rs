//! AssumeRoleWithWebIdentity.
//!
//! Source: aws-truth.md, "sts:AssumeRoleWithWebIdentity": limits, order of checks, texts.

use iam_policy::Context;
use iam_policy::web_identity::{
    InvalidClaim, Provider, authorizes_role, context, further_actions, principal_tags,
    source_identity,
};

use super::answer::StsAnswer;
use super::constraints::{self, Constraints, TextLimits};
use super::session::NewSession;
use super::session_policy::SessionPolicies;
use super::{StsRequest, trust};
use crate::authorization::of_web_identity;
use crate::credential::{SessionKind, unique_id};
use crate::error_response::ErrorResponse;
use crate::trace::Trace;
use crate::web_identity::{Issuer, UnverifiedToken, check_times, find_issuer, invalid};
use crate::wire::Parameters;

const ACTION: &str = "sts:AssumeRoleWithWebIdentity";
const DEFAULT_DURATION: u32 = 3600;

fn not_authorized() -> ErrorResponse {
    ErrorResponse::access_denied(format!("Not authorized to perform {ACTION}"))
}

pub(super) async fn assume_role(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    let state = request.state;
    trace.action(ACTION);

    // 1. Parameters.
    let mut constraints = Constraints::of(parameters);
    let role_arn = constraints.required("RoleArn", TextLimits::arn());
    let session_name = constraints.required("RoleSessionName", TextLimits::name(2, 64));
    let jwt = constraints.required("WebIdentityToken", TextLimits::length(4, 20_000).sensitive());
    let provider_id = constraints.optional("ProviderId", TextLimits::length(4, 2048));
    let duration = constraints.duration(900, 43_200, DEFAULT_DURATION);
    let policies = SessionPolicies::read(&mut constraints);
    constraints.check()?;
    let arn = constraints::role_arn(role_arn)?;
    trace.resource(role_arn);
    if let Some(provider_id) = provider_id {
        return Err(oauth(provider_id));
    }

    // 2. The form of the token. 3. Its issuer, in the role's account.
    let token = UnverifiedToken::parse(jwt)?;
    let account = state.accounts.find(arn.account());
    let snapshot = match &account {
        Some(account) => Some(account.snapshot(&state.reader).await?),
        None => None,
    };
    let providers = match &snapshot {
        Some(snapshot) => state.reader.providers(arn.account(), snapshot).await?,
        None => &[],
    };
    let issuer = find_issuer(&token, providers)?;
    trace.principal(format!("{} {}", issuer.provider(), token.subject));

    // 4. Signature. 5. Expiry. 6. Audience.
    state.key_sets.verify(&token, &issuer.url()).await?;
    check_times(&token, state.config.clock.now())?;
    issuer.check_audience(&token)?;

    // 7. The roles claim.
    if authorizes_role(&token.claims, role_arn) == Some(false) {
        return Err(invalid(
            "The target role ARN is not present in the roles claim of the identity token",
        ));
    }

    // 8. The role and its trust policy.
    let provider = match &issuer {
        Issuer::Google => Provider::Google,
        Issuer::Registered(provider) => Provider::Iam { arn: provider.arn.clone() },
    };
    let mut keys = context(&provider, &token.claims, session_name).map_err(claim)?;
    of_web_identity(&mut keys, request.wire, &request.call.region, state.config.clock.now());
    let tags = principal_tags(&token.claims).map_err(claim)?;
    let source_identity = source_identity(&token.claims).map_err(claim)?;
    if let Some(identity) = source_identity {
        let mut constraints = Constraints::of(parameters);
        constraints.hold("sourceIdentity", identity, TextLimits::name(2, 64));
        constraints.check()?;
    }
    let transitive_tag_keys = transitive_tag_keys(&token);
    constraints::check_tags(
        &tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<Vec<_>>(),
        &transitive_tag_keys.iter().map(String::as_str).collect::<Vec<_>>(),
    )?;
    let mut actions = vec![ACTION];
    actions.extend(further_actions(&token.claims).map_err(claim)?);
    let role = snapshot.as_ref().and_then(|snapshot| snapshot.role(arn.name()));
    let (Some(snapshot), Some(role)) = (&snapshot, role.filter(|role| role.arn == role_arn)) else {
        trace.refused("the role does not exist");
        return Err(not_authorized());
    };
    if !trust::admits(role, &provider.principal(), &actions, &keys, trace) {
        return Err(not_authorized());
    }

    // 9. Duration. 10. Session policies.
    if duration > state.reader.session_limit(arn.account(), role).await? {
        return Err(ErrorResponse::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let packed = policies.packed_size(&tags).map(|percent| percent.to_string());
    let session = NewSession {
        kind: SessionKind::AssumedRole {
            role_arn: role.arn.clone(),
            role_name: role.name.clone(),
            role_id: role.id.clone(),
            session_name: session_name.to_owned(),
        },
        duration,
        policies: policies.compile(state, arn.account(), snapshot, &tags).await?,
        transitive_tag_keys,
        source_identity: source_identity.map(str::to_owned),
        federated_keys: lasting_keys(&keys, provider.prefix()),
        federated_provider: Some(issuer.provider().to_owned()),
        tags,
    };
    let credentials = session.begin(state, arn.account())?;
    let assumed =
        format!("arn:aws:sts::{}:assumed-role/{}/{session_name}", arn.account(), role.name);
    let assumed_id = format!("{}:{session_name}", unique_id("AROA", &role.id));
    Ok(StsAnswer::new(&request.call.operation)
        .text("SubjectFromWebIdentityToken", &token.subject)
        .text("Audience", token.audience())
        .structure("AssumedRoleUser", &[("Arn", &assumed), ("AssumedRoleId", &assumed_id)])
        .credentials(&credentials)
        .text("Provider", issuer.provider())
        .maybe("SourceIdentity", source_identity)
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

/// A claim that STS does not take.
fn claim(fault: InvalidClaim) -> ErrorResponse {
    match fault {
        InvalidClaim::Missing(_) => invalid(fault.to_string()),
        InvalidClaim::Shape { .. } => ErrorResponse::validation("Unable to validate tags"),
    }
}

/// A `ProviderId` says that the token is an OAuth 2.0 access token, of which the gate can
/// check none.
fn oauth(provider_id: &str) -> ErrorResponse {
    match provider_id {
        "www.amazon.com" => invalid("Provided Token is not a Login With Amazon token"),
        "graph.facebook.com" => ErrorResponse::Undecidable(format!(
            "the gate cannot check the access tokens of `{provider_id}`, so it refuses them"
        )),
        _ => ErrorResponse::access_denied(
            "Unrecognized OAuth provider. Do not include a provider parameter when submitting \
             OpenIDConnect ID tokens",
        ),
    }
}

fn transitive_tag_keys(token: &UnverifiedToken) -> Vec<String> {
    token
        .claims
        .get("https://aws.amazon.com/tags")
        .and_then(|tags| tags.get("transitive_tag_keys"))
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|key| key.as_str().map(str::to_owned))
        .collect()
}
