//! Asks the emulator, with time and size bounded.

mod s3;

use std::time::{Duration, Instant};

use bytes::Bytes;
use fed_types::{AccountId, Secret};
use http::{HeaderMap, Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use url::Url;

use crate::call::{Call, Input, Protocol};
use crate::refusal::Refusal;
use crate::signature::Signer;
use crate::wire::Parameters;
use crate::{Clock, Limits};

/// What the emulator answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) milliseconds: f64,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it looks like an answer in this protocol, and not like a web server's page.
    pub(crate) fn is_in(&self, protocol: Protocol) -> bool {
        let start = self.body.trim_ascii_start();
        match protocol {
            // An object is whatever it is.
            Protocol::RestXml if self.is_success() || start.is_empty() => true,
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

/// An idle connection is not used again after this long: the emulator closes its own after
/// a while, and a request that meets the closing is lost.
const IDLE_TIME: Duration = Duration::from_secs(5);

/// The emulator, reached over kept-alive connections.
pub(crate) struct Upstream {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: String,
    host: String,
    limits: Limits,
    clock: Clock,
    secret: Secret,
}

impl Upstream {
    pub(crate) fn new(url: &Url, limits: Limits, clock: Clock) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let host = match (url.host_str().unwrap_or_default(), url.port()) {
            (host, Some(port)) => format!("{host}:{port}"),
            (host, None) => host.to_owned(),
        };
        Self {
            client: Client::builder(TokioExecutor::new())
                .pool_idle_timeout(IDLE_TIME)
                .build(connector),
            uri: format!("http://{host}/"),
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

    /// Sends a call on behalf of an account and reads the whole answer.
    ///
    /// # Errors
    /// [`Refusal::Upstream`] when no whole answer comes in time.
    pub(crate) async fn send(&self, account: &AccountId, call: &Call) -> Result<Answer, Refusal> {
        let start = Instant::now();
        let exchange = self.exchange(self.request(account, call)?);
        match tokio::time::timeout(self.limits.upstream_time, exchange).await {
            Ok(Ok((status, headers, body))) => {
                let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
                Ok(Answer { status, headers, body, milliseconds })
            }
            Ok(Err(refusal)) => Err(refusal),
            Err(_) => Err(Refusal::Upstream(format!(
                "the emulator behind the gate did not answer within {} s",
                self.limits.upstream_time.as_secs()
            ))),
        }
    }

    /// An IAM call of the gate's own, answered with XML.
    pub(crate) async fn ask_iam<const N: usize>(
        &self,
        account: &AccountId,
        operation: &str,
        parameters: [(&str, &str); N],
    ) -> Result<Answer, Refusal> {
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
        self.send(account, &call).await
    }

    fn request(&self, account: &AccountId, call: &Call) -> Result<Request<Full<Bytes>>, Refusal> {
        let body = match &call.input {
            Input::S3(request) => return self.s3_request(account, call, request),
            Input::Query(parameters) => parameters.to_form(),
            Input::Json { members, .. } => serde_json::to_string(members)
                .map_err(|error| Refusal::Internal(error.to_string()))?,
        };
        let signer = Signer {
            access_key_id: account.as_str(),
            secret_access_key: &self.secret,
            region: &call.region,
            service: &call.service,
            now: self.clock.real(),
        };
        let (date, authorization) = signer.sign_post(&self.host, body.as_bytes());
        let mut request = Request::post(&self.uri)
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
                    Protocol::Json { content_type } => content_type,
                    _ => "application/x-amz-json-1.1",
                };
                request.header(header::CONTENT_TYPE, content_type).header("x-amz-target", target)
            }
            Input::S3(_) => request,
        };
        request
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| Refusal::malformed(error.to_string()))
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(u16, HeaderMap, Bytes), Refusal> {
        let response = self.client.request(request).await.map_err(|error| {
            tracing::warn!(%error, "tried to ask the emulator");
            Refusal::Upstream("the emulator behind the gate cannot be reached".to_owned())
        })?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, self.limits.upstream_body).collect().await.map_err(|_| {
            Refusal::Upstream("the emulator behind the gate broke off its answer".to_owned())
        })?;
        Ok((head.status.as_u16(), head.headers, body.to_bytes()))
    }
}
