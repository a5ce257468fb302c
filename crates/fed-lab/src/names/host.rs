//! Hosts that connections may leave the lab for.

use std::str::FromStr;

use super::amazon::is_of_aws;
use crate::LabError;

/// `example.com`, or `*.example.com` for every host below it. Never a name of AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    /// In lower case, without `*.`.
    name: String,
    below: bool,
}

impl AllowedHost {
    /// Whether it is this one; `host` in lower case.
    pub(super) fn is(&self, host: &str) -> bool {
        match self.below {
            true => host.strip_suffix(&self.name).is_some_and(|rest| rest.ends_with('.')),
            false => host == self.name,
        }
    }
}

impl FromStr for AllowedHost {
    type Err = LabError;

    fn from_str(text: &str) -> Result<Self, LabError> {
        let (name, below) = match text.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (text, false),
        };
        let name = name.to_ascii_lowercase();
        let label = |label: &str| {
            let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            !label.is_empty() && label.bytes().all(letter)
        };
        if !name.split('.').all(label) {
            return Err(LabError::InvalidAllowedHost(text.to_owned()));
        }
        let covers_aws = below
            && ["amazonaws.com", "api.aws"]
                .iter()
                .any(|aws| aws.strip_suffix(name.as_str()).is_some_and(|rest| rest.ends_with('.')));
        if covers_aws || is_of_aws(&name) {
            return Err(LabError::AllowedAws(text.to_owned()));
        }
        Ok(Self { name, below })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_one_host_or_all_below_one() {
        let allowed = |text: &str| text.parse::<AllowedHost>().unwrap();
        assert!(allowed("Example.com").is("example.com"));
        assert!(!allowed("example.com").is("www.example.com"));
        assert!(!allowed("example.com").is("anexample.com"));
        assert!(allowed("*.example.com").is("www.example.com"));
        assert!(allowed("*.example.com").is("a.b.example.com"));
        for not in ["example.com", "anexample.com", "example.com.attacker.org", ".com"] {
            assert!(!allowed("*.example.com").is(not), "{not}");
        }
        assert!(allowed("localhost").is("localhost"));
    }

    #[test]
    fn aws_is_never_let_out() {
        for text in [
            "amazonaws.com",
            "sts.amazonaws.com",
            "STS.AmazonAWS.com",
            "*.amazonaws.com",
            "*.s3.amazonaws.com",
            "*.com",
            "signin.aws.amazon.com",
            "*.aws.amazon.com",
            "sts.us-east-1.api.aws",
            "*.aws",
            "sts.cn-north-1.amazonaws.com.cn",
            "x.lambda-url.us-east-1.on.aws",
        ] {
            let told = text.parse::<AllowedHost>().unwrap_err().to_string();
            assert_eq!(told, format!("expected a host that is not AWS's, found `{text}`"));
        }
        for text in
            ["", "*", "*.", "*.*.com", "a..b", "exa mple.com", "https://example.com", "a:443"]
        {
            let told = text.parse::<AllowedHost>().unwrap_err().to_string();
            assert_eq!(
                told,
                format!("expected a host like `example.com` or `*.example.com`, found `{text}`")
            );
        }
    }
}
