//! `explain --action`: why the role may do something, or why not.

mod actor;
mod caller;
mod checked_on;
mod condition;
mod doubt;
mod gather;
mod keys;
mod mend;
mod resource;
mod show;

use iam_policy::lint::lint;
use iam_policy::{Explanation, PolicyKind, Request, Severity, Verdict, explain};
use serde_json::json;

use crate::arguments::{ActionArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::settings::Settings;
use crate::{Exit, Failure, render};

use actor::Actor;
use checked_on::Known;
use doubt::Doubts;
use gather::gather;
use keys::Derivation;

/// What is explained.
struct Question<'a> {
    actor: &'a Actor,
    action: &'a str,
    resource: &'a str,
}

/// The answer on one resource.
struct Explained<'a> {
    question: Question<'a>,
    explanation: Explanation,
}

/// The resource of an action that has none, and of one whose resource is not given.
const NO_RESOURCE: &str = "*";

/// Runs the command.
pub(super) fn run(
    context: Context<'_>,
    settings: &Settings,
    action: &str,
    arguments: &ActionArguments,
    output: OutputFormat,
) -> Outcome {
    check(context, action)?;
    let known = Known::of(action)?;
    check_arguments(&known, action, arguments)?;
    let actor = Actor::of(context, settings, arguments)?;
    let gathered = gather(context, settings, arguments, &actor)?;
    let mut notes = gathered.notes.clone();
    let resources = resource::read(context, settings, arguments, action, &mut notes)?;
    let derivation = Derivation {
        context,
        settings,
        arguments,
        action,
        actor: &actor,
        gathered: &gathered,
        known: &known,
    };
    let mut explained = Vec::new();
    for resource in &resources {
        let question = Question { actor: &actor, action, resource: &resource.arn };
        let keys = derivation.on(resource);
        let mut policies = gathered.policies.clone();
        policies.resource = resource.policy.known().cloned();
        let request = Request {
            principal: &actor.principal,
            action,
            resource: &resource.arn,
            resource_account: None,
            context: &keys,
        };
        let mut explanation = explain(&policies, &request);
        let doubts = Doubts {
            known: &known,
            policies: &gathered.policies,
            resources: &resources,
            given: &arguments.context,
        };
        doubts.apply(&mut explanation, &request, resource, &derivation.on_further(resource));
        explained.push(Explained { question, explanation });
    }
    context.data(&match output {
        OutputFormat::Text => show::text(&explained, &notes),
        OutputFormat::Json => render::json(&show::json(&explained, &notes)),
    })?;
    Ok(match whole(&explained) {
        Verdict::Allowed => Exit::Done,
        Verdict::Denied => Exit::Denied,
        Verdict::CannotTell => Exit::CannotTell,
    })
}

/// A call is allowed where it is allowed on all that it is on.
fn whole(explained: &[Explained<'_>]) -> Verdict {
    let any = |verdict| explained.iter().any(|one| one.explanation.verdict == verdict);
    match (any(Verdict::Denied), any(Verdict::CannotTell)) {
        (true, _) => Verdict::Denied,
        (false, true) => Verdict::CannotTell,
        (false, false) => Verdict::Allowed,
    }
}

/// Refuses what is no action, and doubts one that nobody knows.
fn check(context: Context<'_>, action: &str) -> Result<(), Failure> {
    let malformed =
        action.split_once(':').is_none_or(|(service, name)| service.is_empty() || name.is_empty())
            || action.contains(['*', '?', '"', '\\'])
            || action.contains(char::is_whitespace);
    if malformed {
        let message = format!("expected one action like `ec2:DescribeInstances`, found `{action}`");
        return Err(Failure::new(Exit::Usage, message));
    }
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let doubts = lint(&policy, PolicyKind::Identity)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error || finding.code == "unknown-service");
    for finding in doubts {
        let hint = finding.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        context.say(&format!("warning: {}{hint}", finding.message));
    }
    Ok(())
}

/// Refuses what no request for the action has, and what contradicts itself.
fn check_arguments(
    known: &Known,
    action: &str,
    arguments: &ActionArguments,
) -> Result<(), Failure> {
    for resource in &arguments.resources {
        known.check(action, resource)?;
    }
    for (key, _) in &arguments.context {
        known.check_key(action, key)?;
        if arguments.context_absent.iter().any(|absent| absent.eq_ignore_ascii_case(key)) {
            let message = format!("`{key}` is given by `--context` and by `--context-absent`");
            return Err(Failure::new(Exit::Usage, message));
        }
    }
    if arguments.resource_policy_file.is_some() && arguments.resources.len() > 1 {
        let message = "`--resource-policy-file` is the policy of one resource, found several";
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(())
}
