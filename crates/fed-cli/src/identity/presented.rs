//! A token that comes without a person: from a file, a variable, a command, a platform.

use fed_types::{Claims, Secret, WebIdentityToken};
use oidc_client::UnverifiedIdToken;
use serde_json::Map;

use super::Identity;
use crate::Failure;
use crate::commands::Context;
use crate::config::ConfigError;
use crate::environment::AWS_WEB_IDENTITY_TOKEN_FILE;
use crate::settings::Source;

/// Reads the token.
pub(super) async fn obtain(context: Context<'_>, source: &Source) -> Result<Identity, Failure> {
    let text = match source {
        Source::File(path) => {
            let fallback = context.host.environment.path(AWS_WEB_IDENTITY_TOKEN_FILE);
            let path = path.clone().or(fallback).ok_or_else(|| ConfigError::Invalid {
                key: "token_file",
                why: format!("it is not given, and `{AWS_WEB_IDENTITY_TOKEN_FILE}` is not set"),
                hint: Some("give `--web-identity-token-file`".to_owned()),
            })?;
            context
                .host
                .files
                .read_secret(&path)
                .map_err(|error| crate::settings::unreadable("token_file", &path, &error))?
        }
        _ => Secret::new(""),
    };
    Ok(identity(&text))
}

/// A text that is no token at all is passed on all the same: what is wrong with it, AWS
/// says best.
fn identity(text: &Secret) -> Identity {
    let claims = UnverifiedIdToken::parse(text.expose())
        .map_or_else(|_| Claims::from(Map::new()), |token| token.unverified_claims().clone());
    Identity { token: WebIdentityToken::new(text.expose()), claims }
}
