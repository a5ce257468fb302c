//! Actions, resources, principals and documents that say more, or less, than they seem to.

use super::entry::Form::{Repeated, Text};
use super::entry::{Entry, document, statement};
use crate::policy_kind::PolicyKind::{Identity, Resource};

pub(super) const ALLOWS_EVERYTHING: Entry = statement(
    (
        "The statement allows every action on every resource, without a condition.",
        "List the actions that are needed, and the resources.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "*", "Resource": "*""#,
);

pub(super) const EMPTY_LIST: Entry = statement(
    (
        "A list has no values: the statement, or the condition, matches nothing.",
        "Give it values or remove it.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": [], "Resource": "*""#,
);

pub(super) const MISSING_VERSION: Entry = document(
    (
        "The policy has no `Version`, so it is read as `2008-10-17`, in which policy variables are \
         plain text.",
        "Write `\"Version\": \"2012-10-17\"`.",
    ),
    Identity,
    Text(
        r#"{"Statement": {
  "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-bucket/*"
}}"#,
    ),
);

pub(super) const NO_RESOURCE_TYPES: Entry = statement(
    (
        "AWS asks for this action on `*`, since it has no resource types; an ARN under `Resource` \
         does not cover it.",
        "Move the action to a statement with `\"Resource\": \"*\"`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "ec2:DescribeInstances",
"Resource": "arn:aws:ec2:*:*:instance/*""#,
);

pub(super) const NO_SUCH_RESOURCE: Entry = statement(
    (
        "No resource of the service has such an ARN: a field is empty that has to be filled, or the \
         other way round. An error where IAM rejects it: a region in an ARN of S3 or IAM.",
        "Write the ARN as the Service Authorization Reference has it; the hint names the field.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "ec2:StartInstances",
"Resource": "arn:aws:ec2:us-east-1::instance/*""#,
);

pub(super) const NOT_ACTION_ALLOW: Entry = statement(
    (
        "`NotAction` in an Allow allows every other action, also those of services to come.",
        "List what is allowed under `Action`.",
    ),
    Identity,
    r#""Effect": "Allow", "NotAction": "iam:*", "Resource": "*""#,
);

pub(super) const NOT_PRINCIPAL: Entry = statement(
    (
        "`NotPrincipal` in an Allow, where AWS does not support it, may let in everybody else, signed \
         in or not; in a Deny it spares a session only if its role and account are listed too, and \
         nobody who has a permissions boundary.",
        "Name who is let in under `Principal`; to deny, use `\"*\"` with a condition on \
         `aws:PrincipalArn`.",
    ),
    Resource,
    r#""Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::123456789012:user/alice"},
"Action": "s3:*", "Resource": "arn:aws:s3:::acme-bucket/*""#,
);

pub(super) const NOT_RESOURCE_ALLOW: Entry = statement(
    (
        "`NotResource` in an Allow allows every other resource, also those of other accounts.",
        "List the resources under `Resource`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::acme-bucket/*""#,
);

pub(super) const OLD_VERSION: Entry = document(
    (
        "IAM takes identity-based policies, permissions boundaries and session policies of the \
         version `2012-10-17` alone.",
        "Write `\"Version\": \"2012-10-17\"`.",
    ),
    Identity,
    Text(
        r#"{"Version": "2008-10-17", "Statement": {
  "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-bucket/*"
}}"#,
    ),
);

pub(super) const PRINCIPAL_EVERYBODY: Entry = statement(
    (
        "Everybody is let in, or every service or identity provider, and no condition narrows that \
         down.",
        "Name the principals, or test `aws:PrincipalOrgID`, `aws:PrincipalArn`, or for services \
         `aws:SourceAccount` or `aws:SourceArn`.",
    ),
    Resource,
    r#""Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
"Resource": "arn:aws:s3:::acme-bucket/*""#,
);

pub(super) const SECRET_WITHOUT_SUFFIX: Entry = statement(
    (
        "Secrets Manager puts a hyphen and six characters behind a secret's name in its ARN, and this \
         ARN has none.",
        "Write `-??????` behind the name.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
"Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db""#,
);

pub(super) const TOO_LONG: Entry = document(
    (
        "The policy has more characters than AWS takes by default, white space aside: 6,144 for a \
         managed policy, 2,048 for a trust or session policy.",
        "Split it, or name resources and actions by wildcards.",
    ),
    Identity,
    Repeated {
        before: "{\"Version\": \"2012-10-17\", \"Statement\": {\n  \"Effect\": \"Allow\", \
                 \"Resource\": \"*\",\n  \"Action\": [",
        part: "\"s3:GetObject\", ",
        times: 410,
        after: "\"s3:PutObject\"]\n}}",
    },
);

pub(super) const UNKNOWN_ACTION: Entry = statement(
    (
        "The service has no action of this name, as of the date in the message: nothing is allowed or \
         denied by it.",
        "Check the spelling; the hint names the nearest action.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "ec2:DescribeInstance", "Resource": "*""#,
);

pub(super) const UNKNOWN_SERVICE: Entry = statement(
    (
        "No service has this prefix, as of the date in the message.",
        "Check the spelling; a prefix may differ from the service's name, as `cognito-idp` does.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s4:GetObject", "Resource": "*""#,
);

pub(super) const VARIABLE_BEFORE_RESOURCE_PART: Entry = statement(
    (
        "A policy variable is replaced only behind the fifth colon of an ARN; before it, it is plain \
         text that matches nothing.",
        "Write `*` there, and compare with a condition such as `aws:ResourceAccount`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "sqs:SendMessage",
"Resource": "arn:aws:sqs:*:${aws:PrincipalAccount}:jobs""#,
);

pub(super) const VARIABLE_WITHOUT_VERSION: Entry = document(
    (
        "`${` is plain text in a policy that is not of the version `2012-10-17`.",
        "Write `\"Version\": \"2012-10-17\"` at the top.",
    ),
    Identity,
    Text(
        r#"{"Statement": {
  "Effect": "Allow", "Action": "s3:GetObject",
  "Resource": "arn:aws:s3:::home/${aws:username}/*"
}}"#,
    ),
);

pub(super) const WRONG_RESOURCE_TYPE: Entry = statement(
    (
        "The action is checked on resources of other types than those under `Resource`, so that the \
         statement never covers it.",
        "Name resources of the types that the message lists; a bucket and the objects in it are two.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-bucket/*""#,
);
