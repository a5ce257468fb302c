//! How lives, places and failures are told.

use credential_store::{Failure, FailureKind, Listed, RefreshToken};
use fed_types::UnixTime;

/// How long it still is until then.
pub(super) fn life(expiration: UnixTime, now: UnixTime) -> String {
    let left = expiration.since(now).as_secs();
    match (left / 3600, left / 60 % 60) {
        (0, 0) if left == 0 => "ended".to_owned(),
        (0, minutes) => format!("{minutes} min left"),
        (hours, minutes) => format!("{hours} h {minutes} min left"),
    }
}

/// Where a refresh token is.
pub(super) fn place(refresh_token: &RefreshToken) -> &'static str {
    match refresh_token {
        RefreshToken::Known(_) => "file",
        RefreshToken::InKeyring => "keyring",
    }
}

/// The last renewal's failure. That somebody is being asked is none.
pub(super) fn last_failure(listed: &Listed) -> Option<&Failure> {
    listed.failure.as_ref().filter(|failure| failure.kind != FailureKind::SignInNeeded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn life_is_told_in_hours_and_minutes() {
        let now = UnixTime::from_seconds(1_000);
        let at = |seconds| life(UnixTime::from_seconds(seconds), now);
        assert_eq!(at(900), "ended");
        assert_eq!(at(1_030), "0 min left");
        assert_eq!(at(1_000 + 3_599), "59 min left");
        assert_eq!(at(1_000 + 3_660), "1 h 1 min left");
    }
}
