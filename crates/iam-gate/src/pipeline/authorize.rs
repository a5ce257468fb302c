//! Whether the caller may do what is asked, before anything is done.

use fed_types::AccountId;

use crate::action;
use crate::authorization;
use crate::call::Call;
use crate::callback;
use crate::caller::Caller;
use crate::enforcement::Enforcement;
use crate::error_response::ErrorResponse;
use crate::requirement;
use crate::state::State;
use crate::trace::Trace;
use crate::wire::WireRequest;

/// Has it decided whether the caller may do that to what is the owner's.
pub(super) async fn authorize(
    state: &State,
    request: &WireRequest,
    call: &Call,
    (caller, owner): (&Caller, &AccountId),
    trace: &mut Trace,
) -> Result<(), ErrorResponse> {
    let demands = action::demands(state, call, caller).await;
    match demands.and_then(|demands| action::on_what_is_of(owner, call, caller, demands)) {
        Err(ErrorResponse::Undecidable(reason)) if trace.enforcement() == Enforcement::Audit => {
            callback::check_unknown(&state.config, caller, &call.input).await?;
            trace.undecided(reason);
        }
        demands => {
            let context = authorization::of_request(state, caller, request, call);
            requirement::demand(state, caller, &demands?, &context, trace).await?;
        }
    }
    // Closed or filled meanwhile.
    caller.account.admit(caller.fills(&caller.account))
}

/// EC2's `DryRun` ends here.
pub(super) fn dry_run(call: &Call) -> Result<(), ErrorResponse> {
    let asked = call.service == "ec2"
        && call.input.text("DryRun").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    match asked {
        true => Err(ErrorResponse::DryRun),
        false => Ok(()),
    }
}
