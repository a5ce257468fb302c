//! What IAM answers where an emulator does not know the question: it makes nothing of the kind,
//! so there is none.
//!
//! Source: moto 5.2.5, `moto/iam/responses.py`, has no `ServiceSpecificCredential`; ministack
//! 1.5.33, `ministack/services/iam.py`, has neither those nor SSH keys nor signing certificates.

use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::upstream::Answer;
use crate::wire::Parameters;

/// Operations that list what a user has, and the list in their answers.
const LISTS: [(&str, &str); 3] = [
    ("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
    ("ListSigningCertificates", "Certificates"),
    ("ListSSHPublicKeys", "SSHPublicKeys"),
];

/// The list, where the emulator failed at the operation with a page instead of an answer, or
/// says that it does not know it.
pub(crate) fn of(operation: &str, sent: &Result<Answer, ErrorResponse>) -> Option<&'static str> {
    let (_, list) = LISTS.into_iter().find(|(known, _)| *known == operation)?;
    let is_unknown = match sent {
        Err(ErrorResponse::Internal(_)) => true,
        Err(_) => false,
        Ok(answer) => answer.error_code().as_deref() == Some("InvalidAction"),
    };
    is_unknown.then_some(list)
}

/// That a user has none, or that there is no such user.
///
/// # Errors
/// `NoSuchEntity`, or what stands against looking.
pub(crate) async fn answer(
    caller: &Caller,
    (operation, list): (&str, &str),
    parameters: &Parameters,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let name = parameters.get("UserName").unwrap_or_default();
    if !name.is_empty() && caller.account.reading().user(name).await?.is_none() {
        let message = format!("The user with name {name} cannot be found.");
        return Err(ErrorResponse::answered(404, "NoSuchEntity", message));
    }
    Ok(format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <{operation}Result><{list}/><IsTruncated>false</IsTruncated></{operation}Result>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>\
         </{operation}Response>"
    ))
}
