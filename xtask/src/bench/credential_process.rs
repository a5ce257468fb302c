//! What a person and their SDKs wait for: `fed-cli credential-process`, as a release ships
//! it, beside an empty program and the aws CLI in the same run.

mod memory;
mod place;
mod programs;
mod sts;
mod table;
mod timing;

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
/// How many exchanges are made with nothing in the store.
const EXCHANGES: usize = 100;

/// The fresh entry at most this many times the empty program.
const TIMES_EMPTY: f64 = 2.0;
/// The aws CLI at least this many times the fresh entry.
const TIMES_FASTER: f64 = 200.0;
/// Peak memory with a fresh entry, in bytes.
const MEMORY: u64 = 8_000_000;
/// What an exchange may add to its network round trips.
const ADDED: Duration = Duration::from_millis(5);
/// The release binary, in bytes.
const SIZE: u64 = 16_000_000;

/// Measures and prints the table.
pub(super) fn run() -> Result<(), Failure> {
    let fed_cli = programs::fed_cli()?;
    let place = Place::new()?;
    let empty = programs::empty(place.path())?;
    let aws = programs::aws();
    let sts = Sts::start()?;
    place.configure(&sts)?;
    let mut table = Table::default();

    let added = exchanges(&fed_cli, &place, &sts)?;
    let kept = sts.exchanges().len();
    let mut contenders = vec![
        Contender::new("an empty Rust program", 1, empty.command()),
        Contender::new("credential-process, fresh entry", 1, place.command(&fed_cli)),
    ];
    if let Some(aws) = &aws {
        contenders.extend(starts_of(aws, &place));
    }
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
    table.says("exchange, in all", milliseconds(timing::median(added.whole)));
    table.says("exchange, on the network", milliseconds(timing::median(added.network)));
    let added = timing::median(added.own);
    table.judges(
        "exchange, added to the network",
        milliseconds(added),
        Goal::at_most(added.as_secs_f64() * 1e3, ADDED.as_secs_f64() * 1e3),
    );
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
    let [empty, fresh, rest @ ..] = contenders else {
        return Err(Failure::new("nothing was measured"));
    };
    let (empty, fresh) = (empty.median(), fresh.median());
    let times = ratio(fresh, empty);
    table.judges(
        "fresh entry / empty program",
        format!("{times:.2}"),
        Goal::at_most(times, TIMES_EMPTY),
    );
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
