//! What IAM answers where moto does not know the question: it makes nothing of the kind, so
//! there is none.
//!
//! Source: moto 5.2.5, `moto/iam/responses.py`, has no `ServiceSpecificCredential`.

use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// Whether moto fails at the operation with a page instead of an answer.
pub(crate) fn is_meant(operation: &str) -> bool {
    operation == "ListServiceSpecificCredentials"
}

/// That a user has none, or that there is no such user.
///
/// # Errors
/// `NoSuchEntity`, or what stands against looking.
pub(crate) async fn answer(
    caller: &Caller,
    parameters: &Parameters,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let name = parameters.get("UserName").unwrap_or_default();
    if !name.is_empty() && caller.account.reading().user(name).await?.is_none() {
        let message = format!("The user with name {name} cannot be found.");
        return Err(ErrorResponse::answered(404, "NoSuchEntity", message));
    }
    Ok(format!(
        "<ListServiceSpecificCredentialsResponse \
         xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ListServiceSpecificCredentialsResult>\
         <ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>\
         </ListServiceSpecificCredentialsResult><ResponseMetadata><RequestId>{request_id}\
         </RequestId></ResponseMetadata></ListServiceSpecificCredentialsResponse>"
    ))
}
