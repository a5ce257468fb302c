//! How a row is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::answer::Expected;

/// One request and its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// What it shows.
    pub(super) name: String,
    /// The marks of the lines that say so.
    pub(super) cites: Vec<String>,
    #[serde(default)]
    pub(super) given: Given,
    pub(super) ask: Ask,
    pub(super) answer: Expected,
}

/// The account, the clock and the organization as they are when it is asked.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    /// Seconds that the gate's clock is ahead.
    pub(super) clock: i64,
    /// The whole trust policy of the role.
    pub(super) trust: Option<Value>,
    /// The condition of the role's trust policy, where nothing else is special about it.
    pub(super) condition: Option<Value>,
    /// The actions of the role's trust policy.
    pub(super) actions: Option<Vec<String>>,
    /// Whom the role's trust policy names.
    pub(super) principal: Option<Value>,
    /// Inline policies of the role.
    pub(super) role: Option<Vec<Value>>,
    /// Inline policies of the user.
    pub(super) user: Vec<Value>,
    /// The policy that stands under every managed ARN.
    pub(super) managed: Option<Value>,
    /// The user has it for a permissions boundary.
    pub(super) boundary: bool,
    /// The role's MaxSessionDuration.
    pub(super) longest_session: Option<u32>,
    /// An IAM OIDC provider: host and path, and client ids.
    pub(super) provider: Option<(String, Vec<String>)>,
    /// Service control policies, one list each level.
    pub(super) service_control: Vec<Vec<Value>>,
    /// Claims of the token with which the role's session began, changed so.
    pub(super) claims: Map<String, Value>,
    /// Parameters of the call with which the session began, changed so.
    pub(super) parameters: BTreeMap<String, Option<String>>,
}

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Ask {
    /// AssumeRoleWithWebIdentity.
    Assume(Assume),
    /// A call with the Query protocol.
    Query(Query),
    /// A call with a JSON protocol.
    Json(Json),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Assume {
    /// The tutorial's claims, changed so; `null` takes one out.
    pub(super) claims: Map<String, Value>,
    /// How the token is signed.
    pub(super) token: Token,
    /// The tutorial's parameters, changed so; `null` takes one out.
    pub(super) parameters: BTreeMap<String, Option<String>>,
    /// Signed as well, by a wrong secret.
    pub(super) signed_wrongly: bool,
}

/// How a token is signed.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Token {
    /// By the issuer's key, with the algorithm of this name.
    By(String),
    /// By a key that the issuer does not publish, under the id of one that it does.
    Disguised(String),
    /// By a key of which the issuer knows nothing.
    Foreign,
    /// By HS256 with the issuer's public key as the secret.
    SharedSecret,
    /// The header names this algorithm, and there is no signature.
    Unsigned(String),
    /// The header has this member beside.
    WithHeader(String, Value),
    /// Without a key id.
    Nameless,
    /// The claims were changed afterwards.
    Tampered,
    /// No token but this text.
    Text(String),
}

impl Default for Token {
    fn default() -> Self {
        Self::By("RS256".to_owned())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Query {
    #[serde(default)]
    pub(super) by: By,
    pub(super) service: String,
    pub(super) parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) signing: Signing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Json {
    #[serde(default)]
    pub(super) by: By,
    pub(super) service: String,
    pub(super) target: String,
    #[serde(default)]
    pub(super) members: Map<String, Value>,
    /// `1.0` or `1.1`.
    pub(super) version: String,
    #[serde(default)]
    pub(super) signing: Signing,
}

/// Who asks.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum By {
    #[default]
    User,
    Root,
    /// A session of the role, by web identity.
    Role,
    /// A session of the role, by the user's AssumeRole.
    AssumedRole,
    /// The user, by GetSessionToken.
    Session,
    /// The user's federated user.
    Federated,
    /// The administrator of another account.
    OtherRoot,
}

/// What is wrong or special about the signature.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Signing {
    /// Another secret.
    pub(super) wrong_secret: bool,
    /// This access key id.
    pub(super) key: Option<String>,
    /// This session token; `none` for none, `other` for another session's.
    pub(super) token: Option<String>,
    /// Seconds that the client's clock is ahead.
    pub(super) clock: i64,
    /// In the query string.
    pub(super) presigned: bool,
    /// No signature at all.
    pub(super) unsigned: bool,
    /// The body that is sent instead of the signed one.
    pub(super) body: Option<String>,
    /// A further header, signed with the others.
    pub(super) signed_header: Option<(String, String)>,
    /// A header set, after signing.
    pub(super) header: Option<(String, String)>,
    /// What replaces what in the signature's header or query, after signing.
    pub(super) replace: Option<(String, String)>,
    /// The user's key has been switched off, or deleted.
    pub(super) after: Option<String>,
}
