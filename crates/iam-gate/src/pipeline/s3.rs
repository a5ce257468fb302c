//! S3's part of the way: objects pass as they come, and whoever may not list a bucket is not
//! told that an object is not there.

use http::{HeaderMap, header};

use super::authorize::authorize;
use super::{Done, in_protocol, send};
use crate::action;
use crate::authorization;
use crate::body::Body;
use crate::call::{Call, Input, S3Request};
use crate::caller::Caller;
use crate::endpoint::GLOBAL;
use crate::error_response::ErrorResponse;
use crate::public_access;
use crate::requirement;
use crate::resource::{self, Reference};
use crate::signature::Presented;
use crate::state::State;
use crate::trace::Trace;
use crate::upstream::{Answer, Fetched};
use crate::wire::WireRequest;
use crate::written;

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

/// Who signed a request.
#[derive(Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) caller: &'a Caller,
    pub(super) presented: &'a Presented,
    /// Whether it was sent to S3's endpoint without a region.
    pub(super) is_global_s3: bool,
}

/// Whether the request brings an object, or a part of one, by what its head says.
pub(super) fn is_upload(request: &WireRequest, presented: &Presented) -> bool {
    let brings = |read: S3Request| matches!(read.operation_name(), "PutObject" | "UploadPart");
    presented.scope.service == "s3" && S3Request::read(request).is_ok_and(brings)
}

/// Authorizes and forwards what is no upload.
pub(super) async fn answer(
    state: &State,
    request: &WireRequest,
    signed: Signed<'_>,
    trace: &mut Trace,
) -> Result<Done, ErrorResponse> {
    let Signed { caller, presented, .. } = signed;
    // Read now that the body is what was signed.
    let call = Call::read(request, Some(presented), &state.config.region)?;
    in_its_region(state, &call, signed).await?;
    authorize(state, request, &call, (caller, caller.account_id()), trace).await?;
    public_access::check_policy(state, caller, &call).await?;
    let written = written::of_resource(state, caller, (request, &call)).await?;
    let answer = match fetch(state, &call, caller, trace).await? {
        Some(Fetched::Object { status, headers, content, .. }) => {
            return Ok(object(status, &headers, Body::Object(Box::new(content)), false));
        }
        Some(Fetched::Whole(answer)) => in_protocol(&call, answer)?,
        None => {
            let _changing = resource::touched(&call).map(|it| state.resources.writing(it));
            let answer = send(state, caller.account_id(), &call, trace).await?;
            if let Some(written) = written {
                written.end_of_resource(caller, &call, &answer);
            }
            public_access::of_new_bucket(state, caller.account_id(), &call, &answer).await?;
            answer
        }
    };
    if let (404, Input::S3(read)) = (answer.status, &call.input)
        && let Some(listing) = action::listing(read, caller.account_id())
    {
        let context = authorization::of_request(state, caller, request, &call);
        requirement::demand(state, caller, &[listing], &context, trace).await?;
    }
    Ok(done(answer, request.method == "HEAD"))
}

/// Makes sure that the signature is for the bucket's own region. A bucket that is to be made has
/// none yet, and where one is may be asked anywhere. What is sent to the endpoint without a
/// region is for `us-east-1` where it is for no bucket's.
///
/// # Errors
/// [`ErrorResponse::OtherRegion`]; as [`crate::resource::Resources::find`].
pub(super) async fn in_its_region(
    state: &State,
    call: &Call,
    signed: Signed<'_>,
) -> Result<(), ErrorResponse> {
    let Input::S3(S3Request { bucket, .. }) = &call.input else { return Ok(()) };
    let asks_where = call.operation == "GetBucketLocation";
    let own = match bucket {
        Some(bucket)
            if call.operation != "CreateBucket" && (!asks_where || signed.is_global_s3) =>
        {
            let bucket = Reference::bucket(signed.caller.account_id(), bucket);
            let found = state.resources.find(&bucket).await?;
            found.and_then(|bucket| bucket.region.clone())
        }
        _ => None,
    };
    let expected = match own {
        Some(own) if own == call.region => return Ok(()),
        Some(own) if !asks_where => own,
        _ if signed.is_global_s3 && call.region != GLOBAL => GLOBAL.to_owned(),
        _ => return Ok(()),
    };
    Err(ErrorResponse::other_region(&call.region, &expected, signed.presented.place))
}

/// Fetches an object; `None` where the call does something else.
async fn fetch(
    state: &State,
    call: &Call,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<Option<Fetched>, ErrorResponse> {
    if call.operation != "GetObject" {
        return Ok(None);
    }
    let place = state.places.find(&caller.requester()).await?;
    let fetched = state.upstream.fetch(caller.account_id(), call, place).await?;
    match &fetched {
        Fetched::Whole(answer) => trace.upstream(answer.milliseconds, answer.error_code()),
        Fetched::Object { milliseconds, .. } => trace.upstream(*milliseconds, None),
    }
    Ok(Some(fetched))
}

pub(super) fn done(answer: Answer, is_head: bool) -> Done {
    object(answer.status, &answer.headers, Body::whole(answer.body), is_head)
}

fn object(status: u16, headers: &HeaderMap, body: Body, is_head: bool) -> Done {
    let mut further = HeaderMap::new();
    for (name, value) in headers {
        let of_s3 = name.as_str().starts_with("x-amz-") || KEPT.contains(&name.as_str());
        // The length of what a GET would bring.
        if of_s3 || (is_head && *name == header::CONTENT_LENGTH) {
            further.append(name.clone(), value.clone());
        }
    }
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    Done { status, content_type: content_type.to_owned(), further, body }
}
