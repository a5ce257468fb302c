//! What a sealed world's programs are told when they ask for the address of a name (RFC 1035).

use std::net::Ipv4Addr;
use std::time::Duration;

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, OPCODE, Packet, PacketFlag, QCLASS, QTYPE, RCODE, ResourceRecord, TYPE};
use tokio::net::UdpSocket;

use super::book::Book;
use super::connection::World;
use super::route::Route;

/// The longest question without an extension, and more than any with one.
const LONGEST: usize = 1232;
/// Seconds for which an answer may be kept; it stays true as long as the lab.
const KEPT: u32 = 60;
/// How long to wait after no question could be taken in.
const PAUSE: Duration = Duration::from_millis(20);

/// Answers until it is aborted.
pub(super) async fn serve(socket: UdpSocket, find: impl Fn(&str, QTYPE) -> Found) {
    let mut question = [0; LONGEST];
    loop {
        let Ok((length, client)) = socket.recv_from(&mut question).await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if let Some(reply) = answer(&question[..length], &find)
            && let Err(error) = socket.send_to(&reply, client).await
        {
            tracing::debug!(%error, "a question for a name was not answered");
        }
    }
}

/// Where a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// In the lab, or let out of it, by way of this address.
    At(Ipv4Addr),
    /// Not in this world.
    Nowhere,
    /// The addresses have run out.
    Full,
}

/// Where a host is that a question of this kind is about; what is refused is written down.
pub(super) fn find(host: &str, kind: QTYPE, world: &World, book: &Book) -> Found {
    // Addresses have no names here, and who asks means nobody outside.
    if host.ends_with(".in-addr.arpa") || host.ends_with(".ip6.arpa") {
        return Found::Nowhere;
    }
    match world.whereabouts(host) {
        Route::Lab(..) | Route::Outside => book.address_of(host).map_or(Found::Full, Found::At),
        refused @ Route::Refused(_) => {
            // Beside this question most clients ask another, for the same connection.
            if kind != QTYPE::TYPE(TYPE::AAAA) {
                world.journal().note(host, None, &refused);
            }
            Found::Nowhere
        }
    }
}

/// The answer to a question. `None`: it is none that could be answered.
fn answer(question: &[u8], find: impl Fn(&str, QTYPE) -> Found) -> Option<Vec<u8>> {
    let asked = Packet::parse(question).ok()?;
    if asked.has_flags(PacketFlag::RESPONSE) {
        return None;
    }
    let mut reply = Packet::new_reply(asked.id());
    reply.set_flags(PacketFlag::AUTHORITATIVE_ANSWER | PacketFlag::RECURSION_AVAILABLE);
    if asked.has_flags(PacketFlag::RECURSION_DESIRED) {
        reply.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    let [one] = asked.questions.as_slice() else {
        *reply.rcode_mut() = RCODE::FormatError;
        return reply.build_bytes_vec().ok();
    };
    reply.questions.push(one.clone());
    let is_of_internet = matches!(one.qclass, QCLASS::CLASS(CLASS::IN) | QCLASS::ANY);
    if asked.opcode() != OPCODE::StandardQuery || !is_of_internet {
        *reply.rcode_mut() = RCODE::NotImplemented;
        return reply.build_bytes_vec().ok();
    }
    let host = one.qname.to_string().trim_end_matches('.').to_ascii_lowercase();
    match find(&host, one.qtype) {
        Found::Nowhere => *reply.rcode_mut() = RCODE::NameError,
        Found::Full => *reply.rcode_mut() = RCODE::ServerFailure,
        // Of another kind there is nothing, but the name is there.
        Found::At(address) if matches!(one.qtype, QTYPE::TYPE(TYPE::A) | QTYPE::ANY) => {
            let address = RData::A(A { address: address.to_bits() });
            let record = ResourceRecord::new(one.qname.clone(), CLASS::IN, KEPT, address);
            reply.answers.push(record);
        }
        Found::At(_) => {}
    }
    reply.build_bytes_vec().ok()
}

#[cfg(test)]
mod tests {
    use simple_dns::{Name, Question};

    use super::*;

    fn asked(host: &str, kind: TYPE) -> Vec<u8> {
        let mut packet = Packet::new_query(7);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        let name = Name::new_unchecked(host);
        packet.questions.push(Question::new(name, kind.into(), CLASS::IN.into(), false));
        packet.build_bytes_vec().unwrap()
    }

    fn found(host: &str, _: QTYPE) -> Found {
        match host {
            "sts.amazonaws.com" => Found::At(Ipv4Addr::new(127, 77, 0, 1)),
            "full.amazonaws.com" => Found::Full,
            _ => Found::Nowhere,
        }
    }

    fn told(host: &str, kind: TYPE) -> (RCODE, Vec<Ipv4Addr>) {
        let reply = answer(&asked(host, kind), found).unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert_eq!(reply.id(), 7);
        assert_eq!(reply.questions[0].qname.to_string(), host);
        assert!(reply.has_flags(PacketFlag::RESPONSE | PacketFlag::RECURSION_AVAILABLE));
        let address = |record: &ResourceRecord<'_>| match &record.rdata {
            RData::A(a) => Ipv4Addr::from_bits(a.address),
            other => panic!("{other:?}"),
        };
        (reply.rcode(), reply.answers.iter().map(address).collect())
    }

    #[test]
    fn a_name_of_the_lab_has_an_address_of_the_fourth_version_alone() {
        let address = vec![Ipv4Addr::new(127, 77, 0, 1)];
        assert_eq!(told("sts.amazonaws.com", TYPE::A), (RCODE::NoError, address.clone()));
        assert_eq!(told("STS.AmazonAWS.com", TYPE::A), (RCODE::NoError, address));
        assert_eq!(told("sts.amazonaws.com", TYPE::AAAA), (RCODE::NoError, vec![]));
        assert_eq!(told("sts.amazonaws.com", TYPE::TXT), (RCODE::NoError, vec![]));
    }

    #[test]
    fn another_name_is_not_there() {
        for kind in [TYPE::A, TYPE::AAAA, TYPE::TXT] {
            assert_eq!(told("example.com", kind), (RCODE::NameError, vec![]));
        }
        assert_eq!(told("full.amazonaws.com", TYPE::A), (RCODE::ServerFailure, vec![]));
    }

    #[test]
    fn what_is_no_question_is_not_answered() {
        assert_eq!(answer(b"", found), None);
        assert_eq!(answer(&[0xff; 40], found), None);
        let reply = answer(&asked("sts.amazonaws.com", TYPE::A), found).unwrap();
        assert_eq!(answer(&reply, found), None, "an answer");
        let none = Packet::new_query(7).build_bytes_vec().unwrap();
        let reply = answer(&none, found).unwrap();
        assert_eq!(Packet::parse(&reply).unwrap().rcode(), RCODE::FormatError);
    }
}
