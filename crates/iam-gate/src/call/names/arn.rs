//! The parts of an ARN.
//!
//! Source: AWS general reference, "Amazon Resource Names".

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:REST`.
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) rest: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; `None` when it has not all parts.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        let ("arn", partition, service, region, account, rest) =
            (next()?, next()?, next()?, next()?, next()?, next()?)
        else {
            return None;
        };
        Some(Self { partition, service, region, account, rest })
    }
}

/// Whether a text means to be an ARN, in whatever case.
pub(super) fn is_arn(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("arn:"))
}
