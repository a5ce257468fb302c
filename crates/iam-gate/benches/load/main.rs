//! Measures the gate under load: `cargo xtask bench load`, or with other numbers
//! `cargo bench -p iam-gate --bench load -- [REQUESTS] [CONNECTIONS]`.
//!
//! The gate is the program `iam-gate`, in a process of its own. Client and emulator share
//! this process, and the machine's cores with the gate. The emulator answers at once with a
//! fixed text, so that what is measured is the gate. The client sends the same signed
//! `DescribeInstances` of an IAM user again and again over kept-alive connections: signing
//! costs it nothing, while the gate remembers no verdict and checks the signature, reads
//! the policies and signs anew each time.

mod client;
mod crowd;
mod emulator;
mod gate;
mod objects;

use std::time::{Duration, Instant};

use client::{Key, once, percentile, signed};
use crowd::run;
use gate::GateProcess;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The connections of the last row: each sends some requests, and all must be answered.
const CROWD: usize = 500;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1).filter_map(|text| text.parse().ok());
    let requests: usize = arguments.next().unwrap_or(1_000_000);
    let connections: usize = arguments.next().unwrap_or(32);
    tokio::runtime::Runtime::new()?.block_on(measure(requests, connections))
}

async fn measure(requests: usize, connections: usize) -> Result<(), Failure> {
    let emulator = emulator::start().await?;
    let mut gate = GateProcess::start(&emulator)?;
    let address = gate.address().to_owned();
    let describe = prepare(&gate).await?;
    println!(
        "The emulator answers at once; {requests} requests over {connections} connections.\n\n\
         | what | requests/s | median | 99 % | median, one connection | gate's CPU a request | \
         gate's RSS |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    row("emulator alone", &emulator, &describe, (requests.min(200_000), connections), None).await?;
    row("through the gate", &address, &describe, (requests, connections), Some(&gate)).await?;
    let crowd = format!("through the gate, {CROWD} connections");
    row(&crowd, &address, &describe, (CROWD * 100, CROWD), Some(&gate)).await?;
    gate.stop()?;
    println!("\nThe gate's start, until it says where it listens: {:?}", start(&emulator)?);
    objects::rows().await
}

/// The median of some starts.
fn start(emulator: &str) -> Result<Duration, Failure> {
    let mut times = Vec::new();
    for _ in 0..21 {
        let start = Instant::now();
        GateProcess::start(emulator)?;
        times.push(start.elapsed());
    }
    Ok(percentile(&mut times, 50))
}

/// Makes the user's key through the gate, warms everything up, and gives the request.
async fn prepare(gate: &GateProcess) -> Result<String, Failure> {
    let address = gate.address();
    let root = gate.administrator()?;
    let create = "Action=CreateAccessKey&UserName=u&Version=2010-05-08";
    once(address, &signed(address, &root, "iam", create)?).await?;
    let user = Key { id: emulator::KEY_ID.to_owned(), secret: emulator::SECRET.to_owned() };
    let describe = "Action=DescribeInstances&Version=2016-11-15";
    let forger = Key { secret: "wrong".to_owned(), ..user.clone() };
    let forged = once(address, &signed(address, &forger, "ec2", describe)?).await?;
    if !forged.starts_with("HTTP/1.1 401 ") {
        return Err(format!("expected a wrong signature to be refused, found {forged}").into());
    }
    let request = signed(address, &user, "ec2", describe)?;
    run(address, &request, 5_000, 16).await?;
    Ok(request)
}

async fn row(
    name: &str,
    address: &str,
    request: &str,
    (requests, connections): (usize, usize),
    gate: Option<&GateProcess>,
) -> Result<(), Failure> {
    let mut alone = run(address, request, 3_000, 1).await?;
    let used = gate.and_then(GateProcess::cpu);
    let start = Instant::now();
    let mut together = run(address, request, requests, connections).await?;
    let took = start.elapsed();
    let cpu = gate.and_then(GateProcess::cpu).zip(used).map(|(now, before)| now - before);
    println!(
        "| {name} | {:.0} | {:?} | {:?} | {:?} | {} | {} |",
        together.len() as f64 / took.as_secs_f64(),
        percentile(&mut together, 50),
        percentile(&mut together, 99),
        percentile(&mut alone, 50),
        cpu.map_or("–".to_owned(), |cpu| format!("{:?}", cpu / together.len().max(1) as u32)),
        gate.and_then(GateProcess::memory).unwrap_or("–".to_owned()),
    );
    Ok(())
}
