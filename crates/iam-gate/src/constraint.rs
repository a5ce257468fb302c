//! The bounds, patterns and enumerations of AWS's models, and the sentence in which services
//! refuse what is beyond them: `N validation errors detected: Value 'x' at 'member' failed to
//! satisfy constraint: …`.
//!
//! Only services of which the sentence is on record say it (`known`); of all others the emulator
//! answers. What is not known of a service's words is not told: a fault that cannot be told by
//! itself refuses nothing.

mod known;
mod pattern;
mod walk;

use serde_json::{Map, Value};

use crate::call::{Call, Input};
use crate::error_response::ErrorResponse;
use crate::input::Tree;
use known::Known;
use walk::{Names, Walk};

/// What the service says of a call whose input is beyond its bounds, where that is known.
pub(crate) fn refusal(call: &Call) -> Option<ErrorResponse> {
    let known = Known::of(&call.service, &call.operation)?;
    let api = call.api().ok()?;
    let structure = api.service.input(api.operation)?;
    let mut walk = Walk::new(api.service, known);
    match &call.input {
        Input::Json { members, .. } => walk.structure(structure, members, Names::OnWire, ""),
        Input::Tree(tree) => walk.structure(structure, &tree.members, Names::OfModel, ""),
        Input::Query(parameters) => {
            let members: Map<String, Value> = Tree::of_query(api, parameters).ok()?.members;
            walk.structure(structure, &members, Names::OfModel, "");
        }
        Input::S3(_) => return None,
    }
    let message = match walk.found() {
        Ok(own) => own.to_owned(),
        Err(faults) if faults.is_empty() => return None,
        Err(faults) => sentence(&faults),
    };
    Some(ErrorResponse::answered(400, known.code, message))
}

/// Which is told of an error and of what is beyond the bounds: who lacks the permission learns
/// that and nothing else; of what is not there, or names nothing, a service speaks only where the
/// input is within its bounds.
pub(crate) fn told(error: ErrorResponse, beyond: Option<&ErrorResponse>) -> ErrorResponse {
    match (&error, beyond) {
        (ErrorResponse::Answered { .. } | ErrorResponse::Undecidable(_), Some(it)) => it.clone(),
        _ => error,
    }
}

/// All faults in one sentence.
pub(crate) fn sentence(faults: &[String]) -> String {
    let detected = match faults.len() {
        1 => "1 validation error detected".to_owned(),
        count => format!("{count} validation errors detected"),
    };
    format!("{detected}: {}", faults.join("; "))
}

/// One fault: `value` as it is shown, or nothing.
pub(crate) fn fault(value: Option<&str>, member: &str, constraint: &str) -> String {
    let shown = value.map(|value| format!("{value} ")).unwrap_or_default();
    format!("Value {shown}at '{member}' failed to satisfy constraint: {constraint}")
}

#[cfg(test)]
mod tests;
