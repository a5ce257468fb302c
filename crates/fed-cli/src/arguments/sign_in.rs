//! Who signs in where, or where else the token comes from.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use fed_types::read_duration;

use crate::config::Profile;
use crate::settings::Asking;

/// Who signs in where, or where else the token comes from.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Sign-in options")]
pub struct SignInArguments {
    /// Issuer of the ID tokens, such as https://accounts.google.com
    #[arg(long, value_name = "URL")]
    pub issuer: Option<String>,
    /// Where the discovery document is, when not at the issuer
    #[arg(long, value_name = "URL")]
    pub discovery_url: Option<String>,
    /// OAuth client id
    #[arg(long, value_name = "ID")]
    pub client_id: Option<String>,
    /// File with the OAuth client's secret, or Google's client_secret_….json
    #[arg(long, value_name = "FILE")]
    pub client_secret_file: Option<PathBuf>,
    /// Where the browser comes back to; without it any free loopback port
    #[arg(long, value_name = "URL")]
    pub redirect_uri: Option<String>,
    /// Hosted domain (Google Workspace) the account must belong to
    #[arg(long, value_name = "DOMAIN")]
    pub hosted_domain: Option<String>,
    /// Account to sign in with, such as an email address
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// Choose the account on the sign-in page, even if only one is signed in there
    #[arg(long)]
    pub select_account: bool,
    /// Where the token comes from: browser, device, paste, github-actions, gitlab,
    /// gcp-metadata, file, env or command [default: browser]
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// File with the ID token, - for standard input: no sign-in
    #[arg(long, alias = "token-file", value_name = "FILE", conflicts_with = "source")]
    pub web_identity_token_file: Option<PathBuf>,
    /// Where the refresh token is kept: keyring, file, or auto, which is the keyring where
    /// one can be used, else a file only you can read [env: FED_STORE] [default: auto]
    #[arg(long, value_name = "WHERE")]
    pub store: Option<String>,
    /// Print the sign-in URL instead of opening a browser
    #[arg(long)]
    pub no_browser: bool,
    /// How long to wait for the sign-in to be finished
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = read_duration)]
    pub login_timeout: Duration,
}

impl SignInArguments {
    /// Puts the options into the profile.
    pub(super) fn lay_over(&self, profile: &mut Profile) {
        profile.issuer.clone_from(&self.issuer);
        profile.discovery_url.clone_from(&self.discovery_url);
        profile.client_id.clone_from(&self.client_id);
        profile.client_secret_file.clone_from(&self.client_secret_file);
        profile.redirect_uri.clone_from(&self.redirect_uri);
        profile.hosted_domain.clone_from(&self.hosted_domain);
        profile.account.clone_from(&self.account);
        profile.source.clone_from(&self.source);
        profile.store.clone_from(&self.store);
        if self.web_identity_token_file.is_some() {
            profile.source = Some("file".to_owned());
            profile.token_file.clone_from(&self.web_identity_token_file);
        }
    }

    /// How a person is asked.
    pub(super) fn asking(&self) -> Asking {
        Asking {
            no_browser: self.no_browser,
            select_account: self.select_account,
            timeout: self.login_timeout,
        }
    }
}
