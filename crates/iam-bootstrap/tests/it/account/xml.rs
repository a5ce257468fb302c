//! What IAM's answers are written with, and its refusals.

use std::collections::{BTreeMap, BTreeSet};

use super::{ACCOUNT, Form, Role, User};

pub(super) type Fault = (&'static str, String);
pub(super) type Answer = Result<String, Fault>;

/// What an account in no organization says of it.
pub(super) const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";

pub(super) fn missing(what: &str) -> Fault {
    ("NoSuchEntity", format!("{what} cannot be found."))
}

pub(super) fn exists(what: &str) -> Fault {
    ("EntityAlreadyExists", format!("{what} already exists."))
}

pub(super) fn conflict(what: &str) -> Fault {
    ("DeleteConflict", format!("Cannot delete entity, must {what} first."))
}

pub(super) fn denied(action: &str) -> Fault {
    (
        "AccessDenied",
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/admin is not authorized to perform: iam:{action} \
             because no identity-based policy allows the iam:{action} action"
        ),
    )
}

pub(super) fn members<T>(items: impl IntoIterator<Item = T>, body: impl Fn(T) -> String) -> String {
    items.into_iter().map(|item| format!("<member>{}</member>", body(item))).collect()
}

pub(super) fn tags_xml(tags: &BTreeMap<String, String>) -> String {
    let body = |(key, value): (&String, &String)| format!("<Key>{key}</Key><Value>{value}</Value>");
    format!("<Tags>{}</Tags>", members(tags, body))
}

pub(super) fn attached_xml(policies: &BTreeSet<String>) -> String {
    let body = |arn: &String| {
        format!(
            "<PolicyName>{}</PolicyName><PolicyArn>{arn}</PolicyArn>",
            arn.rsplit('/').next().unwrap()
        )
    };
    format!(
        "<AttachedPolicies>{}</AttachedPolicies><IsTruncated>false</IsTruncated>",
        members(policies, body)
    )
}

pub(super) fn names_xml(policies: &BTreeMap<String, String>) -> String {
    format!(
        "<PolicyNames>{}</PolicyNames><IsTruncated>false</IsTruncated>",
        members(policies.keys(), String::clone)
    )
}

pub(super) const DATE: &str = "<CreateDate>2026-11-23T10:00:00Z</CreateDate>";

pub(super) fn role_xml(name: &str, role: &Role, with_tags: bool) -> String {
    format!(
        "<Path>{}</Path><RoleName>{name}</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>arn:aws:iam::\
         {ACCOUNT}:role{}{name}</Arn>{DATE}<AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument>\
         {}{}",
        role.path,
        if role.path.is_empty() { "/" } else { &role.path },
        encoded(&role.trust),
        match role.max_session_duration.as_str() {
            "" => String::new(),
            seconds => format!("<MaxSessionDuration>{seconds}</MaxSessionDuration>"),
        },
        if with_tags { tags_xml(&role.tags) } else { String::new() }
    )
}

pub(super) fn user_xml(name: &str, user: &User) -> String {
    format!(
        "<User><Path>/</Path><UserName>{name}</UserName><UserId>AIDAEXAMPLE</UserId><Arn>arn:aws:\
         iam::{ACCOUNT}:user/{name}</Arn>{DATE}{}</User>",
        tags_xml(&user.tags)
    )
}

pub(super) fn policy_xml(form: &Form, document: &str) -> String {
    format!(
        "<RoleName>r</RoleName><UserName>u</UserName><GroupName>g</GroupName><PolicyName>{}\
         </PolicyName><PolicyDocument>{}</PolicyDocument>",
        form["PolicyName"],
        encoded(document)
    )
}

pub(super) fn tags_of(form: &Form) -> BTreeMap<String, String> {
    (1..)
        .map_while(|n| {
            let key = form.get(&format!("Tags.member.{n}.Key"))?;
            Some((key.clone(), form.get(&format!("Tags.member.{n}.Value"))?.clone()))
        })
        .collect()
}

pub(super) fn tag_keys_of(form: &Form) -> BTreeSet<String> {
    (1..).map_while(|n| form.get(&format!("TagKeys.member.{n}")).cloned()).collect()
}

pub(super) fn client_ids_of(form: &Form) -> BTreeSet<String> {
    (1..).map_while(|n| form.get(&format!("ClientIDList.member.{n}")).cloned()).collect()
}

pub(super) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
