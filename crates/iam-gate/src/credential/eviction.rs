//! Which sessions are forgotten when there are too many: one's own before anybody else's.

use std::collections::{HashMap, VecDeque};

use fed_types::{AccountId, UnixTime};

use crate::Limits;

/// How many sessions are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SessionBounds {
    all: usize,
    of_account: usize,
    of_requester: usize,
}

impl SessionBounds {
    pub(crate) const fn of(limits: &Limits) -> Self {
        Self {
            all: limits.sessions,
            of_account: limits.sessions_of_account,
            of_requester: limits.sessions_of_principal,
        }
    }
}

/// The account of a session, and who asked for it.
type Owner = (AccountId, String);

/// All sessions, each with its end, in the order in which their owners asked for them.
#[derive(Default)]
pub(super) struct Sessions {
    of: HashMap<Owner, VecDeque<(UnixTime, String)>>,
}

impl Sessions {
    /// Makes room for one more, and tells what it forgets for it: of a requester with too
    /// many what is over or oldest, else of the one with the most sessions.
    pub(super) fn make_room(
        &mut self,
        owner: &Owner,
        now: UnixTime,
        bounds: SessionBounds,
    ) -> Vec<String> {
        let mut forgotten = Vec::new();
        while self.of.get(owner).is_some_and(|own| own.len() >= bounds.of_requester) {
            forgotten.extend(self.forget_one(owner, now));
        }
        while self.count(|(account, _)| *account == owner.0) >= bounds.of_account {
            let Some(largest) = self.largest(|(account, _)| *account == owner.0) else { break };
            forgotten.extend(self.forget_one(&largest, now));
        }
        while self.count(|_| true) >= bounds.all {
            let Some(largest) = self.largest(|_| true) else { break };
            forgotten.extend(self.forget_one(&largest, now));
        }
        forgotten
    }

    pub(super) fn add(&mut self, owner: Owner, end: UnixTime, access_key_id: String) {
        self.of.entry(owner).or_default().push_back((end, access_key_id));
    }

    /// Forgets all of an account.
    pub(super) fn forget_account(&mut self, account: &AccountId) {
        self.of.retain(|(owner, _), _| owner != account);
    }

    fn count(&self, whose: impl Fn(&Owner) -> bool) -> usize {
        self.of.iter().filter(|(owner, _)| whose(owner)).map(|(_, sessions)| sessions.len()).sum()
    }

    fn largest(&self, whose: impl Fn(&Owner) -> bool) -> Option<Owner> {
        let those = self.of.iter().filter(|(owner, _)| whose(owner));
        those.max_by_key(|(_, sessions)| sessions.len()).map(|(owner, _)| owner.clone())
    }

    fn forget_one(&mut self, owner: &Owner, now: UnixTime) -> Option<String> {
        let sessions = self.of.get_mut(owner)?;
        let over = sessions.iter().position(|(end, _)| *end <= now).unwrap_or(0);
        let forgotten = sessions.remove(over);
        if sessions.is_empty() {
            self.of.remove(owner);
        }
        forgotten.map(|(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: SessionBounds = SessionBounds { all: 6, of_account: 4, of_requester: 3 };

    fn owner(account: u8, who: &str) -> Owner {
        (account.to_string().repeat(12).parse().unwrap(), who.to_owned())
    }

    /// Adds a session and tells what was forgotten for it.
    fn ask(sessions: &mut Sessions, owner: &Owner, end: i64, id: &str) -> Vec<String> {
        let forgotten = sessions.make_room(owner, UnixTime::from_seconds(100), BOUNDS);
        sessions.add(owner.clone(), UnixTime::from_seconds(end), id.to_owned());
        forgotten
    }

    #[test]
    fn ones_own_oldest_goes_first() {
        let mut sessions = Sessions::default();
        let (flood, other) = (owner(1, "flood"), owner(1, "other"));
        assert!(ask(&mut sessions, &other, 200, "other").is_empty());
        for id in ["1", "2", "3"] {
            assert!(ask(&mut sessions, &flood, 900, id).is_empty());
        }
        assert_eq!(ask(&mut sessions, &flood, 900, "4"), ["1"]);
        assert_eq!(ask(&mut sessions, &flood, 900, "5"), ["2"]);
    }

    #[test]
    fn what_is_over_goes_before_what_is_old() {
        let mut sessions = Sessions::default();
        let own = owner(1, "own");
        for (id, end) in [("1", 900), ("2", 100), ("3", 900)] {
            ask(&mut sessions, &own, end, id);
        }
        assert_eq!(ask(&mut sessions, &own, 900, "4"), ["2"]);
    }

    #[test]
    fn an_account_and_all_of_them_lose_sessions_of_whoever_has_the_most() {
        let mut sessions = Sessions::default();
        for id in ["1", "2", "3"] {
            ask(&mut sessions, &owner(1, "flood"), 900, id);
        }
        assert!(ask(&mut sessions, &owner(1, "a"), 900, "a").is_empty());
        assert_eq!(ask(&mut sessions, &owner(1, "b"), 900, "b"), ["1"]);
        for id in ["4", "5"] {
            assert!(ask(&mut sessions, &owner(2, "flood"), 900, id).is_empty());
        }
        assert_eq!(ask(&mut sessions, &owner(3, "c"), 900, "c").len(), 1);
    }
}
