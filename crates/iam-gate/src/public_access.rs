//! S3's Block Public Access, of buckets: no policy that is public may be put where it blocks
//! them, one that is there is for the bucket's own account, and new buckets have all of it.
//!
//! Source: S3 user guide, "Blocking public access to your Amazon S3 storage"; "Default settings
//! for new S3 buckets FAQ" (since April 2023).

use fed_types::AccountId;
use roxmltree::Document;

use crate::call::{Call, Input, S3Request};
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::protocol::Protocol;
use crate::resource::{Reference, is_public};
use crate::state::State;
use crate::upstream::Answer;

/// The settings of a bucket that concern its policy.
#[derive(Clone, Copy)]
struct Block {
    block_public_policy: bool,
    restrict_public_buckets: bool,
}

const NONE: Block = Block { block_public_policy: false, restrict_public_buckets: false };
/// What is taken for so where the emulator does not say.
const ALL: Block = Block { block_public_policy: true, restrict_public_buckets: true };

/// Refuses a public policy where the bucket blocks them. Whoever fills an account says how it is.
///
/// # Errors
/// `AccessDenied`, 403; what stands against asking.
pub(crate) async fn check_policy(
    state: &State,
    caller: &Caller,
    call: &Call,
) -> Result<(), ErrorResponse> {
    let Input::S3(request) = &call.input else { return Ok(()) };
    let (Some(bucket), "PutBucketPolicy") = (&request.bucket, call.operation.as_str()) else {
        return Ok(());
    };
    if caller.is_founder || !is_public(&String::from_utf8_lossy(&request.body)) {
        return Ok(());
    }
    let reference = Reference::bucket(caller.account_id(), bucket);
    let Some(found) = state.resources.find(&reference).await? else { return Ok(()) };
    if !block_of(state, &found.owner, bucket).await?.block_public_policy {
        return Ok(());
    }
    let message = match found.owner == *caller.account_id() {
        true => format!(
            "User: {} is not authorized to perform: s3:PutBucketPolicy on resource: \
             \"arn:aws:s3:::{bucket}\" because public policies are blocked by the \
             BlockPublicPolicy block public access setting.",
            caller.arn
        ),
        false => "Access Denied".to_owned(),
    };
    Err(ErrorResponse::access_denied(message))
}

/// Refuses everything to those of other accounts where the bucket's policy is public and the
/// bucket restricts such policies.
///
/// # Errors
/// `AccessDenied`, 403; what stands against asking.
pub(crate) async fn check_stranger(
    state: &State,
    owner: &AccountId,
    bucket: &str,
    policy: &str,
) -> Result<(), ErrorResponse> {
    if !is_public(policy) || !block_of(state, owner, bucket).await?.restrict_public_buckets {
        return Ok(());
    }
    Err(ErrorResponse::access_denied("Access Denied"))
}

/// Gives a bucket that was just made what new buckets have, where the emulator does not.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when the emulator does not take it.
pub(crate) async fn of_new_bucket(
    state: &State,
    account: &AccountId,
    call: &Call,
    answer: &Answer,
) -> Result<(), ErrorResponse> {
    let Input::S3(request) = &call.input else { return Ok(()) };
    let (Some(bucket), "CreateBucket", true) =
        (&request.bucket, call.operation.as_str(), answer.is_success())
    else {
        return Ok(());
    };
    if !is_unset(&ask(state, account, bucket).await?) {
        return Ok(());
    }
    let request = S3Request::blocking_public_access(bucket)?;
    let put = Call { operation: "PutPublicAccessBlock".to_owned(), ..call.clone() };
    let put = Call { input: Input::S3(request), ..put };
    let answer = state.upstream.send(account, &put).await?;
    match answer.is_success() {
        true => Ok(()),
        false => Err(ErrorResponse::Upstream(format!(
            "the emulator behind the gate made bucket `{bucket}` and does not block public access \
             to it: it answered `PutPublicAccessBlock` with status {}",
            answer.status
        ))),
    }
}

async fn block_of(state: &State, owner: &AccountId, bucket: &str) -> Result<Block, ErrorResponse> {
    let answer = ask(state, owner, bucket).await?;
    if is_unset(&answer) {
        return Ok(NONE);
    }
    let text = std::str::from_utf8(&answer.body).unwrap_or_default();
    let document = Document::parse(text).ok().filter(|_| answer.is_success());
    let Some(document) = document else { return Ok(ALL) };
    let root = document.root_element();
    if root.tag_name().name() != "PublicAccessBlockConfiguration" {
        return Ok(ALL);
    }
    // A setting that is not there is off.
    let is_on = |name: &str| {
        let setting = root.children().find(|node| node.tag_name().name() == name);
        setting.is_some_and(|node| node.text().is_none_or(|text| text.trim() != "false"))
    };
    Ok(Block {
        block_public_policy: is_on("BlockPublicPolicy"),
        restrict_public_buckets: is_on("RestrictPublicBuckets"),
    })
}

async fn ask(state: &State, owner: &AccountId, bucket: &str) -> Result<Answer, ErrorResponse> {
    let call = Call {
        service: "s3".to_owned(),
        operation: "GetPublicAccessBlock".to_owned(),
        protocol: Protocol::RestXml,
        region: "us-east-1".to_owned(),
        input: Input::S3(S3Request::public_access_block_of(bucket)?),
    };
    state.upstream.ask(owner, &call).await
}

/// Whether the emulator says that nothing is blocked.
fn is_unset(answer: &Answer) -> bool {
    let says = |code: &[u8]| answer.body.windows(code.len()).any(|text| text == code);
    answer.status == 404 && says(b"<Code>NoSuchPublicAccessBlockConfiguration</Code>")
}
