//! The tags of an object that is copied: they are read there and put here, unless the call says
//! that others take their place.
//!
//! Source: S3 API reference, CopyObject, "Permissions" and `x-amz-tagging-directive`.

use fed_types::AccountId;

use super::Place;
use crate::call::{Call, CopySource, Input, S3Request};
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::protocol::Protocol;
use crate::request_tags;
use crate::resource::Reference;
use crate::state::State;

/// The permissions that the tags need which a copy takes with it; none where the source has no
/// tags, or is not there.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when the emulator does not answer, and what stands against finding
/// the source.
pub(in crate::action) async fn demands(
    state: &State,
    request: &S3Request,
    account: &AccountId,
) -> Result<Vec<Demand>, ErrorResponse> {
    let ("CopyObject", Some(source), Some(bucket), Some(key)) =
        (request.operation_name(), &request.copy_source, &request.bucket, &request.key)
    else {
        return Ok(Vec::new());
    };
    if request.header("x-amz-tagging-directive") == Some("REPLACE") {
        return Ok(Vec::new());
    }
    let Some(keys) = keys_of_tags(state, source, account).await? else { return Ok(Vec::new()) };
    let place = Place { request, account };
    let version = source.version.as_deref();
    let mut reading = place.on_object("GetObjectTagging", &source.bucket, &source.key, version);
    reading.expected_owner = place.expected_owner("x-amz-source-expected-bucket-owner");
    let mut writing = place.on_object("PutObjectTagging", bucket, key, None);
    for demand in [&mut reading, &mut writing] {
        place.describe(demand);
    }
    // Whether they count as tags of the request nobody says.
    for key in keys {
        writing.context.set_unknown(format!("s3:RequestObjectTag/{key}"));
    }
    writing.context.set_unknown("s3:RequestObjectTagKeys");
    Ok(vec![reading, writing])
}

/// The keys of an object's tags; `None` where it has none. What cannot be read has some.
async fn keys_of_tags(
    state: &State,
    source: &CopySource,
    account: &AccountId,
) -> Result<Option<Vec<String>>, ErrorResponse> {
    let bucket = Reference::bucket(account, &source.bucket);
    let Some(bucket) = state.resources.find(&bucket).await? else { return Ok(None) };
    let call = Call {
        service: "s3".to_owned(),
        operation: "GetObjectTagging".to_owned(),
        protocol: Protocol::RestXml,
        region: bucket.region.clone().unwrap_or_else(|| "us-east-1".to_owned()),
        input: Input::S3(S3Request::tags_of(source)?),
    };
    let answer = state.upstream.ask(&bucket.owner, &call).await?;
    if answer.status == 404 {
        return Ok(None);
    }
    let tags = request_tags::of_xml(&answer.body);
    let is_untagged = answer.is_success() && request_tags::is_without_tags(&answer.body);
    Ok((!is_untagged).then(|| tags.into_iter().map(|(key, _)| key).collect()))
}
