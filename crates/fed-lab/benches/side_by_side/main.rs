//! What the gate adds to an emulator, side by side with what moto's own enforcement adds to
//! moto: `cargo xtask bench side_by_side`, or with another number of rounds
//! `cargo bench -p fed-lab --bench side_by_side -- [ROUNDS]`.
//!
//! One client, one connection to each, one signed `DescribeInstances` each in turn, so that
//! whatever else the machine does meets all of them alike.

#[path = "../../../iam-gate/benches/load/client.rs"]
mod client;
mod moto;

use std::time::Duration;

use client::{Key, Line, once, percentile, signed};
use fed_lab::{Backend, Lab, LabConfig, Seed, Silent, Surroundings, tutorial};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const DESCRIBE: &str = "Action=DescribeInstances&Version=2016-11-15";

fn main() -> Result<(), Failure> {
    let rounds = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(1000);
    let runtime = tokio::runtime::Runtime::new()?;
    let measured = runtime.block_on(measure(rounds));
    runtime.shutdown_background();
    measured
}

async fn measure(rounds: usize) -> Result<(), Failure> {
    println!(
        "{rounds} rounds, one after the other over one connection each.\n\n\
         | what | median | 99 % | added at the median | ratio |\n\
         | --- | ---: | ---: | ---: | ---: |"
    );
    let surroundings = Surroundings::of_this_process()?;
    let mut config = LabConfig::new(Backend::Host, tutorial::ACCOUNT.parse()?, surroundings);
    config.seed = Seed::Nothing;
    match Lab::start(config, &Silent).await {
        Ok(lab) => {
            let compared = behind_the_gate(&lab, rounds).await;
            lab.stop().await;
            compared?;
        }
        Err(error) => println!("\nLocalStack is left out, since it did not start: {error}\n"),
    }
    moto::compare(rounds).await
}

async fn behind_the_gate(lab: &Lab, rounds: usize) -> Result<(), Failure> {
    let emulator = lab.upstream_url().trim_start_matches("http://").to_owned();
    let gate = lab.gate_url().trim_start_matches("http://").to_owned();
    let administrator = Key {
        id: lab.administrator().access_key_id.clone(),
        secret: lab.administrator().secret_access_key.expose().to_owned(),
    };
    let user = user_who_describes(&gate, &administrator).await?;
    // LocalStack takes an account for a key id, and checks no signature.
    let account = Key { id: lab.account_id().to_string(), secret: "any".to_owned() };
    let mut alone = line(&emulator, &account).await?;
    let mut gated = line(&gate, &user).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    warm_up(&mut [&mut alone, &mut gated]).await?;
    for round in 0..rounds {
        // Neither always meets what the other left behind.
        if round % 2 == 0 {
            without.push(alone.send().await?);
            with.push(gated.send().await?);
        } else {
            with.push(gated.send().await?);
            without.push(alone.send().await?);
        }
    }
    print("LocalStack alone", without, "LocalStack through the gate", with);
    Ok(())
}

/// A user who may describe instances and nothing else, made by somebody who may make one.
async fn user_who_describes(address: &str, maker: &Key) -> Result<Key, Failure> {
    const POLICY: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22\
        %3A%22Allow%22%2C%22Action%22%3A%22ec2%3ADescribeInstances%22%2C%22Resource%22%3A%22%2A%22\
        %7D%7D";
    let mut answer = String::new();
    for call in [
        "Action=CreateUser&UserName=side",
        &format!("Action=PutUserPolicy&UserName=side&PolicyName=p&PolicyDocument={POLICY}"),
        "Action=CreateAccessKey&UserName=side",
    ] {
        let call = format!("{call}&Version=2010-05-08");
        answer = once(address, &signed(address, maker, "iam", &call)?).await?;
        if !answer.starts_with("HTTP/1.1 200 ") {
            return Err(answer.into());
        }
    }
    let text = |name: &str| {
        let (_, rest) = answer.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(text, _)| text.to_owned())
    };
    text("AccessKeyId")
        .zip(text("SecretAccessKey"))
        .map(|(id, secret)| Key { id, secret })
        .ok_or_else(|| format!("expected an access key, found {answer}").into())
}

async fn line(address: &str, key: &Key) -> Result<Line, Failure> {
    Line::open(address, signed(address, key, "ec2", DESCRIBE)?).await
}

async fn warm_up(lines: &mut [&mut Line]) -> Result<(), Failure> {
    for _ in 0..50 {
        for line in &mut *lines {
            line.send().await?;
        }
    }
    Ok(())
}

/// Two rows, the second compared with the first.
fn print(name: &str, mut times: Vec<Duration>, other: &str, mut others: Vec<Duration>) {
    let (median, most) = (percentile(&mut times, 50), percentile(&mut times, 99));
    println!("| {name} | {median:?} | {most:?} | – | 1.00 |");
    let (second, most) = (percentile(&mut others, 50), percentile(&mut others, 99));
    let added = (second.as_secs_f64() - median.as_secs_f64()) * 1000.0;
    let ratio = second.as_secs_f64() / median.as_secs_f64();
    println!("| {other} | {second:?} | {most:?} | {added:.3} ms | {ratio:.2} |");
}
