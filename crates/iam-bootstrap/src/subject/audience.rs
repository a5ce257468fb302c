//! Which audiences an issuer's tokens can have, as AWS reads them.

use crate::{InvalidBlueprint, Provider};

/// The end of every OAuth client id of Google.
const GOOGLE_CLIENT: &str = ".apps.googleusercontent.com";

/// Checks one value of the `:aud` key.
///
/// For a Google token AWS takes `azp` for `:aud`: the OAuth client of a person, the unique id
/// of a service account; what the token's `aud` says is `:oaud` (`docs/aws-truth.md`).
///
/// # Errors
/// [`InvalidBlueprint::NeverMatches`].
pub(crate) fn check(
    provider: &Provider,
    subjects: &[String],
    audience: &str,
) -> Result<(), InvalidBlueprint> {
    let refuse = |why, expected: String| InvalidBlueprint::NeverMatches {
        key: format!("{}:aud", provider.condition_prefix()),
        value: audience.to_owned(),
        why,
        expected,
    };
    if audience.contains("${") {
        return Err(InvalidBlueprint::Variable {
            key: format!("{}:aud", provider.condition_prefix()),
            value: audience.to_owned(),
        });
    }
    match provider {
        Provider::Google => {
            let of_person = audience.strip_suffix(GOOGLE_CLIENT).is_some_and(|id| !id.is_empty());
            let is_number = audience.bytes().all(|byte| byte.is_ascii_digit());
            if of_person || is_number {
                return Ok(());
            }
            Err(refuse(
                "for Google it is the token's `azp`: an OAuth client id, or a service account's \
                 unique id",
                format!(
                    "for a person give the client id, `…{GOOGLE_CLIENT}`; for a service account \
                     its unique id, `{}`, and `{audience}` as the original audience",
                    subjects.first().map_or("UNIQUE-ID", String::as_str)
                ),
            ))
        }
        Provider::OpenIdConnect { host_and_path } => {
            let organization = host_and_path.strip_prefix("oidc.circleci.com/org/");
            match organization {
                Some(organization) if organization != audience => Err(refuse(
                    "CircleCI's `aud` is the organisation's id",
                    format!("use `{organization}`"),
                )),
                _ => Ok(()),
            }
        }
    }
}
