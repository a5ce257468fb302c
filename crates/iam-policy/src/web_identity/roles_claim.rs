//! The claim that lists the roles which a token may assume.
//!
//! Source: Service Authorization Reference, `sts:RoleAuthorizedByIdp`; docs/aws-truth.md,
//! [roles-claim].

use fed_types::{Claims, RoleArn};
use serde_json::Value;

/// Its name.
const NAME: &str = "https://aws.amazon.com/roles";
/// What stands between several roles in one text.
const SEPARATOR: char = ';';

/// What a token says of the roles that it may assume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolesClaim {
    /// Nothing.
    Absent,
    /// These.
    Lists(Vec<RoleArn>),
    /// No ARN of a role, whatever else.
    ListsNone,
    /// Neither a text nor a list.
    Unsupported,
}

impl RolesClaim {
    /// Reads the claim: a list of ARNs, or one text with a semicolon between them.
    pub fn of(claims: &Claims) -> Self {
        let texts: Vec<&str> = match claims.get(NAME) {
            None => return Self::Absent,
            Some(Value::String(text)) => text.split(SEPARATOR).collect(),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(_) => return Self::Unsupported,
        };
        let is_one = |text: &&str| !text.contains(['*', '?']) && text.matches(':').count() == 5;
        let texts = texts.into_iter().map(str::trim).filter(is_one);
        let roles: Vec<RoleArn> = texts.filter_map(|text| text.parse().ok()).collect();
        if roles.is_empty() { Self::ListsNone } else { Self::Lists(roles) }
    }

    /// Why STS rejects the token for a role before it looks at the trust policy, in its words;
    /// `None` where it does not.
    pub fn fault(&self, role_arn: &str) -> Option<&'static str> {
        match self {
            Self::Absent => None,
            Self::Lists(roles) if roles.iter().any(|role| role.as_str() == role_arn) => None,
            Self::Lists(_) => {
                Some("The target role ARN is not present in the roles claim of the identity token")
            }
            Self::ListsNone => Some("The roles claim contains no valid role ARNs"),
            Self::Unsupported => Some("The roles claim is not in a supported format"),
        }
    }
}
