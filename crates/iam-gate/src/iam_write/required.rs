//! What a call must say, by AWS's model.

use crate::call::Call;
use crate::constraint;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// Lists that may be left out of what the model requires, and may not be empty.
const NOT_EMPTY: [&str; 2] = ["TagKeys", "Tags"];

/// Refuses a call that leaves out what its operation requires.
///
/// # Errors
/// `ValidationError` with all that is missing, and `InvalidInput` for no tags at all.
pub(super) fn check(call: &Call, parameters: &Parameters) -> Result<(), ErrorResponse> {
    let Some(structure) = call.api().ok().and_then(|api| api.service.input(api.operation)) else {
        return Ok(());
    };
    let required = structure.members.iter().filter(|member| member.required);
    let mut missing = Vec::new();
    for member in required {
        let stem = format!("{}.", member.name);
        let has_parts = parameters.iter().any(|(name, _)| name.starts_with(&stem));
        match parameters.get(member.name) {
            _ if has_parts => {}
            None => missing.push(constraint::fault(
                Some("null"),
                &lower_first(member.name),
                "Member must not be null",
            )),
            Some("") if NOT_EMPTY.contains(&member.name) => {
                return Err(ErrorResponse::answered(
                    400,
                    "InvalidInput",
                    format!("{} must not be empty.", member.name),
                ));
            }
            Some(_) => {}
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(ErrorResponse::validation(constraint::sentence(&missing))),
    }
}

/// As members are called in these sentences.
pub(super) fn lower_first(parameter: &str) -> String {
    let mut member = parameter.to_owned();
    if let Some(first) = member.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    member
}
