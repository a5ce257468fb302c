//! Which decisions are shown.

use std::str::FromStr;
use std::time::Duration;

use fed_types::{UnixTime, read_duration};
use serde_json::Value;

/// What was asked for; a decision has to meet all of it.
pub(super) struct Filter {
    pub(super) denied: bool,
    pub(super) principal: Option<String>,
    pub(super) since: Option<UnixTime>,
}

/// A moment, or how long before now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    Moment(UnixTime),
    Ago(Duration),
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(moment) = UnixTime::parse_rfc3339(text) {
            return Ok(Self::Moment(moment));
        }
        let expected = || format!("expected `2026-11-23T10:00:00Z` or `10m`, found `{text}`");
        read_duration(text).map(Self::Ago).map_err(|_| expected())
    }
}

impl Since {
    pub(super) fn moment(self, now: UnixTime) -> UnixTime {
        match self {
            Self::Moment(moment) => moment,
            Self::Ago(ago) => {
                let ago = i64::try_from(ago.as_secs()).unwrap_or(i64::MAX);
                UnixTime::from_seconds(now.seconds().saturating_sub(ago))
            }
        }
    }
}

impl Filter {
    pub(super) fn shows(&self, decision: &Value) -> bool {
        let text = |name: &str| decision.get(name).and_then(Value::as_str);
        if self.denied && text("decision") == Some("Allowed") {
            return false;
        }
        if let Some(part) = &self.principal
            && !text("principal").is_some_and(|principal| principal.contains(part.as_str()))
        {
            return false;
        }
        match self.since {
            None => true,
            Some(since) => {
                text("time").and_then(UnixTime::parse_rfc3339).is_some_and(|time| time >= since)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decision() -> Value {
        json!({
            "time": "2026-11-23T10:00:00Z", "decision": "ImplicitlyDenied",
            "principal": "arn:aws:iam::278805249149:user/ada",
        })
    }

    fn everything() -> Filter {
        Filter { denied: false, principal: None, since: None }
    }

    #[test]
    fn all_of_it_has_to_be_met() {
        let since = |seconds: i64| Some(UnixTime::from_seconds(1_795_428_000 + seconds));
        let ada = || Some("user/ada".to_owned());
        let mut allowed = decision();
        allowed["decision"] = json!("Allowed");
        let nobody = json!({"decision": "Refused", "time": "yesterday"});
        for (filter, decision, shown) in [
            (everything(), decision(), true),
            (Filter { denied: true, ..everything() }, decision(), true),
            (Filter { denied: true, ..everything() }, allowed, false),
            (Filter { denied: true, ..everything() }, nobody.clone(), true),
            (Filter { principal: ada(), ..everything() }, decision(), true),
            (Filter { principal: ada(), ..everything() }, nobody.clone(), false),
            (Filter { principal: Some("eve".to_owned()), ..everything() }, decision(), false),
            (Filter { since: since(0), ..everything() }, decision(), true),
            (Filter { since: since(1), ..everything() }, decision(), false),
            (Filter { since: since(0), ..everything() }, nobody, false),
            (Filter { since: since(1), principal: ada(), denied: true }, decision(), false),
        ] {
            assert_eq!(filter.shows(&decision), shown, "{decision}");
        }
    }

    #[test]
    fn a_time_is_a_date_or_how_long_ago() {
        let now = UnixTime::from_seconds(1000);
        assert_eq!("10m".parse::<Since>().unwrap().moment(now).seconds(), 400);
        let date: Since = "2026-11-23T10:00:00Z".parse().unwrap();
        assert_eq!(date.moment(now).seconds(), 1_795_428_000);
        assert_eq!(
            "yesterday".parse::<Since>(),
            Err("expected `2026-11-23T10:00:00Z` or `10m`, found `yesterday`".to_owned())
        );
    }
}
