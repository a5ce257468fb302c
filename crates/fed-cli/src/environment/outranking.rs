//! What would outrank or contradict credentials in the environment, or let their user be
//! somebody else.

use super::{
    ACTIONS_ID_TOKEN_REQUEST_TOKEN, ACTIONS_ID_TOKEN_REQUEST_URL,
    AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_PROFILE,
    AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, Environment,
};

/// The variables, and where each is documented.
pub const OUTRANKING: &[(&str, &str)] = &[
    (AWS_PROFILE, "AWS CLI user guide, Environment variables"),
    ("AWS_DEFAULT_PROFILE", "boto3 guide, Configuration"),
    ("AWS_SECURITY_TOKEN", "boto3 guide, Credentials: the older name of AWS_SESSION_TOKEN"),
    ("AWS_ACCESS_KEY", "AWS SDK for Java 1.x, EnvironmentVariableCredentialsProvider"),
    ("AWS_SECRET_KEY", "AWS SDK for Java 1.x, EnvironmentVariableCredentialsProvider"),
    ("AWS_CREDENTIAL_FILE", "boto 2 reference, Config"),
    ("AWS_ACCOUNT_ID", "AWS SDKs and Tools reference, Account-based endpoints"),
    (AWS_ROLE_ARN, "AWS SDKs and Tools reference, Assume role credential provider"),
    (AWS_ROLE_SESSION_NAME, "AWS SDKs and Tools reference, Assume role credential provider"),
    (
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS SDKs and Tools reference, Assume role credential provider",
    ),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS SDKs and Tools reference, Container provider"),
    (AWS_CONTAINER_CREDENTIALS_FULL_URI, "AWS SDKs and Tools reference, Container provider"),
    (AWS_CONTAINER_AUTHORIZATION_TOKEN, "AWS SDKs and Tools reference, Container provider"),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS SDKs and Tools reference, Container provider"),
    ("AWS_BEARER_TOKEN_BEDROCK", "Amazon Bedrock user guide, Use an Amazon Bedrock API key"),
    ("AWS_SESSION_EXPIRATION", "aws-vault, USAGE: the end of other credentials"),
    ("AWS_VAULT", "aws-vault, USAGE: the profile of other credentials"),
    (ACTIONS_ID_TOKEN_REQUEST_TOKEN, "GitHub Actions, OpenID Connect: gives tokens of the job"),
    (ACTIONS_ID_TOKEN_REQUEST_URL, "GitHub Actions, OpenID Connect: gives tokens of the job"),
];

/// Each service may have one; it outranks keys there (AWS SDKs and Tools reference).
const BEARER_TOKENS: &str = "AWS_BEARER_TOKEN_";

/// Makes SDKs pass over `AWS_ENDPOINT_URL` (AWS SDKs and Tools reference, Service-specific
/// endpoints): credentials of another endpoint would go to AWS.
const IGNORE_ENDPOINTS: &str = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/// What has to be unset beside credentials that are set in this environment, in the order of
/// the list. `with_endpoint`: an endpoint is set, too.
pub(crate) fn outranking(environment: &Environment, with_endpoint: bool) -> Vec<String> {
    let mut names: Vec<String> = OUTRANKING.iter().map(|(name, _)| (*name).to_owned()).collect();
    let others = environment.names().filter(|name| name.starts_with(BEARER_TOKENS));
    names.extend(others.filter(|name| is_name(name)).map(str::to_owned));
    if with_endpoint {
        names.push(IGNORE_ENDPOINTS.to_owned());
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// A name that every shell takes for one.
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_tokens_of_any_service_are_unset_once() {
        let names = |variables: &[(&str, &str)], with_endpoint| {
            let listed = outranking(&Environment::new(variables.iter().copied()), with_endpoint);
            listed.split_at(OUTRANKING.len()).1.to_vec()
        };
        assert_eq!(names(&[("AWS_BEARER_TOKEN_BEDROCK", "x"), ("OTHER", "x")], false), [""; 0]);
        assert_eq!(names(&[("AWS_BEARER_TOKEN_NEW", "x")], false), ["AWS_BEARER_TOKEN_NEW"]);
        assert_eq!(names(&[("AWS_BEARER_TOKEN_$(x)", "x")], false), [""; 0]);
        assert_eq!(names(&[], true), [IGNORE_ENDPOINTS]);
    }

    #[test]
    fn each_name_is_listed_once_with_its_source() {
        let names: std::collections::BTreeSet<&str> =
            OUTRANKING.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), OUTRANKING.len());
        assert!(OUTRANKING.iter().all(|(_, source)| source.len() > 10));
    }
}
