//! Every environment variable that is read or set, once.

mod outranking;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

pub use outranking::OUTRANKING;
pub(crate) use outranking::outranking;

macro_rules! variables {
    ($($(#[doc = $doc:literal])+ $name:ident,)*) => {
        $($(#[doc = $doc])+ pub const $name: &str = stringify!($name);)*

        /// Every variable and what it means, for the documentation.
        pub const DOCUMENTED: &[(&str, &str)] = &[$(($name, concat!($($doc),+)),)*];
    };
}

variables! {
    /// Where the configuration file is, instead of `$XDG_CONFIG_HOME/fed/config.toml`.
    FED_CONFIG,
    /// The profile to use, instead of the only one or the one called `default`.
    FED_PROFILE,
    /// Where credentials and sign-ins are kept, instead of `$XDG_STATE_HOME/fed`.
    FED_STATE_DIR,
    /// Where the refresh token is kept: `keyring`, `file`, or `auto`, the default.
    FED_STORE,
    /// The role to assume, instead of the profile's.
    FED_ROLE_ARN,
    /// The AWS region.
    AWS_REGION,
    /// The AWS region, where `AWS_REGION` is not set.
    AWS_DEFAULT_REGION,
    /// Where all AWS calls go, instead of AWS.
    AWS_ENDPOINT_URL,
    /// Where STS calls go; outranks `AWS_ENDPOINT_URL`.
    AWS_ENDPOINT_URL_STS,
    /// Where IAM calls go; outranks `AWS_ENDPOINT_URL`.
    AWS_ENDPOINT_URL_IAM,
    /// Where EC2 calls go; outranks `AWS_ENDPOINT_URL`.
    AWS_ENDPOINT_URL_EC2,
    /// Where console sign-ins come from, instead of AWS.
    AWS_ENDPOINT_URL_SIGNIN,
    /// The AWS tools' configuration file, instead of `~/.aws/config`.
    AWS_CONFIG_FILE,
    /// The AWS tools' file of keys, instead of `~/.aws/credentials`.
    AWS_SHARED_CREDENTIALS_FILE,
    /// The AWS tools' profile; only `setup`, `bootstrap` and `explain` act with its keys.
    AWS_PROFILE,
    /// The role that Kubernetes and others set beside the token file, where no other is given.
    AWS_ROLE_ARN,
    /// The session's name that they set beside it.
    AWS_ROLE_SESSION_NAME,
    /// When set and not empty: no browser is opened, addresses are shown.
    FED_NO_BROWSER,
    /// The token file that Kubernetes and others set, for `source = "file"`.
    AWS_WEB_IDENTITY_TOKEN_FILE,
    /// Where GitHub Actions gives ID tokens.
    ACTIONS_ID_TOKEN_REQUEST_URL,
    /// What GitHub Actions wants to see for it.
    ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    /// `true` in a GitHub Actions job.
    GITHUB_ACTIONS,
    /// `true` in a GitLab CI job.
    GITLAB_CI,
    /// Where Google Cloud's metadata server is, instead of `metadata.google.internal`.
    GCE_METADATA_HOST,
    /// Certificate authorities to trust beside the system's, as the AWS CLI reads it.
    AWS_CA_BUNDLE,
    /// Certificate authorities to trust instead of the system's, as OpenSSL reads it.
    SSL_CERT_FILE,
    /// Folders of such, as OpenSSL reads it.
    SSL_CERT_DIR,
    /// The proxy for `https` addresses, as `http://host:port`; also in lower case.
    HTTPS_PROXY,
    /// The proxy for `http` addresses; also in lower case.
    HTTP_PROXY,
    /// The proxy for all addresses that have no other; also in lower case.
    ALL_PROXY,
    /// Hosts, domains and networks that need no proxy; also in lower case. This machine
    /// never does.
    NO_PROXY,
    /// The command that opens a URL in a browser.
    BROWSER,
    /// When set and not empty: no colours.
    NO_COLOR,
    /// The home directory.
    HOME,
    /// Where configuration lives on Unix, instead of `~/.config`.
    XDG_CONFIG_HOME,
    /// Where state lives on Unix, instead of `~/.local/state`.
    XDG_STATE_HOME,
    /// Where configuration lives on Windows.
    APPDATA,
    /// Where state lives on Windows.
    LOCALAPPDATA,
    /// Where the session's D-Bus is, and with it the keyring, on Unix.
    DBUS_SESSION_BUS_ADDRESS,
    /// Where D-Bus is if its address is not set.
    XDG_RUNTIME_DIR,
    /// Set where graphical programs can be shown.
    DISPLAY,
    /// The shell that `exec` starts where no command is given, on Unix.
    SHELL,
    /// Set in a shell that `exec` starts: the profile whose credentials it has.
    FED_SHELL_PROFILE,
    /// Set for children of `exec --serve`: where they get credentials.
    AWS_CONTAINER_CREDENTIALS_FULL_URI,
    /// Set for children of `exec --serve`: what they must present for it.
    AWS_CONTAINER_AUTHORIZATION_TOKEN,
    /// Set while the session is one over SSH: then the sign-in is by pasting.
    SSH_CONNECTION,
    /// Set for children of `exec`: the access key's id.
    AWS_ACCESS_KEY_ID,
    /// Set for children of `exec`: the secret key.
    AWS_SECRET_ACCESS_KEY,
    /// Set for children of `exec`: the session token.
    AWS_SESSION_TOKEN,
    /// Set for children of `exec`: when the credentials end.
    AWS_CREDENTIAL_EXPIRATION,
}

/// The environment as it was when the program started.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// From pairs of name and value.
    pub fn new<N: Into<OsString>, V: Into<OsString>>(
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// A variable's value as text. `None` when it is unset, empty, or not Unicode.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(OsStr::to_str)
    }

    /// A variable's value as a path. `None` when it is unset or empty.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// The names that are Unicode, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(|name| name.to_str())
    }

    fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_an_unset_one() {
        let environment = Environment::new([("A", ""), ("B", "b")]);
        assert_eq!(environment.text("A"), None);
        assert_eq!(environment.path("A"), None);
        assert_eq!(environment.text("B"), Some("b"));
    }
}
