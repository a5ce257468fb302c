//! `explain --action`: why the role may do something, or why not.

mod actor;
mod caller;
mod checked_on;
mod condition;
mod doubt;
mod gather;
mod keys;
mod mend;
mod needs;
mod own_rules;
mod resource;
mod sharing;
mod show;

use fed_types::Arn;
use iam_policy::lint::{Code, lint};
use iam_policy::{
    Explanation, MisfitValue, PolicyKind, Request, Severity, Verdict, apply_own_rules,
    check_compared_values, check_given_value, checked_arn,
};
use serde_json::json;

use super::ExplainArguments;
use crate::arguments::{ActionArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::settings::Settings;
use crate::{Exit, Failure, render};

use actor::Actor;
use checked_on::{CheckedType, Known};
use doubt::{Doubts, RESOURCE_ACCOUNT};
use gather::gather;
use keys::Derivation;
use needs::Needed;
use resource::Resource;

/// What is explained.
struct Question<'a> {
    actor: &'a Actor,
    action: &'a str,
    resource: &'a str,
    /// Whether its account is known to be a member of an organization.
    is_member: bool,
}

/// The answer on one resource.
struct Explained<'a> {
    question: Question<'a>,
    explanation: Explanation,
    /// Where no resource is named: the types that calls are checked on, each with the answer on
    /// all its resources.
    on_types: Vec<(CheckedType, Verdict)>,
    /// What the policies that were read say.
    by_what_was_read: Verdict,
}

/// The resource of an action that has none, and of one whose resource is not given.
const NO_RESOURCE: &str = "*";

/// Runs the command.
pub(super) fn run(
    context: Context<'_>,
    settings: &Settings,
    action: &str,
    all: &ExplainArguments,
) -> Outcome {
    let arguments = &all.about;
    check(context, action)?;
    let known = Known::of(action)?;
    check_arguments(&known, action, arguments)?;
    let actor = Actor::of(context, settings, arguments)?;
    own_rules::check(action, &actor, &arguments.resources)?;
    let gathered = gather(context, settings, all, &actor)?;
    let actor = actor.told(gathered.arn.as_deref());
    let mut notes = gathered.notes.clone();
    let resources = resource::read(context, settings, arguments, action, &mut notes)?;
    notes.extend(resource::unread(&resources, action, all.no_other_policies));
    let derivation = Derivation {
        context,
        settings,
        arguments,
        action,
        actor: &actor,
        gathered: &gathered,
        known: &known,
    };
    let doubts = Doubts {
        known: &known,
        policies: &gathered.policies,
        resources: &resources,
        given: &arguments.context,
        unread: gathered.unread,
        no_others: all.no_other_policies,
    };
    let needed = needs::of(&known, action, arguments);
    let on_each = resources.iter().map(|resource| explain_on(resource, &derivation, &doubts));
    let mut explained: Vec<Explained<'_>> = on_each.collect();
    for needed in &needed {
        explained.extend(explain_needed(needed, &derivation, &doubts));
    }
    if whole(&explained) == Verdict::Allowed {
        notes.extend(needs::unanswered(&known, action, arguments));
        notes.extend(where_named(&derivation, &doubts));
    }
    for one in &explained {
        let is_given =
            |key: &str| arguments.context.iter().any(|(given, _)| given.eq_ignore_ascii_case(key));
        check_compared_values(&one.explanation, is_given).map_err(misfit)?;
    }
    context.data(&match all.output.output {
        OutputFormat::Text => show::text(&explained, &notes),
        OutputFormat::Json => render::json(&show::json(&explained, &notes)),
    })?;
    Ok(match whole(&explained) {
        Verdict::Allowed => Exit::Done,
        Verdict::Denied => Exit::Denied,
        Verdict::CannotTell => Exit::CannotTell,
    })
}

/// The answer on one of the resources.
fn explain_on<'a>(
    resource: &'a Resource,
    derivation: &Derivation<'a>,
    doubts: &Doubts<'_>,
) -> Explained<'a> {
    let Derivation { actor, action, gathered, .. } = *derivation;
    let is_member = gathered.is_member;
    let question = Question { actor, action, resource: &resource.arn, is_member };
    let keys = derivation.on(resource);
    let mut policies = gathered.policies.clone();
    policies.resource = resource.policy.known().cloned();
    let request = Request {
        principal: &actor.principal,
        action,
        resource: &resource.arn,
        resource_account: told_account(&resource.arn, doubts.given),
        context: &keys,
    };
    let mut explanation = doubt::explained(doubts.known, &policies, &request);
    let by_what_was_read = explanation.verdict;
    let on_types = match resource.arn == NO_RESOURCE {
        true => on_types(actor, doubts, &request),
        false => Vec::new(),
    };
    doubts.apply(&mut explanation, &request, resource, &derivation.on_further(resource));
    apply_own_rules(action, &mut explanation);
    Explained { question, explanation, on_types, by_what_was_read }
}

/// The answer on all resources of each type that calls are checked on.
fn on_types(
    actor: &Actor,
    doubts: &Doubts<'_>,
    request: &Request<'_>,
) -> Vec<(CheckedType, Verdict)> {
    let partition = Arn::parse(actor.name()).map_or("aws", |arn| arn.partition);
    let on = |one: CheckedType| {
        let request = Request { resource: &one.resources, ..*request };
        let verdict = doubt::explained(doubts.known, doubts.policies, &request).verdict;
        (one, verdict)
    };
    doubts.known.types(partition, actor.account()).into_iter().map(on).collect()
}

/// What a yes on the resources that are named does not answer: those of other types, which a call
/// may name as well.
fn where_named(derivation: &Derivation<'_>, doubts: &Doubts<'_>) -> Option<String> {
    let first = doubts.resources.first().filter(|one| one.arn != NO_RESOURCE)?;
    let types = doubts.known.where_named(doubts.resources.iter().map(|one| one.arn.as_str()));
    let keys = derivation.on_further(first);
    let on_all = Request {
        principal: &derivation.actor.principal,
        action: derivation.action,
        resource: NO_RESOURCE,
        resource_account: None,
        context: &keys,
    };
    let told_apart =
        || doubt::explained(doubts.known, doubts.policies, &on_all).verdict != Verdict::Allowed;
    (!types.is_empty() && told_apart()).then(|| {
        format!(
            "the call is checked on what it names of {}, too: name that with `--resource ARN`",
            types.join(", ")
        )
    })
}

/// The answer to another permission that the same call needs, on what it is checked on.
fn explain_needed<'a>(
    needed: &'a Needed,
    derivation: &Derivation<'a>,
    doubts: &Doubts<'_>,
) -> Vec<Explained<'a>> {
    let Ok(known) = Known::of(&needed.action) else { return Vec::new() };
    let Derivation { actor, action, gathered, .. } = *derivation;
    let of_call = Derivation { action: &needed.action, known: &known, ..*derivation };
    let on = |arn: &'a String| {
        let is_it = |one: &&Resource| checked_arn(&needed.action, &one.arn) == *arn;
        let named = doubts.resources.iter().find(is_it);
        let resource = named.or(doubts.resources.first())?;
        let mut keys = match named {
            Some(named) => of_call.on(named),
            None => of_call.on_further(resource),
        };
        if needed.action == EC2_CREATE_TAGS {
            keys.set("ec2:CreateAction", action.split_once(':').map_or(action, |(_, name)| name));
        }
        let mut policies = gathered.policies.clone();
        policies.resource = named.and_then(|named| named.policy.known()).cloned();
        let request = Request {
            principal: &actor.principal,
            action: &needed.action,
            resource: arn,
            resource_account: told_account(arn, doubts.given),
            context: &keys,
        };
        let mut explanation = doubt::explained(&known, &policies, &request);
        let by_what_was_read = explanation.verdict;
        if !needed.is_certain && explanation.verdict == Verdict::Denied {
            explanation.verdict = Verdict::CannotTell;
            explanation.unsettled.push(format!("whether the call needs {}", needed.action));
        }
        let is_member = gathered.is_member;
        let question = Question { actor, action: &needed.action, resource: arn, is_member };
        Some(Explained { question, explanation, on_types: Vec::new(), by_what_was_read })
    };
    needed.on.iter().filter_map(on).collect()
}

/// The permission that tags of what EC2 makes need.
const EC2_CREATE_TAGS: &str = "ec2:CreateTags";

/// The account of a resource whose ARN names none, where it was told.
fn told_account<'a>(arn: &str, given: &'a [(String, String)]) -> Option<&'a str> {
    let names_one = Arn::parse(arn).is_ok_and(|arn| !arn.account.is_empty());
    let mut told = given.iter().filter(|(key, _)| key.eq_ignore_ascii_case(RESOURCE_ACCOUNT));
    match (names_one || arn == NO_RESOURCE, told.next(), told.next()) {
        (false, Some((_, account)), None) => Some(account),
        _ => None,
    }
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
    let doubts = lint(&policy, PolicyKind::Identity).into_iter().filter(|finding| {
        finding.severity == Severity::Error || finding.code == Code::UnknownService
    });
    for finding in doubts {
        let hint = finding.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        context.say(&format!("warning: {}{hint}", finding.message));
    }
    Ok(())
}

fn misfit(value: MisfitValue) -> Failure {
    Failure::new(Exit::Usage, format!("in `--context`, {value}"))
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
    for (key, value) in &arguments.context {
        known.check_key(action, key)?;
        check_given_value(key, value).map_err(misfit)?;
        if arguments.context_absent.iter().any(|absent| absent.eq_ignore_ascii_case(key)) {
            let message = format!("`{key}` is given by `--context` and by `--context-absent`");
            return Err(Failure::new(Exit::Usage, message));
        }
    }
    if arguments.resource_policy_file.is_some() && arguments.resources.len() > 1 {
        let message = "`--resource-policy-file` is the policy of one resource, found several";
        return Err(Failure::new(Exit::Usage, message));
    }
    resource::check_may_have_policy(action, arguments)
}
