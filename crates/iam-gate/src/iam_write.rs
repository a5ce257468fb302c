//! What IAM's writes bring with them beyond the emulator: documents that real IAM refuses,
//! callers meant when nobody is named, keys to remember and to forget.

mod boundary;
mod conflict;
mod constraint;
mod document;
mod of_aws;
mod protected;
mod provider_url;
mod quota;
mod required;
mod touch;
mod writing;

use fed_types::Secret;

pub(crate) use document::{brought, names_nobody};
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
use writing::Writing;

/// Refuses what real IAM refuses and emulators take: parameters beyond their limits,
/// documents that are none, more of something than an account may have, and to change or delete
/// what must stay.
///
/// # Errors
/// The first that stands against it, in IAM's words; what stands against reading what is there
/// already.
pub(crate) async fn check(
    state: &State,
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
    trace: &mut Trace,
) -> Result<(), ErrorResponse> {
    must_name_a_user(caller, operation, parameters)?;
    of_aws::check(caller, operation, parameters)?;
    constraint::check(operation, parameters)?;
    protected::check(caller, operation, parameters).await?;
    provider_url::check(operation, parameters, &state.config.issuers)?;
    let writing = Writing { caller, operation, parameters };
    boundary::check(writing).await?;
    document::check(state, (operation, parameters), caller, trace).await?;
    quota::check(state, writing).await?;
    conflict::check(state, writing).await
}

/// Refuses a call that does not say what its operation requires: what it is about could not be
/// told.
///
/// # Errors
/// `ValidationError` and `InvalidInput`, 400.
pub(crate) fn check_required(call: &Call) -> Result<(), ErrorResponse> {
    match &call.input {
        Input::Query(parameters) => required::check(call, parameters),
        Input::Json { .. } | Input::S3(_) | Input::Tree(_) => Ok(()),
    }
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
            if !state.credentials.keep_user_key(account, (&user.id, &user.name), &key) {
                return Err(ErrorResponse::UnknownKey);
            }
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
