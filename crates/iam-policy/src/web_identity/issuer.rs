//! Whose tokens an account accepts.

use super::Provider;

/// An IAM OIDC provider of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcProvider {
    /// `arn:aws:iam::<account>:oidc-provider/<host and path>`
    pub arn: String,
    /// Host and path, without the scheme.
    pub url: String,
    /// The audiences it is registered for.
    pub client_ids: Vec<String>,
}

impl OidcProvider {
    /// Whether IAM can have such a provider: an https URL without port and query.
    /// Source: IAM API reference, `CreateOpenIDConnectProvider`, `Url`.
    pub fn is_possible(&self) -> bool {
        let (host, _) = self.url.split_once('/').unwrap_or((&self.url, ""));
        !host.contains([':', '@']) && !self.url.contains(['?', '#'])
    }
}

/// Whether an issuer is a URL as STS reads it.
pub(super) fn is_url(issuer: &str) -> bool {
    url::Url::parse(issuer)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The issuer's provider among those of an account. Compared byte by byte: case and a slash
/// at the end matter, as in AWS.
pub(super) fn registered<'p>(
    issuer: &str,
    providers: &'p [OidcProvider],
) -> Option<&'p OidcProvider> {
    let host_and_path = issuer.strip_prefix("https://")?;
    providers.iter().find(|provider| provider.url == host_and_path && provider.is_possible())
}

/// The provider of an issuer that IAM knows without it being registered.
pub(super) fn built_in(issuer: &str) -> Option<Provider> {
    Provider::of_issuer(issuer, "").filter(|provider| !matches!(provider, Provider::Iam { .. }))
}
