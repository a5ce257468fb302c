//! Requests made from AWS's own models, with hostile values in them, through the gate: what is
//! forwarded says the same operation and input to whoever reads it.
//!
//! Here it is read as any reader of JSON, of forms and of paths would; with `TWO_READERS_FILE`
//! set, what was meant and what was forwarded is written there, and the emulators' own readers
//! read it (`cargo xtask fuzz two-readers`).

mod generate;
mod rest;
mod write;

use std::fmt::Write as _;

use aws_model::{Protocol, Service};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::client::{Signed, Signing};
use crate::emulator::Seen;
use crate::lab::Lab;
use generate::{Generator, is_plain};

/// The seed and the number of requests of each operation, unless told otherwise.
const SEED: u64 = 20_261_128;
const EACH: usize = 1;

/// Of how many operations one is taken, unless all are asked for.
const ONE_OF: usize = 12;

#[derive(Default)]
struct Counts {
    services: usize,
    operations: usize,
    requests: usize,
    forwarded: usize,
}

/// A number from the environment.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test]
async fn what_is_forwarded_is_what_was_meant() {
    let seed = number("TWO_READERS_SEED").unwrap_or(SEED);
    let each = number("TWO_READERS_EACH").map_or(EACH, |each| each as usize);
    let file = std::env::var("TWO_READERS_FILE").ok();
    let one_of = if file.is_some() { 1 } else { ONE_OF };
    let lab = Lab::start().await;
    let root = lab.as_root();
    let mut generator = Generator::new(seed);
    let (mut lines, mut counts) = (String::new(), Counts::default());
    for service in aws_model::services().iter().filter(|one| is_served(one)) {
        counts.services += 1;
        for operation in service.operations() {
            if generator.below(one_of) != 0 || !is_plain(service, operation) {
                continue;
            }
            let mut is_sent = false;
            for protocol in service.protocols.iter().copied().filter(|one| is_read(service, *one)) {
                for _ in 0..each {
                    let input = generator.input(service, operation);
                    let signed = write::request(&root, &lab, service, operation, protocol, &input);
                    let Some(signed) = signed else { continue };
                    counts.requests += 1;
                    is_sent = true;
                    let before = lab.emulator.count();
                    let answer = send(signed).await;
                    let mut seen = lab.emulator.since(before).into_iter();
                    let seen = seen.rfind(|seen| !follows(seen, operation.name));
                    // The rest are questions of the gate's own.
                    let by_path = protocol.is_rest() || protocol == Protocol::SmithyRpcV2Cbor;
                    let is_it = |seen: &Seen| by_path || seen.action == operation.name;
                    let Some(seen) = seen.filter(|seen| answer == 200 && is_it(seen)) else {
                        continue;
                    };
                    counts.forwarded += 1;
                    check(&seen, service, protocol, operation.name);
                    let line = json!({
                        "service": service.name, "protocol": protocol.name(),
                        "operation": operation.name, "input": input,
                        "method": seen.method, "target": seen.target, "headers": seen.headers,
                        "authorization": seen.authorization, "body": seen.body,
                        "bytes": STANDARD.encode(&seen.bytes),
                        "served": service.in_localstack,
                    });
                    writeln!(lines, "{line}").unwrap();
                }
            }
            counts.operations += usize::from(is_sent);
        }
    }
    println!(
        "two readers: seed {seed}, {} services, {} operations, {} requests, {} forwarded",
        counts.services, counts.operations, counts.requests, counts.forwarded
    );
    assert!(counts.forwarded * 4 > counts.requests, "the gate forwards hardly anything");
    if let Some(file) = file {
        std::fs::write(file, lines).unwrap();
    }
}

/// Its models are carried; STS the gate answers itself.
fn is_served(service: &Service) -> bool {
    service.is_carried() && service.name != "sts"
}

/// Whether the gate reads this protocol of the service.
fn is_read(service: &Service, protocol: Protocol) -> bool {
    !["connectcampaigns", "devops-agent", "s3control"].contains(&service.name)
        && service.protocols.contains(&protocol)
}

/// Whether the gate sends it by itself once the operation is done: what a new bucket blocks.
fn follows(seen: &Seen, operation: &str) -> bool {
    operation == "CreateBucket" && seen.target.ends_with("?publicAccessBlock")
}

async fn send(signed: Signed) -> u16 {
    signed.send().await.status
}

/// What every reader must find: one protocol, one operation.
fn check(seen: &Seen, service: &Service, protocol: Protocol, operation: &str) {
    let scope = format!("/{}/aws4_request", service.signing_name);
    assert!(seen.authorization.contains(&scope), "{seen:?}");
    let form = |text: &str| -> Vec<(String, String)> {
        url::form_urlencoded::parse(text.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    };
    let actions = |pairs: &[(String, String)]| -> Vec<String> {
        let named = pairs.iter().filter(|(name, _)| name.eq_ignore_ascii_case("action"));
        named.map(|(_, value)| value.clone()).collect()
    };
    match protocol {
        Protocol::Query | Protocol::Ec2 => {
            assert_eq!(seen.target, "/");
            assert_eq!(actions(&form(&seen.body)), [operation], "{seen:?}");
        }
        Protocol::SmithyRpcV2Cbor => {
            let name = seen.target.rsplit('/').next();
            assert_eq!((name, seen.target.contains('?')), (Some(operation), false), "{seen:?}");
        }
        Protocol::RestXml | Protocol::RestJson => {
            let query = seen.target.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(actions(&form(query)), <[String; 0]>::default(), "{seen:?}");
            let typed = seen.headers.iter().find(|(name, _)| name == "content-type");
            assert!(typed.is_none_or(|(_, value)| !value.contains("form")), "{seen:?}");
            if service.name != "s3" {
                assert_eq!(actions(&form(&seen.body)), <[String; 0]>::default(), "{seen:?}");
                let host = seen.headers.iter().find(|(name, _)| name == "host");
                let own = format!("{}.", service.endpoint_prefix);
                assert!(host.is_some_and(|(_, host)| host.starts_with(&own)), "{seen:?}");
            }
        }
        _ => {
            assert_eq!(seen.target, "/");
            assert_eq!(actions(&form(&seen.body)), <[String; 0]>::default(), "{seen:?}");
            assert!(serde_json::from_str::<Value>(&seen.body).unwrap().is_object());
        }
    }
}

/// Signs as the administrator: what he may do, decides nothing here.
fn signing_for(root: &Signing, service: &Service) -> Signing {
    let region = service.global_region.filter(|region| *region != "aws-global");
    Signing { region: region.unwrap_or("ap-northeast-2").to_owned(), ..root.clone() }
}
