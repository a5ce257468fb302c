//! Which variables of a person's environment a command in the lab must not inherit: those
//! that lend an AWS client real credentials, or send it elsewhere than to the gate.

use std::ffi::{OsStr, OsString};

/// A variable, and who reads it. `*` stands for any characters, none included.
struct Variable(&'static str, &'static str);

/// The SDKs' and tools' reference guide, `feature-*.html` and `settings-reference.html`.
const GUIDE: &str = "AWS SDKs and Tools Reference Guide";
const JAVA_1: &str = "AWS SDK for Java 1.x, `SDKGlobalConfiguration`";
const RUBY: &str = "AWS SDK for Ruby, `CredentialProviderChain`";
const BOTOCORE: &str = "botocore, `credentials.py` and `configprovider.py`";
const TERRAFORM: &str = "Terraform's AWS provider and S3 backend, \"Customizing endpoints\"";

/// The one list. What is not on it stays: `AWS_CA_BUNDLE`, which a person's proxy may need,
/// `AWS_PAGER`, `AWS_MAX_ATTEMPTS`, a program's own `AWS_STORAGE_BUCKET_NAME`.
const UNSET: &[Variable] = &[
    // Whose profile.
    Variable("AWS_PROFILE", GUIDE),
    Variable("AWS_DEFAULT_PROFILE", BOTOCORE),
    Variable("AWS_SDK_LOAD_CONFIG", "AWS SDK for Go 1.x, `session`"),
    // Keys.
    Variable("AWS_ACCESS_KEY_ID", GUIDE),
    Variable("AWS_SECRET_ACCESS_KEY", GUIDE),
    Variable("AWS_SESSION_TOKEN", GUIDE),
    Variable("AWS_SECURITY_TOKEN", BOTOCORE),
    Variable("AWS_DELEGATION_TOKEN", "boto 2, `provider.py`"),
    Variable("AWS_CREDENTIAL_EXPIRATION", BOTOCORE),
    Variable("AWS_CREDENTIAL_FILE", BOTOCORE),
    Variable("AWS_ACCESS_KEY", JAVA_1),
    Variable("AWS_SECRET_KEY", JAVA_1),
    Variable("AMAZON_ACCESS_KEY_ID", RUBY),
    Variable("AMAZON_SECRET_ACCESS_KEY", RUBY),
    Variable("AMAZON_SESSION_TOKEN", RUBY),
    Variable("AWS_BEARER_TOKEN_*", "the guide, \"Authentication scheme preference\"; Bedrock"),
    Variable("AWS_*_ACCESS_KEY*", "tools that take keys for one service or account"),
    Variable("AWS_*_SECRET_KEY*", "tools that take keys for one service or account"),
    Variable("AWS_*_TOKEN", "tools that take keys for one service or account"),
    Variable("AWS_*_TOKEN_FILE", "tools that take keys for one service or account"),
    // Where credentials are fetched.
    Variable("AWS_ROLE_ARN", GUIDE),
    Variable("AWS_ROLE_SESSION_NAME", GUIDE),
    Variable("AWS_IAM_ROLE_ARN", "AWS SDK for Rust and Java 2.x, the guide's older name"),
    Variable("AWS_IAM_ROLE_SESSION_NAME", "AWS SDK for Java 2.x, the guide's older name"),
    Variable("AWS_WEB_IDENTITY_TOKEN_FILE", GUIDE),
    Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", GUIDE),
    Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI", GUIDE),
    Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN", GUIDE),
    Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", GUIDE),
    Variable("AWS_CONTAINER_SERVICE_ENDPOINT", "AWS SDK for Java 1.x and 2.x, `SdkSystemSetting`"),
    Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT", GUIDE),
    Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", GUIDE),
    Variable("AWS_EC2_METADATA_V1_DISABLED", GUIDE),
    Variable("AWS_LOGIN_CACHE_DIRECTORY", "aws CLI, `aws login`"),
    Variable("AWS_SSO_*", "aws CLI's and AWS SDKs' profiles, as tools pass them on"),
    Variable("AWS_ASSUME_ROLE_*", "saml2aws, awsume and their kin"),
    // Where requests go.
    Variable("AWS_ENDPOINT_URL", GUIDE),
    Variable("AWS_ENDPOINT_URL_*", GUIDE),
    Variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", GUIDE),
    Variable("AWS_ACCOUNT_ID", GUIDE),
    Variable("AWS_ACCOUNT_ID_ENDPOINT_MODE", GUIDE),
    Variable("AWS_USE_FIPS_ENDPOINT", GUIDE),
    Variable("AWS_USE_DUALSTACK_ENDPOINT", GUIDE),
    Variable("AWS_STS_REGIONAL_ENDPOINTS", GUIDE),
    Variable("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", GUIDE),
    Variable("AWS_S3_USE_ARN_REGION", GUIDE),
    Variable("AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS", GUIDE),
    Variable("AWS_SIGV4A_SIGNING_REGION_SET", GUIDE),
    Variable("AWS_AUTH_SCHEME_PREFERENCE", GUIDE),
    Variable("AWS_ENDPOINT_DISCOVERY_ENABLED", BOTOCORE),
    Variable("AWS_ENABLE_ENDPOINT_DISCOVERY", GUIDE),
    Variable("AWS_*_ENDPOINT", TERRAFORM),
    Variable("AWS_*_ENDPOINT_URL", "tools that take an address for one service"),
    Variable("TF_AWS_*_ENDPOINT", TERRAFORM),
    Variable("S3_ENDPOINT", "tools that speak to S3 alone"),
    Variable("S3_ENDPOINT_URL", "s5cmd, README"),
    Variable("BOTO_PATH", "boto 2, `pyami/config.py`"),
];

/// What is to be unset, of the variables with these names: those on the list under their own
/// name, whether they are set or not, and of the others each that fits.
pub fn unset_variables(set: impl IntoIterator<Item = OsString>) -> Vec<String> {
    let mut names: Vec<String> = UNSET
        .iter()
        .map(|Variable(name, _)| *name)
        .filter(|name| !name.contains('*'))
        .map(str::to_owned)
        .collect();
    let fitting =
        set.into_iter().filter_map(|name| is_unset(&name).then(|| name.into_string().ok()));
    names.extend(fitting.flatten());
    names.sort();
    names.dedup();
    names
}

/// Who would read the variable, where a command in the lab must not inherit it.
pub fn reader_of(name: &str) -> Option<&'static str> {
    // As Windows compares them; elsewhere no client reads the lower case.
    let name = name.to_ascii_uppercase();
    UNSET
        .iter()
        .find(|Variable(pattern, _)| fits(&name, pattern))
        .map(|Variable(_, reader)| *reader)
}

fn is_unset(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| reader_of(name).is_some())
}

/// Whether the name fits a pattern with at most two `*`.
fn fits(name: &str, pattern: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return name == pattern };
    let Some(rest) = name.strip_prefix(before) else { return false };
    match after.split_once('*') {
        None => rest.len() >= after.len() && rest.ends_with(after),
        Some((middle, end)) => {
            rest.find(middle).is_some_and(|at| rest[at + middle.len()..].ends_with(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_lends_credentials_or_leads_elsewhere_is_unset() {
        for name in [
            "AWS_PROFILE",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_STS",
            "AWS_ENDPOINT_URL_A_SERVICE_OF_TOMORROW",
            "AWS_STS_ENDPOINT",
            "AWS_DYNAMODB_ENDPOINT_URL",
            "AWS_S3_ACCESS_KEY_ID",
            "AWS_PROD_SECRET_KEY",
            "TF_AWS_S3_ENDPOINT",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ] {
            assert!(reader_of(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_a_program_has_of_its_own_stays() {
        for name in [
            "AWS_CA_BUNDLE",
            "AWS_PAGER",
            "AWS_MAX_ATTEMPTS",
            "AWS_DEFAULT_OUTPUT",
            "AWS_STORAGE_BUCKET_NAME",
            "AWS_REGION",
            "AWS_EC2_METADATA_DISABLED",
            "AWS_CONFIG_FILE",
            "MY_AWS_PROFILE",
            "AWS_PROFILES",
            "FED_PROFILE",
            "HTTPS_PROXY",
        ] {
            assert_eq!(reader_of(name), None, "{name}");
        }
    }

    #[test]
    fn names_are_told_once_and_patterns_by_what_fits() {
        let set = ["AWS_PROFILE", "AWS_ENDPOINT_URL_STS", "HOME"].map(OsString::from);
        let unset = unset_variables(set);
        assert_eq!(unset.iter().filter(|name| *name == "AWS_PROFILE").count(), 1);
        assert!(unset.contains(&"AWS_ENDPOINT_URL_STS".to_owned()));
        assert!(unset.contains(&"AWS_SESSION_TOKEN".to_owned()), "set or not");
        assert!(!unset.iter().any(|name| name.contains('*') || name == "HOME"));
    }

    #[test]
    fn every_variable_has_a_reader_and_stands_once() {
        for (at, Variable(name, reader)) in UNSET.iter().enumerate() {
            assert!(!reader.is_empty(), "{name}");
            assert!(UNSET[..at].iter().all(|Variable(earlier, _)| earlier != name), "{name}");
        }
    }
}
