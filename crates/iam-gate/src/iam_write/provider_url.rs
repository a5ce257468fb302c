//! The address of an OIDC provider, as IAM takes it.
//!
//! Source: IAM API reference, CreateOpenIDConnectProvider, `Url`; IAM user guide, "Create an
//! OpenID Connect (OIDC) identity provider in IAM". The gate's owner may place an issuer
//! wherever he likes.

use url::{Host, Url};

use crate::TrustedIssuer;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

const LONGEST: usize = 255;

/// Refuses what is no provider's address.
///
/// # Errors
/// `ValidationError`, 400.
pub(super) fn check(
    operation: &str,
    parameters: &Parameters,
    placed: &[TrustedIssuer],
) -> Result<(), ErrorResponse> {
    if operation != "CreateOpenIDConnectProvider" {
        return Ok(());
    }
    let detected = |what: String| {
        Err(ErrorResponse::validation(format!("1 validation error detected: Value {what}")))
    };
    let Some(url) = parameters.get("Url") else {
        return detected(
            "null at 'url' failed to satisfy constraint: Member must not be null".to_owned(),
        );
    };
    if placed.iter().any(|place| place.issuer == url) {
        return Ok(());
    }
    if url.is_empty() || url.len() > LONGEST {
        let limit = match url.is_empty() {
            true => "greater than or equal to 1".to_owned(),
            false => format!("less than or equal to {LONGEST}"),
        };
        return detected(format!(
            "'{url}' at 'url' failed to satisfy constraint: Member must have length {limit}"
        ));
    }
    match is_providers(url) {
        true => Ok(()),
        false => Err(ErrorResponse::validation("Invalid Open ID Connect Provider URL")),
    }
}

/// `https://`, a name with a dot in it, and perhaps a path.
fn is_providers(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let of_path = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'\\' | b'@');
    let is_name = host.contains('.')
        && host.bytes().all(of_name)
        && !host.to_ascii_lowercase().ends_with(".localhost");
    // What the URL standard takes for an address is one, in whatever spelling.
    let read = Url::parse(url);
    let reads_as_name = read.is_ok_and(|read| matches!(read.host(), Some(Host::Domain(_))));
    is_name && reads_as_name && path.bytes().all(of_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_port_a_person_a_query_or_an_address_is_no_providers() {
        for url in [
            "http://issuer.example",
            "issuer.example",
            "HTTPS://issuer.example",
            "https://",
            "https:///x",
            "https://issuer.example:443",
            "https://issuer.example:29443/",
            "https://issuer.example:",
            "https://user@issuer.example",
            "https://u:p@issuer.example",
            "https://issuer.example/?a=b",
            "https://issuer.example?a=b",
            "https://issuer.example#a",
            "https://issuer.example/#a",
            "https://127.0.0.1",
            "https://127.1",
            "https://0x7f.1",
            "https://0x7f000001",
            "https://2130706433",
            "https://0177.0.0.1",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/",
            "https://localhost",
            "https://a.localhost/",
            "https://issuer",
            "https://issuer.example/a b",
            "https://issuer.example\\@b/",
            "https://issuer.example/\u{e9}",
            "https://\u{ff11}.1",
            "https://issuer.example/a@b",
            "https://%31%32%37.1/",
            "https://1.2.3.4./",
        ] {
            let found =
                check("CreateOpenIDConnectProvider", &Parameters::from([("Url", url)]), &[]);
            let invalid = ErrorResponse::validation("Invalid Open ID Connect Provider URL");
            assert_eq!(found, Err(invalid), "{url}");
        }
    }

    #[test]
    fn a_host_and_a_path_are_a_providers() {
        for url in [
            "https://issuer.example",
            "https://issuer.example/",
            "https://a-b.issuer.example/a/b_c",
            "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
            "https://token.actions.githubusercontent.com/enterprise",
        ] {
            let given = Parameters::from([("Url", url)]);
            assert_eq!(check("CreateOpenIDConnectProvider", &given, &[]), Ok(()), "{url}");
        }
    }

    #[test]
    fn an_issuer_that_was_placed_is_taken_as_it_is() {
        let placed = [TrustedIssuer {
            issuer: "https://127.0.0.1:3001".to_owned(),
            discovery_url: "http://127.0.0.1:3001/.well-known/openid-configuration".to_owned(),
        }];
        let check =
            |url| check("CreateOpenIDConnectProvider", &Parameters::from([("Url", url)]), &placed);
        let invalid = ErrorResponse::validation("Invalid Open ID Connect Provider URL");
        assert_eq!(check("https://127.0.0.1:3001"), Ok(()));
        assert_eq!(check("https://127.0.0.1:3001/"), Err(invalid));
    }

    #[test]
    fn its_length_has_bounds() {
        let long = format!("https://issuer.example/{}", "a".repeat(LONGEST));
        for (given, expected) in [
            (Parameters::from([("Url", "")]), "Member must have length greater than or equal to 1"),
            (
                Parameters::from([("Url", long.as_str())]),
                "Member must have length less than or equal to 255",
            ),
            (Parameters::default(), "Member must not be null"),
        ] {
            match check("CreateOpenIDConnectProvider", &given, &[]) {
                Err(ErrorResponse::Answered { status: 400, code, message }) => {
                    assert_eq!(code, "ValidationError");
                    assert!(message.ends_with(expected), "{message}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}
