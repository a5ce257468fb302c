//! The limits of STS's parameters, and AWS's words where they are not kept.
//!
//! Source: the API model (botocore `sts/2011-06-15/service-2.json`) and aws-truth.md.

use std::collections::BTreeMap;

use fed_types::RoleArn;
use iam_policy::sts::Pattern;
pub(super) use iam_policy::sts::TextLimits;
use iam_policy::sts::{is_name_character, member_of};

use crate::constraint::{self, sentence};
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

const MFA_DEVICE: Pattern = Pattern {
    text: "[\\w+=/:,.@-]*",
    admits: |character| is_name_character(character) || "/:".contains(character),
};
const MFA_CODE: Pattern =
    Pattern { text: "[\\d]*", admits: |character| character.is_ascii_digit() };
/// Tags of one session, and keys that go on.
const TAGS: usize = 50;
/// Managed session policies.
const POLICIES: usize = 10;

const TAG_KEYS: TextLimits = TextLimits::tag_key();
const TAG_VALUES: TextLimits = TextLimits::tag_value();

/// Collects everything that is wrong with a call's parameters, as AWS does.
pub(super) struct Constraints<'a> {
    parameters: &'a Parameters,
    faults: Vec<String>,
}

impl<'a> Constraints<'a> {
    pub(super) fn of(parameters: &'a Parameters) -> Self {
        Self { parameters, faults: Vec::new() }
    }

    /// A text that must be there. Empty when it is not, which [`Constraints::check`] tells.
    pub(super) fn required(&mut self, name: &str, limits: TextLimits) -> &'a str {
        self.present(&member_of(name), self.parameters.get(name), limits)
    }

    /// A text that may be there.
    pub(super) fn optional(&mut self, name: &str, limits: TextLimits) -> Option<&'a str> {
        let value = self.parameters.get(name)?;
        self.hold(&member_of(name), value, limits);
        Some(value)
    }

    fn present(&mut self, member: &str, value: Option<&'a str>, limits: TextLimits) -> &'a str {
        match value {
            Some(value) => self.hold(member, value, limits),
            None => self.fault(member, Some("null"), "Member must not be null"),
        }
        value.unwrap_or_default()
    }

    /// Holds a text that is no parameter to limits.
    pub(super) fn hold(&mut self, member: &str, value: &str, limits: TextLimits) {
        let shown = (!limits.sensitive).then(|| format!("'{value}'"));
        for constraint in limits.faults(value) {
            self.fault(member, shown.as_deref(), &constraint);
        }
    }

    /// `DurationSeconds`, or `default` when it is left out.
    pub(super) fn duration(&mut self, least: u32, most: u32, default: u32) -> u32 {
        const MEMBER: &str = "durationSeconds";
        let Some(text) = self.parameters.get("DurationSeconds") else { return default };
        let shown = format!("'{text}'");
        let Ok(value) = text.parse::<i64>() else {
            self.fault(MEMBER, Some(&shown), "Member must be an integer");
            return default;
        };
        if value < i64::from(least) {
            self.fault(
                MEMBER,
                Some(&shown),
                &format!("Member must have value greater than or equal to {least}"),
            );
        }
        if value > i64::from(most) {
            self.fault(
                MEMBER,
                Some(&shown),
                &format!("Member must have value less than or equal to {most}"),
            );
        }
        u32::try_from(value).unwrap_or(default)
    }

    /// `Policy` and `PolicyArns`: what narrows the session.
    pub(super) fn session_policies(&mut self, longest: usize) -> (Option<&'a str>, Vec<&'a str>) {
        let inline = self.optional("Policy", TextLimits::policy(longest));
        let listed = self.list("PolicyArns", POLICIES);
        let arns = listed
            .into_iter()
            .map(|(number, members)| {
                let member = format!("policyArns.{number}.member.arn");
                self.present(&member, members.get("arn").copied(), TextLimits::arn())
            })
            .collect();
        (inline, arns)
    }

    /// `Tags`: keys and values.
    pub(super) fn tags(&mut self) -> Vec<(&'a str, &'a str)> {
        let listed = self.list("Tags", TAGS);
        listed
            .into_iter()
            .map(|(number, members)| {
                let mut member = |name: &str, of: &str, limits| {
                    let path = format!("tags.{number}.member.{name}");
                    self.present(&path, members.get(of).copied(), limits)
                };
                (member("key", "Key", TAG_KEYS), member("value", "Value", TAG_VALUES))
            })
            .collect()
    }

    /// `TransitiveTagKeys`.
    pub(super) fn transitive_tag_keys(&mut self) -> Vec<&'a str> {
        let listed = self.list("TransitiveTagKeys", TAGS);
        listed
            .into_iter()
            .map(|(number, members)| {
                let path = format!("transitiveTagKeys.{number}.member");
                self.present(&path, members.get("").copied(), TAG_KEYS)
            })
            .collect()
    }

    /// Whether `SerialNumber` or `TokenCode` is given.
    pub(super) fn names_mfa(&mut self) -> bool {
        let device = TextLimits { pattern: Some(MFA_DEVICE), ..TextLimits::length(9, 256) };
        let code = TextLimits { pattern: Some(MFA_CODE), ..TextLimits::length(6, 6) };
        let device = self.optional("SerialNumber", device);
        self.optional("TokenCode", code).is_some() || device.is_some()
    }

    /// The elements of a list by their numbers, with what each holds; the text of an
    /// element that is one stands under no name.
    fn list(&mut self, name: &str, most: usize) -> BTreeMap<u64, BTreeMap<&'a str, &'a str>> {
        let mut listed: BTreeMap<u64, BTreeMap<&str, &str>> = BTreeMap::new();
        for (key, value) in self.parameters.iter() {
            let element = key.strip_prefix(name).and_then(|rest| rest.strip_prefix(".member."));
            let Some(element) = element else { continue };
            let (number, member) = element.split_once('.').unwrap_or((element, ""));
            if let Ok(number) = number.parse() {
                listed.entry(number).or_default().insert(member, value);
            }
        }
        if listed.len() > most {
            let text = format!("Member must have length less than or equal to {most}");
            self.fault(&member_of(name), None, &text);
        }
        listed
    }

    /// # Errors
    /// `ValidationError` with every fault found.
    pub(super) fn check(self) -> Result<(), ErrorResponse> {
        match self.faults.is_empty() {
            true => Ok(()),
            false => Err(ErrorResponse::validation(sentence(&self.faults))),
        }
    }

    fn fault(&mut self, member: &str, value: Option<&str>, constraint: &str) {
        self.faults.push(constraint::fault(value, member, constraint));
    }
}

/// The role that `RoleArn` names.
///
/// # Errors
/// `ValidationError`: no ARN at all, or not one of a role.
pub(super) fn role_arn(text: &str) -> Result<RoleArn, ErrorResponse> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_arn = match parts.as_slice() {
        ["arn", partition, service, _, _, resource] => {
            ![partition, service, resource].iter().any(|part| part.is_empty())
        }
        _ => false,
    };
    match is_arn {
        true => text.parse().map_err(|_| ErrorResponse::validation("Request ARN is invalid")),
        false => Err(ErrorResponse::validation(format!("{text} is invalid"))),
    }
}

/// Tags as AWS takes them: no two keys that differ in case alone, and only tags of the
/// session go on with it.
///
/// # Errors
/// `InvalidParameterValue`.
pub(super) fn check_tags(tags: &[(&str, &str)], transitive: &[&str]) -> Result<(), ErrorResponse> {
    iam_policy::sts::check_tags(tags, transitive)
        .map_err(|message| ErrorResponse::answered(400, "InvalidParameterValue", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(error_response: ErrorResponse) -> String {
        match error_response {
            ErrorResponse::Answered { status: 400, code, message } if code == "ValidationError" => {
                message
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let parameters = Parameters::from([("RoleArn", "short"), ("RoleSessionName", "a b")]);
        let mut constraints = Constraints::of(&parameters);
        constraints.required("RoleArn", TextLimits::length(20, 2048));
        constraints.required("RoleSessionName", TextLimits::name(2, 64));
        assert_eq!(
            message(constraints.check().unwrap_err()),
            "2 validation errors detected: Value 'short' at 'roleArn' failed to satisfy \
             constraint: Member must have length greater than or equal to 20; Value 'a b' at \
             'roleSessionName' failed to satisfy constraint: Member must satisfy regular \
             expression pattern: [\\w+=,.@-]*"
        );
    }

    #[test]
    fn what_keeps_the_limits_passes() {
        let parameters = Parameters::from([("DurationSeconds", "900"), ("RoleSessionName", "a@b")]);
        let mut constraints = Constraints::of(&parameters);
        assert_eq!(constraints.duration(900, 43200, 3600), 900);
        assert_eq!(constraints.required("RoleSessionName", TextLimits::name(2, 64)), "a@b");
        assert_eq!(constraints.check(), Ok(()));
    }
}
