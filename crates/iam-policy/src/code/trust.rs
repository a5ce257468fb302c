//! Trust policies of web identities that let in others than they are meant for, or nobody.

use super::entry::{Entry, statement};
use crate::policy_kind::PolicyKind::Trust;

pub(super) const ANYBODY: Entry = statement(
    (
        "Everybody who can get a token from the issuer is let in: no condition pins the \
         person, the workload or the application.",
        "Pin the person or workload by `StringEquals` on the issuer's `:sub` (of Facebook and \
         Amazon: the application by `:app_id`).",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "accounts.google.com"},
"Condition": {}"#,
);

pub(super) const AUDIENCE_WITHOUT_SUBJECT: Entry = statement(
    (
        "The audience alone admits every user whom the issuer signs in for this client.",
        "Pin the person or workload: `StringEquals` on the issuer's `:sub`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "accounts.google.com"},
"Condition": {"StringEquals": {"accounts.google.com:aud": "1234-abc.apps.googleusercontent.com"}}"#,
);

pub(super) const GITHUB_ANY_BRANCH: Entry = statement(
    (
        "The subject admits every branch that somebody can push.",
        "Name the branch, `:ref:refs/heads/main`, or an environment with rules of its own.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/*"}}"#,
);

pub(super) const GITHUB_ANY_REPOSITORY: Entry = statement(
    (
        "The subject admits repositories of owners that anybody can register, or does not \
         begin with what one owner alone has: each repository chooses which claims its \
         subject is made of.",
        "Name the owner and the repository: `repo:ORG/REPO:ref:refs/heads/main` or \
         `repo:ORG/REPO:environment:NAME`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme*/app:ref:refs/heads/main"}}"#,
);

pub(super) const GITHUB_ANY_REPOSITORY_OF_OWNER: Entry = statement(
    (
        "The subject admits every matching repository of the owner, also those to come.",
        "Name the repository: `repo:ORG/REPO:…`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app-*:environment:production"}}"#,
);

pub(super) const GITHUB_OWNER_OF_ANY_ID: Entry = statement(
    (
        "Behind the owner's name any number is admitted, and so whoever takes the name after \
         it was given up.",
        "Name the owner's number: `repo:ORG@NUMBER/REPO@NUMBER:…`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme@*/app@*:environment:production"}}"#,
);

pub(super) const GITHUB_PULL_REQUESTS: Entry = statement(
    (
        "The subject admits workflows of pull requests, and with them code not yet reviewed.",
        "Write `:ref:refs/heads/main` or `:environment:NAME` behind the repository.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/app:*"}}"#,
);

pub(super) const IF_EXISTS_ON_CLAIM: Entry = statement(
    ("`IfExists` on a claim also lets in tokens without the claim.", "Leave out `IfExists`."),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "accounts.google.com"},
"Condition": {"StringEquals": {"accounts.google.com:aud": "1234-abc.apps.googleusercontent.com"},
"StringEqualsIfExists": {"accounts.google.com:sub": "113632458324056836621"}}"#,
);

pub(super) const KEY_OF_ANOTHER_ISSUER: Entry = statement(
    (
        "The condition is on a key that tokens of the statement's provider do not give. A \
         slash at the end, a scheme and an ARN make it another key.",
        "Write the provider's host and path, a colon and the claim, or give the other \
         provider a statement of its own.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"},
"Condition": {"StringEquals": {"gitlab.com:aud": "https://gitlab.com",
"gitlab.com:sub": "project_path:acme/app:ref_type:branch:ref:main",
"https://gitlab.com:namespace_id": "42"}}"#,
);

pub(super) const OLD_SUBJECT_BESIDE_IMMUTABLE: Entry = statement(
    (
        "Beside a repository's immutable subject, which has numbers, stands its old one: it \
         admits whoever has the name next.",
        "Leave the subject without numbers out.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
"token.actions.githubusercontent.com:sub": ["repo:acme@1/app@2:environment:prod", "repo:acme/app:environment:prod"]}}"#,
);

pub(super) const SHARED_ISSUER: Entry = statement(
    (
        "IAM refuses a trust policy for an issuer that many customers share if it does not \
         test the claim that tells them apart.",
        "Add `StringEquals` or `StringLike` on the key that the message names.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},
"Condition": {"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}"#,
);

pub(super) const SUBJECT_OF_ANYBODY: Entry = statement(
    (
        "Many customers share the issuer, and the pattern of the subject leaves open whose \
         tokens are meant.",
        "Name the owner whole, as in `project_path:OWNER/…`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "arn:aws:iam::123456789012:oidc-provider/gitlab.com"},
"Condition": {"StringEquals": {"gitlab.com:aud": "https://gitlab.com"},
"StringLike": {"gitlab.com:sub": "project_path:acme*"}}"#,
);

pub(super) const SUBJECT_WITHOUT_AUDIENCE: Entry = statement(
    (
        "Tokens that the issuer gave to other clients are let in as well.",
        "Add `StringEquals` on the issuer's `:aud`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "accounts.google.com"},
"Condition": {"StringEquals": {"accounts.google.com:sub": "113632458324056836621"}}"#,
);

pub(super) const VALUE_NO_TOKEN_HAS: Entry = statement(
    (
        "No token of the issuer has this value for the claim, so that nobody is let in by it.",
        "Write the value as the issuer does; the message says what it lacks, the hint what to \
         write.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
"Principal": {"Federated": "accounts.google.com"},
"Condition": {"StringEquals": {"accounts.google.com:aud": "1234-abc.apps.googleusercontent.com",
"accounts.google.com:sub": "alice@example.com"}}"#,
);

pub(super) const WRONG_ASSUME_ACTION: Entry = statement(
    (
        "The statement allows `sts:AssumeRole`, which a web identity does not call.",
        "Write `sts:AssumeRoleWithWebIdentity`.",
    ),
    Trust,
    r#""Effect": "Allow", "Action": "sts:AssumeRole",
"Principal": {"Federated": "accounts.google.com"},
"Condition": {"StringEquals": {"accounts.google.com:aud": "1234-abc.apps.googleusercontent.com", "accounts.google.com:sub": "113632458324056836621"}}"#,
);
