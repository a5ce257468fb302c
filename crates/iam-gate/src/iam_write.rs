//! What IAM's writes bring with them beyond the emulator: documents that real IAM refuses,
//! callers meant when nobody is named, keys to remember and to forget.

mod constraint;
mod document;
mod provider_url;
mod quota;
mod touch;

use fed_types::Secret;

pub(crate) use touch::touched;

use crate::account::Answered;
use crate::call::{Call, Input};
use crate::caller::{Caller, Identity};
use crate::credential::{AccessKey, KeyStatus};
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::trace::Trace;
use crate::upstream::Answer;
use crate::wire::Parameters;

/// Refuses what real IAM refuses and emulators take: parameters beyond their limits,
/// documents that are none, and more of something than an account may have.
///
/// # Errors
/// `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`, in this order; what stands
/// against reading what is there already.
pub(crate) async fn check(
    state: &State,
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
    trace: &mut Trace,
) -> Result<(), ErrorResponse> {
    must_name_a_user(caller, operation, parameters)?;
    must_not_be_of_aws(caller, operation, parameters)?;
    constraint::check(operation, parameters)?;
    provider_url::check(operation, parameters, &state.config.issuers)?;
    document::check(operation, parameters, caller, trace).await?;
    quota::check(caller, operation, parameters).await
}

/// Operations that mean the calling user when they name none.
const OWN: [&str; 13] = [
    "ChangePassword",
    "CreateAccessKey",
    "DeleteAccessKey",
    "GetLoginProfile",
    "GetUser",
    "ListAccessKeys",
    "ListMFADevices",
    "ListServiceSpecificCredentials",
    "ListSSHPublicKeys",
    "ListSigningCertificates",
    "UpdateAccessKey",
    "UpdateSigningCertificate",
    "UploadSigningCertificate",
];

/// Names the caller where the call leaves the user out: the emulator does not know him.
pub(crate) fn name_the_caller(call: &mut Call, caller: &Caller) {
    let Input::Query(parameters) = &call.input else { return };
    if let (true, None, Some(name)) =
        (OWN.contains(&call.operation.as_str()), parameters.get("UserName"), caller.user_name())
    {
        call.input = Input::Query(parameters.clone().with("UserName", name));
    }
}

/// What changes a policy or its tags.
const OF_POLICIES: [&str; 6] = [
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
];

/// AWS's own policies are the same in all accounts, and nobody's to change.
fn must_not_be_of_aws(
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    let arn = parameters.get("PolicyArn").unwrap_or_default();
    if !OF_POLICIES.contains(&operation) || !arn.starts_with("arn:aws:iam::aws:") {
        return Ok(());
    }
    let message = format!(
        "User: {} is not authorized to perform: iam:{operation} on resource: policy {arn}",
        caller.arn
    );
    Err(ErrorResponse::answered(403, "AccessDenied", message))
}

/// The session of a role is nobody whom these operations could mean.
fn must_name_a_user(
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    let means_caller = OWN.contains(&operation) && parameters.get("UserName").is_none();
    match means_caller && matches!(caller.identity, Identity::Role(_)) {
        true => Err(ErrorResponse::validation(
            "Must specify userName when calling with non-User credentials",
        )),
        false => Ok(()),
    }
}

/// Remembers and forgets access keys as a successful answer says.
pub(crate) async fn note_keys(
    state: &State,
    caller: &Caller,
    parameters: &Parameters,
    operation: &str,
    answer: &Answer,
) -> Result<(), ErrorResponse> {
    let account = &caller.account;
    let key_id = parameters.get("AccessKeyId").unwrap_or_default();
    match operation {
        "CreateAccessKey" => {
            let answered = Answered::read(answer, operation)?;
            let text = |name: &str| answered.text(name).map(str::to_owned);
            let (Some(id), Some(secret), Some(user)) =
                (text("AccessKeyId"), text("SecretAccessKey"), text("UserName"))
            else {
                return Err(ErrorResponse::Upstream("the emulator made no access key".to_owned()));
            };
            drop(answered);
            let user = account.reading().user(&user).await?;
            let user =
                user.ok_or_else(|| ErrorResponse::Upstream("the emulator lost a user".to_owned()))?;
            let key = AccessKey { access_key_id: id, secret_access_key: Secret::new(secret) };
            state.credentials.keep_user_key(&account.id, (&user.id, &user.name), &key);
        }
        "DeleteAccessKey" => state.credentials.forget(&account.id, key_id),
        "UpdateAccessKey" => {
            let status = match parameters.get("Status") {
                Some("Active") => KeyStatus::Active,
                _ => KeyStatus::Inactive,
            };
            state.credentials.set_status(&account.id, key_id, status);
        }
        _ => {}
    }
    Ok(())
}
