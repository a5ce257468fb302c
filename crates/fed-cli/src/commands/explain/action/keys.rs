//! The condition keys of a request, as far as they are known without making it.

use fed_types::Arn;
use iam_policy::Context as Keys;

use super::NO_RESOURCE;
use super::actor::Actor;
use super::checked_on::{Bearing, Known};
use super::gather::Gathered;
use super::resource::Resource;
use crate::arguments::ActionArguments;
use crate::context::Context;
use crate::settings::Settings;

/// What they are derived from. What is neither given nor derived is unknown, not absent.
pub(super) struct Derivation<'a> {
    pub(super) context: Context<'a>,
    pub(super) settings: &'a Settings,
    pub(super) arguments: &'a ActionArguments,
    pub(super) action: &'a str,
    pub(super) actor: &'a Actor,
    pub(super) gathered: &'a Gathered,
    pub(super) known: &'a Known,
}

impl Derivation<'_> {
    /// Those of the call where it is checked on this resource.
    pub(super) fn on(&self, resource: &Resource) -> Keys {
        let mut absent = Vec::new();
        let mut keys = self.of_the_call(resource, &mut absent);
        if let Some(tags) = &resource.tags {
            for prefix in self.tag_prefixes(&resource.arn) {
                for (key, value) in tags {
                    keys.set(format!("{prefix}{key}"), value);
                }
                absent.push(prefix);
            }
        }
        let bearing = |key: &str| match self.is_not_vouched_for(key) {
            true => Bearing::Unknown,
            false => self.known.bearing(key, &resource.arn),
        };
        self.take_given(&mut keys, absent, bearing);
        for key in self.arguments.context_absent.iter().filter(|it| !self.is_not_vouched_for(it)) {
            keys.set_absent(key);
        }
        keys
    }

    /// Those of the call where it is checked on what nobody named, beside this resource: the
    /// tags and the other properties of that are not known.
    pub(super) fn on_further(&self, named: &Resource) -> Keys {
        let mut absent = Vec::new();
        let mut keys = self.of_the_call(named, &mut absent);
        self.take_given(&mut keys, absent, |key| self.known.bearing_on_further(key));
        for key in &self.arguments.context_absent {
            if self.known.bearing_on_further(key) == Bearing::AsGiven {
                keys.set_absent(key);
            }
        }
        keys
    }

    /// Whether AWS says itself that a condition on the key cannot be relied on.
    fn is_not_vouched_for(&self, key: &str) -> bool {
        is_not_vouched_for(self.action, key)
    }

    /// Who asks, when, how and where; with the prefixes of which no more keys are there.
    fn of_the_call(&self, resource: &Resource, absent: &mut Vec<String>) -> Keys {
        let mut keys = Keys::new();
        self.actor.principal.describe(&mut keys);
        let now = self.context.host.now();
        keys.set("aws:CurrentTime", now.to_string());
        keys.set("aws:EpochTime", now.seconds().to_string());
        keys.set("aws:SecureTransport", "true");
        if let Some(region) = self.region(&resource.arn) {
            keys.set("aws:RequestedRegion", region);
        }
        if self.actor.is_role() {
            // Its own tags are none of these where the session brings others.
            absent.push("aws:username".to_owned());
        } else {
            for (key, value) in &self.gathered.tags {
                keys.set(format!("aws:PrincipalTag/{key}"), value);
            }
        }
        if self.gathered.tags_are_all {
            absent.push("aws:principaltag/".to_owned());
        }
        keys
    }

    /// Sets what was given and bears on the resource, and says what is known to be absent.
    fn take_given(
        &self,
        keys: &mut Keys,
        mut absent: Vec<String>,
        bearing: impl Fn(&str) -> Bearing,
    ) {
        let given = &self.arguments.context;
        let mut carried_by_none = Vec::new();
        for (key, _) in given {
            match bearing(key) {
                Bearing::AsGiven => {}
                Bearing::Absent => {
                    carried_by_none.push(key);
                    continue;
                }
                Bearing::Unknown => continue,
            }
            let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(key);
            let values: Vec<&str> =
                given.iter().filter(same).map(|(_, value)| value.as_str()).collect();
            match values.as_slice() {
                [value] => keys.set(key, *value),
                values => keys.set_all(key, values.iter().copied()),
            }
        }
        if passes_only_known_tags(self.arguments) && bearing(TAG_KEYS) != Bearing::Unknown {
            absent.push("aws:requesttag/".to_owned());
        }
        keys.know_only(&absent);
        for key in carried_by_none {
            keys.set_absent(key);
        }
    }

    /// What a resource's tags are read as by conditions of the action.
    fn tag_prefixes(&self, resource: &str) -> Vec<String> {
        let service = self.action.split(':').next().unwrap_or_default();
        let prefixes = ["aws".to_owned(), service.to_ascii_lowercase()];
        let prefixes = prefixes.into_iter().map(|of| format!("{of}:ResourceTag/"));
        let prefixes = prefixes.filter(|prefix| !self.is_not_vouched_for(prefix));
        prefixes.filter(|prefix| self.known.carries_on(&format!("{prefix}key"), resource)).collect()
    }

    /// Where the call is made: where the resource is, which one whose ARN names no region does
    /// not say; without a resource where the profile says.
    fn region<'r>(&'r self, resource: &'r str) -> Option<&'r str> {
        let service = self.action.split(':').next().unwrap_or_default();
        let is_of = |services: &[&str]| services.iter().any(|it| it.eq_ignore_ascii_case(service));
        if let Some((region, _)) = GLOBAL.iter().find(|(_, services)| is_of(services)) {
            // Other partitions have another one.
            let partition = Arn::parse(self.actor.name()).ok()?.partition;
            return (partition == "aws").then_some(*region);
        }
        if resource == NO_RESOURCE {
            return self.settings.profile.region.as_deref();
        }
        let region = Arn::parse(resource).ok()?.region;
        (!region.is_empty() && !region.contains(['*', '?'])).then_some(region)
    }
}

const TAG_KEYS: &str = "aws:TagKeys";

/// Whether AWS says of an action that a condition on the key has no reliable results: that is so
/// of the tags of a role that is passed.
///
/// Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service".
pub(super) fn is_not_vouched_for(action: &str, key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    action.eq_ignore_ascii_case("iam:PassRole")
        && ["aws:resourcetag/", "iam:resourcetag/"].iter().any(|tags| key.starts_with(tags))
}

/// Whether every tag that the request passes is given, or that it passes none.
fn passes_only_known_tags(arguments: &ActionArguments) -> bool {
    if arguments.context_absent.iter().any(|key| key.eq_ignore_ascii_case(TAG_KEYS)) {
        return true;
    }
    let given = |name: &str| {
        let key = format!("aws:RequestTag/{name}");
        arguments.context.iter().any(|(other, _)| other.eq_ignore_ascii_case(&key))
    };
    let mut named = arguments.context.iter().filter(|(key, _)| key.eq_ignore_ascii_case(TAG_KEYS));
    let any = named.clone().next().is_some();
    any && named.all(|(_, name)| given(name))
}

/// Services that are one for all regions are asked in these.
/// Source: IAM user guide, "AWS global condition context keys", `aws:RequestedRegion`; AWS Control
/// Tower user guide, the services that its control GRREGIONDENY leaves out; AWS general reference,
/// "Service endpoints".
#[rustfmt::skip]
const GLOBAL: [(&str, &[&str]); 2] = [
    ("us-east-1", &[
        "account", "aws-portal", "billing", "budgets", "ce", "cloudfront", "cur", "health", "iam",
        "invoicing", "organizations", "payments", "route53", "route53domains", "shield", "support",
        "tax", "trustedadvisor", "waf",
    ]),
    ("us-west-2", &["globalaccelerator"]),
];
