//! Starting programs and waiting for their end, in turns, so that whatever else the
//! machine does hits all alike.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::could_not;
use crate::failure::Failure;

/// A program that is started again and again.
pub(super) struct Contender {
    name: &'static str,
    every: usize,
    command: Command,
    times: Vec<Duration>,
}

impl Contender {
    /// Started in one of `every` rounds.
    pub(super) fn new(name: &'static str, every: usize, command: Command) -> Self {
        Self { name, every, command, times: Vec::new() }
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn median(&self) -> Duration {
        median(self.times.clone())
    }

    pub(super) fn describe(&self) -> String {
        let fastest = self.times.iter().min().copied().unwrap_or_default();
        let (median, fastest) = (milliseconds(self.median()), milliseconds(fastest));
        format!("{median} (fastest {fastest}, {} starts)", self.times.len())
    }
}

/// Runs the contenders in turns. A first start of each, with cold caches, does not count.
pub(super) fn race(contenders: &mut [Contender], rounds: usize) -> Result<(), Failure> {
    for contender in contenders.iter_mut() {
        once(&mut contender.command)?;
    }
    for round in 0..rounds {
        for contender in contenders.iter_mut().filter(|one| round % one.every == 0) {
            let time = once(&mut contender.command)?;
            contender.times.push(time);
        }
    }
    Ok(())
}

/// From before the start until the end was seen, what it printed read through a pipe as an
/// SDK reads it.
pub(super) fn once(command: &mut Command) -> Result<Duration, Failure> {
    command.stdin(Stdio::null());
    let began = Instant::now();
    let output = command.output();
    let time = began.elapsed();
    let program = command.get_program().display();
    output.map_err(|error| could_not(&format!("run `{program}`"), &error))?;
    Ok(time)
}

/// The middle one; nothing is nought.
pub(super) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// How many times `one` is `other`.
pub(super) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        let times = |numbers: &[u64]| numbers.iter().map(|n| Duration::from_millis(*n)).collect();
        assert_eq!(median(times(&[9, 1, 5])), Duration::from_millis(5));
        assert_eq!(median(times(&[1])), Duration::from_millis(1));
        assert_eq!(median(Vec::new()), Duration::ZERO);
        assert_eq!(ratio(Duration::from_millis(3), Duration::from_millis(2)), 1.5);
    }
}
