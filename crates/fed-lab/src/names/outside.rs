//! Connections out of the lab, to hosts that were let out by name.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::net::{TcpStream, lookup_host};

/// Connects to where the name leads, unless that is where AWS tells a machine its credentials:
/// a name can mean any address, such as `instance-data` in a machine of EC2.
pub(super) async fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = lookup_host((host, port)).await?.collect();
    if let Some(address) = addresses.iter().find(|address| is_of_instance(address.ip())) {
        let address = address.ip();
        return Err(io::Error::other(format!(
            "it means {address}, and machines are told their credentials at such addresses"
        )));
    }
    TcpStream::connect(addresses.as_slice()).await
}

/// Link-local addresses and `fd00:ec2::/32`.
///
/// Source: EC2 user guide, "Use the Instance Metadata Service"; ECS, "Task metadata"; EKS, "Pod
/// Identity".
fn is_of_instance(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_told_their_credentials_at_known_addresses() {
        for text in [
            "169.254.169.254",
            "169.254.170.2",
            "169.254.170.23",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fe80::a9fe:a9fe",
        ] {
            assert!(is_of_instance(text.parse().unwrap()), "{text}");
        }
        for text in ["127.0.0.1", "::1", "169.253.255.255", "169.255.0.0", "fd00:ec3::254"] {
            assert!(!is_of_instance(text.parse().unwrap()), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_means_such_an_address_is_not_connected_to() {
        for host in ["169.254.169.254", "fd00:ec2::254"] {
            let told = connect(host, 80).await.unwrap_err().to_string();
            assert_eq!(
                told,
                format!(
                    "it means {host}, and machines are told their credentials at such addresses"
                )
            );
        }
    }
}
