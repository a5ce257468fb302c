//! Writes S3's requests anew for the emulator.

use fed_types::AccountId;
use http::request::Builder;
use http::{Request, header};

use super::Upstream;
use crate::call::{Call, S3Request};
use crate::error_response::ErrorResponse;
use crate::transfer::{Inbound, Outgoing};

const CONTENT_ENCODING: &str = "content-encoding";

impl Upstream {
    /// The request with the bucket in its path, and with nothing but what was read of it.
    pub(super) fn s3_request(
        &self,
        account: &AccountId,
        call: &Call,
        read: &S3Request,
    ) -> Result<Request<Outgoing>, ErrorResponse> {
        let request = with_headers(read, |_| true);
        let signed = read.canonical_target();
        self.signed(account, call, (host(call), &signed), request, read.body.clone())
    }

    /// The same for an object that comes while it is sent.
    pub(super) fn s3_upload(
        &self,
        account: &AccountId,
        call: &Call,
        read: &S3Request,
        content: Box<Inbound>,
    ) -> Result<Request<Outgoing>, ErrorResponse> {
        let (request, stated) = match content.trailer() {
            None => (with_headers(read, |_| true), "UNSIGNED-PAYLOAD"),
            Some(trailer) => {
                let encodings = ["aws-chunked"].into_iter().chain(read.header(CONTENT_ENCODING));
                let encodings = encodings.collect::<Vec<_>>().join(",");
                let request = with_headers(read, |name| name != CONTENT_ENCODING)
                    .header(CONTENT_ENCODING, encodings)
                    .header("x-amz-decoded-content-length", content.length().to_string())
                    .header("x-amz-trailer", trailer);
                (request, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            }
        };
        let host = host(call);
        let signer = self.signer(account, call);
        let (date, authorization) = signer.sign_stated(&read.canonical_target(), &host, stated);
        request
            .header(header::HOST, host)
            .header("x-amz-date", date)
            .header("x-amz-content-sha256", stated)
            .header(header::AUTHORIZATION, authorization)
            .header("x-moto-account-id", account.as_str())
            .body(Outgoing::Object(content))
            .map_err(|error| ErrorResponse::malformed(error.to_string()))
    }
}

/// S3's own name: neither a queue's, nor a website's, nor one with a bucket in it.
fn host(call: &Call) -> String {
    format!("s3.{}.amazonaws.com", call.region)
}

fn with_headers(read: &S3Request, goes: impl Fn(&str) -> bool) -> Builder {
    let request = Request::builder().method(read.method.as_str()).uri(read.target());
    let headers = read.forwarded_headers().filter(|(name, _)| goes(name));
    headers.fold(request, |request, (name, value)| request.header(name, value))
}
