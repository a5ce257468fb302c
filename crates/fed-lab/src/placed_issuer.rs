//! Which issuers a lab has, beside Google: the gate fetches the keys of an IAM OIDC provider
//! for such a URL from the lab's issuer of that name.

use std::str::FromStr;

use fake_issuer::{Clock, IssuerConfig, Preset};
use url::Url;

use crate::LabError;

/// The id of the lab's EKS cluster, in its issuer's URL.
const CLUSTER: &str = "D6F1B2C3A4E5968778695A4B3C2D1E0F";

/// An issuer of the lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacedIssuer {
    /// `https://accounts.google.com`, which every lab has.
    Google,
    /// `https://token.actions.githubusercontent.com`.
    GithubActions,
    /// `https://gitlab.com`.
    Gitlab,
    /// `https://oidc.eks.REGION.amazonaws.com/id/…`: a Kubernetes cluster.
    Eks,
    /// Any other, by its `iss`.
    Other(Url),
}

impl PlacedIssuer {
    /// The `iss` of its tokens, in a lab of that region.
    pub fn issuer(&self, region: &str) -> String {
        match self {
            Self::Google => Preset::Google.issuer().to_owned(),
            Self::GithubActions => Preset::GithubActions.issuer().to_owned(),
            Self::Gitlab => Preset::Gitlab.issuer().to_owned(),
            Self::Eks => format!("https://oidc.eks.{region}.amazonaws.com/id/{CLUSTER}"),
            Self::Other(url) => url.as_str().trim_end_matches('/').to_owned(),
        }
    }

    pub(crate) fn config(&self, region: &str) -> IssuerConfig {
        let preset = match self {
            Self::GithubActions => Preset::GithubActions,
            Self::Gitlab => Preset::Gitlab,
            Self::Eks => Preset::Eks,
            Self::Google | Self::Other(_) => Preset::Google,
        };
        let mut config = IssuerConfig::new(preset, Clock::system());
        config.issuer = self.issuer(region);
        config
    }
}

impl FromStr for PlacedIssuer {
    type Err = LabError;

    fn from_str(text: &str) -> Result<Self, LabError> {
        match text {
            "google" => Ok(Self::Google),
            "github-actions" => Ok(Self::GithubActions),
            "gitlab" => Ok(Self::Gitlab),
            "eks" => Ok(Self::Eks),
            url => {
                let url = Url::parse(url).ok().filter(|url| {
                    url.scheme() == "https" && url.query().is_none() && url.fragment().is_none()
                });
                url.map(Self::Other).ok_or_else(|| LabError::InvalidIssuer(text.to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_are_named_or_https_urls() {
        for (text, issuer) in [
            ("google", "https://accounts.google.com"),
            ("github-actions", "https://token.actions.githubusercontent.com"),
            ("gitlab", "https://gitlab.com"),
            ("eks", "https://oidc.eks.us-east-1.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F"),
            ("https://login.example.com/", "https://login.example.com"),
            ("https://login.example.com/a/b", "https://login.example.com/a/b"),
        ] {
            let placed: PlacedIssuer = text.parse().unwrap();
            assert_eq!(placed.issuer("us-east-1"), issuer);
        }
        for text in ["", "github", "http://login.example.com", "https://x/?a", "https://x/#a"] {
            let error = text.parse::<PlacedIssuer>().unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "expected `google`, `github-actions`, `gitlab`, `eks` or an issuer's https \
                     URL, found `{text}`"
                )
            );
        }
    }
}
