//! moto's server, whose own enforcement can be switched on.
//!
//! Source: moto's documentation, "IAM-like Access Control".

use crate::client::{Key, once, signed};
use crate::{DESCRIBE, Failure, line, print, user_who_describes, warm_up};

/// Names a server of moto's that runs, such as `http://127.0.0.1:5000`. Its state is lost.
const VARIABLE: &str = "MOTO_URL";

/// Requests between switching.
const BLOCK: usize = 100;

/// moto without and with its enforcement, or a sentence why not.
pub(crate) async fn compare(rounds: usize) -> Result<(), Failure> {
    let Ok(url) = std::env::var(VARIABLE) else {
        println!("\nmoto is left out, since `{VARIABLE}` names no server of it.");
        return Ok(());
    };
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    post(address, "/moto-api/reset", "").await?;
    let anybody = Key { id: "AKIAIOSFODNN7EXAMPLE".to_owned(), secret: "any".to_owned() };
    enforce(address, false).await?;
    let user = user_who_describes(address, &anybody).await?;
    let mut line = line(address, &user).await?;
    warm_up(&mut [&mut line]).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    // Enforcement is the whole server's, so they take turns in blocks.
    for _ in 0..rounds.div_ceil(BLOCK) {
        for (enforced, times) in [(false, &mut without), (true, &mut with)] {
            enforce(address, enforced).await?;
            for _ in 0..BLOCK {
                times.push(line.send().await?);
            }
        }
    }
    refuses_forged(address, &user).await?;
    print("moto_server alone", without, "moto_server with its own enforcement", with);
    enforce(address, false).await
}

/// Makes sure that it is enforcement that was measured.
async fn refuses_forged(address: &str, user: &Key) -> Result<(), Failure> {
    let forger = Key { secret: "wrong".to_owned(), ..user.clone() };
    let answer = once(address, &signed(address, &forger, "ec2", DESCRIBE)?).await?;
    match answer.starts_with("HTTP/1.1 200 ") {
        true => Err("expected moto to refuse a wrong signature, found it allowed".into()),
        false => Ok(()),
    }
}

/// Says how many requests more are served unchecked: none, or as many as come.
async fn enforce(address: &str, enforced: bool) -> Result<(), Failure> {
    post(address, "/moto-api/reset-auth", if enforced { "0" } else { "inf" }).await
}

async fn post(address: &str, path: &str, body: &str) -> Result<(), Failure> {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {length}\r\n");
    let answer = once(address, &format!("{head}\r\n{body}")).await?;
    match answer.starts_with("HTTP/1.1 200 ") {
        true => Ok(()),
        false => Err(answer.into()),
    }
}
