//! What is asked of ID tokens of a sign-in.

use std::time::Duration;

use fed_types::read_duration;
use oidc_client::{Issuer, SigningAlgorithm, VerificationRules};

use super::Settings;
use crate::config::ConfigError;

/// More than this is no disagreement of clocks. AWS forgives as much, too.
const LONGEST_LEEWAY: Duration = Duration::from_secs(300);

impl Settings {
    /// The standard rules with what the settings change in them.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] for an unknown algorithm and for a leeway that is none.
    pub(crate) fn verification_rules(
        &self,
        issuer: &Issuer,
    ) -> Result<VerificationRules, ConfigError> {
        let profile = &self.profile;
        let mut rules = VerificationRules::standard(issuer);
        rules.hosted_domain.clone_from(&profile.hosted_domain);
        rules.account.clone_from(&profile.account);
        rules.trusted_audiences = profile.trusted_audiences.clone().unwrap_or_default();
        rules.acr_values = self.acr_values()?;
        rules.max_age = self.max_age()?;
        if let Some(names) = &profile.signing_algorithms {
            rules.algorithms = algorithms(names)?;
        }
        if let Some(text) = &profile.leeway {
            rules.leeway = leeway(text)?;
        }
        Ok(rules)
    }
}

fn algorithms(names: &[String]) -> Result<Vec<SigningAlgorithm>, ConfigError> {
    let invalid = |why: String| ConfigError::Invalid { key: "signing_algorithms", why, hint: None };
    if names.is_empty() {
        return Err(invalid("it is empty, so no token could be believed".to_owned()));
    }
    names.iter().map(|name| name.parse().map_err(|error| invalid(format!("{error}")))).collect()
}

fn leeway(text: &str) -> Result<Duration, ConfigError> {
    let invalid = |why: String| ConfigError::Invalid { key: "leeway", why, hint: None };
    let leeway = read_duration(text).map_err(|error| invalid(error.to_string()))?;
    if leeway > LONGEST_LEEWAY {
        return Err(invalid(format!("expected at most `5m`, found `{text}`")));
    }
    Ok(leeway)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_none_nor_hmac_nor_nothing_is_accepted() {
        for names in [&[][..], &["none"], &["RS256", "HS256"], &["rs256"], &[""]] {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let error = algorithms(&names).unwrap_err().to_string();
            assert!(error.starts_with("`signing_algorithms` is not usable: "), "{error}");
        }
        let both = algorithms(&["RS256".to_owned(), "ES256".to_owned()]).unwrap();
        assert_eq!(both, [SigningAlgorithm::Rs256, SigningAlgorithm::Es256]);
    }

    #[test]
    fn clocks_may_disagree_for_five_minutes_and_no_more() {
        assert_eq!(leeway("0s").unwrap(), Duration::ZERO);
        assert_eq!(leeway("5m").unwrap(), LONGEST_LEEWAY);
        for text in ["301s", "1h", "-1s", "a while", ""] {
            let error = leeway(text).unwrap_err().to_string();
            assert!(error.starts_with("`leeway` is not usable: expected"), "{error}");
        }
    }
}
