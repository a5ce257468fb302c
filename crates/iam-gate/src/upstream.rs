//! Asks the emulator, with time and size bounded.

mod connections;
mod error_code;
mod object;
mod s3;
mod signed;
mod tree;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use fed_types::{AccountId, Secret};
use http::{HeaderMap, Request, Response, header};
use url::Url;

use crate::call::{Call, Input};
use crate::error_response::ErrorResponse;
use crate::protocol::Protocol;
use crate::signature::Signer;
use crate::transfer::Outgoing;
use crate::wire::Parameters;
use crate::{Clock, Limits};
use connections::{Connections, ExchangeError};
pub(crate) use object::{BrokenOff, Fetched, Outbound};

/// How long to wait before a question is asked again.
const PAUSES: [Duration; 3] =
    [Duration::from_millis(5), Duration::from_millis(20), Duration::from_millis(80)];

/// What the emulator answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) milliseconds: f64,
}

impl Answer {
    fn of(response: Response<Bytes>, start: Instant) -> Self {
        let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
        let (head, body) = response.into_parts();
        Self { status: head.status.as_u16(), headers: head.headers, body, milliseconds }
    }

    /// Without the `null` that moto's JSON services say where AWS says nothing.
    pub(crate) fn without_null(mut self, protocol: Protocol) -> Self {
        if matches!(protocol, Protocol::Json { .. }) && self.is_success() && *self.body == *b"null"
        {
            self.body = Bytes::new();
        }
        self
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The code of the error that it is, if it is one.
    pub(crate) fn error_code(&self) -> Option<String> {
        match self.status {
            0..400 => None,
            _ => error_code::error_code(&self.headers, &self.body),
        }
    }

    /// Whether it looks like an answer in this protocol, and not like a web server's page.
    pub(crate) fn is_in(&self, protocol: Protocol) -> bool {
        let start = self.body.trim_ascii_start();
        match protocol {
            // An object is whatever it is.
            Protocol::RestXml | Protocol::RestJson if self.is_success() || start.is_empty() => true,
            // A map, its length known or not, unless it is the page of a web server.
            Protocol::Cbor => {
                start.first().is_none_or(|first| (0xa0..=0xbb).contains(first) || *first == 0xbf)
            }
            Protocol::Ec2 | Protocol::Query { .. } | Protocol::RestXml => {
                let page = [&b"<!doctype"[..], b"<html"].into_iter().any(|tag| {
                    start.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag))
                });
                start.starts_with(b"<") && !page
            }
            Protocol::Json { .. } | Protocol::RestJson => {
                start.is_empty() || start.starts_with(b"{")
            }
        }
    }
}

/// The emulator, reached over kept-alive connections.
pub(crate) struct Upstream {
    connections: Arc<Connections>,
    failures: AtomicU64,
    /// Until when a call whose end nobody saw may still be carried out.
    settled: Mutex<Option<Instant>>,
    host: String,
    limits: Limits,
    clock: Clock,
    secret: Secret,
}

impl Upstream {
    pub(crate) fn new(url: &Url, limits: Limits, clock: Clock) -> Self {
        let name = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        let port = url.port_or_known_default().unwrap_or(80);
        Self {
            connections: Arc::new(Connections::new(
                format!("{name}:{port}"),
                limits.upstream_connections,
            )),
            failures: AtomicU64::new(0),
            settled: Mutex::default(),
            host,
            limits,
            clock,
            // The emulator tells accounts by the access key id and checks no signature.
            secret: Secret::new("emulator"),
        }
    }

    /// How long the emulator may take to answer.
    pub(crate) fn patience(&self) -> Duration {
        self.limits.upstream_time
    }

    /// How many idle connections the emulator has closed, and how often it did not answer:
    /// after each it may be another one, started anew, that holds nothing of what was read.
    pub(crate) fn breaks(&self) -> u64 {
        self.connections.closed() + self.failures.load(Ordering::SeqCst)
    }

    /// Sends a question of the gate's own, and again when the emulator fails at it, or where
    /// it says that the bucket in question is.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when no whole answer comes in time.
    pub(crate) async fn ask(
        &self,
        account: &AccountId,
        question: &Call,
    ) -> Result<Answer, ErrorResponse> {
        // Apart from the stack: questions are asked deep within others.
        let answer = Box::pin(self.ask_again(account, question)).await?;
        match bucket_region(question, &answer) {
            None => Ok(answer),
            Some(region) => {
                let region = region.to_owned();
                Box::pin(self.ask_again(account, &Call { region, ..question.clone() })).await
            }
        }
    }

    /// It may fail while what it is asked about is being written.
    async fn ask_again(
        &self,
        account: &AccountId,
        question: &Call,
    ) -> Result<Answer, ErrorResponse> {
        for pause in PAUSES {
            let answer = self.exchange(self.request(account, question)?).await?;
            if !matches!(answer.status, 500 | 502..=599) {
                return Ok(answer);
            }
            tokio::time::sleep(pause).await;
        }
        self.exchange(self.request(account, question)?).await
    }

    /// Sends a call on behalf of an account and reads the whole answer.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when no whole answer comes in time.
    pub(crate) async fn send(
        &self,
        account: &AccountId,
        call: &Call,
    ) -> Result<Answer, ErrorResponse> {
        let request = self.request(account, call)?;
        let sent = self.exchange(request).await;
        if sent.is_err() {
            let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
            *settled = Some(Instant::now() + self.limits.upstream_time);
        }
        sent
    }

    /// Until when the emulator may still do what it was told by a call whose end nobody saw: as
    /// long again as it had for an answer.
    pub(crate) fn settled(&self) -> Option<Instant> {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request and reads the whole answer.
    async fn exchange(&self, request: Request<Outgoing>) -> Result<Answer, ErrorResponse> {
        let answer = self.try_to_exchange(request).await;
        self.counted(answer)
    }

    /// Counts it where it is a failure.
    fn counted<T>(&self, done: Result<T, ErrorResponse>) -> Result<T, ErrorResponse> {
        if done.is_err() {
            self.failures.fetch_add(1, Ordering::SeqCst);
        }
        done
    }

    async fn try_to_exchange(&self, request: Request<Outgoing>) -> Result<Answer, ErrorResponse> {
        let start = Instant::now();
        let exchange = self.connections.exchange(request, self.limits.upstream_body);
        match tokio::time::timeout(self.limits.upstream_time, exchange).await {
            Ok(Ok(response)) => Ok(Answer::of(response, start)),
            Ok(Err(error)) => Err(failed(&error)),
            Err(_) => Err(self.late()),
        }
    }

    fn late(&self) -> ErrorResponse {
        ErrorResponse::Upstream(format!(
            "the emulator behind the gate did not answer within {} s",
            self.limits.upstream_time.as_secs()
        ))
    }

    /// A question to IAM, answered with XML.
    pub(crate) async fn ask_iam<const N: usize>(
        &self,
        account: &AccountId,
        operation: &str,
        parameters: [(&str, &str); N],
    ) -> Result<Answer, ErrorResponse> {
        let call = Call {
            service: "iam".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::of_query("iam"),
            region: "us-east-1".to_owned(),
            input: Input::Query(
                Parameters::from(parameters)
                    .with("Action", operation)
                    .with("Version", "2010-05-08"),
            ),
        };
        self.ask(account, &call).await
    }

    /// Signs as the account, which is how the emulator is told of it.
    fn signer<'a>(&'a self, account: &'a AccountId, call: &'a Call) -> Signer<'a> {
        Signer {
            access_key_id: account.as_str(),
            secret_access_key: &self.secret,
            region: &call.region,
            service: &call.service,
            now: self.clock.real(),
        }
    }

    fn request(
        &self,
        account: &AccountId,
        call: &Call,
    ) -> Result<Request<Outgoing>, ErrorResponse> {
        if let Input::S3(request) = &call.input {
            return self.s3_request(account, call, request);
        }
        if let Input::Tree(tree) = &call.input {
            return self.tree_request(account, call, tree);
        }
        let body = call.input.to_body();
        let signer = self.signer(account, call);
        let (date, authorization) = signer.sign_post(&self.host, &body);
        let mut request = Request::post("/")
            .header(header::HOST, &self.host)
            .header("x-amz-date", date)
            .header(header::AUTHORIZATION, authorization)
            // moto tells accounts by this.
            .header("x-moto-account-id", account.as_str());
        request = match &call.input {
            Input::Query(_) => request
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8"),
            Input::Json { target, .. } => {
                let content_type = match call.protocol {
                    Protocol::Json { content_type, .. } => content_type,
                    _ => "application/x-amz-json-1.1",
                };
                request.header(header::CONTENT_TYPE, content_type).header("x-amz-target", target)
            }
            Input::S3(_) | Input::Tree(_) => request,
        };
        request.body(body.into()).map_err(|error| ErrorResponse::malformed(error.to_string()))
    }
}

/// The region that S3 sends the question on to.
///
/// Source: S3 user guide, "Making requests", "Request redirection".
fn bucket_region<'a>(question: &Call, answer: &'a Answer) -> Option<&'a str> {
    let is_sent_on = question.service == "s3" && answer.status == 301;
    let region = answer.headers.get("x-amz-bucket-region").filter(|_| is_sent_on)?;
    region.to_str().ok().filter(|region| fed_types::is_region(region))
}

fn failed(error: &ExchangeError) -> ErrorResponse {
    tracing::warn!(error = error as &dyn std::error::Error, "tried to ask the emulator");
    ErrorResponse::Upstream(match error {
        ExchangeError::Connect(_) | ExchangeError::Answer(_) => {
            "the emulator behind the gate cannot be reached".to_owned()
        }
        ExchangeError::Body(_) => "the emulator behind the gate broke off its answer".to_owned(),
    })
}
