//! Documents that are JSON and not policies: IAM rejects them.

use super::entry::Form::{Repeated, Text};
use super::entry::{Entry, document, statement};
use crate::policy_kind::PolicyKind::{Identity, Resource, ResourceControl, Trust};

pub(super) const BAD_ACTION: Entry = statement(
    (
        "An action is neither `*` nor a service's prefix without wildcards, one colon and a name, of \
         at most 256 characters in all.",
        "Write the service's prefix, a colon and the action, as in `ec2:DescribeInstances` or `s3:Get*`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "DescribeInstances", "Resource": "*""#,
);

pub(super) const BAD_CONDITION_KEY: Entry = statement(
    (
        "A condition key lacks its prefix, its colon or its name.",
        "Write the prefix of a service or of an identity provider, a colon and the name, as in `aws:SourceIp`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"username": "alice"}}"#,
);

pub(super) const BAD_EFFECT: Entry = statement(
    ("`Effect` is neither `Allow` nor `Deny`; case matters.", "Write `Allow` or `Deny`."),
    Identity,
    r#""Effect": "allow", "Action": "s3:GetObject", "Resource": "*""#,
);

pub(super) const BAD_PRINCIPAL: Entry = statement(
    (
        "A principal is not written as its kind asks for: under `AWS` an account or an ARN, under \
         `Federated` a provider's host name or ARN (no URL), under `Service` a service's name.",
        "Write `\"*\"`, or an object such as `{\"AWS\": \"arn:aws:iam::123456789012:root\"}` or \
         `{\"Federated\": \"accounts.google.com\"}`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "https://accounts.google.com"}"#,
);

pub(super) const BAD_RESOURCE: Entry = statement(
    (
        "A resource is neither `*` nor an ARN of at most 4,096 characters; or, in what IAM and STS \
         check themselves, an ARN whose service is left out or a wildcard.",
        "Write an ARN, `arn:partition:service:region:account:resource`, with the service's prefix in \
         full; wildcards may stand behind it.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "acme-bucket/*""#,
);

pub(super) const BAD_SID: Entry = statement(
    (
        "A `Sid` holds more than letters (A-Z, a-z) and digits. The policies of resources are free \
         in this.",
        "Leave out spaces, hyphens and underscores.",
    ),
    Identity,
    r#""Sid": "read-only", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#,
);

pub(super) const BAD_VARIABLE: Entry = statement(
    (
        "A policy variable is not closed, has no key, or has a default that is not in single quotes.",
        "Write `${key}` or `${key, 'default'}`; `${*}`, `${?}` and `${$}` are the characters themselves.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username/*""#,
);

pub(super) const BAD_VERSION: Entry = document(
    (
        "`Version` is neither `2012-10-17` nor `2008-10-17`. It is the language's version, not the \
         policy's.",
        "Write `\"Version\": \"2012-10-17\"`.",
    ),
    Identity,
    Text(
        r#"{"Version": "2026-01-01", "Statement": {
  "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"
}}"#,
    ),
);

pub(super) const DUPLICATE_SID: Entry = document(
    ("Two statements have the same `Sid`.", "Give each its own, or none."),
    Identity,
    Text(
        r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
  {"Sid": "Read", "Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*"}
]}"#,
    ),
);

pub(super) const EXCLUSIVE_ELEMENTS: Entry = statement(
    (
        "A statement has an element and its `Not…`, such as `Action` and `NotAction`.",
        "Keep one of the two; make two statements where both are meant.",
    ),
    Identity,
    r#""Effect": "Deny", "Action": "s3:*", "NotAction": "s3:GetObject", "Resource": "*""#,
);

pub(super) const MISSING_ACTION: Entry = statement(
    (
        "A statement has neither `Action` nor `NotAction`, or an empty `NotAction`, which would mean \
         everything.",
        "List the actions under `Action`.",
    ),
    Identity,
    r#""Effect": "Allow", "Resource": "*""#,
);

pub(super) const MISSING_EFFECT: Entry = statement(
    ("A statement has no `Effect`.", "Write `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`."),
    Identity,
    r#""Action": "s3:GetObject", "Resource": "*""#,
);

pub(super) const MISSING_PRINCIPAL: Entry = statement(
    (
        "A statement of a trust policy or of a resource's policy names nobody, or has an empty \
         `NotPrincipal`, which would mean everybody.",
        "Name who is meant under `Principal`.",
    ),
    Resource,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-bucket/*""#,
);

pub(super) const MISSING_RESOURCE: Entry = statement(
    (
        "A statement has neither `Resource` nor `NotResource`, or an empty `NotResource`, which would \
         mean everything.",
        "List the resources under `Resource`; `\"*\"` where an action has no resource types.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject""#,
);

pub(super) const MISSING_STATEMENT: Entry = document(
    (
        "The policy has no `Statement`, or an empty list of them.",
        "Write one statement, or a list of statements, under `Statement`.",
    ),
    Identity,
    Text(r#"{"Version": "2012-10-17"}"#),
);

pub(super) const NOT_AN_ASSUME_ACTION: Entry = statement(
    (
        "A trust policy names an action that does not assume a role.",
        "Move permissions to a policy that is attached to the role; a trust policy names \
         `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession`, \
         `sts:SetSourceIdentity` or `sts:SetContext`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "s3:GetObject",
"Principal": {"AWS": "arn:aws:iam::123456789012:root"}"#,
);

pub(super) const NOT_AN_OBJECT: Entry = document(
    ("The document is JSON, but no object.", "Write an object with `Version` and `Statement`."),
    Identity,
    Text(r#"[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]"#),
);

pub(super) const PROHIBITED_NOT_PRINCIPAL: Entry = statement(
    ("A trust policy has `NotPrincipal`.", "Name who may assume the role under `Principal`."),
    Trust,
    r#""Effect": "Deny", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": "123456789012"}"#,
);

pub(super) const PROHIBITED_PRINCIPAL: Entry = statement(
    (
        "A policy names a principal that is attached to its principal, or bears on an account.",
        "Remove `Principal`; who is meant follows from what the policy is attached to.",
    ),
    Identity,
    r#""Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*""#,
);

pub(super) const PROHIBITED_RESOURCE: Entry = statement(
    (
        "A trust policy has `Resource` or `NotResource`.",
        "Remove it: the resource is the role itself.",
    ),
    Trust,
    r#""Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole",
"Resource": "*""#,
);

pub(super) const RESOURCE_CONTROL_ACTION: Entry = statement(
    (
        "A resource control policy names all actions by `*`, or has `NotAction`.",
        "List actions of services under `Action`, as in `s3:*`.",
    ),
    ResourceControl,
    r#""Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*""#,
);

pub(super) const RESOURCE_CONTROL_ALLOW: Entry = statement(
    (
        "A resource control policy allows. `RCPFullAWSAccess` alone does, and is attached everywhere.",
        "Write `\"Effect\": \"Deny\"` with the conditions under which access is refused.",
    ),
    ResourceControl,
    r#""Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*""#,
);

pub(super) const RESOURCE_CONTROL_PRINCIPAL: Entry = statement(
    (
        "The principal of a resource control policy is not `\"*\"`.",
        "Write `\"Principal\": \"*\"`, and test `aws:PrincipalOrgID` or `aws:PrincipalArn` under `Condition`.",
    ),
    ResourceControl,
    r#""Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "s3:*", "Resource": "*""#,
);

pub(super) const TOO_MANY_VALUES: Entry = document(
    (
        "A condition key has more than 10,000 values, the most that is read.",
        "Use fewer: no policy that AWS takes has room for as many.",
    ),
    Resource,
    Repeated {
        before: "{\"Version\": \"2012-10-17\", \"Statement\": {\n  \"Effect\": \"Deny\", \"Principal\": \
                 \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\",\n  \"Condition\": {\"StringEquals\": \
                 {\"aws:username\": [",
        part: "\"a\", ",
        times: 10_000,
        after: "\"a\"]}}\n}}",
    },
);

pub(super) const UNKNOWN_ELEMENT: Entry = statement(
    (
        "A document, a statement or `Principal` has a member that the language does not know; case \
         matters.",
        "Write the element as the language does; the hint names the nearest.",
    ),
    Identity,
    r#""Effect": "Allow", "Actions": "s3:GetObject", "Resource": "*""#,
);

pub(super) const UNKNOWN_OPERATOR: Entry = statement(
    (
        "There is no such condition operator; case matters.",
        "Write the operator as IAM does, such as `StringEquals`; the hint names the nearest.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEqual": {"aws:username": "alice"}}"#,
);

pub(super) const WRONG_TYPE: Entry = statement(
    (
        "An element is a string, a list or an object where it has to be another of these.",
        "Write what the message says was expected.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": {"s3": "GetObject"}, "Resource": "*""#,
);
