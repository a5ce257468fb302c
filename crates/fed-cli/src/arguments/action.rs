//! An action on a resource, and the policies to judge it by.

use std::path::PathBuf;

use clap::Args;

/// An action on a resource, and the policies to judge it by.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options with --action")]
pub struct ActionArguments {
    /// ARN of the resource, for an action that has one; may be repeated for a call on several:
    /// each must be allowed
    #[arg(long = "resource", value_name = "ARN", requires = "action")]
    pub resources: Vec<String>,
    /// Condition key of the request; may be repeated, also for several values of a key. A
    /// key that is not given and cannot be derived is not known; one of a resource counts for
    /// each --resource whose type carries it
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value, requires = "action")]
    pub context: Vec<(String, String)>,
    /// Condition key that the request does not have; may be repeated. Without aws:TagKeys it
    /// has no aws:RequestTag/… either
    #[arg(long, value_name = "KEY", value_parser = key_alone, requires = "action")]
    pub context_absent: Vec<String>,
    /// Role or user who acts, instead of the profile's role; caller for whoever the
    /// credentials belong to that the AWS SDK finds
    #[arg(long, value_name = "ARN", requires = "action")]
    pub principal: Option<String>,
    /// Identity-based policy to judge by, instead of the live ones: AWS is not asked; may be
    /// repeated
    #[arg(long = "policy-file", value_name = "FILE", requires = "action")]
    pub policy_files: Vec<PathBuf>,
    /// Permissions boundary, with --policy-file
    #[arg(long, value_name = "FILE", requires = "policy_files")]
    pub permissions_boundary_file: Option<PathBuf>,
    /// Service control policy; may be repeated, one a level of the organization
    #[arg(long = "service-control-policy-file", value_name = "FILE", requires = "action")]
    pub service_control_policy_files: Vec<PathBuf>,
    /// The resource's own policy, instead of its live one
    #[arg(long, value_name = "FILE", requires = "action")]
    pub resource_policy_file: Option<PathBuf>,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if key.contains(':') && !key.contains(char::is_whitespace) => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err(format!(
            "expected a condition key and its value, such as `aws:SourceIp=203.0.113.7`, found `{text}`"
        )),
    }
}

fn key_alone(text: &str) -> Result<String, String> {
    match text.contains(':') && !text.contains(char::is_whitespace) && !text.contains('=') {
        true => Ok(text.to_owned()),
        false => Err(format!(
            "expected a condition key alone, such as `aws:MultiFactorAuthPresent`, found `{text}`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_key_has_no_value() {
        assert_eq!(key_alone("aws:SourceIp"), Ok("aws:SourceIp".to_owned()));
        for text in ["", "SourceIp", "aws:SourceIp=", "aws:SourceIp=10.0.0.1", "aws: x"] {
            assert!(key_alone(text).unwrap_err().contains("a condition key alone"), "{text}");
        }
    }

    #[test]
    fn a_context_value_may_hold_anything() {
        let pair = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
        assert_eq!(key_and_value("aws:SourceIp=10.0.0.1"), pair("aws:SourceIp", "10.0.0.1"));
        assert_eq!(key_and_value("s3:prefix=a=b c"), pair("s3:prefix", "a=b c"));
        assert_eq!(key_and_value("s3:prefix="), pair("s3:prefix", ""));
        for text in ["", "=", "aws:SourceIp", "SourceIp=1", "aws: x=1", "=aws:SourceIp"] {
            let expected = "expected a condition key and its value, such as \
                 `aws:SourceIp=203.0.113.7`, found";
            assert_eq!(key_and_value(text), Err(format!("{expected} `{text}`")));
        }
    }
}
