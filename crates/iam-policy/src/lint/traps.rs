//! What is well formed and does not do what it is written for.

use super::Linter;
use super::conditions::has_wildcard;
use super::view::{ConditionView, View};
use crate::code::Code;
use crate::condition::{Family, fits};

/// Addresses that no request from the internet has.
/// Source: RFC 1918, RFC 6598, RFC 3927; VPC user guide: through an endpoint `aws:SourceIp` is
/// not there, and `aws:VpcSourceIp` is.
const PRIVATE: [&str; 5] = ["10.", "192.168.", "100.64.", "169.254.", "127."];

/// What Secrets Manager puts behind the name of a secret: a hyphen and six characters.
const SUFFIX: usize = 7;

impl Linter<'_> {
    pub(super) fn traps(&mut self, view: &View<'_>) {
        for condition in &view.conditions {
            self.absent_second_factor(view, condition);
            self.private_addresses(condition);
        }
        self.secrets_without_suffix(view);
    }

    /// `Bool` does not hold where the key is not there, as with long-term keys.
    /// Source: IAM user guide, "AWS global condition context keys", aws:MultiFactorAuthPresent.
    fn absent_second_factor(&mut self, view: &View<'_>, condition: &ConditionView<'_>) {
        let asks_false =
            condition.values.iter().any(|(_, value)| value.eq_ignore_ascii_case("false"));
        let plain = condition.operator.name() == "Bool";
        let is_key = condition.key.eq_ignore_ascii_case("aws:MultiFactorAuthPresent");
        if is_key && plain && asks_false && !view.allows() {
            self.find(
                condition.operator_at,
                Code::AbsentMfa,
                "a request with long-term access keys has no `aws:MultiFactorAuthPresent`, so this \
                 does not deny it",
                "use `BoolIfExists`",
            );
        }
    }

    fn private_addresses(&mut self, condition: &ConditionView<'_>) {
        if !condition.key.eq_ignore_ascii_case("aws:SourceIp")
            || condition.operator.family != Family::Ip
        {
            return;
        }
        for (at, value) in &condition.values {
            if is_private(value) && fits(Family::Ip, value).is_ok() {
                self.find(
                    *at,
                    Code::PrivateSourceIp,
                    format!("no request comes to AWS from `{value}`: it is not on the internet"),
                    "name public addresses, or behind an endpoint use `aws:VpcSourceIp` with \
                     `aws:SourceVpc`",
                );
            }
        }
    }

    fn secrets_without_suffix(&mut self, view: &View<'_>) {
        for (at, arn) in &view.resources {
            let parts: Vec<&str> = arn.splitn(7, ':').collect();
            let ["arn", _, "secretsmanager", _, _, "secret", name] = parts.as_slice() else {
                continue;
            };
            let suffix = name.len().checked_sub(SUFFIX).and_then(|start| name.get(start..));
            let ends_right = suffix.is_some_and(|suffix| {
                suffix.starts_with('-') && suffix[1..].bytes().all(|b| b.is_ascii_alphanumeric())
            });
            if !has_wildcard(name) && !ends_right {
                self.find(
                    *at,
                    Code::SecretWithoutSuffix,
                    format!("no secret has this ARN: AWS puts a hyphen and six characters behind `{name}`"),
                    format!("write `{name}-??????`"),
                );
            }
        }
    }
}

fn is_private(value: &str) -> bool {
    let second = || value.split('.').nth(1).and_then(|part| part.parse::<u8>().ok());
    PRIVATE.iter().any(|prefix| value.starts_with(prefix))
        || (value.starts_with("172.") && second().is_some_and(|it| (16..32).contains(&it)))
}
