//! Values of claims that no token of the issuer has: a condition that asks for one is never met.
//!
//! Source: the issuers' documentation of their ID tokens; IAM user guide, "Available keys for AWS
//! OIDC federation" for what `:aud` is.

use super::Linter;
use super::conditions::has_wildcard;
use super::view::ConditionView;
use crate::code::Code;
use crate::web_identity::Provider;

/// What a value is lacking, and what to write.
type Dead = (&'static str, &'static str);

impl Linter<'_> {
    pub(super) fn dead_values(&mut self, condition: &ConditionView<'_>, provider: &Provider) {
        let Some((_, name)) = condition.key.rsplit_once(':') else { return };
        if condition.operator.negated {
            return;
        }
        for (at, value) in &condition.values {
            let dead = match name.to_ascii_lowercase().as_str() {
                "sub" => subject(provider, value),
                "aud" => audience(provider, value),
                _ => None,
            };
            if let Some((why, hint)) = dead {
                let message = format!("no token has `{value}` for `{}`: {why}", condition.key);
                self.find(*at, Code::ValueNoTokenHas, message, hint);
            }
        }
        if name.eq_ignore_ascii_case("sub") {
            self.old_subjects(condition, provider);
        }
    }

    /// A repository whose subject is immutable has tokens of that form alone: the old one is
    /// whosever gets the name next.
    fn old_subjects(&mut self, condition: &ConditionView<'_>, provider: &Provider) {
        if provider.prefix() != GITHUB {
            return;
        }
        let bare = |value: &str| -> Option<(String, bool)> {
            let repository = value.strip_prefix("repo:")?.split(':').next()?;
            let (owner, name) = repository.split_once('/')?;
            let without = |part: &str| part.split('@').next().unwrap_or_default().to_owned();
            let immutable = owner.contains('@') && name.contains('@');
            Some((format!("{}/{}", without(owner), without(name)), immutable))
        };
        let forms: Vec<_> = condition.values.iter().map(|(at, it)| (*at, bare(it))).collect();
        let immutable: Vec<&String> = forms
            .iter()
            .filter_map(|(_, form)| form.as_ref().filter(|(_, it)| *it).map(|(name, _)| name))
            .collect();
        let old: Vec<(u32, String)> = forms
            .iter()
            .filter_map(|(at, form)| Some((*at, form.as_ref().filter(|(_, it)| !it)?.0.clone())))
            .filter(|(_, name)| immutable.contains(&name))
            .collect();
        for (at, name) in old {
            self.find(
                at,
                Code::OldSubjectBesideImmutable,
                format!("`{name}` has an immutable subject beside: this one admits the next owner of the name"),
                "leave the subject without numbers out",
            );
        }
    }
}

const GITHUB: &str = "token.actions.githubusercontent.com";

fn subject(provider: &Provider, value: &str) -> Option<Dead> {
    let prefix = provider.prefix();
    if prefix == GITHUB {
        let repository = value.strip_prefix("repo:")?;
        let whole = !has_wildcard(value) && !repository.contains(':');
        return whole.then_some((
            "a subject ends in what the job runs for",
            "write `:ref:refs/heads/BRANCH`, `:environment:NAME` or `:pull_request` behind it",
        ));
    }
    if prefix == "gitlab.com" {
        if value.contains(":ref:refs/") {
            return Some(("GitLab writes the plain name of a ref", "leave out `refs/heads/`"));
        }
        let kind = value.split(":ref_type:").nth(1)?.split(':').next().unwrap_or_default();
        return (!has_wildcard(kind) && !["branch", "tag"].contains(&kind))
            .then_some(("the type of a ref is `branch` or `tag`", "write `:ref_type:branch:`"));
    }
    let is_email = *provider == Provider::Google && value.contains('@');
    is_email.then_some((
        "Google's subjects are numbers",
        "write the account's id, which its ID tokens have as `sub`",
    ))
}

fn audience(provider: &Provider, value: &str) -> Option<Dead> {
    if *provider == Provider::Google && value.contains('@') {
        return Some((
            "the audience of a service account is its number, since its `azp` becomes `:aud`",
            "write the account's id, and what the token is for under `accounts.google.com:oaud`",
        ));
    }
    let of_circleci = provider.prefix().starts_with("oidc.circleci.com/org/");
    (of_circleci && value == "sts.amazonaws.com")
        .then_some(("CircleCI's tokens are for the organization", "write the organization's id"))
}
