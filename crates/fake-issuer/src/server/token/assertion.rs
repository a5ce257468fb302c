//! A client that signs who it is: `private_key_jwt` (OIDC Core §9, RFC 7523 §3).

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::server::parameters::Parameters;
use crate::server::{Provider, TOKEN};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Deserialize)]
struct Claims {
    jti: String,
    iat: i64,
    exp: i64,
}

/// Whether the request's assertion is `client_id`'s, made out to this token endpoint, and new.
pub(super) fn is_right(
    provider: &Provider,
    client_id: &str,
    public_key_pem: &str,
    parameters: &Parameters,
) -> bool {
    let claims = (parameters.get("client_assertion_type") == Some(JWT_BEARER))
        .then(|| parameters.get("client_assertion"))
        .flatten()
        .and_then(|assertion| read(provider, client_id, public_key_pem, assertion));
    let now = provider.clock().now();
    claims.is_some_and(|claims| {
        let is_short = claims.exp - claims.iat <= 300;
        let is_now = claims.iat <= now && now < claims.exp;
        is_short && is_now && provider.state().seen.insert(("jti", claims.jti))
    })
}

fn read(provider: &Provider, client_id: &str, pem: &str, assertion: &str) -> Option<Claims> {
    let pem = pem.as_bytes();
    let (key, algorithm) = match DecodingKey::from_rsa_pem(pem) {
        Ok(key) => (key, Algorithm::RS256),
        Err(_) => (DecodingKey::from_ec_pem(pem).ok()?, Algorithm::ES256),
    };
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[client_id]);
    rules.set_audience(&[format!("{}{TOKEN}", provider.url())]);
    rules.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    rules.sub = Some(client_id.to_owned());
    // By the issuer's own clock.
    rules.validate_exp = false;
    decode::<Claims>(assertion, &key, &rules).ok().map(|token| token.claims)
}
