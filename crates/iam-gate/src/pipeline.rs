//! The one way a request takes through the gate.

mod s3;

use std::sync::Arc;

use bytes::Bytes;
use fed_types::AccountId;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, header};
use hyper::body::Incoming;

use crate::account::Touched;
use crate::action;
use crate::body::Body;
use crate::call::{Call, Input, check_names};
use crate::caller::{Caller, authenticate};
use crate::control;
use crate::error_response::{ErrorResponse, render};
use crate::intake::Room;
use crate::protocol::Protocol;
use crate::repair::repair_iam;
use crate::state::State;
use crate::sts::{self, StsRequest};
use crate::trace::Trace;
use crate::unknown_to_moto;
use crate::upstream::Answer;
use crate::wire::WireRequest;
use crate::{authorization, iam_write, requirement, resource, signature, simulation};

/// What goes back to the client when nothing stands against it.
struct Done {
    status: u16,
    content_type: String,
    /// What clients read beside the body.
    further: HeaderMap,
    body: Bytes,
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
    let body = state.intake.read(body).await;
    let whole = body.is_ok();
    // A task of its own: a write goes on to its end though the client has gone, and the
    // account is read anew after it.
    let work = tokio::spawn(respond(Arc::clone(state), head, body, request_id.clone()));
    let mut response = work.await.unwrap_or_else(|_| {
        let error_response = ErrorResponse::Internal("the gate failed at this request".to_owned());
        let rendered = render(&error_response, Protocol::of_query("sts"), &request_id);
        build(rendered.status, rendered.content_type, rendered.body.into(), &request_id)
    });
    if !whole {
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
    body: Result<(Bytes, Room), ErrorResponse>,
    request_id: String,
) -> Response<Body> {
    let mut trace = Trace::default();
    let (body, _room, error_response) = match body {
        Ok((body, room)) => (body, Some(room), None),
        Err(error_response) => (Bytes::new(), None, Some(error_response)),
    };
    let mut request = WireRequest::new(&head, body);
    let outcome = match (&mut request, error_response) {
        (_, Some(error_response)) => Err(error_response),
        (Ok(request), None) => serve(&state, request, &request_id, &mut trace).await,
        (Err(fault), None) => Err(ErrorResponse::malformed(fault.to_string())),
    };
    let now = state.config.clock.now();
    match outcome {
        Ok(done) => {
            state.decisions.record(trace.record(now, &request_id, done.status, None));
            let mut response = build(done.status, &done.content_type, done.body, &request_id);
            response.headers_mut().extend(done.further);
            response
        }
        Err(error_response) => {
            let protocol =
                request.map_or(Protocol::of_query("sts"), |request| Protocol::guess(&request));
            let rendered = render(&error_response, protocol, &request_id);
            let said = Some((rendered.code.as_str(), rendered.message.as_str()));
            state.decisions.record(trace.record(now, &request_id, rendered.status, said));
            build(rendered.status, rendered.content_type, rendered.body.into(), &request_id)
        }
    }
}

fn build(status: u16, content_type: &str, body: Bytes, request_id: &str) -> Response<Body> {
    let mut response = Response::new(Body::whole(body));
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

async fn serve(
    state: &State,
    request: &mut WireRequest,
    request_id: &str,
    trace: &mut Trace,
) -> Result<Done, ErrorResponse> {
    let presented = signature::read(request);
    let scoped = presented.as_ref().ok().and_then(Option::as_ref);
    let call = Call::read(request, scoped, &state.config.region);

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
    let caller = authenticate(state, request, &presented).await?;
    trace.principal(caller.arn.as_str());
    let mut call = call?;
    trace.action(call.action());
    requirement::limits_of_session(&caller, &call)?;
    // Boxed is what is large and rare, so that no other request has to be as large.
    match call.service.as_str() {
        "sts" => {
            let request = StsRequest { state, wire: request, call: &call };
            let answer = Box::pin(request.answer(&caller, trace)).await?;
            Ok(xml_done(answer.to_xml(request_id)))
        }
        "iam" => Box::pin(iam(state, request, &mut call, &caller, (request_id, trace))).await,
        "s3" => Box::pin(s3::answer(state, request, &caller, &presented, trace)).await,
        _ => {
            let owner = check_names(&mut call, caller.account_id())?;
            authorize(state, request, &call, &caller, trace).await?;
            dry_run(&call)?;
            resource::refuse_malformed(&call)?;
            let _changing = resource::touched(&call).map(|it| state.resources.writing(it));
            // Stacks make users and roles behind the gate's back, and go on doing so until
            // a later call finds them complete.
            let makes_principals = call.service == "cloudformation";
            let _writing = match makes_principals {
                true => Some(caller.account.writing(Touched::Whole).await),
                false => None,
            };
            let answer = send(state, &owner, &call, trace).await?;
            Ok(match call.input {
                Input::Tree(_) => s3::done(answer, request.method == "HEAD"),
                _ => done(answer),
            })
        }
    }
}

/// An answer of the gate's own.
fn xml_done(xml: String) -> Done {
    Done {
        status: 200,
        content_type: "text/xml".to_owned(),
        further: HeaderMap::new(),
        body: xml.into(),
    }
}

async fn authorize(
    state: &State,
    request: &WireRequest,
    call: &Call,
    caller: &Caller,
    trace: &mut Trace,
) -> Result<(), ErrorResponse> {
    let demands = action::demands(state, call, caller).await?;
    let context = authorization::of_request(caller, request, call, state.config.clock.now());
    requirement::demand(state, caller, &demands, &context, trace).await
}

/// EC2's `DryRun` ends here.
fn dry_run(call: &Call) -> Result<(), ErrorResponse> {
    let asked = call.service == "ec2"
        && call.input.text("DryRun").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    match asked {
        true => Err(ErrorResponse::DryRun),
        false => Ok(()),
    }
}

async fn iam(
    state: &State,
    request: &WireRequest,
    call: &mut Call,
    caller: &Caller,
    (request_id, trace): (&str, &mut Trace),
) -> Result<Done, ErrorResponse> {
    iam_write::name_the_caller(call, caller);
    authorize(state, request, call, caller, trace).await?;
    let Input::Query(parameters) = call.input.clone() else {
        return Err(ErrorResponse::malformed("IAM speaks the Query protocol"));
    };
    iam_write::check(state, caller, &call.operation, &parameters, trace).await?;
    if simulation::is_simulation(&call.operation) {
        let xml = simulation::answer(state, caller, call, &parameters).await?;
        return Ok(xml_done(xml));
    }
    let sent = {
        let touched = iam_write::touched(caller.account_id(), &call.operation, &parameters);
        let _writing = match touched {
            Some(touched) => Some(caller.account.writing(touched).await),
            None => None,
        };
        send(state, caller.account_id(), call, trace).await
    };
    let answer = match sent {
        Err(ErrorResponse::Internal(_)) if unknown_to_moto::is_meant(&call.operation) => {
            return unknown_to_moto::answer(caller, &parameters, request_id).await.map(xml_done);
        }
        sent => sent?,
    };
    if answer.is_success() {
        iam_write::note_keys(state, caller, &parameters, &call.operation, &answer).await?;
    }
    let body = match std::str::from_utf8(&answer.body) {
        Ok(text) => repair_iam(text).into(),
        Err(_) => answer.body.clone(),
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
    trace.upstream(answer.milliseconds);
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
    Done { status: answer.status, content_type, further, body: answer.body }
}
