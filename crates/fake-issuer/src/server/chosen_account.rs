//! Whom the person chose on the sign-in page: an account of the picker, or one that they
//! describe themselves.

use serde_json::{Map, Value};

use super::error_response::ErrorPage;
use super::parameters::Parameters;
use crate::Account;

/// What an account cannot say: it is the issuer's own, or has a field of its own on the page.
const NOT_AN_ACCOUNTS: [&str; 14] = [
    "acr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "email",
    "exp",
    "hd",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "sub",
];

/// Whether somebody was chosen.
pub(super) fn is_made(parameters: &Parameters) -> bool {
    parameters.has_any(&["account", "email"])
}

/// Who it is: `account` names one of those that are there; `email`, with `name`, `subject`,
/// `hosted_domain` and `claims` (a JSON object) where they are given, is anybody. Who has the
/// email address of one that is there is that one, but for what is given.
pub(super) fn chosen(parameters: &Parameters, accounts: &[Account]) -> Result<Account, ErrorPage> {
    let known = |name: &str| accounts.iter().find(|account| account.is_meant_by(name)).cloned();
    let Some(email) = parameters.get("email") else {
        let found = parameters.get("account").and_then(known);
        return found.ok_or_else(|| ErrorPage::invalid_request("There is no such account."));
    };
    let mut account = known(email).unwrap_or_else(|| Account::of_email(email));
    if let Some(name) = parameters.get("name") {
        account = account.named(name);
    }
    if let Some(subject) = parameters.get("subject") {
        subject.clone_into(&mut account.subject);
    }
    if let Some(domain) = parameters.get("hosted_domain") {
        account.hosted_domain = Some(domain.to_owned());
    }
    if let Some(claims) = parameters.get("claims") {
        account.claims.extend(own(claims).map_err(ErrorPage::invalid_request)?);
    }
    Ok(account)
}

fn own(text: &str) -> Result<Map<String, Value>, String> {
    let claims: Map<String, Value> = serde_json::from_str(text)
        .map_err(|error| format!("The claims are no JSON object: {error}."))?;
    match claims.keys().find(|name| NOT_AN_ACCOUNTS.contains(&name.as_str())) {
        Some(name) => Err(format!(
            "The claim {name} is not for an account to say: the issuer says it, or it has a field of its own."
        )),
        None => Ok(claims),
    }
}
