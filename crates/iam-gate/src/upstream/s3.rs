//! Writes S3's requests anew for the emulator.

use bytes::Bytes;
use fed_types::AccountId;
use http::Request;
use http_body_util::Full;

use super::Upstream;
use crate::call::{Call, S3Request};
use crate::error_response::ErrorResponse;

impl Upstream {
    /// The request with the bucket in its path, and with nothing but what was read of it.
    pub(super) fn s3_request(
        &self,
        account: &AccountId,
        call: &Call,
        read: &S3Request,
    ) -> Result<Request<Full<Bytes>>, ErrorResponse> {
        // S3's own name: neither a queue's, nor a website's, nor one with a bucket in it.
        let host = format!("s3.{}.amazonaws.com", call.region);
        let mut request = Request::builder().method(read.method.as_str()).uri(read.target());
        for (name, value) in read.forwarded_headers() {
            request = request.header(name, value);
        }
        let signed = read.canonical_target();
        self.signed(account, call, (host, &signed), request, read.body.clone())
    }
}
