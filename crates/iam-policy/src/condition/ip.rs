//! IP addresses and CIDR ranges, version 4 and 6.

use std::net::IpAddr;

/// An address with the number of leading bits that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// Reads `203.0.113.0/24`, `2001:db8::/32`, or a single address (all bits count).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok()?
            }
            Some(_) => return None,
        };
        (prefix <= bits).then_some(Self { address, prefix })
    }

    /// Whether all addresses of `other` are in this range. A version 4 range holds no
    /// version 6 address and the other way round.
    fn contains(self, other: Self) -> bool {
        if other.prefix < self.prefix {
            return false;
        }
        match (self.address, other.address) {
            (IpAddr::V4(range), IpAddr::V4(address)) => {
                let differing = (range.to_bits() ^ address.to_bits()).leading_zeros();
                differing >= self.prefix
            }
            (IpAddr::V6(range), IpAddr::V6(address)) => {
                let differing = (range.to_bits() ^ address.to_bits()).leading_zeros();
                differing >= self.prefix
            }
            _ => false,
        }
    }

    /// Whether it lies in another.
    pub(super) fn is_within(self, other: Self) -> bool {
        other.contains(self)
    }
}

#[cfg(test)]
mod tests;
