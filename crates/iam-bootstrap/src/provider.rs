//! Whose tokens the role trusts.

use crate::InvalidBlueprint;

/// The issuer of GitHub Actions, as condition keys have it.
pub(crate) const GITHUB: &str = "token.actions.githubusercontent.com";

/// The identity provider whose tokens the role trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Provider {
    /// `accounts.google.com`, built into AWS: nothing to create.
    Google,
    /// Any other issuer, registered in the account as an IAM OIDC provider.
    OpenIdConnect {
        /// The issuer URL without `https://`, as IAM puts it in ARNs and condition
        /// keys: host and path, a trailing slash kept.
        host_and_path: String,
    },
}

impl Provider {
    /// The provider for an issuer URL. Google is recognised in both its spellings.
    ///
    /// # Errors
    /// [`InvalidBlueprint::Issuer`] when IAM would not take the URL: it must be
    /// https, without port, query or fragment, and at most 255 characters
    /// (IAM API reference, `CreateOpenIDConnectProvider`). Host and path have one spelling
    /// here: what is known of an issuer is known by it, and it ends up in scripts.
    pub fn from_issuer(issuer: &str) -> Result<Self, InvalidBlueprint> {
        if matches!(issuer, "https://accounts.google.com" | "accounts.google.com") {
            return Ok(Self::Google);
        }
        let refuse = |why| InvalidBlueprint::Issuer { issuer: issuer.to_owned(), why };
        let rest = issuer.strip_prefix("https://").ok_or_else(|| refuse("no `https://`"))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err(refuse("no host"));
        }
        if host.contains(':') {
            return Err(refuse("a port"));
        }
        if rest.contains(['?', '#', '@', ' ']) {
            return Err(refuse("a query, fragment, user name or space"));
        }
        if issuer.len() > 255 {
            return Err(refuse("more than 255 characters"));
        }
        if let Some(why) = wrong_host(host).or_else(|| wrong_path(path)) {
            return Err(refuse(why));
        }
        if host == "accounts.google.com" {
            return Err(refuse("a path, which Google's has not,"));
        }
        Ok(Self::OpenIdConnect { host_and_path: rest.to_owned() })
    }

    /// What stands before the colon in condition keys: `accounts.google.com` or the
    /// issuer's host and path.
    pub fn condition_prefix(&self) -> &str {
        match self {
            Self::Google => "accounts.google.com",
            Self::OpenIdConnect { host_and_path } => host_and_path,
        }
    }

    /// The audience that the issuer's own tool for AWS asks for, where there is one:
    /// GitHub's `aws-actions/configure-aws-credentials`, and EKS for service accounts.
    pub fn default_audience(&self) -> Option<&'static str> {
        match self {
            Self::OpenIdConnect { host_and_path }
                if host_and_path == GITHUB
                    || host_and_path.starts_with(&format!("{GITHUB}/"))
                    || is_eks(host_and_path) =>
            {
                Some("sts.amazonaws.com")
            }
            _ => None,
        }
    }
}

fn wrong_host(host: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if !host.bytes().all(plain) {
        Some("a character that no host has")
    } else if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Some("capitals in the host")
    } else if host.ends_with('.') {
        Some("a dot at the end of the host")
    } else if host.split('.').any(|label| label.starts_with('-') || label.is_empty()) {
        Some("no name between dots")
    } else {
        None
    }
}

fn wrong_path(path: &str) -> Option<&'static str> {
    let unreserved =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if !path.bytes().all(|byte| byte == b'/' || unreserved(byte)) {
        Some("a character other than letters, digits, `-`, `.`, `_` and `~` in the path")
    } else if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        Some("`.` or `..` in the path")
    } else {
        None
    }
}

/// `oidc.eks.REGION.amazonaws.com/id/…`.
pub(crate) fn is_eks(prefix: &str) -> bool {
    let host = prefix.split('/').next().unwrap_or_default();
    host.starts_with("oidc.eks.")
        && (host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn google_is_known_in_both_spellings_and_a_trailing_slash_is_kept() {
        for issuer in ["https://accounts.google.com", "accounts.google.com"] {
            assert_eq!(Provider::from_issuer(issuer), Ok(Provider::Google));
        }
        assert_eq!(
            Provider::from_issuer("https://tenant.example/").unwrap().condition_prefix(),
            "tenant.example/"
        );
    }

    #[test]
    fn issuers_that_iam_refuses_are_refused_here() {
        for (issuer, why) in [
            ("http://accounts.google.com", "no `https://`"),
            ("https://", "no host"),
            ("https://issuer.example:8443", "a port"),
            ("https://issuer.example?a=b", "a query, fragment, user name or space"),
            ("https://user@issuer.example", "a query, fragment, user name or space"),
        ] {
            assert_eq!(
                Provider::from_issuer(issuer),
                Err(InvalidBlueprint::Issuer { issuer: issuer.to_owned(), why })
            );
        }
    }

    #[test]
    fn an_issuer_has_one_spelling_and_nothing_that_a_shell_reads() {
        let refused = |issuer: &str| match Provider::from_issuer(issuer) {
            Err(InvalidBlueprint::Issuer { why, .. }) => why,
            other => panic!("`{issuer}`: {other:?}"),
        };
        for text in
            "\t \n \r ; $ ( ) | & * \" ' ` \\ < > { } [ ] ! ^ % , = + _ ~ \u{e9} \u{430}".split(' ')
        {
            let why = "a character that no host has";
            assert_eq!(refused(&format!("https://issuer{text}.example")), why);
            assert_eq!(refused(&format!("https://issuer.example{text}/realm")), why);
            if !matches!(text, "_" | "~") {
                assert!(refused(&format!("https://issuer.example/re{text}alm")).ends_with("path"));
            }
        }
        for (issuer, why) in [
            ("https://Issuer.example", "capitals in the host"),
            ("https://TOKEN.actions.githubusercontent.com", "capitals in the host"),
            ("https://gitlab.com.", "a dot at the end of the host"),
            ("https://accounts.google.com./", "a dot at the end of the host"),
            ("https://accounts.google.com/", "a path, which Google's has not,"),
            ("https://a..example", "no name between dots"),
            ("https://.example", "no name between dots"),
            ("https://-servername.example", "no name between dots"),
            ("https://issuer.example/a/../b", "`.` or `..` in the path"),
            ("https://issuer.example/.", "`.` or `..` in the path"),
        ] {
            assert_eq!(refused(issuer), why, "{issuer}");
        }
        for issuer in ["https://issuer.example/Realm_1/a~b.c-d/", "https://x1-y.example"] {
            let provider = Provider::from_issuer(issuer).unwrap();
            assert_eq!(format!("https://{}", provider.condition_prefix()), issuer);
        }
    }

    #[test]
    fn another_spelling_of_an_issuer_is_told_the_right_one() {
        for issuer in [
            "https://TOKEN.actions.githubusercontent.com",
            "https://token.actions.githubusercontent.com.",
        ] {
            assert_eq!(
                Provider::from_issuer(issuer).unwrap_err().hint().to_string(),
                "write `https://token.actions.githubusercontent.com`"
            );
        }
    }

    #[test]
    fn a_port_has_a_hint_of_its_own() {
        let error = Provider::from_issuer("https://issuer.example:8443").unwrap_err();
        assert_eq!(
            error.hint().to_string(),
            "IAM registers no issuer with a port: let the issuer answer on port 443, and write its \
             `iss` without one"
        );
    }

    #[test]
    fn only_issuers_with_a_custom_have_a_default_audience() {
        for (issuer, audience) in [
            ("https://token.actions.githubusercontent.com", Some("sts.amazonaws.com")),
            ("https://token.actions.githubusercontent.com/acme", Some("sts.amazonaws.com")),
            ("https://oidc.eks.us-east-1.amazonaws.com/id/AB", Some("sts.amazonaws.com")),
            ("https://oidc.eks.evil.example/id/AB", None),
            ("https://gitlab.com", None),
            ("https://accounts.google.com", None),
        ] {
            assert_eq!(Provider::from_issuer(issuer).unwrap().default_audience(), audience);
        }
    }
}
