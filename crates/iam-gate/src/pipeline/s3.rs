//! S3's part of the way: objects are forwarded as they are, and whoever may not list a bucket
//! is not told that an object is not there.

use http::{HeaderMap, header};

use super::{Done, authorize, send};
use crate::action;
use crate::authorization;
use crate::call::{Call, Input};
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::requirement;
use crate::resource;
use crate::signature::Presented;
use crate::state::State;
use crate::trace::Trace;
use crate::upstream::Answer;
use crate::wire::WireRequest;

/// The emulator's headers that clients may read: all of S3's but those of its web server.
const KEPT: [&str; 12] = [
    "accept-ranges",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-range",
    "etag",
    "expires",
    "last-modified",
    "location",
    "retry-after",
    "x-robots-tag",
];

/// Authorizes and forwards. The call is read now that the body is whole.
pub(super) async fn answer(
    state: &State,
    request: &WireRequest,
    caller: &Caller,
    presented: &Presented,
    trace: &mut Trace,
) -> Result<Done, ErrorResponse> {
    let call = Call::read(request, Some(presented), &state.config.region)?;
    authorize(state, request, &call, caller, trace).await?;
    resource::refuse_malformed(&call)?;
    let answer = {
        let _changing = resource::touched(&call).map(|it| state.resources.writing(it));
        send(state, caller.account_id(), &call, trace).await?
    };
    if let (404, Input::S3(read)) = (answer.status, &call.input)
        && let Some(listing) = action::listing(read, caller.account_id())
    {
        let now = state.config.clock.now();
        let context = authorization::of_request(caller, request, &call, now);
        requirement::demand(state, caller, &[listing], &context, trace).await?;
    }
    Ok(done(answer, request.method == "HEAD"))
}

pub(super) fn done(answer: Answer, is_head: bool) -> Done {
    let mut further = HeaderMap::new();
    for (name, value) in &answer.headers {
        let of_s3 = name.as_str().starts_with("x-amz-") || KEPT.contains(&name.as_str());
        // The length of what a GET would bring.
        if of_s3 || (is_head && *name == header::CONTENT_LENGTH) {
            further.append(name.clone(), value.clone());
        }
    }
    let content_type = answer.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    Done {
        status: answer.status,
        content_type: content_type.to_owned(),
        further,
        body: answer.body,
    }
}
