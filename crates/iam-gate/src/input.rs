//! The input of a call as the model's shapes have it: read from a protocol's form, and written
//! anew in the one canonical form of that protocol. Nothing is in it that the model lacks, and
//! nothing of another type; what does not fit is refused, since an emulator may make something
//! of it that nobody authorized.
//!
//! A tree is JSON by the model's names of members; moments are as they came, bytes are base64.

mod cbor;
mod json;
mod misfit;
mod query;
mod rest;
mod scalar;
mod xml;

use aws_model::Protocol;
use serde_json::{Map, Value};

use crate::api::{Api, Routed};
use crate::error_response::ErrorResponse;
use crate::wire::{Parameters, WireRequest};

pub(crate) use rest::RestRequest;

/// The input of a call whose form is written only when it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) api: Api,
    /// The form that it came in and is sent in.
    pub(crate) protocol: Protocol,
    pub(crate) members: Map<String, Value>,
}

impl Tree {
    /// Reads a REST request.
    ///
    /// # Errors
    /// The service's own, for what does not fit.
    pub(crate) fn of_rest(routed: &Routed, request: &WireRequest) -> Result<Self, ErrorResponse> {
        let (api, protocol) = (routed.api, routed.protocol);
        let members = rest::read(routed, request).map_err(|it| it.answer(api, protocol))?;
        Ok(Self { api, protocol, members })
    }

    /// Reads a body of CBOR.
    ///
    /// # Errors
    /// As [`Self::of_rest`].
    pub(crate) fn of_cbor(api: Api, body: &[u8]) -> Result<Self, ErrorResponse> {
        let protocol = Protocol::SmithyRpcV2Cbor;
        let read = cbor::parse(body).ok_or(misfit::Misfit::NotWhole);
        let read = read.and_then(|body| cbor::read(api, body));
        Ok(Self { api, protocol, members: read.map_err(|it| it.answer(api, protocol))? })
    }

    /// Reads the parameters of a call.
    ///
    /// # Errors
    /// As [`Self::of_rest`].
    pub(crate) fn of_query(api: Api, parameters: &Parameters) -> Result<Self, ErrorResponse> {
        let protocol = query_protocol(api);
        let members = query::read(api, protocol, parameters);
        Ok(Self { api, protocol, members: members.map_err(|it| it.answer(api, protocol))? })
    }

    /// The request to send.
    pub(crate) fn write(&self) -> RestRequest {
        match self.protocol {
            Protocol::SmithyRpcV2Cbor => {
                let target = self.api.service.target_prefix.unwrap_or_default();
                let content_type = ("content-type".to_owned(), "application/cbor".to_owned());
                let smithy = ("smithy-protocol".to_owned(), "rpc-v2-cbor".to_owned());
                RestRequest {
                    method: "POST",
                    path: format!("/service/{target}/operation/{}", self.api.operation.name),
                    query: String::new(),
                    headers: vec![content_type, smithy],
                    body: cbor::write(self.api, &self.members),
                }
            }
            protocol => rest::write(self.api, protocol, &self.members),
        }
    }
}

/// The parameters of a call, read into a tree and written anew.
///
/// # Errors
/// The service's own, for what does not fit.
pub(crate) fn rewrite_query(
    api: Api,
    parameters: &Parameters,
) -> Result<Parameters, ErrorResponse> {
    let tree = Tree::of_query(api, parameters)?;
    Ok(query::write(api, tree.protocol, &tree.members))
}

/// The members of a JSON call, made to fit in place: by their names on the wire.
///
/// # Errors
/// The service's own, for what does not fit.
pub(crate) fn fit_json(api: Api, members: &mut Map<String, Value>) -> Result<(), ErrorResponse> {
    json::fit(api, members).map_err(|it| it.answer(api, Protocol::Json11))
}

fn query_protocol(api: Api) -> Protocol {
    match api.service.speaks(Protocol::Ec2) {
        true => Protocol::Ec2,
        false => Protocol::Query,
    }
}
