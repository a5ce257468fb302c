//! What EC2 offers. The emulators start without it and read it when asked.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use cucumber::then;

use super::Outcome;
use crate::world::{ADMINISTRATOR, World};

const SCRIPT: &str = include_str!("offerings.py");

/// How many there are, and the sum of them all.
type Found = BTreeMap<String, (usize, String)>;

/// Compares with moto as the emulator's environment has it, in a process that starts as usual.
#[then(regex = r"^in (\S+) and (\S+) EC2 offers what the emulator's data hold$")]
async fn offers(world: &mut World, region: String, other: String) -> Outcome {
    world.write("offerings.py", SCRIPT)?;
    let environment = world.stage.lab.aws_cli().ancestors().nth(2);
    let python = environment.context("the aws CLI is in no environment")?.join("bin/python");
    let command = format!("'{}' -I offerings.py {region} {other}", python.display());
    world.run(ADMINISTRATOR, &command, "").await?;
    let mut answers: BTreeMap<String, Found> = serde_json::from_str(&world.success()?.stdout)?;
    let mut of = |who: &str| answers.remove(who).with_context(|| format!("no answers of {who}"));
    let (emulator, moto) = (of("emulator")?, of("moto")?);
    let differing: Vec<_> =
        moto.iter().filter(|(what, it)| emulator.get(*what) != Some(it)).collect();
    ensure!(differing.is_empty(), "expected {differing:?}, found {emulator:?}");
    ensure!(moto.values().all(|(count, _)| *count > 0), "some of it is nothing: {moto:?}");
    let by_region = |(what, it): (&String, &(usize, String))| {
        what.ends_with(" by region").then(|| it.1.clone())
    };
    let offered: BTreeSet<_> = moto.iter().filter_map(by_region).collect();
    ensure!(offered.len() == 2, "both regions offer the same, which proves nothing: {moto:?}");
    Ok(())
}
