//! A policy as it is written.

use std::collections::{BTreeMap, BTreeSet};

use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use serde_json::{Map, Value, json};

use iam_policy::literal_value;

/// Actions, each of which is allowed on each of the resources.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Such as `s3:GetObject`.
    pub actions: BTreeSet<String>,
    /// Patterns of ARNs, or `*`.
    pub resources: BTreeSet<String>,
    /// Condition keys, and the values of which the request must have one, or, where there are
    /// not one but several in a request, no other.
    pub keys: BTreeMap<String, Vec<String>>,
}

/// A policy document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// In a stable order.
    pub statements: Vec<Statement>,
}

impl Document {
    /// As IAM takes it.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    /// How much of it counts against IAM's sizes: characters but for white space, of which its
    /// shortest form has none.
    ///
    /// Source: IAM user guide, "IAM and AWS STS quotas", "IAM and STS character limits".
    pub fn size(&self) -> usize {
        self.to_json().to_string().chars().filter(|character| !character.is_whitespace()).count()
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = serializer.serialize_struct("Document", 2)?;
        document.serialize_field("Version", "2012-10-17")?;
        document.serialize_field("Statement", &self.statements)?;
        document.end()
    }
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = if self.keys.is_empty() { 3 } else { 4 };
        let mut statement = serializer.serialize_struct("Statement", members)?;
        statement.serialize_field("Effect", "Allow")?;
        statement.serialize_field("Action", &one_or_several(&self.actions))?;
        statement.serialize_field("Resource", &one_or_several(&self.resources))?;
        if !self.keys.is_empty() {
            statement.serialize_field("Condition", &conditions(&self.keys))?;
        }
        statement.end()
    }
}

impl Statement {
    /// As it stands in a document, without a principal.
    pub fn to_json(&self) -> Value {
        json!(self)
    }

    pub(crate) fn size(&self) -> usize {
        self.to_json().to_string().len()
    }
}

pub(crate) fn one_or_several(values: &BTreeSet<String>) -> Value {
    match (values.len(), values.first()) {
        (1, Some(one)) => json!(one),
        _ => json!(values),
    }
}

/// A key with one value must have it; one with several must be there and have no other.
fn conditions(keys: &BTreeMap<String, Vec<String>>) -> Value {
    let mut blocks: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for (key, values) in keys {
        let mut put = |operator, value| {
            blocks.entry(operator).or_default().insert(key.clone(), value);
        };
        let values: Vec<String> = values.iter().map(|one| literal_value(one)).collect();
        match values.as_slice() {
            [one] if !is_multivalued(key) => put("StringEquals", json!(one)),
            several => {
                put("ForAllValues:StringEquals", json!(several));
                put("Null", json!("false"));
            }
        }
    }
    json!(blocks)
}

/// Source: Service Authorization Reference: the keys of type `ArrayOfString` that are global.
fn is_multivalued(key: &str) -> bool {
    ["aws:TagKeys", "aws:CalledVia", "aws:PrincipalOrgPaths", "aws:ResourceOrgPaths"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_asked_as_often_as_a_request_has_it() {
        let condition = |key: &str, values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            conditions(&BTreeMap::from([(key.to_owned(), values)]))
        };
        assert_eq!(
            condition("aws:RequestedRegion", &["eu-west-1"]),
            json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
        );
        // One value today may be several tomorrow.
        for key in ["aws:TagKeys", "aws:tagkeys", "aws:CalledVia"] {
            assert_eq!(
                condition(key, &["a"]),
                json!({"ForAllValues:StringEquals": {key: ["a"]}, "Null": {key: "false"}})
            );
        }
        assert_eq!(
            condition("s3:prefix", &["${aws:username}/"]),
            json!({"StringEquals": {"s3:prefix": "${$}{aws:username}/"}})
        );
        assert_eq!(
            condition("s3:x", &["a", "b"]),
            json!({"ForAllValues:StringEquals": {"s3:x": ["a", "b"]}, "Null": {"s3:x": "false"}})
        );
    }
}
