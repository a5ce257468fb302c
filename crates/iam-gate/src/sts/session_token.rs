//! GetSessionToken and GetFederationToken: temporary credentials for users themselves.
//!
//! Source: STS API reference.

use super::StsRequest;
use super::answer::StsAnswer;
use super::assume_role::MFA_FAILED;
use super::constraints::{self, Constraints, TextLimits};
use super::session::NewSession;
use super::session_policy::SessionPolicies;
use crate::authorization;
use crate::caller::{Caller, Identity};
use crate::credential::SessionKind;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::requirement::demand;
use crate::trace::Trace;
use crate::wire::Parameters;

/// 36 hours.
const LONGEST: u32 = 129_600;
/// What the account's administrator gets at most.
const LONGEST_FOR_ROOT: u32 = 3600;
const DEFAULT: u32 = 43_200;

/// Needs no permission.
pub(super) fn get_session_token(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    trace.action("sts:GetSessionToken");
    let mut constraints = Constraints::of(parameters);
    let duration = constraints.duration(900, LONGEST, DEFAULT);
    let names_mfa = constraints.names_mfa();
    constraints.check()?;
    long_term_only(caller, "GetSessionToken")?;
    if names_mfa {
        return Err(ErrorResponse::access_denied(MFA_FAILED));
    }
    let (kind, duration) = match &caller.identity {
        Identity::User(user) => {
            (SessionKind::User { user_id: user.id.clone(), name: user.name.clone() }, duration)
        }
        _ => (SessionKind::Root, duration.min(LONGEST_FOR_ROOT)),
    };
    let session = NewSession::plain(kind, duration);
    let credentials = session.begin(request.state, &caller.account, caller.requester())?;
    Ok(StsAnswer::new("GetSessionToken").credentials(&credentials))
}

/// Needs `sts:GetFederationToken` on the federated user that comes of it.
pub(super) async fn get_federation_token(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    trace.action("sts:GetFederationToken");
    let mut constraints = Constraints::of(parameters);
    let name = constraints.required("Name", TextLimits::name(2, 32));
    let duration = constraints.duration(900, LONGEST, DEFAULT);
    let policies = SessionPolicies::read(&mut constraints);
    let tags = constraints.tags();
    constraints.check()?;
    long_term_only(caller, "GetFederationToken")?;
    constraints::check_tags(&tags, &[])?;
    let Identity::User(user) = &caller.identity else {
        return Err(ErrorResponse::Undecidable(
            "the gate gives federation tokens to users only".to_owned(),
        ));
    };
    let (state, account) = (request.state, caller.account_id());
    let arn = format!("arn:aws:sts::{account}:federated-user/{name}");
    let context = authorization::of_request(state, caller, request.wire, request.call);
    let mut demands = vec![Demand::on("sts:GetFederationToken", &*arn)];
    if !tags.is_empty() {
        demands.push(Demand::on("sts:TagSession", &*arn));
    }
    demand(state, caller, &demands, &context, trace).await?;
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    let tags: Vec<(String, String)> = tags.into_iter().map(owned).collect();
    let packed = policies.packed_size(&tags).unwrap_or_default().to_string();
    let compiled = policies.compile(state, &caller.account, &tags).await?;
    let session = NewSession {
        tags,
        // Without a policy a federated user may do nothing.
        policies: Some(compiled.unwrap_or_default()),
        ..NewSession::plain(
            SessionKind::FederatedUser {
                federated_name: name.to_owned(),
                user_id: user.id.clone(),
                name: user.name.clone(),
            },
            duration,
        )
    };
    let credentials = session.begin(state, &caller.account, caller.requester())?;
    let id = format!("{account}:{name}");
    Ok(StsAnswer::new("GetFederationToken")
        .credentials(&credentials)
        .structure("FederatedUser", &[("FederatedUserId", &id), ("Arn", &arn)])
        .text("PackedPolicySize", &packed))
}

fn long_term_only(caller: &Caller, operation: &str) -> Result<(), ErrorResponse> {
    match caller.session {
        None => Ok(()),
        Some(_) => Err(ErrorResponse::access_denied(format!(
            "Cannot call {operation} with session credentials"
        ))),
    }
}
