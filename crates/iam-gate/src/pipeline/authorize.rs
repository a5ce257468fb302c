//! Whether the caller may do what is asked, before anything is done.

use fed_types::AccountId;

use crate::action;
use crate::authorization;
use crate::call::Call;
use crate::callback;
use crate::caller::Caller;
use crate::constraint::Beyond;
use crate::enforcement::Enforcement;
use crate::error_response::ErrorResponse;
use crate::requirement;
use crate::state::State;
use crate::trace::Trace;
use crate::wire::WireRequest;

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) request: &'a WireRequest,
    pub(super) call: &'a Call,
    /// What the service says of its input, where it is beyond its bounds.
    pub(super) beyond: Option<&'a Beyond>,
}

impl<'a> Asked<'a> {
    /// A call of whose bounds nothing is known.
    pub(super) fn of(request: &'a WireRequest, call: &'a Call) -> Self {
        Self { request, call, beyond: None }
    }

    /// Has it decided whether the caller may do that to what is the owner's.
    pub(super) async fn authorize(
        self,
        state: &State,
        (caller, owner): (&Caller, &AccountId),
        trace: &mut Trace,
    ) -> Result<(), ErrorResponse> {
        let Self { request, call, .. } = self;
        let demands = action::demands(state, call, caller).await;
        match demands.and_then(|demands| action::on_what_is_of(owner, call, caller, demands)) {
            Err(ErrorResponse::Undecidable(reason))
                if trace.enforcement() == Enforcement::Audit =>
            {
                callback::check_unknown(&state.config, caller, &call.input).await?;
                trace.undecided(reason);
            }
            demands => {
                let demands = demands.map_err(|error| self.without_demands(error))?;
                let context = authorization::of_request(state, caller, request, call);
                requirement::demand(state, caller, &demands, &context, trace).await?;
            }
        }
        // Closed or filled meanwhile.
        caller.account.admit(caller.fills(&caller.account))
    }

    /// What is told where it cannot be said what the call needs.
    fn without_demands(self, error: ErrorResponse) -> ErrorResponse {
        match self.beyond {
            Some(beyond) if self.call.api().is_ok_and(action::is_mapped) => {
                beyond.or_of_what_is_mapped(error)
            }
            _ => error,
        }
    }
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
