//! Whose tokens an account accepts.

use super::{UnverifiedToken, invalid};
use crate::account::OidcProvider;
use crate::error_response::ErrorResponse;

/// An issuer that an account trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Issuer {
    /// Known to AWS without being registered.
    Google,
    /// An IAM OIDC provider of the account.
    Registered(OidcProvider),
}

/// Google's issuer, with and without the scheme: its older tokens go without.
const GOOGLE: &str = "accounts.google.com";

impl Issuer {
    /// The `iss` under which the discovery document is looked for.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Google => format!("https://{GOOGLE}"),
            Self::Registered(provider) => format!("https://{}", provider.url),
        }
    }

    /// `Provider` in the answer.
    pub(crate) fn provider(&self) -> &str {
        match self {
            Self::Google => GOOGLE,
            Self::Registered(provider) => &provider.arn,
        }
    }

    /// Checks the audience against the client ids registered for the provider. Google has
    /// none registered: there the role's trust policy alone decides.
    ///
    /// # Errors
    /// `InvalidIdentityToken: Incorrect token audience`.
    pub(crate) fn check_audience(&self, token: &UnverifiedToken) -> Result<(), ErrorResponse> {
        let Self::Registered(provider) = self else { return Ok(()) };
        let registered = |id: &str| provider.client_ids.iter().any(|known| known == id);
        let meant = match token.claims.authorized_party() {
            Some(party) => registered(party),
            None => token.claims.audience().into_iter().any(registered),
        };
        match meant {
            true => Ok(()),
            false => Err(invalid("Incorrect token audience")),
        }
    }
}

/// The issuer of a token among those an account trusts. Compared byte by byte: case and a
/// slash at the end matter, as in AWS.
///
/// # Errors
/// `InvalidIdentityToken`: `Issuer must be a valid URL`, or `No OpenIDConnect provider found
/// in your account for …`.
pub(crate) fn find_issuer(
    token: &UnverifiedToken,
    providers: &[OidcProvider],
) -> Result<Issuer, ErrorResponse> {
    if token.issuer == GOOGLE || token.issuer.strip_prefix("https://") == Some(GOOGLE) {
        return Ok(Issuer::Google);
    }
    let is_url = url::Url::parse(&token.issuer)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if !is_url {
        return Err(invalid("Issuer must be a valid URL"));
    }
    let host_and_path = token.issuer.strip_prefix("https://");
    providers
        .iter()
        .find(|provider| host_and_path == Some(&provider.url))
        .map(|provider| Issuer::Registered(provider.clone()))
        .ok_or_else(|| {
            invalid(format!("No OpenIDConnect provider found in your account for {}", token.issuer))
        })
}
