//! What AWS's own names cost: a call by name beside the same call to the gate, on a connection
//! that is kept and on a new one; a command's start; an issuer's start:
//! `cargo xtask bench names`. A target that is missed is an error.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use fake_issuer::{Clock, Issuer, IssuerConfig};
use fed_lab::{Backend, Lab, LabConfig, Seed, Silent, Surroundings, tutorial};
use reqwest::{Certificate, Client, Proxy};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Calls of each kind.
const ROUNDS: usize = 500;
/// Starts of each kind.
const STARTS: usize = 20;
const HOST: &str = "https://sts.amazonaws.com/";
/// A call by name may take so much longer than one to the gate.
const KEPT: Duration = Duration::from_millis(1);
const NEW: Duration = Duration::from_millis(5);
/// A command in a lab with names may start so much later than in one without.
const EXEC: Duration = Duration::from_millis(150);
const ISSUER: Duration = Duration::from_millis(50);

fn main() -> Result<(), Failure> {
    println!(
        "| what | median | with names | added | at most |\n| --- | ---: | ---: | ---: | ---: |"
    );
    let emulator = emulator()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let mut missed = runtime.block_on(calls(&emulator))?;
    missed += runtime.block_on(issuers())?;
    for way in ["--names", "--sealed"] {
        let (plain, with) = starts(&emulator, way)?;
        missed += row(&format!("fed-lab exec {way} -- true"), plain, with, EXEC);
    }
    if missed > 0 {
        return Err(format!("{missed} targets are missed").into());
    }
    Ok(())
}

/// Two medians beside each other; 1 where the second is too much above the first.
fn row(what: &str, plain: Duration, with: Duration, most: Duration) -> usize {
    let added = with.saturating_sub(plain);
    println!("| {what} | {plain:.2?} | {with:.2?} | {added:.2?} | {most:?} |");
    usize::from(added > most)
}

async fn calls(emulator: &str) -> Result<usize, Failure> {
    let mut config = config(emulator)?;
    config.names = true;
    let lab = Lab::start(config, &Silent).await?;
    let authority = lab.names_environment().iter().find(|(name, _)| name == "FED_LAB_CA_FILE");
    let (_, authority) = authority.ok_or("the lab has no authority")?;
    let authority = Certificate::from_pem(&std::fs::read(authority)?)?;
    let proxy = lab.proxy_url().ok_or("the lab has no proxy")?;
    let mut missed = 0;
    for (what, idle, most) in [("on a kept connection", 1, KEPT), ("on a new connection", 0, NEW)] {
        let builder = || Client::builder().pool_max_idle_per_host(idle);
        let direct = builder().no_proxy().build()?;
        let named = builder().proxy(Proxy::all(&proxy)?).tls_certs_only([authority.clone()]);
        let named = named.build()?;
        let (mut plain, mut by_name) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            plain.push(call(&direct, lab.gate_url()).await?);
            by_name.push(call(&named, HOST).await?);
        }
        missed += row(what, median(plain), median(by_name), most);
    }
    lab.stop().await;
    Ok(missed)
}

/// Not signed, so that the gate itself answers.
async fn call(client: &Client, url: &str) -> Result<Duration, Failure> {
    let began = Instant::now();
    let answer = client.get(url).send().await?;
    let status = answer.status();
    answer.bytes().await?;
    if status != 403 {
        return Err(format!("expected the gate's 403, found {status}").into());
    }
    Ok(began.elapsed())
}

async fn issuers() -> Result<usize, Failure> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let issuer = Issuer::start(IssuerConfig::google(Clock::system())).await?;
        times.push(began.elapsed());
        issuer.stop().await;
    }
    Ok(row("an issuer", Duration::ZERO, median(times), ISSUER))
}

/// The medians of a command's start without and with names, in turn.
fn starts(emulator: &str, way: &str) -> Result<(Duration, Duration), Failure> {
    let start = |options: &[&str]| -> Result<Duration, Failure> {
        let mut fed_lab = Command::new(env!("CARGO_BIN_EXE_fed-lab"));
        fed_lab.args(["exec", "--backend", "external", "--endpoint", emulator, "--seed", "none"]);
        fed_lab.args(options).args(["--", "true"]).stderr(Stdio::null());
        let began = Instant::now();
        let status = fed_lab.status()?;
        if !status.success() {
            return Err(format!("`fed-lab exec` ended with {status}").into());
        }
        Ok(began.elapsed())
    };
    let (mut plain, mut with) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        plain.push(start(&[])?);
        with.push(start(&[way])?);
    }
    Ok((median(plain), median(with)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn config(emulator: &str) -> Result<LabConfig, Failure> {
    let backend = Backend::External { endpoint: emulator.parse()? };
    let surroundings = Surroundings::of_this_process()?;
    let mut config = LabConfig::new(backend, tutorial::ACCOUNT.parse()?, surroundings);
    config.seed = Seed::Nothing;
    Ok(config)
}

/// An emulator that says that it is well, whatever it is asked.
fn emulator() -> Result<String, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
    Ok(url)
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    stream.write_all(format!("{head}content-length: 2\r\n\r\n{{}}").as_bytes())
}
