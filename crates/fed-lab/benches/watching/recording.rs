//! What the gate's throughput loses to the noting of what is used.

use std::time::{Duration, Instant};

use crate::crowd::run;
use crate::{CONNECTIONS, Failure, Watched};

/// Requests to each lab in a pair.
const REQUESTS: usize = 4000;
/// How much longer the same requests may take, in hundredths.
const MOST: f64 = 2.0;

/// One row, of the median pair.
pub(crate) async fn row(silent: &Watched, noting: &Watched, pairs: usize) -> Result<(), Failure> {
    let (mut ratios, mut rates) = (Vec::new(), Vec::new());
    for pair in 0..pairs {
        let (without, with) = match pair % 2 {
            0 => {
                let without = time(silent).await?;
                (without, time(noting).await?)
            }
            _ => {
                let with = time(noting).await?;
                (time(silent).await?, with)
            }
        };
        ratios.push(with.as_secs_f64() / without.as_secs_f64());
        rates.push(REQUESTS as f64 / without.as_secs_f64());
    }
    let cost = (median(&mut ratios) - 1.0) * 100.0;
    let (first, last) = (ratios[pairs / 4], ratios[pairs * 3 / 4]);
    println!(
        "| noting what is used, of the gate's throughput ({:.0} requests/s; half of {pairs} pairs \
         from {:+.1} to {:+.1} %) | {cost:+.2} % | {MOST} % |",
        median(&mut rates),
        (first - 1.0) * 100.0,
        (last - 1.0) * 100.0,
    );
    match cost <= MOST {
        true => Ok(()),
        false => Err(format!("noting what is used costs {cost:.2} % (at most {MOST})").into()),
    }
}

async fn time(watched: &Watched) -> Result<Duration, Failure> {
    let start = Instant::now();
    run(&watched.gate, &watched.request, REQUESTS, CONNECTIONS).await?;
    Ok(start.elapsed())
}

/// Sorts them.
fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
