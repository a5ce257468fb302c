//! The input of a call as the model's shapes have it: read from a protocol's form, and written
//! anew in the one canonical form of that protocol. Nothing is in it that the model lacks, and
//! nothing of another type; what does not fit is refused, since an emulator may make something
//! of it that nobody authorized.
//!
//! A tree is JSON by the model's names of members; moments are as they came, bytes are base64.

mod json;
mod misfit;
mod query;
mod scalar;

use aws_model::Protocol;
use serde_json::{Map, Value};

use crate::api::Api;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// The parameters of a call, read into a tree and written anew.
///
/// # Errors
/// The service's own, for what does not fit.
pub(crate) fn rewrite_query(
    api: Api,
    parameters: &Parameters,
) -> Result<Parameters, ErrorResponse> {
    let protocol = query_protocol(api);
    let tree = query::read(api, protocol, parameters).map_err(|it| it.answer(api, protocol))?;
    Ok(query::write(api, protocol, &tree))
}

/// The members of a JSON call, made to fit in place: by their names on the wire.
///
/// # Errors
/// The service's own, for what does not fit.
pub(crate) fn fit_json(api: Api, members: &mut Map<String, Value>) -> Result<(), ErrorResponse> {
    let protocol = Protocol::Json11;
    json::fit(api, protocol, members).map_err(|it| it.answer(api, protocol))
}

fn query_protocol(api: Api) -> Protocol {
    match api.service.speaks(Protocol::Ec2) {
        true => Protocol::Ec2,
        false => Protocol::Query,
    }
}
