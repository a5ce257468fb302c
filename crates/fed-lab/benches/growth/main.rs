//! How costs grow, and how long a lab takes to start: `cargo xtask bench growth`, which draws
//! what this prints, or with fewer `cargo bench -p fed-lab --bench growth -- [MOST]`.
//!
//! Each line is a row, a size and the median of some measurements in microseconds, tabs between
//! them. The sizes are the powers of ten up to `MOST`, 10,000 unless it is said.

#[path = "../../../iam-gate/tests/it/terraform/calls.rs"]
mod calls;
#[path = "../../../iam-gate/benches/load/client.rs"]
mod client;
mod in_a_lab;
mod keys;
mod profiles;
mod start;
mod statements;
mod terraform;

use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How often something is measured.
const TIMES: usize = 9;

fn main() -> Result<(), Failure> {
    let most = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(10_000);
    let sizes = (0..).map(|power| 10_usize.pow(power)).take_while(|size| *size <= most);
    let sizes: Vec<usize> = sizes.collect();
    start::rows()?;
    statements::row(&sizes)?;
    profiles::row(&sizes)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(in_a_lab::rows(&sizes))
}

/// One line.
fn tell(row: &str, size: usize, mut times: Vec<Duration>) {
    let median = client::percentile(&mut times, 50).as_secs_f64() * 1e6;
    println!("{row}\t{size}\t{median:.2}");
}

/// How long each of some runs takes.
fn timed(mut work: impl FnMut() -> Result<(), Failure>) -> Result<Vec<Duration>, Failure> {
    let once = |_| {
        let start = Instant::now();
        work()?;
        Ok(start.elapsed())
    };
    (0..TIMES).map(once).collect()
}
