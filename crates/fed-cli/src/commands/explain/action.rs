//! `explain --action`: why the role may do something, or why not.

mod actor;
mod caller;
mod checked_on;
mod condition;
mod gather;
mod mend;
mod show;

use iam_policy::lint::lint;
use iam_policy::{
    Context as Keys, Decision, DenialReason, Effect, Explanation, PolicyKind, Request, Severity,
    Truth, Verdict, explain,
};
use serde_json::json;

use crate::arguments::{ActionArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::settings::Settings;
use crate::{Exit, Failure, render};

use actor::Actor;
use checked_on::Known;
use gather::{Gathered, gather};

/// What is explained, and what is known about it.
struct Question<'a> {
    actor: &'a Actor,
    action: &'a str,
    resource: &'a str,
}

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
    known.check(action, arguments.resource.as_deref())?;
    arguments.context.iter().try_for_each(|(key, _)| known.check_key(action, key))?;
    let actor = Actor::of(context, settings, arguments)?;
    let gathered = gather(context, settings, arguments, &actor)?;
    let resource = arguments.resource.as_deref().unwrap_or(NO_RESOURCE);
    let question = Question { actor: &actor, action, resource };
    let keys = keys(context, settings, arguments, &question, &gathered);
    let request = Request {
        principal: &actor.principal,
        action,
        resource,
        resource_account: None,
        context: &keys,
    };
    let mut explanation = explain(&gathered.policies, &request);
    doubt_what_is_open(&mut explanation, &known, &gathered, &request);
    if resource == NO_RESOURCE {
        if !known.knows_no_resources() {
            doubt_without_resource(&mut explanation);
        }
    } else if gathered.policies.resource.is_none() {
        doubt_without_resource_policy(&mut explanation, &question);
    }
    context.data(&match output {
        OutputFormat::Text => show::text(&explanation, &question, &gathered.notes),
        OutputFormat::Json => render::json(&show::json(&explanation, &question, &gathered.notes)),
    })?;
    Ok(match explanation.verdict {
        Verdict::Allowed => Exit::Done,
        Verdict::Denied => Exit::Denied,
        Verdict::CannotTell => Exit::CannotTell,
    })
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

/// The condition keys of the request, as far as they are known without making it. What is
/// neither given nor derived is unknown, not absent.
fn keys(
    context: Context<'_>,
    settings: &Settings,
    arguments: &ActionArguments,
    question: &Question<'_>,
    gathered: &Gathered,
) -> Keys {
    let mut keys = Keys::new();
    question.actor.principal.describe(&mut keys);
    let now = context.host.now();
    keys.set("aws:CurrentTime", now.to_string());
    keys.set("aws:EpochTime", now.seconds().to_string());
    keys.set("aws:SecureTransport", "true");
    if let Some(region) = region(settings, question.action) {
        keys.set("aws:RequestedRegion", region);
    }
    for (key, value) in &gathered.tags {
        keys.set(format!("aws:PrincipalTag/{key}"), value);
    }
    for (key, _) in &arguments.context {
        let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(key);
        let values: Vec<&str> =
            arguments.context.iter().filter(same).map(|(_, value)| value.as_str()).collect();
        match values.as_slice() {
            [value] => keys.set(key, *value),
            values => keys.set_all(key, values.iter().copied()),
        }
    }
    let absent: &[&str] = if question.actor.is_role() { &["aws:username"] } else { &[] };
    keys.know_only(absent);
    keys
}

/// Services that are one for all regions are asked in this one.
/// Source: IAM user guide, "AWS global condition context keys", `aws:RequestedRegion`.
const GLOBAL: (&str, [&str; 5]) =
    ("us-east-1", ["iam", "organizations", "route53", "cloudfront", "support"]);

fn region<'a>(settings: &'a Settings, action: &str) -> Option<&'a str> {
    let (region, services) = GLOBAL;
    let service = action.split(':').next().unwrap_or_default();
    if services.iter().any(|global| global.eq_ignore_ascii_case(service)) {
        return Some(region);
    }
    settings.profile.region.as_deref()
}

/// The resource of an action that has none, and of one whose resource is not given.
const NO_RESOURCE: &str = "*";

/// What the pseudo key for the resource is called.
const RESOURCE: &str = "the resource";

/// Where statements about the action name resources and none is given, the answer may hang on
/// which one it is.
fn doubt_without_resource(explanation: &mut Explanation) {
    let named = |effect: Effect| {
        explanation.statements.iter().any(|statement| {
            statement.effect == effect && statement.action && statement.resource != Truth::True
        })
    };
    let in_doubt = match (explanation.verdict, explanation.answer.decision) {
        (Verdict::Allowed, _) => named(Effect::Deny),
        (Verdict::Denied, Decision::ImplicitlyDenied) => named(Effect::Allow),
        _ => false,
    };
    if in_doubt {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.push(RESOURCE.to_owned());
    }
}

/// What the pseudo key for an action that nobody knows is called.
const NO_SUCH_ACTION: &str = "whether there is such an action";

/// A call is allowed only when it is on everything that it is checked on: a yes for one of
/// them alone is none, unless no policy tells resources apart.
fn doubt_what_is_open(
    explanation: &mut Explanation,
    known: &Known,
    gathered: &Gathered,
    request: &Request<'_>,
) {
    if explanation.verdict != Verdict::Allowed {
        return;
    }
    if matches!(known, Known::Nothing) {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.push(NO_SUCH_ACTION.to_owned());
    }
    let further = known.further(request.resource);
    if further.is_empty() {
        return;
    }
    let mut on_all = explain(&gathered.policies, &Request { resource: NO_RESOURCE, ..*request });
    doubt_without_resource(&mut on_all);
    if on_all.verdict != Verdict::Allowed {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.extend(further.iter().map(|name| format!("the {name}")));
    }
}

/// What the pseudo key for a policy that was not read is called.
const RESOURCE_POLICY: &str = "the resource's own policy";

/// A resource of another account, a KMS key and a role are used only by whom their own policy
/// allows. Where it was not read, no more can be told than that the rest would allow.
fn doubt_without_resource_policy(explanation: &mut Explanation, question: &Question<'_>) {
    let lacks = explanation.answer.reason == Some(DenialReason::NoAllow(PolicyKind::Resource));
    let acts = |prefix: &str| {
        question.action.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    let must_allow = acts("kms:") || acts("sts:AssumeRole");
    if lacks || (must_allow && explanation.verdict == Verdict::Allowed) {
        explanation.verdict = Verdict::CannotTell;
        explanation.unsettled.push(RESOURCE_POLICY.to_owned());
    }
}
