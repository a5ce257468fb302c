//! A policy's members in the order in which people write them.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// As the guide to policies has them.
const ORDER: [&str; 8] =
    ["Version", "Statement", "Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

/// Writes a policy, or a part of it, in that order; other members follow by their names.
#[derive(Clone, Copy, Debug)]
pub struct InOrder<'a>(pub &'a Value);

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let place = |name: &str| ORDER.iter().position(|known| *known == name);
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by_key(|(name, _)| place(name).unwrap_or(ORDER.len()));
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, &InOrder(value))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(InOrder)),
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_stand_as_people_write_them() {
        let policy = json!({ "Version": "2012-10-17", "Statement": [{
            "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"b": "1", "a": ["2"]}},
            "Effect": "Allow", "Principal": {"AWS": "1"},
        }]});
        assert_eq!(
            serde_json::to_string(&InOrder(&policy)).unwrap(),
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\
             \"Principal\":{\"AWS\":\"1\"},\"Action\":\"sts:AssumeRole\",\
             \"Condition\":{\"StringEquals\":{\"a\":[\"2\"],\"b\":\"1\"}}}]}"
        );
    }
}
