//! Where a door listens, and what others call it.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use super::super::amazon::is_of_aws;
use super::super::route::GOOGLE;
use crate::NamesError;

/// Where clients go that are told no port.
const HTTPS: u16 = 443;

/// An address of this machine and a port: `0.0.0.0`, `192.0.2.7:8443`. Without a port it is 443,
/// where AWS's own names are looked for; with 0 any free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoorAddress(SocketAddr);

impl DoorAddress {
    /// Whether others than this machine reach it.
    pub fn is_public(self) -> bool {
        !self.0.ip().is_loopback()
    }

    pub(super) fn port(self) -> u16 {
        self.0.port()
    }

    pub(super) fn socket(self) -> SocketAddr {
        self.0
    }
}

impl FromStr for DoorAddress {
    type Err = NamesError;

    fn from_str(text: &str) -> Result<Self, NamesError> {
        let alone = || text.parse::<IpAddr>().map(|address| SocketAddr::new(address, HTTPS));
        let found = text.parse().or_else(|_| alone());
        found.map(Self).map_err(|_| NamesError::InvalidDoorAddress(text.to_owned()))
    }
}

/// What others call the lab, such as `fed-lab`: in lower case, and the name of nobody who is in the
/// lab besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorName(String);

impl DoorName {
    /// The name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DoorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DoorName {
    type Err = NamesError;

    fn from_str(text: &str) -> Result<Self, NamesError> {
        let name = text.to_ascii_lowercase();
        // Source: RFC 1123 §2.1; that no name is a number all through, which addresses are.
        let label = |label: &str| {
            let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            (1..=63).contains(&label.len())
                && label.bytes().all(letter)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
        if name.len() > 253 || is_number || !name.split('.').all(label) {
            return Err(NamesError::InvalidDoorName(text.to_owned()));
        }
        if is_of_aws(&name) || GOOGLE.contains(&name.as_str()) {
            return Err(NamesError::DoorNameTaken(text.to_owned()));
        }
        Ok(Self(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_port_that_names_are_looked_for_at() {
        let address = |text: &str| text.parse::<DoorAddress>().map(|address| address.0.to_string());
        assert_eq!(address("0.0.0.0").unwrap(), "0.0.0.0:443");
        assert_eq!(address("192.0.2.7:8443").unwrap(), "192.0.2.7:8443");
        assert_eq!(address("::").unwrap(), "[::]:443");
        assert_eq!(address("[::1]:0").unwrap(), "[::1]:0");
        for wrong in ["", "fed-lab", "fed-lab:443", "0.0.0.0:", "0.0.0.0:70000", ":443", "443"] {
            let told =
                format!("expected an address with or without a port to listen on, found `{wrong}`");
            assert_eq!(address(wrong).unwrap_err().to_string(), told);
        }
    }

    #[test]
    fn only_loopback_is_this_machine_alone() {
        for (address, is_public) in [
            ("127.0.0.1:1", false),
            ("127.9.9.9:1", false),
            ("[::1]:1", false),
            ("0.0.0.0:1", true),
            ("[::]:1", true),
            ("10.0.0.1:1", true),
        ] {
            assert_eq!(address.parse::<DoorAddress>().unwrap().is_public(), is_public, "{address}");
        }
    }

    #[test]
    fn a_lab_takes_no_name_of_others_and_none_that_is_no_name() {
        assert_eq!(
            "Fed-Lab.example.TEST".parse::<DoorName>().unwrap().as_str(),
            "fed-lab.example.test"
        );
        for taken in ["sts.amazonaws.com", "accounts.google.com", "WWW.googleapis.com", "x.api.aws"]
        {
            let error = taken.parse::<DoorName>().unwrap_err();
            assert!(matches!(error, NamesError::DoorNameTaken(_)), "{taken}: {error}");
        }
        for wrong in [
            "", "fed lab", "-lab", "lab-", "a..b", "lab.", "10.0.0.1", "1", "0x7f", "[::1]", "a/b",
            "*.lab",
        ] {
            let error = wrong.parse::<DoorName>().unwrap_err();
            assert!(matches!(error, NamesError::InvalidDoorName(_)), "{wrong}: {error}");
        }
    }
}
