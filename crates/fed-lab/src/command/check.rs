//! `fed-lab check`: whether a command gets by with policies, what they lack and what they have
//! that it does not use.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use fed_lab::{Lab, LabError, LessonError, Surroundings};
use fed_types::printable_line;
use iam_gate::Enforcement;
use learned_policy::{Named, Permission, Rules, json, learn, unused};
use serde_json::Value;

use super::suite::{Output, Run, Suite, SuiteOptions, in_lab};
use crate::options::LabOptions;

/// Something was denied; as fed-cli's.
const DENIED: u8 = 3;

const EXAMPLE: &str = "\
Example:
  fed-lab check --policy policy.json -- python3 job.py

Exits with 3 where something was denied, else as the command does. What has to be added is
printed as a policy.";

/// Which policies, and of what.
#[derive(Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct CheckOptions {
    #[command(flatten)]
    lab: LabOptions,

    #[command(flatten)]
    check: Check,
}

#[derive(Args)]
struct Check {
    /// A policy document, or a list of them, that the command's role has; may be given several
    /// times. The lab's account in it, 278805249149 unless --account says otherwise, becomes
    /// the one that the command runs in
    #[arg(long = "policy", value_name = "FILE", required = true)]
    policies: Vec<PathBuf>,

    #[command(flatten)]
    suite: SuiteOptions,
}

/// Runs the command under the policies and says how they fit.
pub(crate) async fn check(
    options: CheckOptions,
    surroundings: Surroundings,
) -> Result<ExitCode, LabError> {
    let CheckOptions { lab, check } = options;
    let policies = read(&check.policies)?;
    in_lab(lab, &check.suite, surroundings, async |suite| fit(suite, &policies).await).await
}

/// Each document with a name that denials are known by.
fn read(paths: &[PathBuf]) -> Result<Vec<(String, Value)>, LabError> {
    let mut policies = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path)
            .map_err(|source| LessonError::UnreadablePolicy { path: path.clone(), source })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let name: String = name
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
            .take(100)
            .collect();
        let documents = match parsed(path, &text)? {
            Value::Array(several) => several,
            one => vec![one],
        };
        for document in documents {
            let number = policies.len() + 1;
            policies.push((format!("{name}-{number}"), document));
        }
    }
    Ok(policies)
}

/// The document, if IAM would take it; a list of documents, if it would take each.
fn parsed(path: &Path, text: &str) -> Result<Value, LabError> {
    let invalid = |reason: String| {
        LabError::from(LessonError::InvalidPolicy { path: path.to_owned(), reason })
    };
    let checked =
        |text: &str| learned_policy::check(text).map_err(|error| invalid(error.to_string()));
    let document: Value = serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
    match &document {
        Value::Array(several) => {
            for one in several {
                checked(&one.to_string())?;
            }
        }
        _ => checked(text)?,
    }
    Ok(document)
}

async fn fit(suite: &Suite<'_>, policies: &[(String, Value)]) -> Result<ExitCode, LabError> {
    let written: Vec<(String, String)> =
        policies.iter().map(|(name, document)| (name.clone(), document.to_string())).collect();
    let run = suite.run(Some(&written), Output::Shown).await?;
    let mut denied = denied(&run);
    let gate = suite.lab.gate();
    if !denied.is_empty() && gate.enforcement() == Enforcement::On {
        // A denial hides what would have come after it.
        anstream::eprintln!("denied; running it once more, unhindered, to see what else it lacks");
        gate.set_enforcement(Enforcement::Audit);
        let unhindered = suite.run(Some(&written), Output::Kept).await;
        gate.set_enforcement(Enforcement::On);
        denied.extend(self::denied(&unhindered?));
    }
    tell(suite.lab, &run, policies, &denied);
    let code = match (denied.is_empty(), run.code) {
        (false, _) => DENIED,
        (true, code) => u8::try_from(code.unwrap_or(1) & 0xff).unwrap_or(1),
    };
    Ok(ExitCode::from(code))
}

/// What the command's role was denied.
fn denied(run: &Run) -> BTreeMap<Permission, String> {
    let usage = run.usage.principals.get(&run.role_arn);
    usage.map(|usage| usage.denied.clone()).unwrap_or_default()
}

fn tell(lab: &Lab, run: &Run, policies: &[(String, Value)], denied: &BTreeMap<Permission, String>) {
    let say = |line: &str| anstream::eprintln!("{}", printable_line(line));
    for (permission, why) in denied {
        say(&format!("denied: {} on {}: {why}", permission.action, permission.resource));
    }
    let usage = run.usage.principals.get(&run.role_arn);
    for (action, why) in usage.into_iter().flat_map(|usage| &usage.refused) {
        say(&format!("refused, not by a policy: {action}: {why}"));
    }
    let used = usage.into_iter().flat_map(|usage| usage.used.iter().chain(usage.failed.keys()));
    let used: Vec<Permission> = used.cloned().collect();
    for (name, document) in policies {
        for line in unused(document, &used, lab.account_id().as_str()) {
            say(&format!("never used: {name}, {line}"));
        }
    }
    if denied.is_empty() {
        say("nothing was denied");
        return;
    }
    let addition = learn(denied.keys().cloned(), &Rules::default());
    let named = Named { name: "addition", documents: &addition.documents, trust: None };
    anstream::println!("{}", json(&named));
}
