//! Claims to keys.

use fed_types::Claims;
use serde_json::Value;

use super::Provider;
use crate::context::Context;

/// The claim with session tags.
const TAGS: &str = "https://aws.amazon.com/tags";
/// The claim with the source identity.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
/// The claim with the roles that the token may assume.
const ROLES: &str = "https://aws.amazon.com/roles";
/// Most session tags, and their longest key and value, in characters.
const MAX_TAGS: usize = 50;
const MAX_TAG_KEY: usize = 128;
const MAX_TAG_VALUE: usize = 256;

/// A claim that STS would not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClaim {
    /// `aud` or `sub` is not there.
    #[error("the token lacks the required claim `{0}`")]
    Missing(&'static str),
    /// It has another shape than documented.
    #[error("the claim `{claim}` is not {expected}")]
    Shape {
        /// Its name.
        claim: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

/// What the token asks for its session: tags, those of them that go on with it, and a source
/// identity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionClaims {
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// The keys of those that go on when the session assumes another role.
    pub transitive_tag_keys: Vec<String>,
    /// The source identity.
    pub source_identity: Option<String>,
}

impl SessionClaims {
    /// Reads the claims.
    ///
    /// # Errors
    /// [`InvalidClaim::Shape`] for other shapes and for more than AWS takes.
    pub fn of(claims: &Claims) -> Result<Self, InvalidClaim> {
        let (tags, transitive_tag_keys) = session_tags(claims)?;
        let source_identity = source_identity(claims)?.map(str::to_owned);
        Ok(Self { tags, transitive_tag_keys, source_identity })
    }

    /// The actions that the trust policy must allow beside `sts:AssumeRoleWithWebIdentity`.
    pub fn actions(&self) -> Vec<&'static str> {
        let mut actions = Vec::new();
        if !self.tags.is_empty() {
            actions.push("sts:TagSession");
        }
        if self.source_identity.is_some() {
            actions.push("sts:SetSourceIdentity");
        }
        actions
    }
}

/// The condition keys of an AssumeRoleWithWebIdentity call.
///
/// `aud` and `oaud` follow the token's `azp`: where it has one, `:aud` is the `azp` and
/// `:oaud` the `aud`; else both are the `aud`. Session tags become `aws:RequestTag/…` and
/// `aws:TagKeys`, a source identity `sts:SourceIdentity`, and `sts:RoleAuthorizedByIdp`
/// says whether the token lists the roles it may assume.
///
/// # Errors
/// [`InvalidClaim`] when a required claim is missing or one has a shape that STS rejects.
pub fn context(
    provider: &Provider,
    claims: &Claims,
    role_session_name: &str,
) -> Result<Context, InvalidClaim> {
    let prefix = provider.prefix();
    let mut context = Context::new();
    let audience = claims.audience();
    if audience.is_empty() {
        return Err(InvalidClaim::Missing("aud"));
    }
    let subject = claims.subject().ok_or(InvalidClaim::Missing("sub"))?;
    let set_audience = |context: &mut Context, name: &str| {
        let key = format!("{prefix}:{name}");
        match audience.as_slice() {
            [one] => context.set(key, *one),
            several => context.set_all(key, several.iter().copied()),
        }
    };
    match claims.authorized_party() {
        Some(party) => context.set(format!("{prefix}:aud"), party),
        None => set_audience(&mut context, "aud"),
    }
    set_audience(&mut context, "oaud");
    context.set(format!("{prefix}:sub"), subject);
    for name in provider.keys() {
        if let Some(value) = claim(claims, name) {
            set(&mut context, format!("{prefix}:{name}"), value);
        }
    }
    context.set("sts:RoleSessionName", role_session_name);
    let (tags, transitive) = session_tags(claims)?;
    if !tags.is_empty() {
        for (key, value) in &tags {
            context.set(format!("aws:RequestTag/{key}"), value.as_str());
        }
        context.set_all("aws:TagKeys", tags.iter().map(|(key, _)| key.as_str()));
    }
    if !transitive.is_empty() {
        context.set_all("sts:TransitiveTagKeys", transitive);
    }
    if let Some(identity) = source_identity(claims)? {
        context.set("sts:SourceIdentity", identity);
    }
    let lists_roles = claims.get(ROLES).is_some();
    context.set("sts:RoleAuthorizedByIdp", lists_roles.to_string());
    Ok(context)
}

/// The claim behind a key. Google's organization number stands in an object `google`, or
/// under a name with a colon.
fn claim<'c>(claims: &'c Claims, name: &str) -> Option<&'c Value> {
    let (outer, inner) = match name {
        "google/organization_number" => ("google", "organization_number"),
        _ => return claims.get(name),
    };
    claims
        .get(outer)
        .and_then(|object| object.get(inner))
        .or_else(|| claims.get(&format!("{outer}:{inner}")))
        .or_else(|| claims.get(name))
}

/// Whether the token's `https://aws.amazon.com/roles` claim lists a role: an exact ARN or
/// a list of them, no wildcards. `None` when the token has no such claim; `Some(false)`
/// makes STS reject the token before it looks at the trust policy.
pub fn authorizes_role(claims: &Claims, role_arn: &str) -> Option<bool> {
    match claims.get(ROLES)? {
        Value::String(one) => Some(one == role_arn),
        Value::Array(several) => Some(several.iter().any(|role| role == role_arn)),
        _ => Some(false),
    }
}

/// A claim's value as a key's: text, number, boolean, or a list of these.
fn set(context: &mut Context, key: String, value: &Value) {
    match value {
        Value::Array(items) => context.set_all(key, items.iter().filter_map(scalar)),
        value => {
            if let Some(text) = scalar(value) {
                context.set(key, text);
            }
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The session tags that the token's `https://aws.amazon.com/tags` claim asks for.
/// Passing any needs `sts:TagSession` in the trust policy.
///
/// # Errors
/// [`InvalidClaim::Shape`] for other shapes and for more than AWS takes.
pub fn principal_tags(claims: &Claims) -> Result<Vec<(String, String)>, InvalidClaim> {
    session_tags(claims).map(|(tags, _)| tags)
}

type Tags = (Vec<(String, String)>, Vec<String>);

fn session_tags(claims: &Claims) -> Result<Tags, InvalidClaim> {
    let shape = |expected| InvalidClaim::Shape { claim: TAGS, expected };
    let Some(claim) = claims.get(TAGS) else { return Ok((Vec::new(), Vec::new())) };
    let object = claim.as_object().ok_or_else(|| shape("an object"))?;
    let mut tags = Vec::new();
    if let Some(principal_tags) = object.get("principal_tags") {
        let principal_tags =
            principal_tags.as_object().ok_or_else(|| shape("an object of `principal_tags`"))?;
        for (key, values) in principal_tags {
            let value = match values {
                Value::String(text) => Some(text.as_str()),
                Value::Array(items) => match items.as_slice() {
                    [one] => one.as_str(),
                    _ => None,
                },
                _ => None,
            };
            let value = value.ok_or_else(|| shape("one string a tag, alone in a list"))?;
            if key.is_empty()
                || key.chars().count() > MAX_TAG_KEY
                || value.chars().count() > MAX_TAG_VALUE
            {
                return Err(shape(
                    "tags with keys of 1 to 128 and values of at most 256 characters",
                ));
            }
            tags.push((key.clone(), value.to_owned()));
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(shape("at most 50 tags"));
    }
    let mut transitive = Vec::new();
    if let Some(keys) = object.get("transitive_tag_keys") {
        let keys = keys.as_array().ok_or_else(|| shape("a list of `transitive_tag_keys`"))?;
        for key in keys {
            let key = key.as_str().ok_or_else(|| shape("a list of `transitive_tag_keys`"))?;
            transitive.push(key.to_owned());
        }
    }
    Ok((tags, transitive))
}

/// The source identity that the token asks for. Setting it needs
/// `sts:SetSourceIdentity` in the trust policy.
///
/// # Errors
/// [`InvalidClaim::Shape`] when it is not a string.
pub fn source_identity(claims: &Claims) -> Result<Option<&str>, InvalidClaim> {
    match claims.get(SOURCE_IDENTITY) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(InvalidClaim::Shape { claim: SOURCE_IDENTITY, expected: "a string" }),
    }
}
