//! The condition keys of a request, as far as they are known without making it.

use iam_policy::Context as Keys;

use super::Question;
use super::checked_on::Known;
use super::gather::Gathered;
use super::resource::Resource;
use crate::arguments::ActionArguments;
use crate::context::Context;
use crate::settings::Settings;

/// What is neither given nor derived is unknown, not absent.
pub(super) fn of(
    context: Context<'_>,
    settings: &Settings,
    arguments: &ActionArguments,
    question: &Question<'_>,
    gathered: &Gathered,
    resource: &Resource,
    known: &Known,
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
    let mut absent = Vec::new();
    if question.actor.is_role() {
        absent.push("aws:username".to_owned());
    }
    if gathered.tags_are_all {
        absent.push("aws:principaltag/".to_owned());
    }
    if let Some(tags) = &resource.tags {
        for prefix in tag_prefixes(question.action, known) {
            for (key, value) in tags {
                keys.set(format!("{prefix}{key}"), value);
            }
            absent.push(prefix);
        }
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
    if passes_only_known_tags(arguments) {
        absent.push("aws:requesttag/".to_owned());
    }
    keys.know_only(&absent);
    for key in &arguments.context_absent {
        keys.set_absent(key);
    }
    keys
}

/// What a resource's tags are read as by conditions of the action.
fn tag_prefixes(action: &str, known: &Known) -> Vec<String> {
    let service = action.split(':').next().unwrap_or_default();
    let prefixes = ["aws".to_owned(), service.to_ascii_lowercase()];
    let prefixes = prefixes.into_iter().map(|of| format!("{of}:ResourceTag/"));
    prefixes.filter(|prefix| known.carries(&format!("{prefix}key"))).collect()
}

/// Whether every tag that the request passes is given, or that it passes none.
fn passes_only_known_tags(arguments: &ActionArguments) -> bool {
    const ALL: &str = "aws:TagKeys";
    if arguments.context_absent.iter().any(|key| key.eq_ignore_ascii_case(ALL)) {
        return true;
    }
    let given = |name: &str| {
        let key = format!("aws:RequestTag/{name}");
        arguments.context.iter().any(|(other, _)| other.eq_ignore_ascii_case(&key))
    };
    let mut named = arguments.context.iter().filter(|(key, _)| key.eq_ignore_ascii_case(ALL));
    let any = named.clone().next().is_some();
    any && named.all(|(_, name)| given(name))
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
