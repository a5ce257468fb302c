//! Conditions that do not mean what they seem to.

use super::entry::{Entry, statement};
use crate::policy_kind::PolicyKind::Identity;

pub(super) const ABSENT_MFA: Entry = statement(
    (
        "A request with long-term access keys has no `aws:MultiFactorAuthPresent`, so that a Deny by \
         `Bool` does not hold for it.",
        "Use `BoolIfExists`.",
    ),
    Identity,
    r#""Effect": "Deny", "Action": "s3:*", "Resource": "*",
"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}"#,
);

pub(super) const FOR_ALL_VALUES_ALLOW: Entry = statement(
    (
        "`ForAllValues` holds where the key is not there at all, so that an Allow also lets in \
         requests without it.",
        "Add `\"Null\": {\"KEY\": \"false\"}`, or use `ForAnyValue`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}"#,
);

pub(super) const KEY_OF_OTHER_ACTIONS: Entry = statement(
    (
        "No request for the action has this condition key, so that the statement never allows, or \
         denies, it.",
        "Move the action to a statement without that condition.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*",
"Condition": {"StringEquals": {"ec2:ResourceTag/Owner": "alice"}}"#,
);

pub(super) const OPERATOR_DOES_NOT_FIT_KEY: Entry = statement(
    (
        "The operator compares numbers, dates, addresses, ARNs or text, and the key has values of \
         another kind.",
        "Use the operators that the hint names.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:SourceIp": "203.0.113.7"}}"#,
);

pub(super) const PRIVATE_SOURCE_IP: Entry = statement(
    (
        "`aws:SourceIp` is the address that a request has on the internet, which is never a private \
         one.",
        "Name public addresses, or behind a VPC endpoint use `aws:VpcSourceIp` with `aws:SourceVpc`.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*",
"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}"#,
);

pub(super) const REPEATED_CONDITION_KEY: Entry = statement(
    (
        "A key stands twice under one operator, in different case. Keys are not case-sensitive: both \
         conditions have to hold.",
        "Write the key once, with all its values.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:username": "alice", "AWS:Username": "bob"}}"#,
);

pub(super) const SET_OPERATOR_MISSING: Entry = statement(
    (
        "A request may have several values of the key, and the operator compares one.",
        "Put `ForAllValues:` or `ForAnyValue:` before the operator.",
    ),
    Identity,
    r#""Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:TagKeys": "team"}}"#,
);

pub(super) const SET_OPERATOR_ON_SINGLE_VALUE: Entry = statement(
    (
        "`aud` and `sub` have one value each, for which `ForAllValues` and `ForAnyValue` are not meant.",
        "Leave out `ForAllValues:` or `ForAnyValue:`.",
    ),
    Identity,
    r#""Effect": "Deny", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"ForAnyValue:StringEquals": {"accounts.google.com:sub": "113632458324056836621"}}"#,
);

pub(super) const UNKNOWN_CONDITION_KEY: Entry = statement(
    (
        "No request has this key, as of the date in the message; or IAM does not read this claim from \
         the issuer's tokens.",
        "Check the spelling; the hint names the nearest key. Other claims can be passed as session tags.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*",
"Condition": {"NumericLessThan": {"s3:max-key": "10"}}"#,
);

pub(super) const VALUE_DOES_NOT_FIT: Entry = statement(
    (
        "The operator cannot read the value, so that it compares nothing with it; what becomes of the \
         condition AWS does not say.",
        "Write a value of the form that the hint names.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"Bool": {"aws:SecureTransport": "yes"}}"#,
);

pub(super) const WILDCARD_IN_EQUALS: Entry = statement(
    (
        "`StringEquals` takes `*` and `?` for the characters themselves.",
        "Use `StringLike`, or write `${*}` and `${?}` if the characters are meant.",
    ),
    Identity,
    r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
"Condition": {"StringEquals": {"aws:username": "team-*"}}"#,
);
