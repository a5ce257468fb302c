//! Ten thousand requests, each an allowed one with something changed: none gets through.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::lab::{DESCRIBE, Lab, claims};

/// A small generator with a seed, so that a failure can be had again.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

const REQUESTS: usize = 10_000;
const SEED: u64 = 20_261_123;

// Long: the ways to change a request stand in one list.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mutation_of_an_allowed_request_is_allowed() {
    let lab = std::sync::Arc::new(Lab::start().await);
    let user = lab.key_of("ec2-user").await;
    let signed = lab.query(&user, "ec2", DESCRIBE);
    signed.clone().send().await.allowed();
    let forwarded = lab.emulator.seen("DescribeInstances").len();
    let mut random = Random(SEED);
    let mut clients = tokio::task::JoinSet::new();
    let mut sent = 0;
    while sent < REQUESTS {
        let mut headers = signed.headers.clone();
        let mut body = signed.body.clone();
        let mut path = "/".to_owned();
        let mut method = "POST".to_owned();
        let replace = |text: &mut String, random: &mut Random| {
            let at = random.below(text.len());
            let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
            let letter = char::from(letters[random.below(letters.len())]);
            if text.as_bytes()[at] == letter as u8 {
                return false;
            }
            text.replace_range(at..=at, &letter.to_string());
            true
        };
        let changed = match random.below(8) {
            0 => {
                method = ["GET", "PUT", "DELETE", "PATCH"][random.below(4)].to_owned();
                true
            }
            1 => {
                path = ["/x", "/?Action=RunInstances", "/?X-Amz-Date=1", "//x"][random.below(4)]
                    .to_owned();
                true
            }
            2 | 3 => replace(&mut body, &mut random),
            4 => {
                headers.remove(random.below(headers.len()));
                true
            }
            _ => {
                let at = random.below(headers.len());
                replace(&mut headers[at].1, &mut random)
            }
        };
        if !changed {
            continue;
        }
        sent += 1;
        let host = lab.gate.url().trim_start_matches("http://").to_owned();
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        for (name, value) in &headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        clients.spawn(async move {
            let mut stream = TcpStream::connect(&host).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer).await;
            assert!(!answer.starts_with("HTTP/1.1 200"), "{text}\n{answer}");
        });
        if clients.len() >= 64 {
            clients.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    assert_eq!(lab.emulator.seen("DescribeInstances").len(), forwarded);
    assert!(lab.emulator.seen("RunInstances").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_mutation_of_a_valid_token_is_let_in() {
    let lab = Lab::start().await;
    let token = lab.keys.rs256(&claims());
    lab.assume(&token, &[]).await.allowed();
    for at in 0..token.len() {
        let mut mutated = token.clone();
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        mutated.replace_range(at..=at, other);
        let answer = lab.assume(&mutated, &[]).await;
        assert_eq!(answer.status, 400, "character {at}: {}", answer.body);
    }
}
