//! The condition keys of a test's request: those that it gives, and those that it leaves out
//! although every request has them.

use super::{ContextValue, Test};
use crate::context::Context;
use crate::given_value::check_given_value;

/// Keys that every request has, or nearly: without a value of its own a test does not say that
/// they are absent.
/// Source: IAM user guide, "AWS global condition context keys", Availability.
const OF_EVERY_REQUEST: [&str; 8] = [
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:RequestedRegion",
    "aws:SecureTransport",
    "aws:SourceIp",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:userid",
];

/// A request of which nothing is said yet.
pub(super) fn of_a_request() -> Context {
    let mut context = Context::new();
    for key in OF_EVERY_REQUEST {
        context.set_unknown(key);
    }
    context
}

/// Says whose the resource is, as far as its ARN or the test does.
pub(super) fn of_the_resource(context: &mut Context, resource: &str, told: Option<&str>) {
    let named = crate::arn::account(resource).filter(|account| !account.is_empty());
    match told.or(named).filter(|account| !account.contains(['*', '?'])) {
        Some(account) => context.set("aws:ResourceAccount", account),
        None => context.set_unknown("aws:ResourceAccount"),
    }
}

/// Sets what the test gives.
///
/// # Errors
/// In words, a value that its key never has.
pub(super) fn give(context: &mut Context, test: &Test) -> Result<(), String> {
    let check = |key: &str, value: &str| {
        check_given_value(key, value).map_err(|misfit| format!("in `context`, {misfit}"))
    };
    for (key, value) in &test.context {
        match value {
            ContextValue::Absent(()) => context.set_absent(key),
            ContextValue::One(value) => {
                check(key, value)?;
                context.set(key, value.as_str());
            }
            ContextValue::Several(values) => {
                values.iter().try_for_each(|value| check(key, value))?;
                context.set_all(key, values.iter().map(String::as_str));
            }
        }
    }
    Ok(())
}

/// What is to be given where the answer hangs on keys, or what else it hangs on.
pub(super) fn lacking(unsettled: &[String]) -> String {
    let all = unsettled.join("`, `");
    match unsettled.iter().all(|it| it.contains(':') && !it.contains(' ')) {
        true => format!(
            "cannot tell: it hangs on `{all}`, give it as `context`, or `null` for a request \
             without it"
        ),
        false => format!("cannot tell: it hangs on `{all}`"),
    }
}
