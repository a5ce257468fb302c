//! Where a client finds an endpoint: below the address that the issuer listens at or, if it has
//! come by the provider's name, where the provider itself has it.

use axum::http::{HeaderMap, HeaderName, header};

use super::{AUTHORIZE, DEVICE, DEVICE_CODE, Provider, REVOKE, TOKEN, USERINFO};
use crate::Preset;

/// Google's endpoints are at several names.
///
/// Source: Google's discovery document; "OAuth 2.0 for TV and Limited-Input Devices".
const GOOGLE: [(&str, &str); 7] = [
    (AUTHORIZE, "https://accounts.google.com"),
    (DEVICE_CODE, "https://oauth2.googleapis.com"),
    (TOKEN, "https://oauth2.googleapis.com"),
    (REVOKE, "https://oauth2.googleapis.com"),
    (USERINFO, "https://openidconnect.googleapis.com"),
    ("/oauth2/v3/certs", "https://www.googleapis.com"),
    (DEVICE, "https://www.google.com"),
];

/// The address of the endpoint with this path, for whoever sent these headers.
pub(super) fn of_endpoint(provider: &Provider, headers: &HeaderMap, path: &str) -> String {
    if is_own(provider, headers) {
        return format!("{}{path}", provider.url());
    }
    let known = GOOGLE.iter().find(|(known, _)| *known == path);
    match known.filter(|_| provider.issuer() == Preset::Google.issuer()) {
        Some((_, origin)) => format!("{origin}{path}"),
        None => format!("{}{path}", provider.issuer().trim_end_matches('/')),
    }
}

/// Whether `Host` is the address that the issuer listens at.
pub(super) fn is_own(provider: &Provider, headers: &HeaderMap) -> bool {
    matches!(values(headers, header::HOST).as_slice(), [host] if is_this(provider, host))
}

/// Whether a web page of somebody else asks; browsers say whose.
pub(super) fn is_of_another_page(provider: &Provider, headers: &HeaderMap) -> bool {
    let own = |origin: &str| {
        origin.strip_prefix("http://").is_some_and(|authority| is_this(provider, authority))
    };
    values(headers, header::ORIGIN).into_iter().any(|origin| !own(origin))
}

fn is_this(provider: &Provider, authority: &str) -> bool {
    let port = provider.url().rsplit_once(':').map(|(_, port)| port);
    authority.rsplit_once(':').is_some_and(|(host, number)| {
        matches!(host, "127.0.0.1" | "localhost" | "[::1]") && Some(number) == port
    })
}

fn values(headers: &HeaderMap, name: HeaderName) -> Vec<&str> {
    let values = headers.get_all(name).into_iter();
    values.map(|value| value.to_str().unwrap_or_default()).collect()
}
