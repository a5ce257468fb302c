//! A JWT in compact form, taken apart.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fed_types::{Claims, UnixTime};
use serde_json::{Map, Value};

use crate::sts::{Check, Denial};

/// What STS says of everything that is no JWT.
const NOT_A_JWT: &str = "The ID Token provided is not a valid JWT. (You may see this error if \
                         you sent an Access Token)";
/// The API model's own description of `InvalidIdentityToken`.
pub(super) const NOT_VALID: &str = "The web identity token that was passed could not be validated by AWS. Get a new identity \
     token from the identity provider and then retry the request.";

/// How a token is signed. Only what AWS accepts: never `none`, never a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "RFC 7518 section 3.1 names them")]
pub enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Es256,
    Es384,
    Es512,
}

impl Algorithm {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "ES512" => Self::Es512,
            _ => return None,
        })
    }

    /// As in a key's `alg`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
        }
    }
}

/// A token that has the form of an ID token. Nothing says yet that it is genuine.
#[derive(Clone, Debug)]
pub struct UnverifiedToken {
    /// The algorithm that the header names; `None` when AWS does not accept it.
    pub algorithm: Option<Algorithm>,
    /// The header's `kid`.
    pub key_id: Option<String>,
    /// What the signature is over.
    pub signed: String,
    /// The signature.
    pub signature: Vec<u8>,
    /// What the token says.
    pub content: TokenContent,
}

/// The claims of an ID token, with those that none lacks.
#[derive(Clone, Debug)]
pub struct TokenContent {
    /// All claims.
    pub claims: Claims,
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// `exp`; every JWT has it.
    pub expires: Option<UnixTime>,
    /// `iat`; every JWT has it.
    pub issued: Option<UnixTime>,
    /// `nbf`
    pub not_before: Option<UnixTime>,
}

impl UnverifiedToken {
    /// Takes the token apart: three parts, JSON objects, and the claims no ID token lacks.
    ///
    /// # Errors
    /// `InvalidIdentityToken`: not a JWT, or a required claim is missing.
    pub fn parse(jwt: &str) -> Result<Self, Denial> {
        let parts: Vec<&str> = jwt.split('.').collect();
        let &[header, payload, signature] = parts.as_slice() else { return Err(not_a_jwt()) };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| not_a_jwt());
        let header_members: Map<String, Value> =
            serde_json::from_slice(&decode(header)?).map_err(|_| not_a_jwt())?;
        let claims = Claims::from_json(&decode(payload)?).map_err(|_| not_a_jwt())?;
        let signature_bytes = decode(signature)?;
        let member = |name: &str| match header_members.get(name) {
            None => Ok(None),
            // RFC 7515 sections 4.1.1 and 4.1.4: both are strings.
            Some(value) => value.as_str().map(Some).ok_or_else(not_a_jwt),
        };
        let algorithm = member("alg")?.ok_or_else(not_a_jwt)?;
        let key_id = member("kid")?.map(str::to_owned);
        // RFC 7515 section 4.1.11: what is critical and not understood makes it invalid.
        if header_members.contains_key("crit") {
            return Err(invalid(NOT_VALID));
        }
        let content = TokenContent::of(claims)?;
        for (name, time) in [("exp", content.expires), ("iat", content.issued)] {
            if time.is_none() {
                return Err(missing(name));
            }
        }
        Ok(Self {
            algorithm: Algorithm::parse(algorithm),
            key_id,
            signed: format!("{header}.{payload}"),
            signature: signature_bytes,
            content,
        })
    }
}

impl TokenContent {
    /// Reads the claims.
    ///
    /// # Errors
    /// `InvalidIdentityToken`: a required claim is missing or has another shape.
    pub fn of(claims: Claims) -> Result<Self, Denial> {
        let required = |name: &str| {
            claims
                .text(name)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| missing(name))
        };
        let issuer = required("iss")?;
        if claims.audience().iter().all(|audience| audience.is_empty()) {
            return Err(missing("aud"));
        }
        let subject = required("sub")?;
        // OpenID Connect Core section 2: `azp` is a string. What AWS makes of another is not
        // known, so it is not taken for absent.
        if claims.get("azp").is_some_and(|party| !party.is_string() && !party.is_null()) {
            return Err(not_a_jwt());
        }
        // STS takes whole seconds only, though a NumericDate may have a fraction.
        let time = |name: &str| match claims.get(name) {
            None => Ok(None),
            Some(value) => {
                let seconds = value.as_i64().ok_or_else(not_a_jwt)?;
                Ok(Some(UnixTime::from_seconds(seconds)))
            }
        };
        let (expires, issued, not_before) = (time("exp")?, time("iat")?, time("nbf")?);
        Ok(Self { issuer, subject, expires, issued, not_before, claims })
    }

    /// The party the token is for: `aud`, the first where there are several.
    pub fn audience(&self) -> &str {
        self.claims.audience().first().copied().unwrap_or_default()
    }
}

fn invalid(message: impl Into<String>) -> Denial {
    Denial::invalid_token(Check::TokenForm, message)
}

fn not_a_jwt() -> Denial {
    invalid(NOT_A_JWT)
}

fn missing(claim: &str) -> Denial {
    invalid(format!("Missing a required claim: {claim}"))
}
