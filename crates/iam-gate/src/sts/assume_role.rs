//! AssumeRole: from one principal of AWS to another.
//!
//! Source: STS API reference, `AssumeRole`; IAM user guide, "Roles terms and concepts"
//! (role chaining) and "Pass session tags in AWS STS".

use fed_types::{Arn, RoleArn};
use iam_policy::assume_role::{ACTION, Found, Question, Session, decide};
use iam_policy::sts::{Outcome, Report, RoleFact};

use super::StsRequest;
use super::answer::StsAnswer;
use super::constraints::{self, Constraints, TextLimits};
use super::session::NewSession;
use super::session_policy::SessionPolicies;
use crate::account::{Account, Role};
use crate::authorization;
use crate::caller::Caller;
use crate::credential::{SessionKind, unique_id};
use crate::error_response::ErrorResponse;
use crate::trace::Trace;
use crate::wire::Parameters;

/// The gate knows no device, so no code is right.
pub(super) const MFA_FAILED: &str =
    "MultiFactorAuthentication failed with invalid MFA one time pass code.";
struct Asked<'a> {
    session_name: &'a str,
    duration: u32,
    external_id: Option<&'a str>,
    source_identity: Option<&'a str>,
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
    trace.resource(asked.role_arn.as_str());
    let account = state.accounts.find(asked.role_arn.account());
    account.as_ref().map_or(Ok(()), |account| account.admit(caller.fills(account)))?;
    let role = match &account {
        Some(account) => account.reading().role(asked.role_arn.name()).await?,
        None => None,
    };
    let role = role.filter(|role| role.arn == asked.role_arn.as_str());
    let trusting = |role| state.bearers.trusting(caller.bearer(), asked.role_arn.account(), role);
    let role = role.map(trusting).transpose()?;
    let report = settle(request, caller, &asked, role.as_deref())?;
    trace.assume_role(&report);
    match report.outcome() {
        Outcome::Allowed => {}
        Outcome::Denied { denial, .. } => return Err(denial.into()),
        Outcome::CannotTell(open) => {
            // What the gate does not know denies, as everywhere.
            let open: Vec<String> = open.into_iter().map(|open| open.question).collect();
            trace.refused(format!("the gate cannot tell {}", open.join(", and ")));
            return Err(not_authorized(caller, &report, &asked));
        }
    }
    match (account, role) {
        (Some(account), Some(role)) => {
            begin(request, caller, asked, report.found, &account, &role).await
        }
        _ => Err(ErrorResponse::Internal("a role that is not there was allowed".to_owned())),
    }
}

fn not_authorized(caller: &Caller, report: &Report<Found>, asked: &Asked<'_>) -> ErrorResponse {
    let action = report.obstacle().map_or(ACTION, |obstacle| obstacle.action);
    denied(caller, action, asked.role_arn.as_str())
}

fn denied(caller: &Caller, action: &str, resource: &str) -> ErrorResponse {
    ErrorResponse::access_denied(format!(
        "User: {} is not authorized to perform: {action} on resource: {resource}",
        caller.arn
    ))
}

/// A user can be named, and assumed by nobody. Source: STS's recorded answer.
fn is_user(text: &str) -> bool {
    Arn::parse(text).is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("user/"))
}

async fn begin(
    request: &StsRequest<'_>,
    caller: &Caller,
    asked: Asked<'_>,
    found: Found,
    account: &Account,
    role: &Role,
) -> Result<StsAnswer, ErrorResponse> {
    let state = request.state;
    let packed = asked.policies.packed_size(&found.tags).map(|percent| percent.to_string());
    let policies = asked.policies.compile(state, account, &found.tags).await?;
    let session = NewSession {
        policies,
        tags: found.tags,
        transitive_tag_keys: found.transitive_tag_keys,
        source_identity: found.source_identity.clone(),
        ..NewSession::plain(
            SessionKind::AssumedRole {
                role_arn: role.arn.clone(),
                role_name: role.name.clone(),
                role_id: role.id.clone(),
                session_name: asked.session_name.to_owned(),
            },
            found.duration,
        )
    };
    let credentials = session.begin(state, account, caller.requester())?;
    let name = asked.session_name;
    let id = &account.id;
    let assumed = format!("arn:aws:sts::{id}:assumed-role/{}/{name}", role.name);
    let assumed_id = format!("{}:{name}", unique_id("AROA", &role.id));
    Ok(StsAnswer::new(&request.call.operation)
        .structure("AssumedRoleUser", &[("AssumedRoleId", &assumed_id), ("Arn", &assumed)])
        .credentials(&credentials)
        .maybe("SourceIdentity", found.source_identity.as_deref())
        .maybe("PackedPolicySize", packed.as_deref()))
}

/// Reads the parameters: what only their form on the wire can get wrong is told here.
fn read<'a>(parameters: &'a Parameters, caller: &Caller) -> Result<Asked<'a>, ErrorResponse> {
    let mut constraints = Constraints::of(parameters);
    let role_arn = constraints.required("RoleArn", TextLimits::arn());
    let session_name = constraints.required("RoleSessionName", TextLimits::name(2, 64));
    let duration = constraints.duration(900, 43_200, 3600);
    let external_id = constraints.optional("ExternalId", TextLimits::external_id());
    let source_identity = constraints.optional("SourceIdentity", TextLimits::name(2, 64));
    let policies = SessionPolicies::read_unrestricted(&mut constraints);
    let tags = constraints.tags();
    let transitive = constraints.transitive_tag_keys();
    let names_mfa = constraints.names_mfa();
    constraints.check()?;
    let role_arn = constraints::role_arn(role_arn).map_err(|error| match is_user(role_arn) {
        true => denied(caller, ACTION, role_arn),
        false => error,
    })?;
    if names_mfa {
        return Err(ErrorResponse::access_denied(MFA_FAILED));
    }
    if parameters.iter().any(|(name, _)| name.starts_with("ProvidedContexts.")) {
        return Err(ErrorResponse::Undecidable(
            "the gate does not know what `ProvidedContexts` asserts, so it refuses it".to_owned(),
        ));
    }
    let owned = |text: &str| text.to_owned();
    Ok(Asked {
        session_name,
        duration,
        external_id,
        source_identity,
        tags: tags.into_iter().map(|(key, value)| (owned(key), owned(value))).collect(),
        transitive_tag_keys: transitive.into_iter().map(owned).collect(),
        policies,
        role_arn,
    })
}

/// Asks for the decision.
fn settle(
    request: &StsRequest<'_>,
    caller: &Caller,
    asked: &Asked<'_>,
    role: Option<&Role>,
) -> Result<Report<Found>, ErrorResponse> {
    let state = request.state;
    let mut policies = authorization::policies(state, caller)?;
    let over_role = state.organization.resource_control_policies(asked.role_arn.account());
    policies.resource_control = over_role;
    let mut surroundings = authorization::of_request(state, caller, request.wire, request.call);
    for (key, value) in role.iter().flat_map(|role| &role.tags) {
        surroundings.set(format!("aws:ResourceTag/{key}"), value.as_str());
        surroundings.set(format!("iam:ResourceTag/{key}"), value.as_str());
    }
    let session = caller.session.as_ref().map(|session| Session {
        is_role: matches!(session.kind, SessionKind::AssumedRole { .. }),
        tags: &session.tags,
        transitive_tag_keys: &session.transitive_tag_keys,
        source_identity: session.source_identity.as_deref(),
    });
    let question = Question {
        caller: iam_policy::assume_role::Caller {
            principal: &caller.principal,
            arn: &caller.arn,
            session,
        },
        parameters: iam_policy::assume_role::Parameters {
            role_arn: asked.role_arn.as_str(),
            role_session_name: asked.session_name,
            duration: Some(i64::from(asked.duration)),
            external_id: asked.external_id,
            source_identity: asked.source_identity,
            tags: &asked.tags,
            transitive_tag_keys: &asked.transitive_tag_keys,
        },
        role: role.map_or(RoleFact::Missing, |role| RoleFact::Exists(role.facts())),
        policies: Some(&policies),
        surroundings: &surroundings,
    };
    Ok(decide(&question))
}
