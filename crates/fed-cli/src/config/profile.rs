//! One profile, as written: text, not yet domain types.

use std::path::{Path, PathBuf};

use crate::environment::{
    AWS_CA_BUNDLE, AWS_DEFAULT_REGION, AWS_REGION, Environment, FED_ROLE_ARN, FED_STORE,
};

macro_rules! profile {
    ($($(#[doc = $doc:literal])+ $key:ident: $kind:ident $(($mark:ident))? $(= [$($variable:ident),+])?,)*) => {
        /// One section `[profile.NAME]` of the configuration file, with the command
        /// line's and the environment's settings laid over it. `None`: not given.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub(crate) struct Profile {
            $($(#[doc = $doc])+ pub $key: Option<profile!(@type $kind)>,)*
        }

        impl Profile {
            /// Every key a profile may have.
            pub(crate) const KEYS: &[&str] = &[$(stringify!($key)),*];

            /// Every key: its name, the kind of its value, what it is for, and the environment
            /// variables that outrank it.
            pub(crate) const DOCUMENTED: &[(&str, &str, &str, &[&str])] = &[$((
                stringify!($key),
                profile!(@kind $kind),
                concat!($($doc),+),
                &[$($($variable),+)?],
            )),*];

            /// The keys that are given and hold one text or path, in the order of the
            /// documentation.
            pub(crate) fn texts(&self) -> Vec<(&'static str, String)> {
                let mut texts = Vec::new();
                $(profile!(@texts texts, self, $key, $kind);)*
                texts
            }

            /// The keys that are given and hold a list, in the order of the documentation.
            pub(crate) fn lists(&self) -> Vec<(&'static str, &[String])> {
                let mut lists = Vec::new();
                $(profile!(@lists lists, self, $key, $kind);)*
                lists
            }

            /// What decides which tokens a sign-in of one person gives: every setting that is
            /// given and has no mark.
            pub(crate) fn sign_in_parts(&self) -> Vec<(&'static str, String)> {
                let mut parts = Vec::new();
                $(profile!(@sign_in parts, self, $key, $kind $(, $mark)?);)*
                parts
            }

            /// The names of all settings that those are.
            pub(crate) fn sign_in_names() -> Vec<&'static str> {
                [$(profile!(@name $key $(, $mark)?)),*].into_iter().flatten().collect()
            }

            /// The same as the parts of a sign-in, and which person it is.
            pub(crate) fn account_parts(&self) -> Vec<(&'static str, String)> {
                let mut parts = self.sign_in_parts();
                $(profile!(@account parts, self, $key, $kind $(, $mark)?);)*
                parts
            }

            /// What decides which credentials a token is exchanged for: every setting that is
            /// given, unless it is marked `unkeyed`.
            pub(crate) fn credentials_parts(&self) -> Vec<(&'static str, String)> {
                let mut parts = Vec::new();
                $(profile!(@credentials parts, self, $key, $kind $(, $mark)?);)*
                parts
            }

            /// What environment variables say, for the keys that have one.
            pub(crate) fn of_environment(environment: &Environment) -> Self {
                let mut profile = Self::default();
                $($(
                    let found = [$($variable),+].iter().find_map(|name| environment.text(name));
                    profile.$key = found.map(Into::into);
                )?)*
                profile
            }

            /// Lays what `upper` gives over this: it outranks. One of several ways to give
            /// something silences the others.
            pub(crate) fn lay(&mut self, upper: Self) {
                self.silence(&upper);
                $(if upper.$key.is_some() { self.$key = upper.$key; })*
            }

            /// Sets a key. `None` when there is no such key; else the kind of value
            /// that was expected instead of this one.
            pub(super) fn set(
                &mut self,
                key: &str,
                value: Value,
                directory: &Path,
            ) -> Option<Result<(), &'static str>> {
                let _ = directory;
                match key {
                    $(stringify!($key) => Some(profile!(@set self, $key, $kind, value, directory)),)*
                    _ => None,
                }
            }
        }
    };
    (@texts $texts:ident, $self:ident, $key:ident, Text) => {
        $texts.extend($self.$key.iter().map(|text| (stringify!($key), text.clone())));
    };
    (@texts $texts:ident, $self:ident, $key:ident, Path) => {
        let shown = |path: &PathBuf| (stringify!($key), path.display().to_string());
        $texts.extend($self.$key.iter().map(shown));
    };
    (@texts $texts:ident, $self:ident, $key:ident, List) => {};
    (@lists $lists:ident, $self:ident, $key:ident, List) => {
        $lists.extend($self.$key.iter().map(|list| (stringify!($key), list.as_slice())));
    };
    (@lists $lists:ident, $self:ident, $key:ident, $kind:ident) => {};
    (@sign_in $parts:ident, $self:ident, $key:ident, $kind:ident) => {
        $parts.extend($self.$key.iter().map(|it| (stringify!($key), profile!(@part $kind, it))));
    };
    (@sign_in $parts:ident, $self:ident, $key:ident, $kind:ident, $mark:ident) => {};
    (@name $key:ident) => { Some(stringify!($key)) };
    (@name $key:ident, $mark:ident) => { None };
    (@account $parts:ident, $self:ident, $key:ident, $kind:ident, person) => {
        $parts.extend($self.$key.iter().map(|it| (stringify!($key), profile!(@part $kind, it))));
    };
    (@account $parts:ident, $self:ident, $key:ident, $kind:ident $(, $mark:ident)?) => {};
    (@credentials $parts:ident, $self:ident, $key:ident, $kind:ident, unkeyed) => {};
    (@credentials $parts:ident, $self:ident, $key:ident, $kind:ident $(, $mark:ident)?) => {
        $parts.extend($self.$key.iter().map(|it| (stringify!($key), profile!(@part $kind, it))));
    };
    (@part Text, $value:ident) => { $value.clone() };
    (@part Path, $value:ident) => { $value.display().to_string() };
    // `["a b"]` and `["a", "b"]` are not the same.
    (@part List, $value:ident) => { format!("{:?}", $value) };
    (@kind Text) => { "text" };
    (@kind Path) => { "the path of a file" };
    (@kind List) => { "a list of texts" };
    (@type Text) => { String };
    (@type Path) => { PathBuf };
    (@type List) => { Vec<String> };
    (@set $self:ident, $key:ident, Text, $value:ident, $directory:ident) => {
        match $value {
            Value::Text(text) => { $self.$key = Some(text); Ok(()) }
            Value::List(_) => Err("text"),
        }
    };
    (@set $self:ident, $key:ident, Path, $value:ident, $directory:ident) => {
        match $value {
            Value::Text(text) => { $self.$key = Some(beside($directory, &text)); Ok(()) }
            Value::List(_) => Err("the path of a file"),
        }
    };
    (@set $self:ident, $key:ident, List, $value:ident, $directory:ident) => {
        match $value {
            Value::List(list) => { $self.$key = Some(list); Ok(()) }
            Value::Text(_) => Err("a list of texts"),
        }
    };
}

/// The kinds of value a key can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    List(Vec<String>),
}

// A key, the kind of its value, whether it names what is kept, and the environment variables
// that outrank it, first one first. Whatever changes a result must name it, so a key without a
// mark is in the names of sign-ins and of credentials; `(session)`: of credentials alone;
// `(person)`: it chooses among the people who are signed in; `(unkeyed)`: of neither, because
// it changes how something is had, not what, or, as the client, is in them as what it leads to.
profile! {
    /// The `iss` of the tokens.
    issuer: Text,
    /// Where the discovery document is, when not at the issuer.
    discovery_url: Text,
    /// The OAuth client's id.
    client_id: Text (unkeyed),
    /// A file that holds the client's secret, or Google's `client_secret_….json`.
    client_secret_file: Path (unkeyed),
    /// An environment variable that holds the client's secret.
    client_secret_env: Text (unkeyed),
    /// A command that prints the client's secret.
    client_secret_command: List (unkeyed),
    /// A file with the client's private key, in PEM: it signs who the client is.
    client_key_file: Path (unkeyed),
    /// The name that the issuer knows that key by (`kid`).
    client_key_id: Text (unkeyed),
    /// A file with the client's certificate, in PEM: it is presented in TLS.
    client_certificate_file: Path (unkeyed),
    /// How the client proves who it is, where the issuer takes several ways.
    token_endpoint_auth_method: Text (unkeyed),
    /// Where the browser is sent back to; without it any free loopback port.
    redirect_uri: Text (unkeyed),
    /// The hosted domain that the account must belong to.
    hosted_domain: Text (person),
    /// The account to sign in with.
    account: Text (person),
    /// What the issuer is told of the person beforehand, where that is not the account.
    login_hint: Text (person),
    /// The scopes to ask for, beside `openid`.
    scopes: List,
    /// What the issuer wants beside, each as `name=value`.
    authorization_parameters: List,
    /// Audiences of ID tokens, beside the client, that do no harm.
    trusted_audiences: List,
    /// How the person must show who they are (`acr`), the best way first.
    acr_values: List,
    /// How long ago the person may have shown who they are.
    max_age: Text,
    /// Which algorithms ID tokens may be signed with.
    signing_algorithms: List,
    /// How far this machine's clock and the issuer's may disagree.
    leeway: Text (unkeyed),
    /// Certificate authorities to trust beside the system's, in PEM.
    ca_bundle: Path (unkeyed) = [AWS_CA_BUNDLE],
    /// Where the token comes from.
    source: Text (session),
    /// The token's file, for `source = "file"`.
    token_file: Path (session),
    /// The token's environment variable, for `source = "env"`.
    token_env: Text (session),
    /// The command that prints the token, for `source = "command"`.
    token_command: List (session),
    /// Where the refresh token is kept.
    store: Text (unkeyed) = [FED_STORE],
    /// The audience to ask for, where the source can be asked.
    audience: Text (session),
    /// The role to assume.
    role_arn: Text (session) = [FED_ROLE_ARN],
    /// Roles to choose among, with `--role` or at a terminal, where `role_arn` is not given.
    roles: List (unkeyed),
    /// The session's name.
    role_session_name: Text (session),
    /// The AWS region.
    region: Text (session) = [AWS_REGION, AWS_DEFAULT_REGION],
    /// How long the session lasts.
    duration: Text (session),
    /// Roles to assume after the first, in order.
    chain: List (session),
    /// A policy that narrows the session.
    session_policy_file: Path (session),
    /// Managed policies that narrow the session.
    session_policy_arns: List (session),
    /// Where AWS calls go, instead of AWS.
    endpoint_url: Text (session),
}

impl Profile {
    /// A client's secret, and a token, come from one place: the place that `upper` names. Whoever
    /// names an account has the issuer told of nobody else.
    fn silence(&mut self, upper: &Self) {
        if upper.client_secret_file.is_some()
            || upper.client_secret_env.is_some()
            || upper.client_secret_command.is_some()
        {
            self.client_secret_file = None;
            self.client_secret_env = None;
            self.client_secret_command = None;
        }
        if upper.token_file.is_some() || upper.token_env.is_some() || upper.token_command.is_some()
        {
            self.token_file = None;
            self.token_env = None;
            self.token_command = None;
        }
        if upper.account.is_some() {
            self.login_hint = None;
        }
    }
}

/// Relative paths are relative to the configuration file; `~/` is left for later.
fn beside(directory: &Path, path: &str) -> PathBuf {
    if path.starts_with("~/") { PathBuf::from(path) } else { directory.join(path) }
}
