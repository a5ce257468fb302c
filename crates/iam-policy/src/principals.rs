//! The Principal and NotPrincipal elements, and how near they come to a principal.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal" and "…: NotPrincipal".

use crate::arn;
use crate::principal::{Principal, is_account};

/// One entry of a Principal element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// `"*"` or `{"AWS": "*"}`: everybody, signed in or not.
    Everybody,
    /// An account: `arn:aws:iam::<account>:root` or the twelve digits.
    Account(Box<str>),
    /// A user, role or session.
    Aws(Box<str>),
    /// A web identity or SAML provider.
    Federated(Box<str>),
    /// Every provider: `{"Federated": "*"}`.
    AnyFederated,
    /// An AWS service.
    Service(Box<str>),
    /// Every service: `{"Service": "*"}`.
    AnyService,
    /// An S3 canonical user id; we never see one in a request.
    CanonicalUser(Box<str>),
}

/// A Principal or NotPrincipal element.
#[derive(Debug, Clone)]
pub(crate) struct Principals {
    pub(crate) negated: bool,
    pub(crate) entries: Box<[Entry]>,
    /// Whether it stands in a role's trust policy.
    pub(crate) of_trust: bool,
}

/// How a Principal element names somebody, the weakest first. It decides which other
/// policies may still limit what a resource-based policy grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PrincipalMatch {
    /// Not at all.
    Not,
    /// As everybody, or as everybody else, where AWS does not say whether it is meant.
    Perhaps,
    /// Through its account: the account decides on by its own policies.
    ByAccount,
    /// Through its role.
    ByRole,
    /// By its own ARN, or as everybody.
    Directly,
}

impl Principals {
    /// How this element names `principal`. `denies` tells whether it stands in a Deny,
    /// where NotPrincipal spares only those of whom session, role and account are all
    /// listed, and nobody who is bounded: who has a permissions boundary.
    ///
    /// Source: IAM user guide, "Permissions boundaries for IAM entities": it always denies those.
    pub(crate) fn name(
        &self,
        principal: &Principal,
        denies: bool,
        bounded: bool,
    ) -> PrincipalMatch {
        if !self.negated {
            return self
                .entries
                .iter()
                .map(|entry| match self.is_doubtful(entry, principal, denies) {
                    true => PrincipalMatch::Perhaps,
                    false if denies => entry.name(principal).max(entry.name_behind(principal)),
                    false => entry.name(principal),
                })
                .max()
                .unwrap_or(PrincipalMatch::Not);
        }
        if denies && bounded {
            return PrincipalMatch::Directly;
        }
        let listed = |wanted: PrincipalMatch| {
            self.entries.iter().any(|entry| entry.name(principal) == wanted)
        };
        let everybody = self.entries.contains(&Entry::Everybody);
        let spared = if denies && !everybody && principal.account().is_some() {
            match principal {
                Principal::Root { .. } => {
                    listed(PrincipalMatch::ByAccount) || listed(PrincipalMatch::Directly)
                }
                Principal::AssumedRole { .. } => {
                    listed(PrincipalMatch::Directly)
                        && listed(PrincipalMatch::ByRole)
                        && listed(PrincipalMatch::ByAccount)
                }
                Principal::Federated { .. } => listed(PrincipalMatch::Directly),
                _ => listed(PrincipalMatch::Directly) && listed(PrincipalMatch::ByAccount),
            }
        } else {
            let names = |entry: &Entry| entry.name(principal).max(entry.name_behind(principal));
            self.entries.iter().any(|entry| names(entry) != PrincipalMatch::Not)
        };
        match (spared, denies) {
            (true, _) => PrincipalMatch::Not,
            (false, true) => PrincipalMatch::Directly,
            // AWS does not support it there, and does not say what becomes of it.
            (false, false) => PrincipalMatch::Perhaps,
        }
    }

    /// Whether nobody documents that an entry names somebody: a trust policy that allows
    /// everybody may mean those who sign, and not who comes with a token. What denies everybody
    /// is taken at its word.
    fn is_doubtful(&self, entry: &Entry, principal: &Principal, denies: bool) -> bool {
        self.of_trust
            && !denies
            && matches!(entry, Entry::Everybody | Entry::AnyFederated)
            && matches!(principal, Principal::Federated { .. })
    }
}

impl Entry {
    fn name(&self, principal: &Principal) -> PrincipalMatch {
        let directly =
            |holds: bool| if holds { PrincipalMatch::Directly } else { PrincipalMatch::Not };
        match (self, principal) {
            (Self::Everybody, _) => PrincipalMatch::Directly,
            (Self::Account(account), Principal::Root { account: own }) => {
                directly(**account == **own)
            }
            (
                Self::Account(account),
                Principal::User { .. }
                | Principal::Role { .. }
                | Principal::AssumedRole { .. }
                | Principal::FederatedUser { .. },
            ) => {
                if principal.account() == Some(account) {
                    PrincipalMatch::ByAccount
                } else {
                    PrincipalMatch::Not
                }
            }
            (
                Self::Aws(arn),
                Principal::User { arn: own } | Principal::FederatedUser { arn: own, .. },
            ) => directly(**arn == **own),
            (Self::Aws(arn), Principal::Role { arn: own }) => {
                if **arn == **own {
                    PrincipalMatch::ByRole
                } else {
                    PrincipalMatch::Not
                }
            }
            (Self::Aws(arn), Principal::AssumedRole { arn: own, role_arn }) => {
                if **arn == **own {
                    PrincipalMatch::Directly
                } else if is_role_of(arn, principal, role_arn.as_deref()) {
                    PrincipalMatch::ByRole
                } else {
                    PrincipalMatch::Not
                }
            }
            (Self::AnyFederated, Principal::Federated { .. }) => PrincipalMatch::Directly,
            (Self::Federated(name), Principal::Federated { provider }) => {
                directly(**name == **provider)
            }
            (Self::AnyService, Principal::Service { .. }) => PrincipalMatch::Directly,
            (Self::Service(service), Principal::Service { name }) => directly(**service == **name),
            _ => PrincipalMatch::Not,
        }
    }

    /// How it names the user behind a session of `GetFederationToken`: what denies him denies
    /// the session, what allows him does not allow it. Who is denied by NotPrincipal is not
    /// spared for him, either.
    ///
    /// Source: IAM user guide, "Permissions for GetFederationToken"; "AWS JSON policy elements:
    /// Principal", "AWS STS federated user principals".
    fn name_behind(&self, principal: &Principal) -> PrincipalMatch {
        match (self, principal) {
            (Self::Aws(arn), Principal::FederatedUser { user_arn: Some(user), .. })
                if **arn == **user =>
            {
                PrincipalMatch::Directly
            }
            (Self::Aws(arn), Principal::FederatedUser { user_arn: None, .. })
                if is_user_of_account(arn, principal) =>
            {
                PrincipalMatch::Perhaps
            }
            _ => PrincipalMatch::Not,
        }
    }
}

/// Whether an ARN is of a user in the account of a session.
fn is_user_of_account(arn: &str, session: &Principal) -> bool {
    matches!(Principal::parse(arn), Ok(user @ Principal::User { .. })
        if user.account() == session.account())
}

/// Whether the role ARN `arn` is that of `session`. Where the session's role is known it
/// must be the same; else account and name decide, which are unique without the path.
fn is_role_of(arn: &str, session: &Principal, role_arn: Option<&str>) -> bool {
    if let Some(role_arn) = role_arn {
        return arn == role_arn;
    }
    let Some((account, name)) = session.role() else { return false };
    arn::account(arn) == Some(account)
        && arn::resource(arn)
            .and_then(|resource| resource.strip_prefix("role/"))
            .and_then(|path| path.rsplit('/').next())
            == Some(name)
}

/// Reads one value under `"AWS"`. Wildcards within an ARN are refused, as IAM does. The
/// unique id of a user or role stands where its bearer was deleted; nobody has it again.
pub(crate) fn aws_entry(text: &str) -> Option<Entry> {
    if text == "*" {
        return Some(Entry::Everybody);
    }
    if is_account(text) {
        return Some(Entry::Account(text.into()));
    }
    if (text.starts_with("AIDA") || text.starts_with("AROA"))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    {
        return Some(Entry::Aws(text.into()));
    }
    if text.contains(['*', '?']) {
        return None;
    }
    match Principal::parse(text).ok()? {
        Principal::Root { account } => Some(Entry::Account(account.into())),
        Principal::User { .. }
        | Principal::Role { .. }
        | Principal::AssumedRole { .. }
        | Principal::FederatedUser { .. } => Some(Entry::Aws(text.into())),
        Principal::Federated { .. } | Principal::Service { .. } | Principal::Anonymous => None,
    }
}

#[cfg(test)]
mod tests;
