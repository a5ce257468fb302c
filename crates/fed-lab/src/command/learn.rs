//! `fed-lab learn`: the smallest policies that a command needs, and the proof.

mod page;
mod prove;
mod report;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::{Args, ValueEnum};
use fed_lab::{LabError, LessonError, Surroundings};
use learned_policy::{
    Learned, Named, Permission, Rules, cloudformation, json, learn, terraform, trust_policy,
    uncovered,
};
use serde_json::Value;

use self::prove::Proof;
use super::suite::{Output, Run, Suite, SuiteOptions, in_lab};
use crate::options::LabOptions;

const EXAMPLE: &str = "\
Example:
  fed-lab learn --prove -- python3 job.py > policy.json

The command runs as a role that may do everything, in an account of its own. What it used is
printed as a policy; what else there is to say goes to standard error, and to --report.";

/// What to learn from, and how it is written.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct LearnOptions {
    #[command(flatten)]
    lab: LabOptions,

    #[command(flatten)]
    lesson: LessonOptions,
}

/// What is asked besides the lab.
#[derive(Args)]
struct LessonOptions {
    /// What may be another than it was; resources are exact otherwise
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    generalise: Vec<Rules>,

    /// Ask for this condition key as well, with the values that the calls had; may be given
    /// several times
    #[arg(long = "condition", value_name = "KEY")]
    conditions: Vec<String>,

    /// Tell of the policies of buckets, queues, topics, keys and secrets, too (in --report)
    #[arg(long, requires = "report")]
    resource_policies: bool,

    /// How the policies are written
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,

    /// Everything as one JSON object: all principals, who was trusted, what was left out, the
    /// proof
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// The policies and the proof as a web page that needs nothing beside it
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,

    /// Run the command again under what was learned, and once more without each statement
    #[arg(long)]
    prove: bool,

    /// Without each action of each statement
    #[arg(long, requires = "prove")]
    thorough: bool,

    /// How many runs of the proof are under way at the same time [default: 4; 1 where buckets
    /// are made, whose names are the whole lab's]
    #[arg(long, value_name = "NUMBER", requires = "prove",
          value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,

    #[command(flatten)]
    suite: SuiteOptions,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// The policy document; of several policies a list of them
    Json,
    /// HCL for Terraform and OpenTofu
    Terraform,
    /// A template for CloudFormation
    Cloudformation,
}

/// Everything that one call of the command is about.
struct Lesson<'a> {
    suite: &'a Suite<'a>,
    options: &'a LessonOptions,
    rules: Rules,
}

/// Runs the command, prints what it needs, and proves it.
pub(crate) async fn learn_policies(
    options: LearnOptions,
    surroundings: Surroundings,
) -> Result<ExitCode, LabError> {
    let LearnOptions { lab, lesson: options } = options;
    in_lab(lab, &options.suite, surroundings, async |suite| {
        suite.lab.gate().record_condition_keys(options.conditions.clone());
        teach(&options, suite).await
    })
    .await
}

async fn teach(options: &LessonOptions, suite: &Suite<'_>) -> Result<ExitCode, LabError> {
    let rules = options.generalise.iter().fold(Rules::default(), |all, rule| all.and(*rule));
    let lesson = Lesson { suite, options, rules };
    let run = lesson.suite.run(None, Output::Shown).await?;
    if run.usage.lost > 0 {
        return Err(LessonError::TooMuchUsed(run.usage.lost).into());
    }
    let own = run.usage.principals.get(&run.role_arn).cloned().unwrap_or_default();
    let mut learned = lesson.learned(&own.used)?;
    report::tell(&run, &learned);
    let code = run.code.unwrap_or(1);
    if code != 0 {
        anstream::eprintln!(
            "warning: the command ended with {code}: the policy allows what it did until then"
        );
        lesson.hand_out(&run, &learned, None)?;
        return Ok(ExitCode::from(u8::try_from(code & 0xff).unwrap_or(1)));
    }
    if !options.prove {
        lesson.hand_out(&run, &learned, None)?;
        return Ok(ExitCode::SUCCESS);
    }
    let proof = prove::prove(&lesson, &run, &mut learned).await?;
    report::tell_proof(&proof);
    lesson.hand_out(&run, &learned, Some(&proof))?;
    Ok(if proof.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Lesson<'_> {
    /// What these permissions need, and no more than the rules say; asked of the engine that
    /// the gate asks, too.
    fn learned(&self, used: &BTreeSet<Permission>) -> Result<Learned, LabError> {
        let learned = learn(used.iter().cloned(), &self.rules);
        match uncovered(&learned.documents, self.suite.lab.account_id().as_str(), used).first() {
            None => Ok(learned),
            Some(one) => {
                let lacking = format!("{} on {}", one.action, one.resource);
                Err(LessonError::NotCovered(lacking).into())
            }
        }
    }

    /// Prints the policies, and writes the files that were asked for.
    fn hand_out(
        &self,
        run: &Run,
        learned: &Learned,
        proof: Option<&Proof>,
    ) -> Result<(), LabError> {
        self.print(run, learned);
        if let Some(path) = &self.options.report {
            write(path, Ok(report::json(self, run, learned, proof)))?;
        }
        if let Some(path) = &self.options.page {
            write(path, page::html(self, run, learned, proof).map_err(io::Error::other))?;
        }
        Ok(())
    }

    fn print(&self, run: &Run, learned: &Learned) {
        let trust = trust(run);
        let named = Named { name: "learned", documents: &learned.documents, trust: trust.as_ref() };
        match self.options.format {
            Format::Json => anstream::println!("{}", json(&named)),
            Format::Terraform => anstream::print!("{}", terraform(&named)),
            Format::Cloudformation => anstream::println!("{:#}", cloudformation(&named)),
        }
    }
}

/// Who assumed the role itself. Whom others trust, which the command may have had assumed, is in the
/// report: it would be let in here for nothing.
fn trust(run: &Run) -> Option<Value> {
    run.usage.trusted.get(&run.role_arn).and_then(trust_policy)
}

fn write(path: &Path, text: io::Result<String>) -> Result<(), LabError> {
    text.and_then(|text| fs::write(path, text)).map_err(|source| LabError::File {
        what: "write",
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fed_lab::Usage;
    use learned_policy::Trusted;

    use super::*;

    #[test]
    fn who_assumes_another_role_is_not_trusted_by_what_was_learned() {
        const OWN: &str = "arn:aws:iam::278805249149:role/learned";
        const OTHER: &str = "arn:aws:iam::278805249149:role/worker";
        let by = |arn: &str| BTreeSet::from([Trusted::Principal(arn.to_owned())]);
        let run = |role: &str| {
            let mut usage = Usage::default();
            usage.trusted = BTreeMap::from([(role.to_owned(), by(OWN))]);
            let role_arn = OWN.to_owned();
            Run { code: Some(0), usage, role_arn, said: String::new() }
        };
        assert_eq!(trust(&run(OTHER)), None);
        let own = trust(&run(OWN)).expect("a trust policy");
        assert_eq!(own["Statement"][0]["Principal"]["AWS"], OWN);
    }
}
