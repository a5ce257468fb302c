//! The limits of STS's parameters, and AWS's words where they are not kept.
//!
//! Source: the API model (botocore `sts/2011-06-15/service-2.json`) and aws-truth.md.

use crate::refusal::Refusal;
use crate::wire::Parameters;

/// What a text parameter must be like.
#[derive(Clone, Copy)]
pub(super) struct TextLimits {
    pub(super) shortest: usize,
    pub(super) longest: usize,
    pub(super) pattern: Option<Pattern>,
    /// A token or the like, which the message does not repeat.
    pub(super) sensitive: bool,
}

/// A pattern of which every character must be, and how AWS writes it.
#[derive(Clone, Copy)]
pub(super) struct Pattern {
    pub(super) text: &'static str,
    pub(super) admits: fn(char) -> bool,
}

/// Names of sessions, source identities and federated users.
pub(super) const NAME: Pattern = Pattern { text: "[\\w+=,.@-]*", admits: is_name_character };

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

impl TextLimits {
    pub(super) const fn length(shortest: usize, longest: usize) -> Self {
        Self { shortest, longest, pattern: None, sensitive: false }
    }

    pub(super) const fn name(shortest: usize, longest: usize) -> Self {
        Self { pattern: Some(NAME), ..Self::length(shortest, longest) }
    }

    pub(super) const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }
}

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
        if self.parameters.get(name).is_none() {
            self.fault(name, Some("null"), "Member must not be null");
        }
        self.optional(name, limits).unwrap_or_default()
    }

    /// A text that may be there.
    pub(super) fn optional(&mut self, name: &str, limits: TextLimits) -> Option<&'a str> {
        let value = self.parameters.get(name)?;
        let length = value.chars().count();
        let shown = (!limits.sensitive).then(|| format!("'{value}'"));
        let mut fault = |text: String| self.fault(name, shown.as_deref(), &text);
        if length < limits.shortest {
            fault(format!("Member must have length greater than or equal to {}", limits.shortest));
        }
        if length > limits.longest {
            fault(format!("Member must have length less than or equal to {}", limits.longest));
        }
        if let Some(pattern) = limits.pattern
            && !value.chars().all(pattern.admits)
        {
            fault(format!("Member must satisfy regular expression pattern: {}", pattern.text));
        }
        Some(value)
    }

    /// `DurationSeconds`, or `default` when it is left out.
    pub(super) fn duration(&mut self, least: u32, most: u32, default: u32) -> u32 {
        const NAME: &str = "DurationSeconds";
        let Some(text) = self.parameters.get(NAME) else { return default };
        let shown = format!("'{text}'");
        let Ok(value) = text.parse::<i64>() else {
            self.fault(NAME, Some(&shown), "Member must be an integer");
            return default;
        };
        if value < i64::from(least) {
            self.fault(
                NAME,
                Some(&shown),
                &format!("Member must have value greater than or equal to {least}"),
            );
        }
        if value > i64::from(most) {
            self.fault(
                NAME,
                Some(&shown),
                &format!("Member must have value less than or equal to {most}"),
            );
        }
        u32::try_from(value).unwrap_or(default)
    }

    /// The values of a list of at most so many.
    pub(super) fn list(&mut self, name: &str, member: &str, most: usize) -> Vec<&'a str> {
        let values: Vec<&str> = self
            .parameters
            .iter()
            .filter(|(key, _)| {
                let rest = key.strip_prefix(name).and_then(|rest| rest.strip_prefix(".member."));
                rest.is_some_and(|rest| match member.is_empty() {
                    true => !rest.contains('.'),
                    false => rest.split_once('.').is_some_and(|(_, last)| last == member),
                })
            })
            .map(|(_, value)| value)
            .collect();
        if values.len() > most {
            self.fault(
                name,
                None,
                &format!("Member must have length less than or equal to {most}"),
            );
        }
        values
    }

    /// # Errors
    /// `ValidationError` with every fault found.
    pub(super) fn check(self) -> Result<(), Refusal> {
        let count = self.faults.len();
        match count {
            0 => Ok(()),
            1 => Err(Refusal::validation(format!(
                "1 validation error detected: {}",
                self.faults.join("; ")
            ))),
            _ => Err(Refusal::validation(format!(
                "{count} validation errors detected: {}",
                self.faults.join("; ")
            ))),
        }
    }

    fn fault(&mut self, name: &str, value: Option<&str>, constraint: &str) {
        let mut member = name.to_owned();
        if let Some(first) = member.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        let value = value.map(|value| format!("{value} ")).unwrap_or_default();
        self.faults
            .push(format!("Value {value}at '{member}' failed to satisfy constraint: {constraint}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(refusal: Refusal) -> String {
        match refusal {
            Refusal::Answered { status: 400, code, message } if code == "ValidationError" => {
                message
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_duration_below_the_least_is_refused() {
        let parameters = Parameters::from([("DurationSeconds", "100")]);
        let mut constraints = Constraints::of(&parameters);
        constraints.duration(900, 43200, 3600);
        assert_eq!(
            message(constraints.check().unwrap_err()),
            "1 validation error detected: Value '100' at 'durationSeconds' failed to satisfy \
             constraint: Member must have value greater than or equal to 900"
        );
    }

    #[test]
    fn a_duration_above_the_most_is_refused() {
        let parameters = Parameters::from([("DurationSeconds", "43201")]);
        let mut constraints = Constraints::of(&parameters);
        constraints.duration(900, 43200, 3600);
        assert_eq!(
            message(constraints.check().unwrap_err()),
            "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy \
             constraint: Member must have value less than or equal to 43200"
        );
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
    fn a_missing_parameter_is_null() {
        let parameters = Parameters::default();
        let mut constraints = Constraints::of(&parameters);
        constraints.required("RoleArn", TextLimits::length(20, 2048));
        assert_eq!(
            message(constraints.check().unwrap_err()),
            "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: \
             Member must not be null"
        );
    }

    #[test]
    fn a_token_is_not_repeated() {
        let parameters = Parameters::from([("WebIdentityToken", "abc")]);
        let mut constraints = Constraints::of(&parameters);
        constraints.required("WebIdentityToken", TextLimits::length(4, 20000).sensitive());
        assert_eq!(
            message(constraints.check().unwrap_err()),
            "1 validation error detected: Value at 'webIdentityToken' failed to satisfy \
             constraint: Member must have length greater than or equal to 4"
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
