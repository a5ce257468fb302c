//! A token that a role's trust policy kept out, as far as a mend is looked for with it.

use std::fmt;

use fed_types::Claims;
use iam_policy::Context;
use iam_policy::mend::Remedy;

/// What the token says, to which role, and what else the call had. Its signature, without which
/// nobody can sign in with it, is not kept.
#[derive(Clone)]
pub struct KeptOut {
    /// The payload, as JSON.
    claims: String,
    pub(crate) role_arn: String,
    pub(crate) role_session_name: String,
    /// The condition keys of the request that the token does not give.
    pub(crate) surroundings: Context,
}

/// What would admit a token that was kept out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustRemedy {
    /// Nothing has to be done: the role, as it is now, lets it in.
    LetInNow,
    /// The role's trust policy, as it is now, and what can be done about it.
    KeptOut {
        /// The trust policy, to which lines refer; empty where it cannot be understood.
        document: String,
        /// What can be done.
        remedy: Remedy,
    },
}

impl KeptOut {
    pub(crate) fn new(
        claims: &Claims,
        role_arn: &str,
        role_session_name: &str,
        surroundings: Context,
    ) -> Self {
        let claims = serde_json::to_string(claims).unwrap_or_default();
        let (role_arn, role_session_name) = (role_arn.to_owned(), role_session_name.to_owned());
        Self { claims, role_arn, role_session_name, surroundings }
    }

    /// The claims; `None` where they cannot be read again.
    pub(crate) fn claims(&self) -> Option<Claims> {
        Claims::from_json(self.claims.as_bytes()).ok()
    }

    /// How much memory it takes up, in bytes, more or less.
    pub(crate) fn size(&self) -> usize {
        let surroundings = self.surroundings.iter().map(|(key, values)| {
            key.len() + values.iter().map(|value| value.len() + size_of::<String>()).sum::<usize>()
        });
        self.claims.len()
            + self.role_arn.len()
            + self.role_session_name.len()
            + surroundings.sum::<usize>()
    }
}

/// Who the token is of stays untold, wherever a decision is printed.
impl fmt::Debug for KeptOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptOut").field("role_arn", &self.role_arn).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_counted_and_not_printed() {
        let of = |name: &str| {
            let claims = format!("{{\"sub\": \"42\", \"name\": \"{name}\"}}");
            let claims = Claims::from_json(claims.as_bytes()).unwrap();
            let mut surroundings = Context::new();
            surroundings.set("aws:UserAgent", "a".repeat(50));
            KeptOut::new(&claims, "arn:aws:iam::278805249149:role/r", "session", surroundings)
        };
        let (short, long) = (of(""), of(&"x".repeat(1000)));
        assert_eq!(long.size() - short.size(), 1000);
        assert!(short.size() > 50 + "arn:aws:iam::278805249149:role/r".len());
        assert_eq!(long.claims().unwrap().subject(), Some("42"));
        assert!(!format!("{long:?}").contains("xxx"));
    }
}
