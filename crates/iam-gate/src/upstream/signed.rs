//! What is signed for the emulator, body and all.

use bytes::Bytes;
use fed_types::AccountId;
use http::request::Builder;
use http::{Request, header};

use super::Upstream;
use crate::call::Call;
use crate::error_response::ErrorResponse;
use crate::signature::sha256_hex;
use crate::transfer::Outgoing;

impl Upstream {
    /// Signs a request that was written anew. `target` is method, path and query as they are
    /// signed; `host` names the service.
    pub(super) fn signed(
        &self,
        account: &AccountId,
        call: &Call,
        (host, target): (String, &str),
        request: Builder,
        body: Bytes,
    ) -> Result<Request<Outgoing>, ErrorResponse> {
        let (date, authorization) = self.signer(account, call).sign(target, &host, &body);
        request
            .header(header::HOST, host)
            .header("x-amz-date", date)
            .header("x-amz-content-sha256", sha256_hex(&body))
            .header(header::AUTHORIZATION, authorization)
            .header("x-moto-account-id", account.as_str())
            .body(body.into())
            .map_err(|error| ErrorResponse::malformed(error.to_string()))
    }
}
