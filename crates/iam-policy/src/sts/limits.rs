//! The limits of STS's parameters, and AWS's words where they are not kept.
//!
//! Source: the API model (botocore `sts/2011-06-15/service-2.json`) and aws-truth.md.

use fed_types::RoleArn;

use super::{Check, Denial};

/// What a text parameter must be like.
#[derive(Debug, Clone, Copy)]
pub struct TextLimits {
    /// Characters.
    pub shortest: usize,
    /// Characters.
    pub longest: usize,
    /// Of what every character must be.
    pub pattern: Option<Pattern>,
    /// A token or the like, which the message does not repeat.
    pub sensitive: bool,
}

/// A pattern of which every character must be, and how AWS writes it.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    /// As AWS writes it.
    pub text: &'static str,
    /// Whether it admits a character.
    pub admits: fn(char) -> bool,
}

/// Names of sessions, source identities and federated users.
pub const NAME: Pattern = Pattern { text: "[\\w+=,.@-]*", admits: is_name_character };

/// A letter, a digit, or one of `_+=,.@-`.
pub fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

const ARN: Pattern = Pattern {
    text: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+",
    admits: |character| match character {
        '\t' | '\n' | '\r' | '\u{85}' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    },
};

const EXTERNAL_ID: Pattern = Pattern {
    text: "[\\w+=,.@:\\/-]*",
    admits: |character| is_name_character(character) || ":/".contains(character),
};

/// Keys and values of tags.
const TAG_KEY: Pattern =
    Pattern { text: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+", admits: is_tag_character };
const TAG_VALUE: Pattern =
    Pattern { text: "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", admits: is_tag_character };

fn is_tag_character(character: char) -> bool {
    character.is_alphanumeric()
        || (character.is_whitespace() && !character.is_control())
        || "_.:/=+-@".contains(character)
}

const KEY_ID: Pattern = Pattern {
    text: "[\\w]*",
    admits: |character| character.is_ascii_alphanumeric() || character == '_',
};

/// Session policies.
const POLICY: Pattern = Pattern {
    text: "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
    admits: |character| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{ff}'),
};

impl TextLimits {
    /// Any characters.
    pub const fn length(shortest: usize, longest: usize) -> Self {
        Self { shortest, longest, pattern: None, sensitive: false }
    }

    /// A [`NAME`].
    pub const fn name(shortest: usize, longest: usize) -> Self {
        Self { pattern: Some(NAME), ..Self::length(shortest, longest) }
    }

    /// The same, not to be repeated in a message.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// An ARN.
    pub const fn arn() -> Self {
        Self { pattern: Some(ARN), ..Self::length(20, 2048) }
    }

    /// A session policy.
    pub const fn policy(longest: usize) -> Self {
        Self { pattern: Some(POLICY), ..Self::length(1, longest) }
    }

    /// An external id.
    pub const fn external_id() -> Self {
        Self { pattern: Some(EXTERNAL_ID), ..Self::length(2, 1224) }
    }

    /// A tag's key.
    pub const fn tag_key() -> Self {
        Self { pattern: Some(TAG_KEY), ..Self::length(1, 128) }
    }

    /// A tag's value.
    pub const fn tag_value() -> Self {
        Self { pattern: Some(TAG_VALUE), ..Self::length(0, 256) }
    }

    /// An access key's id.
    pub const fn key_id() -> Self {
        Self { pattern: Some(KEY_ID), ..Self::length(16, 128) }
    }

    /// What of these limits a text does not keep, in AWS's words.
    pub fn faults(&self, text: &str) -> Vec<String> {
        let length = text.chars().count();
        let mut faults = Vec::new();
        if length < self.shortest {
            faults.push(format!(
                "Member must have length greater than or equal to {}",
                self.shortest
            ));
        }
        if length > self.longest {
            faults.push(format!("Member must have length less than or equal to {}", self.longest));
        }
        if let Some(pattern) = self.pattern
            && !text.chars().all(pattern.admits)
        {
            faults
                .push(format!("Member must satisfy regular expression pattern: {}", pattern.text));
        }
        faults
    }
}

/// A parameter's name as the messages write it.
pub fn member_of(name: &str) -> String {
    let mut member = name.to_owned();
    if let Some(first) = member.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    member
}

/// Collects everything that is wrong with a call's parameters, as AWS does.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<String>);

impl Faults {
    pub(crate) fn hold(&mut self, member: &str, text: &str, limits: TextLimits) {
        let shown = if limits.sensitive { String::new() } else { format!("'{text}' ") };
        for constraint in limits.faults(text) {
            self.add(member, &shown, &constraint);
        }
    }

    /// Seconds between `least` and `most`.
    pub(crate) fn hold_duration(&mut self, seconds: i64, least: i64, most: i64) {
        let shown = format!("'{seconds}' ");
        if seconds < least {
            let constraint = format!("Member must have value greater than or equal to {least}");
            self.add("durationSeconds", &shown, &constraint);
        }
        if seconds > most {
            let constraint = format!("Member must have value less than or equal to {most}");
            self.add("durationSeconds", &shown, &constraint);
        }
    }

    pub(crate) fn hold_count(&mut self, member: &str, count: usize, most: usize) {
        if count > most {
            let constraint = format!("Member must have length less than or equal to {most}");
            self.add(member, "", &constraint);
        }
    }

    fn add(&mut self, member: &str, shown: &str, constraint: &str) {
        self.0
            .push(format!("Value {shown}at '{member}' failed to satisfy constraint: {constraint}"));
    }

    /// # Errors
    /// `ValidationError` with every fault found.
    pub(crate) fn check(self, check: Check) -> Result<(), Denial> {
        let errors = match self.0.len() {
            0 => return Ok(()),
            1 => "1 validation error detected".to_owned(),
            count => format!("{count} validation errors detected"),
        };
        Err(Denial::validation(check, format!("{errors}: {}", self.0.join("; "))))
    }
}

/// The role that `RoleArn` names.
///
/// # Errors
/// `ValidationError`: no ARN at all, or not one of a role.
pub(crate) fn role_arn(text: &str) -> Result<RoleArn, Denial> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_arn = match parts.as_slice() {
        ["arn", partition, service, _, _, resource] => {
            ![partition, service, resource].iter().any(|part| part.is_empty())
        }
        _ => false,
    };
    if !is_arn {
        return Err(Denial::validation(Check::Parameters, format!("{text} is invalid")));
    }
    text.parse().map_err(|_| Denial::validation(Check::Parameters, "Request ARN is invalid"))
}
