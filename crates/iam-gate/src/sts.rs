//! The Security Token Service, which the gate answers itself: who somebody is, and which
//! temporary credentials he gets, are not for the emulator to say.

mod answer;
mod assume_role;
mod constraints;
mod identity;
mod session;
mod session_policy;
mod session_token;
mod trust_remedy;
mod web_identity;

pub(crate) use answer::StsAnswer;
pub(crate) use trust_remedy::trust_remedy;

use crate::call::{Call, Input};
use crate::caller::Caller;
use crate::endpoint::Endpoint;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::trace::Trace;
use crate::wire::{Parameters, WireRequest};

/// The one operation that is answered without a signature.
pub(crate) const UNSIGNED: &str = "AssumeRoleWithWebIdentity";

/// A request to STS.
pub(crate) struct StsRequest<'a> {
    pub(crate) state: &'a State,
    pub(crate) wire: &'a WireRequest,
    pub(crate) call: &'a Call,
}

impl StsRequest<'_> {
    fn parameters(&self) -> Result<&Parameters, ErrorResponse> {
        match &self.call.input {
            Input::Query(parameters) => Ok(parameters),
            Input::Json { .. } | Input::S3(_) | Input::Tree(_) => Err(self.unknown_operation()),
        }
    }

    fn unknown_operation(&self) -> ErrorResponse {
        let version = self.call.input.text("Version").unwrap_or_default();
        ErrorResponse::answered(
            400,
            "InvalidAction",
            format!("Could not find operation {} for version {version}", self.call.operation),
        )
    }

    /// Answers [`UNSIGNED`]. A signature that comes with it is not looked at, as in AWS.
    pub(crate) async fn answer_unsigned(
        &self,
        trace: &mut Trace,
    ) -> Result<StsAnswer, ErrorResponse> {
        // No other service has it.
        if Endpoint::of(self.wire).is_some_and(|endpoint| !endpoint.is_of("sts")) {
            return Err(self.unknown_operation());
        }
        web_identity::assume_role(self, self.parameters()?, trace).await
    }

    /// Answers any other operation.
    pub(crate) async fn answer(
        &self,
        caller: &Caller,
        trace: &mut Trace,
    ) -> Result<StsAnswer, ErrorResponse> {
        let parameters = self.parameters()?;
        match self.call.operation.as_str() {
            "AssumeRole" => assume_role::assume_role(self, parameters, caller, trace).await,
            "DecodeAuthorizationMessage" => {
                identity::decode_authorization_message(self, parameters, caller, trace).await
            }
            "GetAccessKeyInfo" => {
                identity::get_access_key_info(self, parameters, caller, trace).await
            }
            "GetCallerIdentity" => Ok(identity::get_caller_identity(caller, trace)),
            "GetFederationToken" => {
                session_token::get_federation_token(self, parameters, caller, trace).await
            }
            "GetSessionToken" => session_token::get_session_token(self, parameters, caller, trace),
            "AssumeRoleWithSAML" | "AssumeRoot" => Err(ErrorResponse::Undecidable(format!(
                "the gate does not serve `{}`, so it refuses it",
                self.call.action()
            ))),
            _ => Err(self.unknown_operation()),
        }
    }
}
