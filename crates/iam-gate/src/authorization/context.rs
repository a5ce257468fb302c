//! The global condition keys that a request really has.
//!
//! Source: IAM user guide, "AWS global condition context keys".

use fed_types::UnixTime;
use iam_policy::Context;

use crate::call::Call;
use crate::caller::{Caller, Identity};
use crate::request_tags;
use crate::wire::WireRequest;

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
    let tags = request_tags::of(&call.input);
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
