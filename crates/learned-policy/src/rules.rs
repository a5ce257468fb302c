//! How much wider than what was used a policy may be: not at all, unless a rule says so.

use std::fmt;
use std::str::FromStr;

use crate::pattern::exactly;
use crate::random_part::without_random_parts;

/// What may be another than it was. Without any, resources are exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Ids that services give and parts of names that look made up.
    pub random_suffixes: bool,
    /// The account in ARNs.
    pub account: bool,
    /// The region in ARNs.
    pub region: bool,
}

/// No such rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRule(String);

impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected `random-suffixes`, `account` or `region`, found `{}`", self.0)
    }
}

impl std::error::Error for InvalidRule {}

impl FromStr for Rules {
    type Err = InvalidRule;

    /// One rule by its name.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = Self::default();
        match text {
            "random-suffixes" => Ok(Self { random_suffixes: true, ..none }),
            "account" => Ok(Self { account: true, ..none }),
            "region" => Ok(Self { region: true, ..none }),
            other => Err(InvalidRule(other.to_owned())),
        }
    }
}

impl Rules {
    /// All of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            random_suffixes: self.random_suffixes || other.random_suffixes,
            account: self.account || other.account,
            region: self.region || other.region,
        }
    }

    /// The pattern for a resource.
    pub(crate) fn pattern(self, resource: &str) -> String {
        let segments: Vec<&str> = resource.splitn(6, ':').collect();
        let [arn, partition, service, region, account, name] = segments.as_slice() else {
            return exactly(resource);
        };
        let wider = |rule: bool, segment: &str| match rule && !segment.is_empty() {
            true => "*".to_owned(),
            false => segment.to_owned(),
        };
        // AWS's own, such as managed policies, are everybody's.
        let (region, account) =
            (wider(self.region, region), wider(self.account && *account != "aws", account));
        let name = match self.random_suffixes {
            true => without_random_ids(service, name),
            false => (*name).to_owned(),
        };
        // What a rule has put there is a wildcard, what was there is not.
        exactly(&format!("{arn}:{partition}:{service}:{region}:{account}:{name}")).replace(ANY, "*")
    }
}

/// Stands for `*` until the pattern is written; in no name.
const ANY: &str = "\u{1}";

fn without_random_ids(service: &str, name: &str) -> String {
    // Secrets Manager puts six characters behind a secret's name.
    match (service, name.rsplit_once('-')) {
        ("secretsmanager", Some((name, id))) if is_secret_id(id) => {
            format!("{}-{ANY}", without_random_parts(name, ANY))
        }
        _ => without_random_parts(name, ANY),
    }
}

/// Source: Secrets Manager user guide, "What's in a Secrets Manager secret?".
fn is_secret_id(id: &str) -> bool {
    id.len() == 6 && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_exact_unless_a_rule_says_otherwise() {
        let (random, account, region) = (
            "random-suffixes".parse::<Rules>().unwrap(),
            "account".parse::<Rules>().unwrap(),
            "region".parse::<Rules>().unwrap(),
        );
        let all = random.and(account).and(region);
        let queue = "arn:aws:sqs:eu-west-1:278805249149:jobs-1a2b3c4d";
        for (rules, resource, pattern) in [
            (Rules::default(), queue, queue),
            (random, queue, "arn:aws:sqs:eu-west-1:278805249149:jobs-*"),
            (account, queue, "arn:aws:sqs:eu-west-1:*:jobs-1a2b3c4d"),
            (region, queue, "arn:aws:sqs:*:278805249149:jobs-1a2b3c4d"),
            (all, queue, "arn:aws:sqs:*:*:jobs-*"),
            (all, "arn:aws:s3:::jobs/a*b", "arn:aws:s3:::jobs/a${*}b"),
            (all, "arn:aws:s3:::jobs-1a2b3c4d/a*b", "arn:aws:s3:::jobs-*/a${*}b"),
            (
                all,
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
            ),
            (all, "arn:aws:ec2:r:1:instance/*", "arn:aws:ec2:*:*:instance/*"),
            (all, "*", "*"),
            (
                random,
                "arn:aws:secretsmanager:r:1:secret:db-AbCdEf",
                "arn:aws:secretsmanager:r:1:secret:db-*",
            ),
            (
                random,
                "arn:aws:secretsmanager:r:1:secret:db-production",
                "arn:aws:secretsmanager:r:1:secret:db-production",
            ),
            (
                random,
                "arn:aws:secretsmanager:r:1:secret:db-a/b.cd",
                "arn:aws:secretsmanager:r:1:secret:db-a/b.cd",
            ),
        ] {
            assert_eq!(rules.pattern(resource), pattern);
        }
    }

    #[test]
    fn other_rules_there_are_none() {
        assert_eq!(
            "everything".parse::<Rules>().unwrap_err().to_string(),
            "expected `random-suffixes`, `account` or `region`, found `everything`"
        );
    }
}
