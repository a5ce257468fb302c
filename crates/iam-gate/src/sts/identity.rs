//! The operations that only tell something.

use super::StsRequest;
use super::answer::StsAnswer;
use super::constraints::{Constraints, TextLimits};
use crate::authorization;
use crate::caller::Caller;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::requirement::demand;
use crate::trace::Trace;
use crate::wire::Parameters;

/// Who the caller is. Needs no permission, and cannot be denied.
/// Source: STS API reference, `GetCallerIdentity`.
pub(super) fn get_caller_identity(caller: &Caller, trace: &mut Trace) -> StsAnswer {
    trace.action("sts:GetCallerIdentity");
    StsAnswer::new("GetCallerIdentity")
        .text("Arn", &caller.arn)
        .text("UserId", &caller.user_id)
        .text("Account", caller.account_id().as_str())
}

/// The account an access key belongs to.
pub(super) async fn get_access_key_info(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    let asking = Asking { request, parameters, caller };
    let id = asking.about("AccessKeyId", TextLimits::key_id(), trace).await?;
    match request.state.credentials.find(id) {
        Some(credential) => {
            Ok(StsAnswer::new("GetAccessKeyInfo").text("Account", credential.account.as_str()))
        }
        None => Err(ErrorResponse::validation("Access key not found")),
    }
}

/// What stood behind a denial in the caller's account.
pub(super) async fn decode_authorization_message(
    request: &StsRequest<'_>,
    parameters: &Parameters,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<StsAnswer, ErrorResponse> {
    let asking = Asking { request, parameters, caller };
    let message = asking.about("EncodedMessage", TextLimits::length(1, 10_240), trace).await?;
    let decoded = request.state.sealed_messages.open(caller.account_id(), message);
    let decoded = decoded.ok_or_else(|| {
        ErrorResponse::answered(
            400,
            "InvalidAuthorizationMessageException",
            "Message is not valid.",
        )
    })?;
    Ok(StsAnswer::new("DecodeAuthorizationMessage").text("DecodedMessage", &decoded))
}

/// A question about one parameter, which needs the permission for the operation, on no
/// resource: these operations know none.
struct Asking<'a> {
    request: &'a StsRequest<'a>,
    parameters: &'a Parameters,
    caller: &'a Caller,
}

impl<'a> Asking<'a> {
    async fn about(
        &self,
        name: &str,
        limits: TextLimits,
        trace: &mut Trace,
    ) -> Result<&'a str, ErrorResponse> {
        let mut constraints = Constraints::of(self.parameters);
        let text = constraints.required(name, limits);
        constraints.check()?;
        let (request, caller) = (self.request, self.caller);
        let context = authorization::of_request(request.state, caller, request.wire, request.call);
        let demands = [Demand::without_resource(request.call.action())];
        demand(request.state, caller, &demands, &context, trace).await?;
        Ok(text)
    }
}
