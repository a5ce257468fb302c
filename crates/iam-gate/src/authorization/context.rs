//! The global condition keys that a request really has.
//!
//! Source: IAM user guide, "AWS global condition context keys".

use fed_types::UnixTime;
use iam_policy::Context;
use iam_policy::web_identity::doubt_caller;

use crate::call::Call;
use crate::caller::{Caller, Identity, Signing};
use crate::organization::OrganizationId;
use crate::request_tags;
use crate::state::State;
use crate::wire::WireRequest;

/// Keys that begin so are absent when they are not set. Of all others the gate does not
/// know whether AWS would set them (the tags of a resource, a service's own keys): a Deny
/// that tests one applies, an Allow does not.
const KNOWN: [&str; 30] = [
    "accounts.google.com:",
    "aws:called",
    "aws:ec2instancesource",
    "aws:federatedprovider",
    "aws:multifactorauth",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalis",
    "aws:principalservice",
    "aws:principalt",
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

/// The keys of the organization that the caller's account is in: nobody tells the gate more than
/// its id.
const OF_ORGANIZATION: [&str; 4] = [
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgMasterAccountEmail",
    "aws:PrincipalOrgMasterAccountId",
    "aws:PrincipalOrgPaths",
];

/// The context of a signed request.
pub(crate) fn of_request(
    state: &State,
    caller: &Caller,
    request: &WireRequest,
    call: &Call,
) -> Context {
    let mut context = Context::new();
    of_organization(&mut context, &state.organization.id(caller.account_id()));
    of_connection(&mut context, request, &call.region, state.config.clock.now());
    if call.service == "s3" {
        of_s3(&mut context, &caller.signing);
    }
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
    request_tags::describe(&request_tags::of(&call.input), &mut context);
    context
}

/// Says of the tags that a request brings that nobody knows whether AWS has them as keys.
pub(super) fn doubt_tags(context: &mut Context) {
    let known = KNOWN.into_iter().filter(|key| !matches!(*key, "aws:request" | "aws:tagkeys"));
    context.know_only(known);
}

/// What S3 tells of the signature.
///
/// Source: S3 API reference, "Signature Version 4 authentication-specific policy keys".
fn of_s3(context: &mut Context, signing: &Signing) {
    let (place, content) = match signing {
        Signing::InHeader { content } => ("REST-HEADER", content.as_deref()),
        Signing::InQuery => ("REST-QUERY-STRING", None),
    };
    context.set("s3:authType", place);
    context.set("s3:x-amz-content-sha256", content.unwrap_or("UNSIGNED-PAYLOAD"));
}

/// Which keys are known, those of the organization among them only where there is none.
pub(super) fn of_organization(context: &mut Context, organization: &OrganizationId) {
    context.know_only(KNOWN);
    match organization {
        OrganizationId::None => OF_ORGANIZATION.iter().for_each(|key| context.set_absent(key)),
        OrganizationId::Known(id) => context.set("aws:PrincipalOrgID", id.as_str()),
        OrganizationId::Unknown => {}
    }
}

/// What a web-identity call has beside the keys of the token. Who calls and what the role has
/// for tags stays unknown: a Deny that tests it applies, an Allow does not.
pub(crate) fn of_web_identity(
    context: &mut Context,
    request: &WireRequest,
    region: &str,
    now: UnixTime,
) {
    of_connection(context, request, region, now);
    doubt_caller(context);
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
