//! Writes S3's requests anew for the emulator.

use bytes::Bytes;
use fed_types::AccountId;
use http::{Request, header};
use http_body_util::Full;

use super::Upstream;
use crate::call::{Call, S3Request};
use crate::error_response::ErrorResponse;
use crate::signature::{Signer, sha256_hex};

impl Upstream {
    /// The request with the bucket in its path, and with nothing but what was read of it.
    pub(super) fn s3_request(
        &self,
        account: &AccountId,
        call: &Call,
        read: &S3Request,
    ) -> Result<Request<Full<Bytes>>, ErrorResponse> {
        let signer = Signer {
            access_key_id: account.as_str(),
            secret_access_key: &self.secret,
            region: &call.region,
            service: &call.service,
            now: self.clock.real(),
        };
        // S3's own name: neither a queue's, nor a website's, nor one with a bucket in it.
        let host = format!("s3.{}.amazonaws.com", call.region);
        let (date, authorization) = signer.sign(&read.canonical_target(), &host, &read.body);
        let mut request = Request::builder()
            .method(read.method.as_str())
            .uri(read.target())
            .header(header::HOST, host)
            .header("x-amz-date", date)
            .header("x-amz-content-sha256", sha256_hex(&read.body))
            .header(header::AUTHORIZATION, authorization)
            .header("x-moto-account-id", account.as_str());
        for (name, value) in read.forwarded_headers() {
            request = request.header(name, value);
        }
        request
            .body(Full::new(read.body.clone()))
            .map_err(|error| ErrorResponse::malformed(error.to_string()))
    }
}
