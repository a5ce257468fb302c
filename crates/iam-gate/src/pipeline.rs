//! The one way a request takes through the gate.

mod authorize;
mod s3;
mod upload;
mod whole;

use std::sync::Arc;

use bytes::Bytes;
use fed_types::AccountId;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;

use crate::account::Touched;
use crate::block;
use crate::body::Body;
use crate::call::{Call, Input, check_names};
use crate::caller::{Caller, authenticate};
use crate::constraint;
use crate::control;
use crate::endpoint::Endpoint;
use crate::enforcement::Enforcement;
use crate::error_response::{self, ErrorResponse, render};
use crate::organization;
use crate::protocol::Protocol;
use crate::repair::repair_iam;
use crate::signature::Content;
use crate::state::State;
use crate::sts::{self, StsRequest};
use crate::trace::Trace;
use crate::transfer::Source;
use crate::unknown_operation;
use crate::upstream::Answer;
use crate::wire::WireRequest;
use crate::{iam_write, requirement, resource, signature, simulation, written};
use authorize::{authorize, dry_run};
use upload::Upload;
use whole::read_whole;

/// What goes back to the client when nothing stands against it.
struct Done {
    status: u16,
    content_type: String,
    /// What clients read beside the body.
    further: HeaderMap,
    body: Body,
}

/// Headers of the emulator's that a client may read beside the body.
const FURTHER: [&str; 3] = ["x-amz-crc32", "x-amzn-errortype", "x-amzn-query-error"];

/// Answers one request, whatever it is.
pub(crate) async fn answer(state: &Arc<State>, request: Request<Incoming>) -> Response<Body> {
    if let Some(response) = control::answer(state, &request) {
        return response;
    }
    let (head, body) = request.into_parts();
    let request_id = state.mint.request_id().unwrap_or_else(|error| {
        tracing::error!(?error, "a request goes without an id");
        String::new()
    });
    let source = Source::new(body);
    let waits = head.headers.contains_key(header::EXPECT);
    // A task of its own: a write goes on to its end though the client has gone, and the
    // account is read anew after it.
    let work = respond(Arc::clone(state), head, source.clone(), request_id.clone());
    let work = tokio::spawn(work);
    let mut response = work.await.unwrap_or_else(|_| {
        let error_response = ErrorResponse::Internal("the gate failed at this request".to_owned());
        let rendered = render(&error_response, Protocol::of_query("sts"), &request_id);
        build(rendered.status, rendered.content_type, Body::whole(rendered.body), &request_id)
    });
    let limits = &state.config.limits;
    if source.pour_away(waits, limits.request_body, limits.request_time) {
        // What the client still sends is not a next request.
        response
            .headers_mut()
            .insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    }
    response
}

async fn respond(
    state: Arc<State>,
    head: Parts,
    source: Source,
    request_id: String,
) -> Response<Body> {
    // Read once: a request is not half enforced when its owner changes his mind meanwhile.
    let enforcement = state.enforcement();
    let mut trace = Trace::under(enforcement);
    let mut request = WireRequest::new(&head, Bytes::new());
    let outcome = match &mut request {
        Ok(request) => serve(&state, request, &source, &request_id, &mut trace).await,
        Err(fault) => Err(ErrorResponse::malformed(fault.to_string())),
    };
    let now = state.config.clock.now();
    let mut announced = HeaderMap::new();
    if enforcement == Enforcement::Audit {
        announce(&mut announced, trace.denied_and_let_through());
    }
    let mut response = match outcome {
        Ok(done) => {
            let keeps = !trace.is_founding();
            state.decisions.record(trace.record(now, &request_id, done.status, None), keeps);
            let mut response = build(done.status, &done.content_type, done.body, &request_id);
            response.headers_mut().extend(done.further);
            response
        }
        Err(error_response) => {
            let protocol =
                request.map_or(Protocol::of_query("sts"), |request| Protocol::guess(&request));
            let rendered = render(&error_response, protocol, &request_id);
            let said = Some((rendered.code.as_str(), rendered.message.as_str()));
            let keeps = !trace.is_founding();
            state.decisions.record(trace.record(now, &request_id, rendered.status, said), keeps);
            let further = error_response::headers(&error_response, &rendered, protocol);
            let body = Body::whole(rendered.body);
            let mut response = build(rendered.status, rendered.content_type, body, &request_id);
            response.headers_mut().extend(further);
            response
        }
    };
    response.headers_mut().extend(announced);
    response
}

/// Says that nothing is enforced, and what would have been denied.
fn announce(headers: &mut HeaderMap, denied: Option<&str>) {
    headers.insert("x-iam-gate-enforcement", HeaderValue::from_static("audit"));
    if let Some(Ok(action)) = denied.map(HeaderValue::from_str) {
        headers.insert("x-iam-gate-would-deny", action);
    }
}

fn build(status: u16, content_type: &str, body: Body, request_id: &str) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Ok(value) = content_type.parse() {
        headers.insert(header::CONTENT_TYPE, value);
    }
    if let Ok(value) = request_id.parse() {
        headers.insert("x-amzn-requestid", value);
    }
    response
}

// Long: the way of a request, one step after another.
async fn serve(
    state: &State,
    request: &mut WireRequest,
    source: &Source,
    request_id: &str,
    trace: &mut Trace,
) -> Result<Done, ErrorResponse> {
    trace.endpoint(request.header("host"));
    let presented = signature::read(request);
    let scoped = presented.as_ref().ok().and_then(Option::as_ref);
    // Everything but an object is read whole first.
    let is_upload = scoped.is_some_and(|scoped| s3::is_upload(request, scoped));
    let _room = match is_upload {
        true => None,
        false => Some(read_whole(state, request, source, scoped).await?),
    };
    let endpoint = Endpoint::of(request);
    let region = endpoint.as_ref().and_then(Endpoint::region).unwrap_or(&state.config.region);
    let call = Call::read(request, scoped, region);

    // The one operation for which a signature does not matter, present or not.
    if let Ok(call) = &call
        && call.operation == sts::UNSIGNED
        && matches!(call.service.as_str(), "sts" | "")
    {
        let request = StsRequest { state, wire: request, call };
        let answer = Box::pin(request.answer_unsigned(trace)).await?;
        return Ok(xml_done(answer.to_xml(request_id)));
    }

    let presented = presented?.ok_or(ErrorResponse::MissingAuthentication)?;
    let is_global_s3 = endpoint.as_ref().is_some_and(Endpoint::is_global_s3);
    endpoint.map_or(Ok(()), |endpoint| endpoint.admit(&presented.scope, presented.place))?;
    let content = call.as_ref().map_or(Content::Signed, Call::content);
    let (caller, mut passage) = authenticate(state, request, &presented, content).await?;
    if let Some(passage) = passage.take_if(|_| !is_upload) {
        passage.check_whole(request)?;
    }
    trace.principal(caller.arn.as_str());
    trace.founding(caller.is_founder);
    trace.session(caller.session.as_ref().map(|session| session.record()));
    let mut call = call?;
    trace.action(call.action());
    trace.region(&call.region);
    requirement::limits_of_session(&caller, &call)?;
    // Boxed is what is large and rare, so that no other request has to be as large.
    match call.service.as_str() {
        "sts" => {
            let request = StsRequest { state, wire: request, call: &call };
            let answer = Box::pin(request.answer(&caller, trace)).await?;
            Ok(xml_done(answer.to_xml(request_id)))
        }
        "iam" => Box::pin(iam(state, request, &mut call, &caller, (request_id, trace))).await,
        "s3" => {
            let signed = s3::Signed { caller: &caller, presented: &presented, is_global_s3 };
            match passage {
                Some(passage) => {
                    let upload = Upload { state, source, signed };
                    Box::pin(upload.answer(request, passage, trace)).await
                }
                None => Box::pin(s3::answer(state, request, signed, trace)).await,
            }
        }
        "organizations" if call.operation != organization::DESCRIBE => {
            Err(organization::not_asked(&call.action()))
        }
        "organizations" => {
            let own = caller.account_id();
            authorize(state, request, &call, (&caller, own), trace).await?;
            let json = organization::describe(&state.organization, caller.account_id())?;
            Ok(own_done("application/x-amz-json-1.1", json))
        }
        _ => forward(state, request, &mut call, &caller, trace).await,
    }
}

/// What is neither answered here nor needs more than being asked for.
async fn forward(
    state: &State,
    request: &WireRequest,
    call: &mut Call,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<Done, ErrorResponse> {
    let beyond = constraint::refusal(call);
    let told = |error| constraint::told(error, beyond.as_ref());
    let owner = check_names(call, caller.account_id()).map_err(told)?;
    authorize(state, request, call, (caller, &owner), trace).await.map_err(told)?;
    beyond.map_or(Ok(()), Err)?;
    block::check(call)?;
    dry_run(call)?;
    let written = written::of_resource(state, caller, (request, call)).await?;
    let _changing = resource::touched(call).map(|it| state.resources.writing(it));
    // Stacks make users and roles behind the gate's back, and go on doing so until
    // a later call finds them complete.
    let makes_principals = call.service == "cloudformation";
    let _writing = match makes_principals {
        true => Some(caller.account.writing(Touched::Whole).await),
        false => None,
    };
    let answer = send(state, &owner, call, trace).await?;
    if let Some(written) = written {
        written.end_of_resource(caller, call, &answer);
    }
    Ok(match call.input {
        Input::Tree(_) => s3::done(answer, request.method == "HEAD"),
        _ => done(answer),
    })
}

/// An answer of the gate's own.
fn own_done(content_type: &str, body: String) -> Done {
    Done {
        status: 200,
        content_type: content_type.to_owned(),
        further: HeaderMap::new(),
        body: Body::whole(body),
    }
}

fn xml_done(xml: String) -> Done {
    own_done("text/xml", xml)
}

async fn iam(
    state: &State,
    request: &WireRequest,
    call: &mut Call,
    caller: &Caller,
    (request_id, trace): (&str, &mut Trace),
) -> Result<Done, ErrorResponse> {
    iam_write::name_the_caller(call, caller);
    iam_write::check_required(call)?;
    authorize(state, request, call, (caller, caller.account_id()), trace).await?;
    let Input::Query(parameters) = call.input.clone() else {
        return Err(ErrorResponse::malformed("IAM speaks the Query protocol"));
    };
    iam_write::check(state, caller, &call.operation, &parameters, trace).await?;
    if simulation::is_simulation(&call.operation) {
        let xml = simulation::answer(state, caller, call, &parameters).await?;
        return Ok(xml_done(xml));
    }
    let written = written::of_role(state, caller, &call.operation, &parameters).await?;
    let sent = {
        let touched = iam_write::touched(caller.account_id(), &call.operation, &parameters);
        let _writing = match touched {
            Some(touched) => Some(caller.account.writing(touched).await),
            None => None,
        };
        send(state, caller.account_id(), call, trace).await
    };
    if let Some(list) = unknown_operation::of(&call.operation, &sent) {
        let asked = (call.operation.as_str(), list);
        let answer = unknown_operation::answer(caller, asked, &parameters, request_id);
        return answer.await.map(xml_done);
    }
    let answer = sent?;
    if let Some(written) = written {
        written.end_of_role(caller, &call.operation, &answer);
    }
    if answer.is_success() {
        iam_write::note_keys(state, caller, &parameters, &call.operation, &answer).await?;
    }
    let body = match std::str::from_utf8(&answer.body) {
        Ok(text) => Body::whole(repair_iam(text)),
        Err(_) => Body::whole(answer.body.clone()),
    };
    Ok(Done { body, ..done(answer) })
}

/// Asks the emulator for the account whose resources the call names.
async fn send(
    state: &State,
    account: &AccountId,
    call: &Call,
    trace: &mut Trace,
) -> Result<Answer, ErrorResponse> {
    let answer = state.upstream.send(account, call).await?;
    trace.upstream(answer.milliseconds, answer.error_code());
    in_protocol(call, answer)
}

/// The answer, if it is one of the protocol's.
fn in_protocol(call: &Call, answer: Answer) -> Result<Answer, ErrorResponse> {
    let answer = answer.without_null(call.protocol);
    match answer.is_in(call.protocol) {
        true => Ok(answer),
        false => Err(ErrorResponse::Internal(format!(
            "the emulator behind the gate failed at `{}` with status {}",
            call.action(),
            answer.status
        ))),
    }
}

fn done(answer: Answer) -> Done {
    let content_type = answer
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("text/xml")
        .to_owned();
    let further = FURTHER
        .iter()
        .filter_map(|name| {
            let value = answer.headers.get(*name)?;
            Some((HeaderName::from_static(name), value.clone()))
        })
        .collect();
    Done { status: answer.status, content_type, further, body: Body::whole(answer.body) }
}
