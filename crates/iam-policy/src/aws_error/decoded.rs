//! What an encoded authorization message is decoded to.
//!
//! Source: STS API reference, DecodeAuthorizationMessage.

use serde_json::Value;

use super::sentence::{Reason, Refused};

/// A decoded authorization message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// Who was refused what.
    pub refused: Refused,
    /// Whether a Deny statement decided; else none allows it.
    pub explicit_deny: bool,
    /// The statements that decided.
    pub statements: Vec<MatchedStatement>,
    /// The condition keys of the request and their values.
    pub context: Vec<(String, Vec<String>)>,
}

/// A statement that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedStatement {
    /// The Sid or what stands for it.
    pub id: String,
    /// The policy, where it is told.
    pub policy: Option<String>,
}

impl Decoded {
    /// Reads the message, or the answer of `aws sts decode-authorization-message` around it.
    /// `None` for what is neither.
    pub fn read(text: &str) -> Option<Self> {
        let mut value: Value = serde_json::from_str(text.trim()).ok()?;
        if let Some(inner) = value.get("DecodedMessage").and_then(Value::as_str) {
            value = serde_json::from_str(inner).ok()?;
        }
        let explicit = value.get("explicitDeny")?.as_bool()?;
        let context = value.get("context")?;
        let told = |pointer: &str| context.pointer(pointer)?.as_str().map(str::to_owned);
        let reason = if explicit { Reason::ExplicitDeny(None, None) } else { Reason::Untold };
        Some(Self {
            refused: Refused {
                principal: told("/principal/arn"),
                action: told("/action")?,
                resource: told("/resource"),
                reason,
            },
            explicit_deny: explicit,
            statements: items(value.get("matchedStatements")).filter_map(statement).collect(),
            context: items(context.get("conditions")).filter_map(condition).collect(),
        })
    }
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(|list| list.get("items")?.as_array()).into_iter().flatten()
}

fn statement(item: &Value) -> Option<MatchedStatement> {
    let text = |name: &str| item.get(name)?.as_str().filter(|text| !text.is_empty());
    let id = text("statementId").or_else(|| text("statement"));
    let policy = text("policy").or_else(|| text("policyId"));
    let id = id.or(policy)?.to_owned();
    Some(MatchedStatement { id, policy: policy.map(str::to_owned) })
}

fn condition(item: &Value) -> Option<(String, Vec<String>)> {
    let key = item.get("key")?.as_str()?.to_owned();
    let values = items(item.get("values"));
    let values = values.filter_map(|value| value.get("value")?.as_str().map(str::to_owned));
    Some((key, values.collect()))
}
