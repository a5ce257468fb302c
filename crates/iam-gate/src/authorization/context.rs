//! The global condition keys that a request really has.
//!
//! Source: IAM user guide, "AWS global condition context keys".

use fed_types::UnixTime;
use iam_policy::Context;
use serde_json::{Map, Value};

use crate::call::{Call, Input};
use crate::caller::{Caller, Identity};
use crate::wire::{Parameters, WireRequest};

/// Keys that begin so are absent when they are not set. Of all others the gate does not
/// know whether AWS would set them (the tags of a resource, a service's own keys): a Deny
/// that tests one applies, an Allow does not.
const KNOWN: [&str; 26] = [
    "accounts.google.com:",
    "aws:called",
    "aws:ec2instancesource",
    "aws:federatedprovider",
    "aws:multifactorauth",
    "aws:principal",
    "aws:request",
    "aws:source",
    "aws:tagkeys",
    "aws:tokenissuetime",
    "aws:user",
    "aws:via",
    "aws:vpce",
    "kms:calleraccount",
    "kms:encryptioncontext",
    "kms:requestalias",
    "kms:viaservice",
    "s3:delimiter",
    "s3:max-keys",
    "s3:prefix",
    "s3:requestobjecttag",
    "s3:versionid",
    "s3:x-amz-",
    "secretsmanager:name",
    "secretsmanager:secretid",
    "sts:",
];

/// The context of a signed request.
pub(crate) fn of_request(
    caller: &Caller,
    request: &WireRequest,
    call: &Call,
    now: UnixTime,
) -> Context {
    let mut context = Context::new();
    context.know_only(KNOWN);
    of_connection(&mut context, request, &call.region, now);
    caller.principal.describe(&mut context);
    context.set("aws:userid", caller.user_id.as_str());
    if let Identity::User(user) = &caller.identity {
        context.set("aws:username", user.name.as_str());
    }
    let tags = match &caller.identity {
        Identity::Root | Identity::FederatedUser(_) => &[],
        Identity::User(user) => user.tags.as_slice(),
        Identity::Role(role) => role.tags.as_slice(),
    };
    for (key, value) in tags {
        context.set(format!("aws:PrincipalTag/{key}"), value.as_str());
    }
    if let Some(session) = &caller.session {
        context.set("aws:TokenIssueTime", session.issued.to_string());
        context.set("aws:MultiFactorAuthPresent", "false");
        if let Some(provider) = &session.federated_provider {
            context.set("aws:FederatedProvider", provider.as_str());
        }
        for (key, value) in &session.federated_keys {
            context.set(key, value.as_str());
        }
        if let Some(identity) = &session.source_identity {
            context.set("aws:SourceIdentity", identity.as_str());
        }
        for (key, value) in &session.tags {
            context.set(format!("aws:PrincipalTag/{key}"), value.as_str());
        }
    }
    let tags = match &call.input {
        Input::Query(parameters) => query_tags(parameters),
        Input::Json { members, .. } => json_tags(members),
        Input::S3(_) => Vec::new(),
    };
    if !tags.is_empty() {
        context.set_all("aws:TagKeys", tags.iter().map(|(key, _)| key.as_str()));
    }
    for (key, value) in tags {
        if let Some(value) = value {
            context.set(format!("aws:RequestTag/{key}"), value);
        }
    }
    context
}

/// What a web-identity call has beside the keys of the token.
pub(crate) fn of_web_identity(
    context: &mut Context,
    request: &WireRequest,
    region: &str,
    now: UnixTime,
) {
    of_connection(context, request, region, now);
}

fn of_connection(context: &mut Context, request: &WireRequest, region: &str, now: UnixTime) {
    context.set("aws:CurrentTime", now.to_string());
    context.set("aws:EpochTime", now.seconds().to_string());
    // The gate stands where AWS's TLS endpoint stands, on the same machine as its client.
    context.set("aws:SecureTransport", "true");
    context.set("aws:SourceIp", "127.0.0.1");
    context.set("aws:RequestedRegion", region);
    context.set("aws:ViaAWSService", "false");
    if let Some(agent) = request.header("user-agent") {
        context.set("aws:UserAgent", agent);
    }
    if let Some(referer) = request.header("referer") {
        context.set("aws:Referer", referer);
    }
}

/// A tag's key, and its value unless the call takes the tag away.
type Tag = (String, Option<String>);

/// Tags of `Tags.member.N.Key` (Query) and `TagSpecification.N.Tag.M.Key` (EC2).
fn query_tags(parameters: &Parameters) -> Vec<Tag> {
    let mut tags = Vec::new();
    for (name, key) in parameters.iter() {
        let Some(stem) = name.strip_suffix(".Key") else { continue };
        let of_tags = stem.starts_with("Tag.")
            || stem.starts_with("Tags.member.")
            || (stem.starts_with("TagSpecification.") && stem.contains(".Tag."));
        if of_tags {
            let value = parameters.get(&format!("{stem}.Value")).unwrap_or_default();
            tags.push((key.to_owned(), Some(value.to_owned())));
        }
    }
    tags.extend(parameters.list("TagKeys").into_iter().map(|key| (key.to_owned(), None)));
    tags
}

/// Tags of `Tags` or `tags`, a list of objects or one object, and of `TagKeys`.
fn json_tags(members: &Map<String, Value>) -> Vec<Tag> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut tags = Vec::new();
    for name in ["Tags", "tags"] {
        match members.get(name) {
            Some(Value::Object(map)) => {
                tags.extend(map.iter().map(|(key, value)| (key.clone(), text(value))));
            }
            Some(Value::Array(list)) => {
                let part = |tag: &Value, upper: &str, lower: &str| {
                    tag.get(upper).or_else(|| tag.get(lower)).and_then(text)
                };
                tags.extend(list.iter().filter_map(|tag| {
                    let key = part(tag, "Key", "TagKey")?;
                    Some((key, part(tag, "Value", "TagValue")))
                }));
            }
            _ => {}
        }
    }
    for name in ["TagKeys", "tagKeys"] {
        let keys = members.get(name).and_then(Value::as_array).into_iter().flatten();
        tags.extend(keys.filter_map(text).map(|key| (key, None)));
    }
    tags
}
