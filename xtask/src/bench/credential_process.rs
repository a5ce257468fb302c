//! What a person and their SDKs wait for: `fed-cli credential-process`, as a release ships
//! it, beside an empty program and the aws CLI in the same run.

mod login;
mod memory;
mod place;
mod programs;
mod sts;
mod table;
mod timing;

use std::process::Command;
use std::time::Duration;

use crate::failure::Failure;
use crate::process;
use place::Place;
use sts::Sts;
use table::{Goal, Table};
use timing::{Contender, milliseconds, ratio};

/// How often each quick program is started; the aws CLI is started once for every
/// [`ROUNDS_PER_AWS`] of them.
const ROUNDS: usize = 400;
const ROUNDS_PER_AWS: usize = 25;
/// `explain` with files alone, in milliseconds.
const EXPLAIN: f64 = 10.0;
/// How many exchanges are made with nothing in the store.
const EXCHANGES: usize = 100;

/// The fresh entry at most this many times the empty program.
const TIMES_EMPTY: f64 = 1.7;
/// The aws CLI at least this many times the fresh entry.
const TIMES_FASTER: f64 = 200.0;
/// Peak memory with a fresh entry, in bytes.
const MEMORY: u64 = 8_000_000;
/// What an exchange may add to its network round trips.
const ADDED: Duration = Duration::from_millis(4);
/// What `login` may add to the browser's time.
const LOGIN: Duration = Duration::from_millis(50);
/// How many sign-ins are made.
const LOGINS: usize = 25;
/// The release binary, in bytes.
const SIZE: u64 = 16_000_000;

/// What `explain` is asked: a no with its mends, and a yes; nobody else is asked.
const OF_A_TOKEN: [&str; 4] =
    ["--web-identity-token-file", "foreign", "--trust-policy-file", "trust.json"];
const OF_AN_ACTION: [&str; 5] =
    ["--action", "ec2:DescribeInstances", "--policy-file", "policy.json", "--no-other-policies"];

/// Measures and prints the table.
pub(super) fn run() -> Result<(), Failure> {
    let fed_cli = programs::fed_cli()?;
    let place = Place::new()?;
    let empty = programs::empty(place.path())?;
    let aws = programs::aws();
    let sts = Sts::start()?;
    let issuer = login::Issuer::start()?;
    place.configure(&sts, &issuer.profile())?;
    let mut table = Table::default();

    let added = exchanges(&fed_cli, &place, &sts)?;
    let kept = sts.exchanges().len();
    let mut contenders = vec![
        Contender::new("an empty Rust program", 1, empty.command()),
        Contender::new("credential-process, fresh entry", 1, place.command(&fed_cli)),
        Contender::new("the same, one of 1,000 profiles", 1, place.one_of_many(&fed_cli)),
        Contender::new("explain, a token and a file", 1, place.explain(&fed_cli, &OF_A_TOKEN)),
        Contender::new("explain, an action and a file", 1, place.explain(&fed_cli, &OF_AN_ACTION)),
    ];
    if let Some(aws) = &aws {
        contenders.extend(starts_of(aws, &place));
    }
    answers(&mut place.one_of_many(&fed_cli), 0)?;
    answers(&mut place.explain(&fed_cli, &OF_A_TOKEN), 3)?;
    answers(&mut place.explain(&fed_cli, &OF_AN_ACTION), 0)?;
    timing::race(&mut contenders, ROUNDS)?;
    if sts.exchanges().len() != kept {
        return Err(Failure::new("the entry was not fresh: STS was asked while it was measured"));
    }
    judge_starts(&mut table, &contenders)?;
    match memory::peak(&mut place.command(&fed_cli))? {
        Some(bytes) => table.judges(
            "peak memory, fresh entry",
            megabytes(bytes),
            Goal::at_most(bytes as f64 / 1e6, MEMORY as f64 / 1e6),
        ),
        None => table.says("peak memory, fresh entry", "measured on Linux only".to_owned()),
    }
    judge_exchanges(&mut table, added);
    judge_logins(&mut table, login::added(&fed_cli, &place, LOGINS)?);
    let size = programs::size(&fed_cli)?;
    table.judges(
        "release binary",
        megabytes(size),
        Goal::at_most(size as f64 / 1e6, SIZE as f64 / 1e6),
    );
    if let Some(aws) = &aws {
        eprintln!("the aws CLI is `{}`", aws.told());
    }
    table.print()
}

fn judge_exchanges(table: &mut Table, measured: Exchanges) {
    table.says("exchange, in all", milliseconds(timing::median(measured.whole)));
    table.says("exchange, on the network", milliseconds(timing::median(measured.network)));
    let added = timing::median(measured.own);
    table.judges(
        "exchange, added to the network",
        milliseconds(added),
        Goal::at_most(added.as_secs_f64() * 1e3, ADDED.as_secs_f64() * 1e3),
    );
}

fn judge_logins(table: &mut Table, added: Duration) {
    table.judges(
        "login, added to the browser",
        milliseconds(added),
        Goal::at_most(added.as_secs_f64() * 1e3, LOGIN.as_secs_f64() * 1e3),
    );
}

/// A program that fails is fast, and nothing to measure.
fn answers(command: &mut Command, status: i32) -> Result<(), Failure> {
    let output = command.output().map_err(|error| could_not("run fed-cli", &error))?;
    if output.status.code() == Some(status) {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(Failure::new(format!("expected the exit status {status}, found {}: {said}", output.status)))
}

/// Starts of the aws CLI that do nothing else.
fn starts_of(aws: &programs::Aws, place: &Place) -> [Contender; 2] {
    let quiet = |words: &[&str]| aws.command(place.path(), words);
    [
        Contender::new("aws --version", ROUNDS_PER_AWS, quiet(&["--version"])),
        // Ends where it finds no credentials: all of a start, and no network.
        Contender::new(
            "aws sts get-caller-identity, no credentials",
            ROUNDS_PER_AWS,
            quiet(&["sts", "get-caller-identity"]),
        ),
    ]
}

/// The times themselves, and how they compare: to an empty program, and to the aws CLI.
fn judge_starts(table: &mut Table, contenders: &[Contender]) -> Result<(), Failure> {
    for contender in contenders {
        table.says(contender.name(), contender.describe());
    }
    let [empty, fresh, of_many, token, action, rest @ ..] = contenders else {
        return Err(Failure::new("nothing was measured"));
    };
    for explained in [token, action] {
        let time = explained.median();
        let goal = Goal::at_most(time.as_secs_f64() * 1e3, EXPLAIN);
        table.judges(explained.name(), milliseconds(time), goal);
    }
    let (empty, fresh) = (empty.median(), fresh.median());
    for (what, time) in [
        ("fresh entry / empty program", fresh),
        ("fresh entry of 1,000 profiles / empty program", of_many.median()),
    ] {
        let times = ratio(time, empty);
        table.judges(what, format!("{times:.2}"), Goal::at_most(times, TIMES_EMPTY));
    }
    if rest.is_empty() {
        table.says("aws CLI / fresh entry", format!("not measured: {}", programs::NO_AWS));
    }
    for start in rest {
        let times = ratio(start.median(), fresh);
        let name = format!("{} / fresh entry", start.name());
        table.judges(&name, format!("{times:.0}"), Goal::at_least(times, TIMES_FASTER));
    }
    Ok(())
}

/// How long exchanges took, one entry an exchange.
struct Exchanges {
    /// From the process's start to its end.
    whole: Vec<Duration>,
    /// From STS's first sight of the connection to the end of its answer.
    network: Vec<Duration>,
    /// The difference: starting, connecting, reading, keeping, answering.
    own: Vec<Duration>,
}

/// Exchanges with an empty store each; the last one leaves the fresh entry.
fn exchanges(fed_cli: &std::path::Path, place: &Place, sts: &Sts) -> Result<Exchanges, Failure> {
    let mut measured = Exchanges { whole: Vec::new(), network: Vec::new(), own: Vec::new() };
    for _ in 0..EXCHANGES {
        place.forget()?;
        let before = sts.exchanges().len();
        let whole = timing::once(&mut place.command(fed_cli))?;
        let [network] = sts.exchanges()[before..] else {
            return Err(Failure::new("expected one exchange for one process with an empty store"));
        };
        measured.whole.push(whole);
        measured.network.push(network);
        measured.own.push(whole.saturating_sub(network));
    }
    Ok(measured)
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A failure to start or read something the measurement needs.
fn could_not(what: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("could not {what}: {error}"))
}

/// The program's name on this platform.
fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// Runs a build and says so.
fn build(words: &[&str]) -> Result<(), Failure> {
    process::run(&mut process::cargo(words.iter().copied()))
}
