//! The form in which AWS asks policies about a resource, where a name has several.

use std::borrow::Cow;

use fed_types::Arn;

/// The three actions that are checked on a log group's ARN without `:*`; all others are on the
/// one with it.
///
/// Source: CloudWatch Logs API reference, `LogGroup`, `arn` and `logGroupArn`.
const ON_THE_BARE_LOG_GROUP: [&str; 3] = ["ListTagsForResource", "TagResource", "UntagResource"];

/// The ARN that policies are asked about when an action is on what `arn` names.
pub fn checked_arn<'a>(action: &str, arn: &'a str) -> Cow<'a, str> {
    let Some((service, name)) = action.split_once(':') else { return arn.into() };
    let group = Arn::parse(arn).ok().filter(|arn| arn.service == "logs");
    let group = group.and_then(|arn| arn.resource.strip_prefix("log-group:"));
    let Some(group) = group.filter(|_| service.eq_ignore_ascii_case("logs")) else {
        return arn.into();
    };
    let on_bare = ON_THE_BARE_LOG_GROUP.iter().any(|bare| bare.eq_ignore_ascii_case(name));
    match (group.strip_suffix(":*"), on_bare) {
        (Some(_), true) => arn.trim_end_matches(":*").into(),
        (None, false) if !group.contains(':') => format!("{arn}:*").into(),
        _ => arn.into(),
    }
}

/// The ARN by which the Service Authorization Reference knows of what `arn` names: it leaves out
/// the version or alias of a function, and that AWS's own documents are in no account.
///
/// Source: Lambda developer guide, "Using versions in Lambda"; Systems Manager user guide,
/// "Identity-based policy examples", `arn:aws:ssm:*::document/AWS-RunShellScript`.
pub fn referred_arn(arn: &str) -> Cow<'_, str> {
    let Ok(parts) = Arn::parse(arn) else { return arn.into() };
    let Arn { partition, service, region, account, resource } = parts;
    match (service, resource.split_once(':')) {
        ("lambda", Some(("function", rest))) => match rest.split_once(':') {
            Some((name, qualifier)) if is_qualifier(qualifier) => {
                format!("arn:{partition}:lambda:{region}:{account}:function:{name}").into()
            }
            _ => arn.into(),
        },
        ("ssm", None) if account.is_empty() && resource.starts_with("document/AWS") => {
            format!("arn:{partition}:ssm:{region}:{NOBODY}:{resource}").into()
        }
        _ => arn.into(),
    }
}

/// No account has this number.
const NOBODY: &str = "000000000000";

/// Of a version or an alias: `$LATEST`, a number, a name.
fn is_qualifier(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or(text);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_*?".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_groups_have_a_star_behind_them_but_for_their_tags() {
        const GROUP: &str = "arn:aws:logs:eu-west-1:278805249149:log-group:/aws/lambda/f";
        let star = format!("{GROUP}:*");
        for (action, on) in [
            ("logs:PutRetentionPolicy", star.as_str()),
            ("logs:CreateLogGroup", &star),
            ("LOGS:deleteloggroup", &star),
            ("logs:TagResource", GROUP),
            ("logs:untagresource", GROUP),
            ("logs:ListTagsForResource", GROUP),
        ] {
            for given in [GROUP, &star] {
                assert_eq!(checked_arn(action, given), on, "{action} {given}");
            }
        }
        let stream = format!("{GROUP}:log-stream:s");
        for arn in [stream.as_str(), "arn:aws:logs:eu-west-1:1:destination:d", "*"] {
            assert_eq!(checked_arn("logs:PutLogEvents", arn), arn);
        }
        assert_eq!(checked_arn("kms:Decrypt", GROUP), GROUP);
    }

    #[test]
    fn what_the_reference_leaves_out_is_left_out() {
        const FUNCTION: &str = "arn:aws:lambda:eu-west-1:278805249149:function:f";
        for qualifier in ["7", "prod", "$LATEST", "*"] {
            assert_eq!(referred_arn(&format!("{FUNCTION}:{qualifier}")), FUNCTION, "{qualifier}");
        }
        for arn in [
            FUNCTION,
            "arn:aws:lambda:eu-west-1:278805249149:function:f:",
            "arn:aws:lambda:eu-west-1:278805249149:function:f:a:b",
            "arn:aws:lambda:eu-west-1:278805249149:layer:l:1",
            "arn:aws:ssm:eu-west-1::document/own",
            "arn:aws:ssm:eu-west-1:278805249149:document/AWS-RunShellScript",
            "*",
        ] {
            assert_eq!(referred_arn(arn), arn);
        }
        assert_eq!(
            referred_arn("arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"),
            "arn:aws:ssm:eu-west-1:000000000000:document/AWS-RunShellScript"
        );
    }
}
