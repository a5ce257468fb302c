//! AssumeRole: from one principal of AWS to another.
//!
//! Source: STS API reference, `AssumeRole`; IAM user guide, "Roles terms and concepts"
//! (role chaining) and "Pass session tags in AWS STS".

use std::sync::Arc;

use fed_types::RoleArn;
use iam_policy::{Context, Decision, NamedPolicy, Request};

use super::StsRequest;
use super::answer::StsAnswer;
use super::constraints::{self, Constraints, NAME, Pattern, TextLimits};
use super::session::NewSession;
use super::session_policy::SessionPolicies;
use crate::account::Role;
use crate::authorization;
use crate::caller::{Caller, Identity};
use crate::credential::{SessionKind, unique_id};
use crate::error_response::ErrorResponse;
use crate::trace::Trace;
use crate::wire::Parameters;

const ACTION: &str = "sts:AssumeRole";
/// The gate knows no device, so no code is right.
pub(super) const MFA_FAILED: &str =
    "MultiFactorAuthentication failed with invalid MFA one time pass code.";
/// The longest session that a session may begin.
const CHAINED: u32 = 3600;

const EXTERNAL_ID: Pattern = Pattern {
    text: "[\\w+=,.@:\\/-]*",
    admits: |character| (NAME.admits)(character) || ":/".contains(character),
};

struct Asked<'a> {
    session_name: &'a str,
    duration: u32,
    external_id: Option<&'a str>,
    source_identity: Option<String>,
    tags: Vec<(String, String)>,
    transitive_tag_keys: Vec<String>,
    policies: SessionPolicies,
    role_arn: RoleArn,
}

pub(super) async fn assume_role(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    let state = request.state;
    trace.action(ACTION);
    let asked = read(parameters, caller)?;
    let role_arn = asked.role_arn.as_str();
    trace.resource(role_arn);
    if matches!(caller.identity, Identity::Root) {
        return Err(ErrorResponse::access_denied("Roles may not be assumed by root accounts."));
    }
    let denied = |action: &str| {
        ErrorResponse::access_denied(format!(
            "User: {} is not authorized to perform: {action} on resource: {role_arn}",
            caller.arn
        ))
    };
    if matches!(caller.identity, Identity::FederatedUser(_)) {
        return Err(denied(ACTION));
    }
    let account = state.accounts.find(asked.role_arn.account()).ok_or_else(|| denied(ACTION))?;
    let snapshot = account.snapshot(&state.reader).await?;
    let role = snapshot.role(asked.role_arn.name()).filter(|role| role.arn == role_arn);
    let Some(role) = role else {
        trace.refused("the role does not exist");
        return Err(denied(ACTION));
    };
    if let Some(action) = not_allowed(request, caller, role, &asked, trace).await? {
        return Err(denied(action));
    }
    let chained = caller
        .session
        .as_ref()
        .is_some_and(|it| matches!(it.kind, SessionKind::AssumedRole { .. }));
    if chained && asked.duration > CHAINED {
        return Err(ErrorResponse::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining",
        ));
    }
    if asked.duration > state.reader.session_limit(&account.id, role).await? {
        return Err(ErrorResponse::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    let packed = asked.policies.packed_size(&asked.tags).map(|percent| percent.to_string());
    let policies = asked.policies.compile(state, &account.id, &snapshot, &asked.tags).await?;
    let session = NewSession {
        policies,
        tags: asked.tags,
        transitive_tag_keys: asked.transitive_tag_keys,
        source_identity: asked.source_identity.clone(),
        ..NewSession::plain(
            SessionKind::AssumedRole {
                role_arn: role.arn.clone(),
                role_name: role.name.clone(),
                role_id: role.id.clone(),
                session_name: asked.session_name.to_owned(),
            },
            asked.duration,
        )
    };
    let credentials = session.begin(state, &account.id)?;
    let name = asked.session_name;
    let assumed = format!("arn:aws:sts::{}:assumed-role/{}/{name}", account.id, role.name);
    let assumed_id = format!("{}:{name}", unique_id("AROA", &role.id));
    Ok(StsAnswer::new(&request.call.operation)
        .structure("AssumedRoleUser", &[("AssumedRoleId", &assumed_id), ("Arn", &assumed)])
        .credentials(&credentials)
        .maybe("SourceIdentity", asked.source_identity.as_deref())
        .maybe("PackedPolicySize", packed.as_deref()))
}

fn read<'a>(parameters: &'a Parameters, caller: &Caller) -> Result<Asked<'a>, ErrorResponse> {
    let mut constraints = Constraints::of(parameters);
    let role_arn = constraints.required("RoleArn", TextLimits::arn());
    let session_name = constraints.required("RoleSessionName", TextLimits::name(2, 64));
    let duration = constraints.duration(900, 43_200, 3600);
    let external_id = constraints.optional(
        "ExternalId",
        TextLimits { pattern: Some(EXTERNAL_ID), ..TextLimits::length(2, 1224) },
    );
    let source_identity = constraints.optional("SourceIdentity", TextLimits::name(2, 64));
    let policies = SessionPolicies::read_unrestricted(&mut constraints);
    let tags = constraints.tags();
    let transitive = constraints.transitive_tag_keys();
    let names_mfa = constraints.names_mfa();
    constraints.check()?;
    let role_arn = constraints::role_arn(role_arn)?;
    if names_mfa {
        return Err(ErrorResponse::access_denied(MFA_FAILED));
    }
    if parameters.iter().any(|(name, _)| name.starts_with("ProvidedContexts.")) {
        return Err(ErrorResponse::Undecidable(
            "the gate does not know what `ProvidedContexts` asserts, so it refuses it".to_owned(),
        ));
    }
    constraints::check_tags(&tags, &transitive)?;
    let held_tags: &[(String, String)] =
        caller.session.as_ref().map_or(&[], |session| session.tags.as_slice());
    let goes_on = |key: &str| {
        let keys = caller.session.iter().flat_map(|session| &session.transitive_tag_keys);
        keys.into_iter().any(|held| held.eq_ignore_ascii_case(key))
    };
    if tags.iter().any(|(key, _)| goes_on(key)) {
        return Err(ErrorResponse::answered(
            400,
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a \
             transitive tag key from the calling session.",
        ));
    }
    let owned = |text: &str| text.to_owned();
    let asked_tags = tags.into_iter().map(|(key, value)| (owned(key), owned(value)));
    let carried = held_tags.iter().filter(|(key, _)| goes_on(key));
    let mut transitive_tag_keys: Vec<String> = transitive.into_iter().map(owned).collect();
    transitive_tag_keys.extend(carried.clone().map(|(key, _)| key.clone()));
    let tags = asked_tags.chain(carried.cloned()).collect();
    let mut source_identity = source_identity.map(owned);
    if let Some(held) = caller.session.as_ref().and_then(|session| session.source_identity.as_ref())
    {
        if source_identity.as_ref().is_some_and(|asked| asked != held) {
            return Err(ErrorResponse::access_denied(
                "The source identity of a session cannot be changed.",
            ));
        }
        source_identity = Some(held.clone());
    }
    Ok(Asked {
        session_name,
        duration,
        external_id,
        source_identity,
        tags,
        transitive_tag_keys,
        policies,
        role_arn,
    })
}

/// The first action that the caller's policies and the role's trust policy do not together
/// allow.
async fn not_allowed(
    request: &StsRequest<'_>,
    caller: &Caller,
    role: &Arc<Role>,
    asked: &Asked<'_>,
    trace: &mut Trace,
) -> Result<Option<&'static str>, ErrorResponse> {
    let state = request.state;
    let Ok(trust) = &role.trust else {
        trace.refused("the role's trust policy cannot be understood");
        return Ok(Some(ACTION));
    };
    let mut policies = authorization::policies(state, caller).await?;
    policies.resource = Some(NamedPolicy::new("trust policy", trust.policy.clone()));
    let now = state.config.clock.now();
    let mut context = authorization::of_request(caller, request.wire, request.call, now);
    describe(&mut context, role, asked);
    let mut actions = vec![ACTION];
    if !asked.tags.is_empty() {
        actions.push("sts:TagSession");
    }
    if asked.source_identity.is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    for action in actions {
        let answer = iam_policy::evaluate(
            &policies,
            &Request {
                principal: &caller.principal,
                action,
                resource: &role.arn,
                resource_account: Some(asked.role_arn.account().as_str()),
                context: &context,
            },
        );
        trace.decided(&answer, action);
        if answer.decision != Decision::Allowed {
            return Ok(Some(action));
        }
    }
    Ok(None)
}

fn describe(context: &mut Context, role: &Role, asked: &Asked<'_>) {
    context.set("sts:RoleSessionName", asked.session_name);
    context.set("aws:ResourceAccount", asked.role_arn.account().as_str());
    if let Some(id) = asked.external_id {
        context.set("sts:ExternalId", id);
    }
    if let Some(identity) = &asked.source_identity {
        context.set("sts:SourceIdentity", identity.as_str());
    }
    for (key, value) in &role.tags {
        context.set(format!("aws:ResourceTag/{key}"), value.as_str());
        context.set(format!("iam:ResourceTag/{key}"), value.as_str());
    }
    if !asked.tags.is_empty() {
        context.set_all("aws:TagKeys", asked.tags.iter().map(|(key, _)| key.as_str()));
        for (key, value) in &asked.tags {
            context.set(format!("aws:RequestTag/{key}"), value.as_str());
        }
    }
    if !asked.transitive_tag_keys.is_empty() {
        context
            .set_all("sts:TransitiveTagKeys", asked.transitive_tag_keys.iter().map(String::as_str));
    }
}
