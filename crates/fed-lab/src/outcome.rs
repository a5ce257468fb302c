//! Whether a call made use of what it was allowed.

/// What became of a call that policies allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It did what it should, or told its caller something that the caller goes by: that
    /// something is not there, or there already. Denied instead, the caller would go another
    /// way.
    Used,
    /// It failed for a reason of its own: what it asked for is wrong, or the service is.
    Failed,
}

/// Parts of codes that say that something is there or is not.
const TELLING: [&str; 12] = [
    "NotFound",
    "NoSuch",
    "NotExist",
    "NonExistent",
    "AlreadyExists",
    "AlreadyOwned",
    "InUse",
    "Duplicate",
    "Exists",
    "NotConfigured",
    "DryRunOperation",
    "NotModified",
];

/// By the answer's status and error code.
pub(crate) fn outcome(status: u16, code: Option<&str>) -> Outcome {
    let telling = |code: &str| TELLING.iter().any(|part| code.contains(part));
    match status {
        0..400 | 404 | 409 => Outcome::Used,
        400..500 if code.is_some_and(telling) => Outcome::Used,
        _ => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_its_caller_something_is_used() {
        for (status, code) in [
            (200, None),
            (304, None),
            (404, None),
            (404, Some("NoSuchBucket")),
            (409, Some("BucketAlreadyOwnedByYou")),
            (400, Some("ResourceNotFoundException")),
            (400, Some("AWS.SimpleQueueService.NonExistentQueue")),
            (400, Some("InvalidGroup.Duplicate")),
            (412, Some("DryRunOperation")),
        ] {
            assert_eq!(outcome(status, code), Outcome::Used, "{status} {code:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_call_is_no_use_of_a_permission() {
        for (status, code) in [
            (400, None),
            (400, Some("ValidationError")),
            (400, Some("InvalidParameterValue")),
            (403, Some("AccessDenied")),
            (412, Some("PreconditionFailed")),
            (500, Some("InternalError")),
            (503, Some("NoSuchThing")),
        ] {
            assert_eq!(outcome(status, code), Outcome::Failed, "{status} {code:?}");
        }
    }
}
