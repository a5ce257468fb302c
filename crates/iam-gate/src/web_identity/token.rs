//! A JWT in compact form, taken apart.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fed_types::{Claims, UnixTime};
use serde_json::{Map, Value};

use super::{NOT_A_JWT, NOT_VALID, invalid};
use crate::error_response::ErrorResponse;

/// How a token is signed. Only what AWS accepts: never `none`, never a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
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
    pub(super) fn name(self) -> &'static str {
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
pub(crate) struct UnverifiedToken {
    /// The algorithm the header names; `None` when AWS does not accept it.
    algorithm: Option<Algorithm>,
    pub(super) key_id: Option<String>,
    /// What the signature is over.
    pub(super) signed: String,
    pub(super) signature: Vec<u8>,
    pub(crate) claims: Claims,
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) expires: UnixTime,
    pub(crate) issued: UnixTime,
    pub(crate) not_before: Option<UnixTime>,
}

impl UnverifiedToken {
    /// Takes the token apart: three parts, JSON objects, and the claims no ID token lacks.
    ///
    /// # Errors
    /// `InvalidIdentityToken`: not a JWT, or a required claim is missing.
    pub(crate) fn parse(jwt: &str) -> Result<Self, ErrorResponse> {
        let not_a_jwt = || invalid(NOT_A_JWT);
        let parts: Vec<&str> = jwt.split('.').collect();
        let &[header, payload, signature] = parts.as_slice() else { return Err(not_a_jwt()) };
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| not_a_jwt());
        let header_members: Map<String, Value> =
            serde_json::from_slice(&decode(header)?).map_err(|_| not_a_jwt())?;
        let claims = Claims::from_json(&decode(payload)?).map_err(|_| not_a_jwt())?;
        let signature_bytes = decode(signature)?;
        let member = |name: &str| header_members.get(name).and_then(Value::as_str);
        let algorithm = member("alg").ok_or_else(not_a_jwt)?;
        // RFC 7515 section 4.1.11: what is critical and not understood makes it invalid.
        if header_members.contains_key("crit") {
            return Err(invalid(NOT_VALID));
        }
        let required = |name: &str| {
            claims
                .text(name)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .ok_or_else(|| invalid(format!("Missing a required claim: {name}")))
        };
        let issuer = required("iss")?;
        if claims.audience().iter().all(|audience| audience.is_empty()) {
            return Err(invalid("Missing a required claim: aud"));
        }
        let subject = required("sub")?;
        let time = |name: &str| match claims.get(name) {
            None => Err(invalid(format!("Missing a required claim: {name}"))),
            Some(_) => claims.time(name).ok_or_else(not_a_jwt),
        };
        let (expires, issued) = (time("exp")?, time("iat")?);
        let not_before = claims.get("nbf").map(|_| time("nbf")).transpose()?;
        Ok(Self {
            algorithm: Algorithm::parse(algorithm),
            key_id: member("kid").map(str::to_owned),
            signed: format!("{header}.{payload}"),
            signature: signature_bytes,
            claims,
            issuer,
            subject,
            expires,
            issued,
            not_before,
        })
    }

    /// The algorithm to check the signature with.
    ///
    /// # Errors
    /// `InvalidIdentityToken` when it is one AWS does not accept.
    pub(crate) fn algorithm(&self) -> Result<Algorithm, ErrorResponse> {
        self.algorithm.ok_or_else(|| invalid(NOT_VALID))
    }

    /// The party the token is for: `aud`, the first where there are several.
    pub(crate) fn audience(&self) -> &str {
        self.claims.audience().first().copied().unwrap_or_default()
    }
}
