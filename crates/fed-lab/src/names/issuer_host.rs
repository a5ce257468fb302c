//! The hosts that issuers have. A connection finds an issuer by its host alone, whatever the port
//! and the path: so no two issuers may have one host, and none the name of a service.

use url::Url;

use super::amazon::{is_of_aws, is_of_cluster};
use super::route::GOOGLE;
use crate::{LabError, NamesError};

/// The host of an issuer, as [`Routes`](super::Routes) has it.
pub(crate) fn host_of(issuer: &str) -> Option<String> {
    let url = Url::parse(issuer).ok()?;
    Some(url.host_str()?.trim_end_matches('.').to_ascii_lowercase())
}

/// Refuses issuers that could not all be found by their hosts; `placed` are those beside
/// Google's, each once.
///
/// # Errors
/// [`NamesError::SharedHost`], [`NamesError::IssuerOfAws`], [`LabError::InvalidIssuer`].
pub(crate) fn check(google: &str, placed: &[String]) -> Result<(), LabError> {
    let mut taken: Vec<(String, &str)> = GOOGLE.map(|host| (host.to_owned(), google)).into();
    for issuer in placed {
        let host = host_of(issuer).ok_or_else(|| LabError::InvalidIssuer(issuer.clone()))?;
        if is_of_aws(&host) && !is_of_cluster(&host) {
            return Err(NamesError::IssuerOfAws(issuer.clone()).into());
        }
        if let Some((_, first)) = taken.iter().find(|(name, _)| *name == host) {
            return Err(NamesError::SharedHost {
                first: (*first).to_owned(),
                second: issuer.clone(),
            }
            .into());
        }
        taken.push((host, issuer));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOGLES: &str = "https://accounts.google.com";
    const CLUSTER: &str = "https://oidc.eks.eu-west-1.amazonaws.com/id/A";

    fn checked(placed: &[&str]) -> Result<(), String> {
        let placed: Vec<String> = placed.iter().map(|issuer| (*issuer).to_owned()).collect();
        check(GOOGLES, &placed).map_err(|error| error.to_string())
    }

    #[test]
    fn issuers_of_different_hosts_are_all_found() {
        assert_eq!(checked(&["https://gitlab.com", CLUSTER, "https://a.example.com/x"]), Ok(()));
        assert_eq!(checked(&["https://a.example.com", "https://b.example.com"]), Ok(()));
        assert_eq!(checked(&[]), Ok(()));
    }

    #[test]
    fn two_issuers_of_one_host_are_refused() {
        let a = "https://a.example.com/a";
        for (first, second) in [
            (a, "https://a.example.com/b"),
            (a, "https://a.example.com:8443/a"),
            (a, "https://A.EXAMPLE.com./a"),
            (CLUSTER, "https://oidc.eks.eu-west-1.amazonaws.com/id/B"),
        ] {
            let told = format!(
                "expected with `--names` one issuer of each host, found `{first}` and `{second}`"
            );
            assert_eq!(checked(&["https://gitlab.com", first, second]), Err(told));
        }
        for of_google in ["https://accounts.google.com/a", "https://www.googleapis.com"] {
            let told = format!(
                "expected with `--names` one issuer of each host, found `{GOOGLES}` and \
                 `{of_google}`"
            );
            assert_eq!(checked(&[of_google]), Err(told));
        }
    }

    #[test]
    fn no_issuer_takes_a_name_of_awss() {
        for issuer in [
            "https://sts.amazonaws.com",
            "https://STS.amazonaws.com.:8443/a",
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_a",
            "https://sts.us-east-1.api.aws",
            "https://signin.aws.amazon.com",
            "https://amazonaws.com",
            "https://eks.oidc.eks.us-east-1.amazonaws.com",
        ] {
            let told = format!(
                "expected with `--names` an issuer whose host is not AWS's, found `{issuer}`"
            );
            assert_eq!(checked(&[issuer]), Err(told));
        }
    }
}
