//! What it costs to look at a lab: `cargo xtask bench watching`, or with another number of pairs
//! `cargo bench -p fed-lab --bench watching -- [PAIRS]`.
//!
//! Two labs stand side by side in this process, in front of an emulator that answers at once; the
//! one notes what is used, as `fed-lab learn` has it, the other does not. In each pair some
//! thousand requests go to both, now the one first and now the other. The pages are those of
//! a lab that keeps as many decisions as it can.

#[path = "../../../iam-gate/benches/load/client.rs"]
mod client;
#[path = "../../../iam-gate/benches/load/crowd.rs"]
mod crowd;
#[path = "../../../iam-gate/benches/load/emulator.rs"]
mod emulator;
mod pages;
mod recording;

use client::{Key, once, signed};
use fed_lab::{Backend, Lab, LabConfig, Seed, Silent, Surroundings, tutorial};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Decisions that a lab keeps.
const KEPT: usize = 10_000;
/// Connections at the same time.
const CONNECTIONS: usize = 8;

/// A lab, and a request of a user there who may do what it asks for.
struct Watched {
    lab: Lab,
    gate: String,
    request: String,
}

fn main() -> Result<(), Failure> {
    let pairs = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(40);
    tokio::runtime::Runtime::new()?.block_on(measure(pairs))
}

async fn measure(pairs: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let emulator = emulator::start().await?;
    let silent = Watched::start(&emulator, folder.path()).await?;
    let noting = Watched::start(&emulator, folder.path()).await?;
    noting.lab.record_usage();
    for one in [&silent, &noting] {
        crowd::run(&one.gate, &one.request, KEPT, CONNECTIONS).await?;
    }
    println!("| what | measured | at most |\n| --- | ---: | ---: |");
    let recorded = recording::row(&silent, &noting, pairs).await;
    let shown = pages::rows(&silent).await;
    silent.lab.stop().await;
    noting.lab.stop().await;
    recorded.and(shown)
}

impl Watched {
    async fn start(emulator: &str, cache: &std::path::Path) -> Result<Self, Failure> {
        let surroundings = Surroundings::read(|name| {
            (name == "FED_LAB_CACHE_DIR").then(|| cache.as_os_str().to_owned())
        })?;
        let endpoint = format!("http://{emulator}").parse()?;
        let backend = Backend::External { endpoint };
        let mut config = LabConfig::new(backend, tutorial::ACCOUNT.parse()?, surroundings);
        config.seed = Seed::Nothing;
        let lab = Lab::start(config, &Silent).await?;
        let gate = lab.gate_url().trim_start_matches("http://").to_owned();
        let administrator = Key {
            id: lab.administrator().access_key_id.clone(),
            secret: lab.administrator().secret_access_key.expose().to_owned(),
        };
        let create = "Action=CreateAccessKey&UserName=u&Version=2010-05-08";
        let made = once(&gate, &signed(&gate, &administrator, "iam", create)?).await?;
        if !made.starts_with("HTTP/1.1 200 ") {
            return Err(made.into());
        }
        let user = Key { id: emulator::KEY_ID.to_owned(), secret: emulator::SECRET.to_owned() };
        let describe = "Action=DescribeInstances&Version=2016-11-15";
        let request = signed(&gate, &user, "ec2", describe)?;
        Ok(Self { lab, gate, request })
    }
}
