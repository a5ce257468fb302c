//! A write of IAM's, as the checks look at it.

use crate::account::Reading;
use crate::caller::Caller;
use crate::wire::Parameters;

/// A write.
#[derive(Clone, Copy)]
pub(super) struct Writing<'a> {
    pub(super) caller: &'a Caller,
    pub(super) operation: &'a str,
    pub(super) parameters: &'a Parameters,
}

impl<'a> Writing<'a> {
    /// The account as it is before it.
    pub(super) fn reading(self) -> Reading<'a> {
        self.caller.account.reading()
    }

    /// What a parameter names; empty where it is not given.
    pub(super) fn name(self, parameter: &str) -> &'a str {
        self.parameters.get(parameter).unwrap_or_default()
    }
}
