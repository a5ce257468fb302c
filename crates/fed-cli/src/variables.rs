//! Credentials as environment variables: what is set, and what must not stand beside it.

use fed_types::{Secret, TemporaryCredentials};

use crate::aws_files;
use crate::context::Context;
use crate::environment::{
    AWS_ACCESS_KEY_ID, AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_CREDENTIALS_FULL_URI,
    AWS_CREDENTIAL_EXPIRATION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_REGION,
    AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, outranking,
};
use crate::settings::Settings;
use crate::{Exit, Failure};

/// A change of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variables {
    /// Name and value of what an AWS SDK reads.
    pub(crate) set: Vec<(&'static str, String)>,
    /// What would outrank or redirect it.
    pub(crate) unset: Vec<String>,
}

impl Variables {
    /// The credentials; region and endpoint only where one is configured.
    ///
    /// # Errors
    /// Exit status 1 for credentials of a form that AWS does not give: what a broken or hostile
    /// endpoint answers must not become a command of a shell.
    pub(crate) fn of(
        context: Context<'_>,
        credentials: &TemporaryCredentials,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let mut set = vec![
            (AWS_ACCESS_KEY_ID, credentials.access_key_id.clone()),
            (AWS_SECRET_ACCESS_KEY, credentials.secret_access_key.expose().to_owned()),
            (AWS_SESSION_TOKEN, credentials.session_token.expose().to_owned()),
        ];
        if let Some((name, _)) = set.iter().find(|(name, value)| !has_form(name, value)) {
            let message = format!("STS gave what cannot be `{name}`");
            return Err(Failure::new(Exit::Unexpected, message)
                .hint("check where STS calls go: `fed-cli doctor`"));
        }
        set.push((AWS_CREDENTIAL_EXPIRATION, credentials.expiration.to_string()));
        Ok(Self::beside(context, settings, set))
    }

    /// The names of what [`Variables::of`] sets, for the same settings.
    pub(crate) fn names(context: Context<'_>, settings: &Settings) -> Vec<String> {
        let beside = Self::beside(context, settings, Vec::new()).set;
        let beside = beside.into_iter().map(|(name, _)| name);
        // Where it was set, the environment has the profile's.
        let given = context.host.environment.text(AWS_ENDPOINT_URL);
        let is_ours = given.is_some() && given == settings.profile.endpoint_url.as_deref();
        let endpoint = is_ours.then_some(AWS_ENDPOINT_URL);
        KEYS.into_iter().chain(beside).chain(endpoint).map(str::to_owned).collect()
    }

    /// Where fresh credentials are served. None are set themselves, and those that SDKs would
    /// find before they ask there are hidden: keys and `credential_process` of the profile
    /// `default`.
    pub(crate) fn served(
        context: Context<'_>,
        settings: &Settings,
        uri: String,
        token: &Secret,
    ) -> Self {
        let mut set = vec![
            (AWS_CONTAINER_CREDENTIALS_FULL_URI, uri),
            (AWS_CONTAINER_AUTHORIZATION_TOKEN, token.expose().to_owned()),
        ];
        for file in aws_files::outranking(context.host) {
            let why = if file.is_readable {
                "has credentials for `default`, which outrank these"
            } else {
                "cannot be read, and what it says could outrank these"
            };
            context.say(&format!(
                "warning: `{}` {why}: the command does not see that file",
                file.path.display()
            ));
            set.push((file.variable, NULL_DEVICE.to_owned()));
        }
        let mut variables = Self::beside(context, settings, set);
        variables.unset.extend(KEYS.map(str::to_owned));
        variables
    }

    /// With region and endpoint, where one is configured, and without what outranks any of it.
    fn beside(
        context: Context<'_>,
        settings: &Settings,
        mut set: Vec<(&'static str, String)>,
    ) -> Self {
        if let Some(region) = &settings.profile.region {
            set.push((AWS_REGION, region.clone()));
            set.push((AWS_DEFAULT_REGION, region.clone()));
        }
        let environment = &context.host.environment;
        let endpoint = settings.endpoint_for_others(environment);
        set.extend(endpoint.map(|endpoint| (AWS_ENDPOINT_URL, endpoint.to_owned())));
        Self { set, unset: outranking(environment, endpoint.is_some()) }
    }
}

/// Credentials, and when they end.
const KEYS: [&str; 4] =
    [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION];

/// An empty file.
const NULL_DEVICE: &str = if cfg!(windows) { "NUL" } else { "/dev/null" };

/// Access key ids are letters and digits (IAM API, AccessKey); secret and token are of the
/// letters of base64, of which no more is asked here than that no shell knows a meaning.
fn has_form(name: &str, value: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_.~:@,".contains(&byte);
    let all = |allowed: fn(u8) -> bool| !value.is_empty() && value.bytes().all(allowed);
    if name == AWS_ACCESS_KEY_ID { value.len() <= 128 && all(is_word) } else { all(is_plain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sts_gives_has_form() {
        assert!(has_form(AWS_ACCESS_KEY_ID, "ASIAIOSFODNN7EXAMPLE"));
        assert!(has_form(AWS_SECRET_ACCESS_KEY, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        assert!(has_form(AWS_SESSION_TOKEN, "IQoJb3JpZ2luX2VjEJ//////////wEaCXVzLWVhc3QtMSJH=="));
    }

    #[test]
    fn what_a_shell_could_take_for_more_has_none() {
        for value in [
            "",
            "a\" & calc & rem \"",
            "a\nLD_PRELOAD=x",
            "a'b",
            "a\u{2019}b",
            "a b",
            "$(x)",
            "`x`",
            "a;b",
            "a\\b",
            "a%b%",
            "a\u{0}b",
            "a!b",
            "a|b",
            "ü",
        ] {
            for name in [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN] {
                assert!(!has_form(name, value), "{name} {value:?}");
            }
        }
        assert!(!has_form(AWS_ACCESS_KEY_ID, &"A".repeat(129)));
        assert!(!has_form(AWS_ACCESS_KEY_ID, "A/B"));
    }
}
