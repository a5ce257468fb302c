//! Policies on their way to the emulator: whom they name is remembered before they can count, and
//! forgotten again where they were refused.

mod lockout;

use iam_policy::{Policy, PolicyKind};
use serde_json::Value;

use crate::account::Answered;
use crate::bearer::{Bearers, BearersOf, Carrier};
use crate::call::Call;
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::iam_write;
use crate::naming::{Named, named};
use crate::resource::{self, Kind, Reference};
use crate::state::State;
use crate::upstream::Answer;
use crate::wire::{Parameters, WireRequest};

/// A policy that is being written. Where nobody says how that ended, both this one and the one
/// before it are remembered.
#[must_use]
pub(crate) struct Written<'a> {
    of: &'a BearersOf,
    /// `None` where the emulator gives it its name.
    carrier: Option<Carrier>,
    bearers: Bearers,
}

impl<'a> Written<'a> {
    fn begin(
        of: &'a BearersOf,
        carrier: Option<Carrier>,
        bearers: Bearers,
    ) -> Result<Self, ErrorResponse> {
        if let Some(carrier) = &carrier {
            of.add(carrier, &bearers)?;
        }
        Ok(Self { of, carrier, bearers })
    }

    /// The emulator has answered; `made` is what it has made to carry the policy.
    fn end(self, answer: &Answer, made: impl FnOnce() -> Option<Carrier>) {
        let Self { of, carrier, bearers } = self;
        match (answer.status, carrier) {
            (200..300, carrier) => {
                if let Some(carrier) = carrier.or_else(made) {
                    of.settle(&carrier, bearers);
                }
            }
            (400..500, Some(carrier)) => of.withdraw(&carrier, &bearers),
            // Who knows.
            _ => {}
        }
    }

    /// As [`of_role`] began it.
    pub(crate) fn end_of_role(self, caller: &Caller, operation: &str, answer: &Answer) {
        self.end(answer, || {
            let answered = Answered::read(answer, operation).ok()?;
            Some(Carrier::role(caller.account_id(), answered.text("RoleId")?))
        });
    }

    /// As [`of_resource`] began it.
    pub(crate) fn end_of_resource(self, caller: &Caller, call: &Call, answer: &Answer) {
        self.end(answer, || {
            let answer: Value = serde_json::from_slice(&answer.body).ok()?;
            let made = ["KeyMetadata", "ReplicaKeyMetadata"].into_iter();
            let arn = made.filter_map(|key| answer.get(key)?.get("Arn")?.as_str()).next()?;
            let account = caller.account_id();
            Some(Carrier::Resource(Reference::named(Kind::Key, account, &call.region, arn)))
        });
    }
}

/// The trust policy that an operation of IAM writes, checked already, or takes away.
///
/// # Errors
/// What stands against looking up whom it names, and against remembering it.
pub(crate) async fn of_role<'a>(
    state: &'a State,
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<Option<Written<'a>>, ErrorResponse> {
    let text = match iam_write::brought(operation, parameters) {
        Some((text, PolicyKind::Trust)) => Some(text),
        None if operation == "DeleteRole" => None,
        _ => return Ok(None),
    };
    let policy = text.and_then(|text| Policy::parse(text, PolicyKind::Trust).ok());
    let bearers = match &policy {
        Some(policy) => match named(state, caller, policy).await? {
            Named::Bearers(bearers) => bearers,
            // Gone since it was checked.
            Named::Nobody(arn) => return Err(iam_write::names_nobody(&arn)),
        },
        None => Bearers::new(),
    };
    let carrier = match operation {
        "CreateRole" => None,
        _ => {
            let name = parameters.get("RoleName").unwrap_or_default();
            let role = caller.account.reading().role(name).await?;
            role.map(|role| Carrier::role(caller.account_id(), &role.id))
        }
    };
    Written::begin(&state.bearers, carrier, bearers).map(Some)
}

/// The policy of a resource that a call writes or takes away.
///
/// # Errors
/// The service's own for a policy that it refuses; as [`of_role`].
pub(crate) async fn of_resource<'a>(
    state: &'a State,
    caller: &Caller,
    (request, call): (&WireRequest, &Call),
) -> Result<Option<Written<'a>>, ErrorResponse> {
    let policy = resource::brought(call)?;
    if policy.is_none() && !resource::takes_policy_away(call) {
        return Ok(None);
    }
    let mut bearers = match &policy {
        Some(policy) => match named(state, caller, policy).await? {
            Named::Bearers(bearers) => bearers,
            Named::Nobody(arn) => return Err(resource::names_nobody(call, &arn)),
        },
        None => Bearers::new(),
    };
    let (mut is_there, mut arn) = (false, None);
    let carrier = match resource::carrier_of(call, caller.account_id()) {
        Some(reference) => Some(match state.resources.find(&reference).await? {
            Some(found) => {
                is_there = true;
                arn.clone_from(&found.arn);
                Carrier::resource(&reference, &found)
            }
            None => Carrier::Resource(reference),
        }),
        None => None,
    };
    if let Some(policy) = policy.filter(|_| call.service == "kms") {
        lockout::check(state, caller, (request, call), (policy, arn))?;
    }
    // The account's policies for log groups are read as one: what the others named stays. So it
    // does where something is made that is there already, and only told of.
    let keeps_former = call.service == "logs" || (is_there && call.operation.starts_with("Create"));
    if keeps_former && let Some(carrier) = &carrier {
        bearers = state.bearers.with_former(carrier, bearers);
    }
    Written::begin(&state.bearers, carrier, bearers).map(Some)
}
