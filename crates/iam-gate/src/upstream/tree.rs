//! Writes REST and CBOR anew for the emulator.

use bytes::Bytes;
use fed_types::AccountId;
use http::{Request, header};
use http_body_util::Full;

use super::Upstream;
use crate::call::Call;
use crate::error_response::ErrorResponse;
use crate::input::Tree;
use crate::signature::{Signer, sha256_hex};

impl Upstream {
    /// The request by the model, with nothing but what was read of it, at the service's own
    /// host.
    pub(super) fn tree_request(
        &self,
        account: &AccountId,
        call: &Call,
        tree: &Tree,
    ) -> Result<Request<Full<Bytes>>, ErrorResponse> {
        let signer = Signer {
            access_key_id: account.as_str(),
            secret_access_key: &self.secret,
            region: &call.region,
            service: &call.service,
            now: self.clock.real(),
        };
        let written = tree.write();
        let host = format!("{}.{}.amazonaws.com", tree.api.service.endpoint_prefix, call.region);
        let canonical = format!("{}\n{}\n{}", written.method, written.path, written.query);
        let (date, authorization) = signer.sign(&canonical, &host, &written.body);
        let target = match written.query.is_empty() {
            true => written.path,
            false => format!("{}?{}", written.path, written.query),
        };
        let mut request = Request::builder()
            .method(written.method)
            .uri(target)
            .header(header::HOST, host)
            .header("x-amz-date", date)
            .header("x-amz-content-sha256", sha256_hex(&written.body))
            .header(header::AUTHORIZATION, authorization)
            .header("x-moto-account-id", account.as_str());
        for (name, value) in written.headers {
            request = request.header(name, value);
        }
        request
            .body(Full::new(written.body))
            .map_err(|error| ErrorResponse::malformed(error.to_string()))
    }
}
