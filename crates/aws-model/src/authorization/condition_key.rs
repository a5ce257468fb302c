//! A condition key and the type of its values.

/// A condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionKey {
    /// Its whole name; what a tag's key or another name fills in is written `${TagKey}`.
    pub name: &'static str,
    /// What its values are; `None` where only an action mentions it.
    pub key_type: Option<KeyType>,
}

/// What a condition key's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// Text.
    String,
    /// Several texts.
    ArrayOfString,
    /// An ARN.
    Arn,
    /// Several ARNs.
    ArrayOfArn,
    /// `true` or `false`.
    Bool,
    /// Several of these.
    ArrayOfBool,
    /// A number.
    Numeric,
    /// A moment.
    Date,
    /// An address.
    IpAddress,
}

impl KeyType {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "String" => Self::String,
            "ArrayOfString" => Self::ArrayOfString,
            "ARN" => Self::Arn,
            "ArrayOfARN" => Self::ArrayOfArn,
            "Bool" => Self::Bool,
            "ArrayOfBool" => Self::ArrayOfBool,
            "Numeric" => Self::Numeric,
            "Date" => Self::Date,
            "IPAddress" => Self::IpAddress,
            _ => return None,
        })
    }

    /// Whether one request may have several values.
    pub fn is_multivalued(self) -> bool {
        matches!(self, Self::ArrayOfString | Self::ArrayOfArn | Self::ArrayOfBool)
    }
}

impl ConditionKey {
    /// Whether a key as a policy writes it is this one: without regard to case, and with
    /// anything that is not empty where this one has a name to fill in.
    pub fn covers(&self, key: &str) -> bool {
        let key = key.to_ascii_lowercase();
        let name = self.name.to_ascii_lowercase();
        let pieces = literals(&name);
        let [first, middle @ .., last] = pieces.as_slice() else { return key == name };
        let Some(mut rest) = key.strip_prefix(first) else { return false };
        for piece in middle {
            let Some(behind) = behind_first_letter(rest) else { return false };
            let Some((_, end)) = behind.split_once(piece) else { return false };
            rest = end;
        }
        behind_first_letter(rest).is_some_and(|behind| behind.ends_with(last))
    }
}

/// What stands between the names to fill in, which AWS writes `${TagKey}`, `<key>` or, at the
/// end of some keys, `tag-key` or not at all.
fn literals(name: &str) -> Vec<&str> {
    if let Some(head) = name.strip_suffix("/tag-key").or_else(|| name.strip_suffix('/')) {
        return vec![name.get(..=head.len()).unwrap_or(name), ""];
    }
    let mut pieces = Vec::new();
    let mut rest = name;
    while let Some((piece, variable)) = rest.split_once("${").or_else(|| rest.split_once('<')) {
        pieces.push(piece);
        rest = variable.split_once(['}', '>']).map_or("", |(_, behind)| behind);
    }
    pieces.push(rest);
    pieces
}

fn behind_first_letter(text: &str) -> Option<&str> {
    text.get(text.chars().next()?.len_utf8()..)
}
