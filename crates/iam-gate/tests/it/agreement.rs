//! What `explain` says and what the gate does, on things made at random: they never disagree.
//!
//! `FED_AGREEMENT_QUESTIONS` is how many are asked of each, `FED_AGREEMENT_SEED` where the
//! making begins; both are printed.

mod actions;
mod random;
mod tokens;

use random::Random;

const QUESTIONS: usize = 600;
const SEED: u64 = 0x5eed_2026_1128;

/// How many, and from where.
fn asked_for() -> (usize, Random) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let questions = number("FED_AGREEMENT_QUESTIONS")
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or(QUESTIONS);
    let seed = number("FED_AGREEMENT_SEED").unwrap_or(SEED);
    println!("FED_AGREEMENT_QUESTIONS={questions} FED_AGREEMENT_SEED={seed}");
    (questions, Random::from(seed))
}
