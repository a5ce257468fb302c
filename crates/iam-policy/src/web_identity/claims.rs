//! Claims to keys.

use fed_types::Claims;
use serde_json::Value;

use super::Provider;
use super::roles_claim::RolesClaim;
use crate::context::Context;
use crate::sts::{TextLimits, is_reserved_tag};

/// The claim with session tags.
const TAGS: &str = "https://aws.amazon.com/tags";
/// The claim with the source identity.
const SOURCE_IDENTITY: &str = "https://aws.amazon.com/source_identity";
/// Most session tags.
const MAX_TAGS: usize = 50;

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
    /// A nested tag is a text, which is no list.
    #[error("the tag `{0}` of the claim `https://aws.amazon.com/tags` is not a list of one text")]
    NestedText(String),
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
/// `aws:FederatedProvider` is the provider, as a trust policy names it.
/// `:aud` is the token's `azp` where it has one, else its `aud`, which is Google's `:oaud` in
/// both cases. Session tags become `aws:RequestTag/…` and
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
    if provider.has_original_audience() {
        set_audience(&mut context, "oaud");
        if audience.len() > 1 {
            // Which of them it is, or all, AWS does not document.
            context.set_unknown(format!("{prefix}:oaud"));
        }
    }
    context.set(format!("{prefix}:sub"), subject);
    for name in provider.keys() {
        if let Some(value) = claim(claims, name) {
            set(&mut context, format!("{prefix}:{name}"), value);
        }
    }
    context.set("aws:FederatedProvider", provider.name());
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
    let lists_roles = !matches!(RolesClaim::of(claims), RolesClaim::Absent);
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

/// Nested in one claim, each a list of one text, or flattened into one a tag, as some providers
/// send them.
///
/// Source: IAM user guide, "Pass session tags in AWS STS", AssumeRoleWithWebIdentity.
fn session_tags(claims: &Claims) -> Result<Tags, InvalidClaim> {
    let (mut tags, mut transitive) = (Vec::new(), Vec::new());
    if let Some(claim) = claims.get(TAGS) {
        let object = claim.as_object().ok_or_else(|| shape("an object"))?;
        if let Some(principal_tags) = object.get("principal_tags") {
            let each =
                principal_tags.as_object().ok_or_else(|| shape("an object of `principal_tags`"))?;
            for (key, value) in each {
                if value.is_string() {
                    return Err(InvalidClaim::NestedText(key.clone()));
                }
                tags.push(tag(key, value)?);
            }
        }
        if let Some(keys) = object.get("transitive_tag_keys") {
            transitive.extend(texts(keys)?);
        }
    }
    let flattened = claims
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(TAGS)?.strip_prefix('/')?, value)));
    for (name, value) in flattened {
        if let Some(key) = name.strip_prefix("principal_tags/") {
            tags.push(tag(key, value)?);
        } else if name == "transitive_tag_keys" {
            transitive.extend(texts(value)?);
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(shape("at most 50 tags"));
    }
    Ok((tags, transitive))
}

fn shape(expected: &'static str) -> InvalidClaim {
    InvalidClaim::Shape { claim: TAGS, expected }
}

/// One tag: a text, or one alone in a list.
fn tag(key: &str, value: &Value) -> Result<(String, String), InvalidClaim> {
    let value = match value {
        Value::String(text) => Some(text.as_str()),
        Value::Array(items) => match items.as_slice() {
            [one] => one.as_str(),
            _ => None,
        },
        _ => None,
    };
    let value = value.ok_or_else(|| shape("one string a tag, alone in a list"))?;
    let keeps = |limits: TextLimits, text: &str| limits.faults(text).is_empty();
    if !keeps(TextLimits::tag_key(), key) || !keeps(TextLimits::tag_value(), value) {
        return Err(shape(
            "tags with keys of 1 to 128 and values of at most 256 letters, digits, spaces and \
             `_.:/=+-@`",
        ));
    }
    if [key, value].iter().any(|text| is_reserved_tag(text)) {
        return Err(shape("tags whose keys and values do not begin with `aws:`"));
    }
    Ok((key.to_owned(), value.to_owned()))
}

fn texts(keys: &Value) -> Result<Vec<String>, InvalidClaim> {
    let expected = || shape("a list of `transitive_tag_keys`");
    let keys = keys.as_array().ok_or_else(expected)?;
    keys.iter().map(|key| key.as_str().map(str::to_owned).ok_or_else(expected)).collect()
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
