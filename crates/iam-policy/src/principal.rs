//! Who makes a request.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal", and "IAM identifiers".

use crate::arn;
use crate::context::Context;

/// Who makes a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Principal {
    /// The root user of an account.
    Root {
        /// The account's twelve digits.
        account: String,
    },
    /// An IAM user.
    User {
        /// `arn:aws:iam::<account>:user/<path><name>`
        arn: String,
    },
    /// A role as such, outside a session (as policy simulators take it).
    Role {
        /// `arn:aws:iam::<account>:role/<path><name>`
        arn: String,
    },
    /// A session of a role.
    AssumedRole {
        /// `arn:aws:sts::<account>:assumed-role/<role name>/<session name>`
        arn: String,
        /// The role's own ARN with its path, where it is known. Without it a role in a
        /// policy is compared by account and name, which are unique together.
        role_arn: Option<String>,
    },
    /// A session that GetFederationToken gave.
    FederatedUser {
        /// `arn:aws:sts::<account>:federated-user/<name>`
        arn: String,
        /// The ARN of the user who asked for the session, where it is known. Without it a Deny
        /// on any user of the account may mean it.
        user_arn: Option<String>,
    },
    /// Somebody whom an identity provider vouches for, before a role is assumed.
    Federated {
        /// `accounts.google.com`, or the ARN of an OIDC or SAML provider.
        provider: String,
    },
    /// An AWS service.
    Service {
        /// Such as `ec2.amazonaws.com`.
        name: String,
    },
    /// Nobody: an unsigned request.
    Anonymous,
}

/// The text names no principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the ARN of a user, role, session, root or identity provider, a provider's \
     host name, a service's name or `*`, found `{0}`"
)]
pub struct InvalidPrincipal(String);

/// Web identity providers that IAM knows without being told.
/// Source: IAM user guide, "Principal", OIDC federated principals.
pub(crate) const BUILT_IN_PROVIDERS: [&str; 4] = [
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
];

impl Principal {
    /// Reads an ARN, an account's twelve digits (its root), a built-in provider's host
    /// name, a service's name, or `*` for nobody in particular.
    ///
    /// # Errors
    /// [`InvalidPrincipal`] when the text is none of these.
    pub fn parse(text: &str) -> Result<Self, InvalidPrincipal> {
        let invalid = || InvalidPrincipal(text.to_owned());
        if text == "*" {
            return Ok(Self::Anonymous);
        }
        if is_account(text) {
            return Ok(Self::Root { account: text.to_owned() });
        }
        if BUILT_IN_PROVIDERS.contains(&text) {
            return Ok(Self::Federated { provider: text.to_owned() });
        }
        if !text.starts_with("arn:") {
            let service = text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn");
            return if service {
                Ok(Self::Service { name: text.to_owned() })
            } else {
                Err(invalid())
            };
        }
        let service = text.split(':').nth(2).unwrap_or_default();
        let account = arn::account(text).ok_or_else(invalid)?;
        let resource = arn::resource(text).ok_or_else(invalid)?;
        if !is_account(account) {
            return Err(invalid());
        }
        let arn = text.to_owned();
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        match (service, kind, name) {
            ("iam", "root", "") => Ok(Self::Root { account: account.to_owned() }),
            (_, _, "") => Err(invalid()),
            ("iam", "user", _) => Ok(Self::User { arn }),
            ("iam", "role", _) => Ok(Self::Role { arn }),
            ("sts", "assumed-role", name) if name.contains('/') => {
                Ok(Self::AssumedRole { arn, role_arn: None })
            }
            ("sts", "federated-user", _) => Ok(Self::FederatedUser { arn, user_arn: None }),
            ("iam", "oidc-provider" | "saml-provider", _) => {
                Ok(Self::Federated { provider: text.to_owned() })
            }
            _ => Err(invalid()),
        }
    }

    /// The session of a role whose ARN is known.
    pub fn assumed_role(arn: impl Into<String>, role_arn: impl Into<String>) -> Self {
        Self::AssumedRole { arn: arn.into(), role_arn: Some(role_arn.into()) }
    }

    /// The account whose principal this is; none for services, built-in providers and
    /// nobody.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Root { account } => Some(account),
            Self::User { arn }
            | Self::Role { arn }
            | Self::AssumedRole { arn, .. }
            | Self::FederatedUser { arn, .. } => arn::account(arn),
            Self::Federated { provider } => arn::account(provider),
            Self::Service { .. } | Self::Anonymous => None,
        }
    }

    /// How AWS names it: the ARN, or what it has instead.
    pub fn name(&self) -> &str {
        match self {
            Self::Root { account } => account,
            Self::User { arn }
            | Self::Role { arn }
            | Self::AssumedRole { arn, .. }
            | Self::FederatedUser { arn, .. } => arn,
            Self::Federated { provider } => provider,
            Self::Service { name } => name,
            Self::Anonymous => "*",
        }
    }

    /// The account and name of the role that this is a session of.
    pub(crate) fn role(&self) -> Option<(&str, &str)> {
        let Self::AssumedRole { arn, .. } = self else { return None };
        let name = arn::resource(arn)?.strip_prefix("assumed-role/")?.split('/').next()?;
        Some((arn::account(arn)?, name))
    }

    /// Whether it is, or is known to be a session of, a role that only a service may use:
    /// such roles have a path and names of their own.
    /// Source: IAM user guide, "Create a service-linked role".
    pub(crate) fn is_service_linked_role(&self) -> bool {
        let (Self::Role { arn } | Self::AssumedRole { role_arn: Some(arn), .. }) = self else {
            return false;
        };
        let resource = arn::resource(arn).unwrap_or_default();
        let name = resource.rsplit('/').next().unwrap_or_default();
        resource.starts_with("role/aws-service-role/") && name.starts_with("AWSServiceRoleFor")
    }

    /// Sets the keys that follow from who it is: `aws:PrincipalArn`,
    /// `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:username` (IAM users only),
    /// `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`.
    ///
    /// For a role session `aws:PrincipalArn` is the role's ARN, not the session's, and not known
    /// where the session does not know its role's.
    /// Source: IAM user guide, "AWS global condition context keys", properties of the
    /// principal, and the table "Principal key values" of the variables page.
    pub fn describe(&self, context: &mut Context) {
        let kind = match self {
            Self::Root { account } => {
                context.set("aws:PrincipalArn", format!("arn:aws:iam::{account}:root"));
                "Account"
            }
            Self::User { arn } => {
                context.set("aws:PrincipalArn", arn.as_str());
                if let Some(name) = arn.rsplit('/').next() {
                    context.set("aws:username", name);
                }
                "User"
            }
            Self::Role { arn } => {
                context.set("aws:PrincipalArn", arn.as_str());
                "AssumedRole"
            }
            Self::AssumedRole { role_arn, .. } => {
                match role_arn {
                    Some(role_arn) => context.set("aws:PrincipalArn", role_arn.as_str()),
                    // Its own does not say which path the role has.
                    None => context.set_unknown("aws:PrincipalArn"),
                }
                "AssumedRole"
            }
            Self::FederatedUser { arn, .. } => {
                context.set("aws:PrincipalArn", arn.as_str());
                "FederatedUser"
            }
            Self::Service { name } => {
                context.set("aws:PrincipalServiceName", name.as_str());
                context.set("aws:PrincipalIsAWSService", "true");
                return;
            }
            Self::Anonymous => {
                context.set("aws:PrincipalType", "Anonymous");
                return;
            }
            Self::Federated { .. } => return,
        };
        context.set("aws:PrincipalType", kind);
        context.set("aws:PrincipalIsAWSService", "false");
        if let Some(account) = self.account() {
            context.set("aws:PrincipalAccount", account);
        }
    }
}

/// Twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
