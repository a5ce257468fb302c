//! Trust policies for web identities: who gets in.

use super::Linter;
use super::conditions::{has_wildcard, literal_part};
use super::view::{ConditionView, View};
use crate::code::Code;
use crate::web_identity::{Provider, identifying_key};

const GITHUB: &str = "token.actions.githubusercontent.com";

/// Issuers, with what stands before and behind the owner in their subjects.
/// Source: the issuers' documentation of their ID tokens.
const SHARED_SUBJECTS: [(&str, &str, char); 5] = [
    ("gitlab.com", "project_path:", '/'),
    ("agent.buildkite.com", "organization:", ':'),
    ("app.terraform.io", "organization:", ':'),
    ("oidc.vercel.com", "owner:", ':'),
    ("scalr.io", "account:", ':'),
];

impl Linter<'_> {
    pub(super) fn trust(&mut self, view: &View<'_>) {
        if !view.allows() {
            return;
        }
        for (kind, (at, value)) in &view.principals {
            if *kind != "Federated" {
                continue;
            }
            match *value {
                "accounts.google.com" => self.provider(view, *at, &Provider::Google),
                "cognito-identity.amazonaws.com" => self.provider(view, *at, &Provider::Cognito),
                name @ ("graph.facebook.com" | "www.amazon.com") => self.oauth(view, *at, name),
                arn if arn.contains(":oidc-provider/") => {
                    self.provider(view, *at, &Provider::Iam { arn: arn.to_owned() });
                }
                _ => {}
            }
        }
    }

    /// An OAuth 2.0 provider, whose tokens are for an application.
    fn oauth(&mut self, view: &View<'_>, at: u32, name: &str) {
        let key = format!("{name}:app_id");
        let tested = view.conditions.iter().any(|condition| {
            condition.key.rsplit_once(':').is_some_and(|(issuer, _)| issuer == name)
                && pins(condition, condition.key)
        });
        if !tested {
            self.find(
                at,
                Code::Anybody,
                format!("everybody who has an account at `{name}` is let in, by any application"),
                format!("test the application: StringEquals on `{key}`"),
            );
        }
    }

    fn provider(&mut self, view: &View<'_>, at: u32, provider: &Provider) {
        let covers = |action: &str| {
            crate::statement::ActionPattern::compile(action)
                .matches("sts:AssumeRoleWithWebIdentity")
        };
        if view.not_action.is_none() && !view.actions.iter().any(|(_, action)| covers(action)) {
            self.wrong_action(view);
            return;
        }
        self.pins(view, at, provider.prefix());
        self.claims(view, provider);
    }

    fn wrong_action(&mut self, view: &View<'_>) {
        let is_wrong = |action: &str| action.eq_ignore_ascii_case("sts:AssumeRole");
        if let Some((at, action)) = view.actions.iter().find(|(_, action)| is_wrong(action)) {
            self.find(
                *at,
                Code::WrongAssumeAction,
                format!("`{action}` is not what a web identity calls"),
                "use `sts:AssumeRoleWithWebIdentity`",
            );
        }
    }

    /// Whether the person or workload is pinned, and the application.
    fn pins(&mut self, view: &View<'_>, at: u32, prefix: &str) {
        let subject = format!("{prefix}:sub");
        let audience = format!("{prefix}:aud");
        let pinned = |key: &str| view.conditions.iter().any(|condition| pins(condition, key));

        if let Some(key) = identifying_key(prefix)
            && !pinned(&key)
        {
            self.find(
                at,
                Code::SharedIssuer,
                format!("IAM refuses a trust policy for `{prefix}` that does not test `{key}`"),
                format!("add a StringEquals or StringLike condition on `{key}`"),
            );
        } else if !pinned(&subject) {
            let (code, message) = if pinned(&audience) {
                (
                    Code::AudienceWithoutSubject,
                    format!(
                        "the audience alone admits every user that `{prefix}` signs in for this client"
                    ),
                )
            } else {
                (Code::Anybody, format!("everybody who can get a token from `{prefix}` is let in"))
            };
            self.find(
                at,
                code,
                message,
                format!("pin the person or workload: StringEquals on `{subject}`"),
            );
        }
        if !pinned(&audience) && pinned(&subject) {
            self.find(
                at,
                Code::SubjectWithoutAudience,
                format!("tokens for other clients of `{prefix}` are let in as well"),
                format!("add a StringEquals condition on `{audience}`"),
            );
        }
    }

    /// What conditions on claims let in that they seem not to.
    fn claims(&mut self, view: &View<'_>, provider: &Provider) {
        let prefix = provider.prefix();
        let subject = format!("{prefix}:sub");
        for condition in &view.conditions {
            self.if_exists(condition, prefix);
            self.issuer_key(condition, provider);
            if of_issuer(condition, prefix) {
                self.dead_values(condition, provider);
            }
            if condition.key.eq_ignore_ascii_case(&subject) && !condition.operator.negated {
                for (at, value) in &condition.values {
                    if prefix == GITHUB {
                        self.github_subject(*at, value);
                    } else {
                        self.shared_subject(prefix, *at, value);
                    }
                }
            }
        }
    }

    /// `IfExists` on a claim's key lets in a token without the claim.
    fn if_exists(&mut self, condition: &ConditionView<'_>, prefix: &str) {
        if of_issuer(condition, prefix) && condition.operator.if_exists {
            let operator = condition.operator.name();
            self.find(
                condition.operator_at,
                Code::IfExistsOnClaim,
                format!("`{operator}` also lets in tokens without `{}`", condition.key),
                "leave out `IfExists`",
            );
        }
    }

    /// Keys that a token of this issuer does not give.
    fn issuer_key(&mut self, condition: &ConditionView<'_>, provider: &Provider) {
        let prefix = provider.prefix();
        // The name stands behind the last colon, as an issuer may have a port.
        let Some((issuer, name)) = condition.key.rsplit_once(':') else { return };
        if !crate::web_identity::is_claims_key(condition.key) {
            return;
        }
        if !issuer.eq_ignore_ascii_case(prefix) {
            let slash =
                issuer.trim_end_matches('/').eq_ignore_ascii_case(prefix.trim_end_matches('/'));
            let hint = if slash {
                format!("mind the slash at the end: write `{prefix}:{name}`")
            } else {
                format!("write `{prefix}:{name}`, or give the other provider its own statement")
            };
            self.find(
                condition.key_at,
                Code::KeyOfAnotherIssuer,
                format!("a token of `{prefix}` does not give the key `{}`", condition.key),
                hint,
            );
            return;
        }
        let is = |candidate: &&str| candidate.eq_ignore_ascii_case(name);
        if provider.names().any(|candidate| is(&candidate))
            || ["email", "hd", "azp"].iter().any(is) && prefix == "accounts.google.com"
        {
            return;
        }
        let hint = match fed_types::nearest(name, provider.names()) {
            Some(near) => format!("did you mean `{prefix}:{near}`?"),
            None => "IAM reads only some claims; pass others as session tags".to_owned(),
        };
        self.find(
            condition.key_at,
            Code::UnknownConditionKey,
            format!("IAM reads no `{name}` from tokens of `{prefix}`"),
            hint,
        );
    }

    /// A subject of an issuer that many customers share, whose pattern lets strangers in.
    fn shared_subject(&mut self, prefix: &str, at: u32, value: &str) {
        let Some((_, marker, end)) = SHARED_SUBJECTS.iter().find(|(issuer, ..)| *issuer == prefix)
        else {
            return;
        };
        let owner = value.strip_prefix(marker).and_then(|rest| rest.split_once(*end));
        let of_one = owner.is_some_and(|(owner, _)| !owner.is_empty() && !has_wildcard(owner));
        if has_wildcard(value) && !of_one {
            self.find(
                at,
                Code::SubjectOfAnybody,
                format!("`{value}` admits tokens of others who use `{prefix}`"),
                format!("name the owner whole: `{marker}OWNER{end}…`"),
            );
        }
    }

    /// Whose repositories a GitHub Actions subject admits.
    fn github_repository(&mut self, at: u32, value: &str, repository: &str) {
        let (owner, name) = repository.split_once('/').unwrap_or((repository, ""));
        let named = any_id_of(owner);
        if let Some(owner) = named {
            self.find(
                at,
                Code::GithubOwnerOfAnyId,
                format!(
                    "`{value}` admits whoever has the name `{owner}`, also after it was given up"
                ),
                "name the owner's number: `repo:ORG@NUMBER/REPO@NUMBER:…`",
            );
        } else if has_wildcard(owner) {
            self.find(
                at,
                Code::GithubAnyRepository,
                format!("`{value}` admits repositories of owners that anybody can register"),
                "name the owner: `repo:ORG/REPO:…`",
            );
        }
        let is_open = name.is_empty() || has_wildcard(name) && any_id_of(name).is_none();
        if (named.is_some() || !has_wildcard(owner)) && is_open && has_wildcard(repository) {
            let owner = named.unwrap_or(owner);
            self.find(
                at,
                Code::GithubAnyRepositoryOfOwner,
                format!(
                    "`{value}` admits every matching repository of `{owner}`, also those to come"
                ),
                "name the repository: `repo:ORG/REPO:…`",
            );
        }
    }

    /// A GitHub Actions subject that admits more than one is likely to mean.
    fn github_subject(&mut self, at: u32, value: &str) {
        let Some(rest) = value.strip_prefix("repo:") else {
            if has_wildcard(value) || !names_owner(value) {
                self.find(
                    at,
                    Code::GithubAnyRepository,
                    format!(
                        "`{value}` admits repositories of everybody on GitHub: each chooses which \
                         claims its subject is made of"
                    ),
                    "write `repo:ORG/REPO:ref:refs/heads/main` or `repo:ORG/REPO:environment:NAME`",
                );
            }
            return;
        };
        let (repository, context) = rest.split_once(':').unwrap_or((rest, ""));
        let (_, name) = repository.split_once('/').unwrap_or((repository, ""));
        self.github_repository(at, value, repository);
        if context == "pull_request"
            || context.starts_with('*')
            || context.is_empty() && has_wildcard(name)
        {
            self.find(
                at,
                Code::GithubPullRequests,
                format!("`{value}` admits workflows of pull requests, and with them code not yet reviewed"),
                "write `:ref:refs/heads/main` or `:environment:NAME` behind the repository",
            );
        } else if context
            .strip_prefix("ref:")
            .is_some_and(|name| name.starts_with("refs/heads/*") || name.starts_with('*'))
        {
            self.find(
                at,
                Code::GithubAnyBranch,
                format!("`{value}` admits every branch that somebody can push"),
                "name the branch: `:ref:refs/heads/main`",
            );
        }
    }
}

/// The name in `NAME@*`, where GitHub's immutable subjects have a number: no name holds an `@`, so
/// that no other is meant.
///
/// Source: GitHub, "OpenID Connect reference", immutable subject claims.
fn any_id_of(part: &str) -> Option<&str> {
    let (name, id) = part.split_once('@')?;
    (!name.is_empty() && !has_wildcard(name) && has_wildcard(id)).then_some(name)
}

/// Whether a condition is on a claim of the issuer's tokens.
fn of_issuer(condition: &ConditionView<'_>, prefix: &str) -> bool {
    let issuer = condition.key.rsplit_once(':').map(|(issuer, _)| issuer);
    issuer.is_some_and(|issuer| issuer.eq_ignore_ascii_case(prefix))
}

/// Whether a condition holds a key to values of the author's choosing: a positive string
/// operator without `IfExists` or `ForAllValues`, and no value that is all wildcard, nor one that
/// who calls can make what it has to be.
fn pins(condition: &ConditionView<'_>, key: &str) -> bool {
    use crate::condition::{Family, Qualifier};
    let like = matches!(condition.operator.family, Family::Text { like: true, .. });
    condition.key.eq_ignore_ascii_case(key)
        && matches!(condition.operator.family, Family::Text { .. })
        && !condition.operator.negated
        && !condition.operator.if_exists
        && condition.operator.qualifier != Qualifier::ForAllValues
        && !condition.values.is_empty()
        && condition
            .values
            .iter()
            .all(|(_, value)| value.is_empty() || !literal_part(value, like).is_empty())
}

/// Whether a GitHub Actions subject of chosen claims begins with one that only repositories of
/// one owner have, or callers of its workflow.
fn names_owner(subject: &str) -> bool {
    let Some((claim, rest)) = subject.split_once(':') else { return false };
    let value = rest.split(':').next().unwrap_or_default();
    match claim {
        "repository_owner"
        | "repository_owner_id"
        | "enterprise"
        | "enterprise_id"
        | "repository_id" => !value.is_empty(),
        "repository" | "workflow_ref" | "job_workflow_ref" => {
            value.split_once('/').is_some_and(|(owner, name)| !owner.is_empty() && !name.is_empty())
        }
        _ => false,
    }
}
