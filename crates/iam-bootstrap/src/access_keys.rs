//! The access keys of the user beside the role: which of them were made here, and what becomes
//! of them.

use crate::live::{HandedOut, LiveAccessKey, LiveUser};
use crate::{Change, Note};

/// How many IAM allows a user.
const MOST: usize = 2;

/// Seconds by which a key's creation may differ from when it was about to be made: AWS takes no
/// call whose clock is five minutes off, and the call itself takes its time.
const AROUND: u64 = 360;

/// Whether this key was made here: the tag names it, or one was about to be made and this is
/// the only one from that time.
pub(crate) fn made_here(user: &LiveUser, key: &LiveAccessKey) -> bool {
    let since = match &user.handed_out {
        HandedOut::Key(id) => return *id == key.id,
        HandedOut::Unknown | HandedOut::Pending(None) => return false,
        HandedOut::Pending(Some(since)) => since.seconds(),
    };
    let from_then = |key: &&LiveAccessKey| {
        key.created.is_some_and(|created| created.seconds().abs_diff(since) <= AROUND)
    };
    from_then(&key) && user.access_keys.iter().filter(from_then).count() == 1
}

/// One access key whose secret somebody has; all others are named.
pub(crate) fn plan(name: &str, live: &LiveUser, held: Option<&str>) -> (Vec<Change>, Vec<Note>) {
    let user = || name.to_owned();
    let held = live.access_keys.iter().find(|key| Some(key.id.as_str()) == held);
    let known = held.or_else(|| live.access_keys.iter().find(|key| made_here(live, key)));
    let is_pending = matches!(live.handed_out, HandedOut::Pending(_));
    let (mut changes, mut notes) = (Vec::new(), Vec::new());
    for key in &live.access_keys {
        let access_key_id = key.id.clone();
        if !key.active {
            notes.push(Note::AccessKeyInactive { user: user(), access_key_id });
        } else if known != Some(key) {
            notes.push(Note::AccessKeyUnknown { user: user(), access_key_id });
        }
    }
    match known {
        Some(_) if !is_pending => {}
        Some(key) if held.is_some() || key.used => {
            let access_key_id = key.id.clone();
            changes.push(Change::RecordAccessKey { user: user(), access_key_id });
        }
        Some(lost) => {
            let access_key_id = lost.id.clone();
            changes.push(Change::DeleteAccessKey { user: user(), access_key_id });
            changes.push(Change::CreateAccessKey { user: user() });
        }
        None if live.access_keys.len() >= MOST => {
            notes.push(Note::NoMoreAccessKeys { user: user() });
        }
        None if is_pending || live.access_keys.is_empty() => {
            changes.push(Change::CreateAccessKey { user: user() });
        }
        None => {}
    }
    (changes, notes)
}

#[cfg(test)]
mod tests {
    use fed_types::UnixTime;

    use super::*;

    fn user(handed_out: HandedOut, keys: &[(&str, i64)]) -> LiveUser {
        let key = |&(id, created): &(&str, i64)| LiveAccessKey {
            id: id.to_owned(),
            used: false,
            active: true,
            created: Some(UnixTime::from_seconds(created)),
        };
        LiveUser { handed_out, access_keys: keys.iter().map(key).collect(), ..LiveUser::default() }
    }

    fn ours(user: &LiveUser) -> Vec<&str> {
        let keys = user.access_keys.iter().filter(|key| made_here(user, key));
        keys.map(|key| key.id.as_str()).collect()
    }

    #[test]
    fn only_what_is_certain_was_made_here() {
        let pending = HandedOut::Pending(Some(UnixTime::from_seconds(1000)));
        for (handed_out, keys, expected) in [
            (HandedOut::Key("A".to_owned()), vec![("A", 0), ("B", 0)], vec!["A"]),
            (pending.clone(), vec![("A", 1002), ("B", 9000)], vec!["A"]),
            (pending.clone(), vec![("A", 641)], vec!["A"]),
            // Made long before, or after, by somebody else.
            (pending.clone(), vec![("A", 639)], vec![]),
            (pending.clone(), vec![("A", 1361)], vec![]),
            // Which of the two is not certain.
            (pending.clone(), vec![("A", 1001), ("B", 1300)], vec![]),
            (HandedOut::Pending(None), vec![("A", 1000)], vec![]),
            (HandedOut::Unknown, vec![("A", 1000)], vec![]),
        ] {
            let user = user(handed_out, &keys);
            assert_eq!(ours(&user), expected, "{user:?}");
        }
        let mut undated = user(pending, &[("A", 1000)]);
        undated.access_keys[0].created = None;
        assert_eq!(ours(&undated), [""; 0]);
    }

    fn told(live: &LiveUser) -> Vec<String> {
        let (changes, notes) = plan("u", live, None);
        let changes = changes.iter().map(ToString::to_string);
        changes.chain(notes.iter().map(|note| format!("note: {note}"))).collect()
    }

    #[test]
    fn a_key_of_somebody_else_is_named_and_never_deleted() {
        let unknown = |id: &str| {
            format!(
                "note: whether anybody has the secret of access key `{id}` of user `u` is not \
                 recorded: left alone"
            )
        };
        let pending = HandedOut::Pending(Some(UnixTime::from_seconds(1000)));
        let create = "create an access key for user `u`".to_owned();
        let by_hand = user(pending.clone(), &[("A", 9000)]);
        assert_eq!(told(&by_hand), [create.clone(), unknown("A")]);
        let lost_beside = user(pending.clone(), &[("A", 9000), ("B", 1001)]);
        let delete = "delete access key `B` of user `u`".to_owned();
        assert_eq!(told(&lost_beside), [delete, create, unknown("A")]);
        let which = user(pending, &[("A", 1000), ("B", 1001)]);
        let full = "note: user `u` has two access keys, of which neither is known to be had by \
                    anybody, and IAM allows no third: none is made";
        assert_eq!(told(&which), [unknown("A"), unknown("B"), full.to_owned()]);
        let another = user(HandedOut::Key("A".to_owned()), &[("A", 0), ("B", 0)]);
        assert_eq!(told(&another), [unknown("B")]);
        let gone = user(HandedOut::Key("A".to_owned()), &[("B", 0)]);
        assert_eq!(told(&gone), [unknown("B")]);
    }

    #[test]
    fn an_inactive_key_is_said_to_be_inactive_and_left() {
        let pending = HandedOut::Pending(Some(UnixTime::from_seconds(1000)));
        let inactive = "note: access key `A` of user `u` is inactive: left alone".to_owned();
        for (handed_out, created) in [(HandedOut::Key("A".to_owned()), 0), (HandedOut::Unknown, 0)]
        {
            let mut live = user(handed_out, &[("A", created)]);
            live.access_keys[0].active = false;
            assert_eq!(told(&live).join(""), inactive);
        }
        let mut by_hand = user(pending, &[("A", 9000)]);
        by_hand.access_keys[0].active = false;
        assert_eq!(told(&by_hand), ["create an access key for user `u`".to_owned(), inactive]);
    }
}
