//! Hosts that connections may leave the lab for.

use std::net::Ipv4Addr;
use std::str::FromStr;

use super::amazon::{is_above_aws, is_of_aws};
use crate::NamesError;

/// `example.com`, or `*.example.com` for every host below it. Never a name of AWS, and no address
/// but those of this machine's loopback: whose an address is cannot be seen from it.
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
    type Err = NamesError;

    fn from_str(text: &str) -> Result<Self, NamesError> {
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
            return Err(NamesError::InvalidAllowedHost(text.to_owned()));
        }
        if is_address(&name) && (below || !is_loopback(&name)) {
            return Err(NamesError::AllowedAddress(text.to_owned()));
        }
        if is_of_aws(&name) || below && is_above_aws(&name) {
            return Err(NamesError::AllowedAws(text.to_owned()));
        }
        Ok(Self { name, below })
    }
}

/// Whether it is an address in any of the forms that systems take, such as `127.1`,
/// `2852039166` and `0xa9fea9fe`: the last label of a name is no number (WHATWG URL, "ends in a
/// number").
fn is_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let is_of = |digits: &str, is: fn(&u8) -> bool| digits.bytes().all(|byte| is(&byte));
    is_of(last, u8::is_ascii_digit)
        || last.strip_prefix("0x").is_some_and(|digits| is_of(digits, u8::is_ascii_hexdigit))
}

fn is_loopback(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
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
        assert!(allowed("127.0.0.1").is("127.0.0.1"));
        assert!(allowed("0xcafe.example.com").is("0xcafe.example.com"));
    }

    #[test]
    fn no_address_but_loopback_is_let_out() {
        for text in [
            "169.254.169.254",
            "169.254.170.2",
            "169.254.43518",
            "2852039166",
            "0xA9FEA9FE",
            "0251.0376.0251.0376",
            "0xa9.254.169.0xfe",
            "52.94.133.131",
            "10.0.0.1",
            "0.0.0.0",
            "127.1",
            "0x7f.0.0.1",
            "127.0.0.1.0x",
            "*.254",
            "*.169.254",
            "*.0.0.1",
            "*.127.0.0.1",
        ] {
            let told = text.parse::<AllowedHost>().unwrap_err().to_string();
            let expected = "expected a host's name, or this machine's `127.0.0.1`, found";
            assert_eq!(told, format!("{expected} `{text}`"));
        }
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
            "pool.auth.us-east-1.amazoncognito.com",
            "*.elasticbeanstalk.com",
            "x.us-east-1.awsapprunner.com",
            "main.d1.amplifyapp.com",
            "*.cloudfront.net",
            "sts.us-isob-east-1.sc2s.sgov.gov",
            "sts.us-isof-south-1.csp.hci.ic.gov",
            "sts.eu-isoe-west-1.cloud.adc-e.uk",
            "sts.eusc-de-east-1.api.amazonwebservices.eu",
            "*.amazon.com",
            "*.net",
            "*.ic.gov",
            "*.com.cn",
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
