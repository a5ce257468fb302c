//! Writes REST and CBOR anew for the emulator.

use fed_types::AccountId;
use http::Request;

use super::Upstream;
use crate::call::Call;
use crate::error_response::ErrorResponse;
use crate::input::Tree;
use crate::transfer::Outgoing;

impl Upstream {
    /// The request by the model, with nothing but what was read of it, at the service's own
    /// host.
    pub(super) fn tree_request(
        &self,
        account: &AccountId,
        call: &Call,
        tree: &Tree,
    ) -> Result<Request<Outgoing>, ErrorResponse> {
        let written = tree.write();
        let host = format!("{}.{}.amazonaws.com", tree.api.service.endpoint_prefix, call.region);
        let signed = format!("{}\n{}\n{}", written.method, written.path, written.query);
        let target = match written.query.is_empty() {
            true => written.path,
            false => format!("{}?{}", written.path, written.query),
        };
        let mut request = Request::builder().method(written.method).uri(target);
        for (name, value) in written.headers {
            request = request.header(name, value);
        }
        self.signed(account, call, (host, &signed), request, written.body)
    }
}
