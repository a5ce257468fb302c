//! Where names are in a sealed world: each has an address of its own on loopback, so that an
//! address says which name was meant, with or without TLS.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Mutex, PoisonError};

/// Addresses of names begin with this; every address that begins with 127 is loopback.
const FIRST: [u8; 2] = [127, 77];
/// Google's metadata server has this address as well as its name (Compute Engine, "View and
/// query VM metadata").
pub(crate) const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);
const METADATA_HOST: &str = "metadata.google.internal";

/// Names, in the order in which they were first asked for.
#[derive(Default)]
pub(super) struct Book {
    pages: Mutex<Pages>,
}

#[derive(Default)]
struct Pages {
    hosts: Vec<String>,
    numbers: HashMap<String, u16>,
}

impl Book {
    /// The address of a host in lower case; `None` where there are no more.
    pub(super) fn address_of(&self, host: &str) -> Option<Ipv4Addr> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = pages.numbers.get(host) {
            return Some(address(*number));
        }
        // The first and the last of a network are no hosts'.
        let number = u16::try_from(pages.hosts.len() + 1).ok().filter(|number| *number < 0xffff)?;
        pages.hosts.push(host.to_owned());
        pages.numbers.insert(host.to_owned(), number);
        Some(address(number))
    }

    /// The host that was given this address.
    pub(super) fn host_of(&self, address: Ipv4Addr) -> Option<String> {
        if address == METADATA {
            return Some(METADATA_HOST.to_owned());
        }
        let [a, b, c, d] = address.octets();
        let number = usize::from(u16::from_be_bytes([c, d]));
        let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.hosts.get(number.checked_sub(1)?).filter(|_| [a, b] == FIRST).cloned()
    }
}

fn address(number: u16) -> Ipv4Addr {
    let [c, d] = number.to_be_bytes();
    Ipv4Addr::new(FIRST[0], FIRST[1], c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_address_and_each_address_one_name() {
        let book = Book::default();
        let sts = book.address_of("sts.amazonaws.com").unwrap();
        let google = book.address_of("accounts.google.com").unwrap();
        assert_eq!(sts, Ipv4Addr::new(127, 77, 0, 1));
        assert_eq!(google, Ipv4Addr::new(127, 77, 0, 2));
        assert_eq!(book.address_of("sts.amazonaws.com"), Some(sts));
        assert_eq!(book.host_of(sts).as_deref(), Some("sts.amazonaws.com"));
        assert_eq!(book.host_of(METADATA).as_deref(), Some("metadata.google.internal"));
        for of_nobody in [[127, 77, 0, 0], [127, 77, 0, 3], [127, 0, 0, 1], [10, 77, 0, 1]] {
            assert_eq!(book.host_of(Ipv4Addr::from(of_nobody)), None, "{of_nobody:?}");
        }
    }

    #[test]
    fn there_are_as_many_as_there_are_addresses() {
        let book = Book::default();
        for number in 1..0xffff_u32 {
            assert!(book.address_of(&format!("b{number}.s3.amazonaws.com")).is_some(), "{number}");
        }
        assert_eq!(book.address_of("one.more.amazonaws.com"), None);
        let first = book.address_of("b1.s3.amazonaws.com");
        assert_eq!(first, Some(Ipv4Addr::new(127, 77, 0, 1)));
    }
}
