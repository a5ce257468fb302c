//! Who can sign in with Google, and for which programs.

use fake_issuer::{Account, Client};
use serde_json::{Map, json};

use super::section::Table;
use super::source::WorldError;

pub(super) fn person(table: &Table<'_>) -> Result<Account, WorldError> {
    let (subject, email) = (table.needed("subject")?, table.needed("email")?);
    if subject.text.is_empty() || !subject.text.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!("expected digits as Google's `subject`, found `{}`", subject.text);
        return Err(subject.place.error(message));
    }
    if !email.text.contains('@') {
        let message = format!("expected an address as `email`, found `{}`", email.text);
        return Err(email.place.error(message));
    }
    let name = |key| table.text(key).map(|name| name.text).unwrap_or_default();
    let (given, family) = (name("given_name"), name("family_name"));
    let mut account = Account::new(&subject.text, &email.text, &given, &family);
    account.name = account.name.trim().to_owned();
    account.email_verified = table.flag("email_verified").unwrap_or(true);
    if let Some(domain) = table.text("hosted_domain") {
        account.hosted_domain = Some(domain.text).filter(|domain| !domain.is_empty());
    }
    Ok(account)
}

pub(super) fn oauth_client(table: &Table<'_>) -> Result<Client, WorldError> {
    let id = table.needed("client_id")?;
    let mut description = Map::new();
    for key in ["client_id", "type", "client_secret"] {
        if let Some(given) = table.text(key) {
            description.insert(key.to_owned(), given.text.into());
        }
    }
    let redirects: Vec<String> =
        table.texts("redirect_uris").into_iter().map(|uri| uri.text).collect();
    description.insert("redirect_uris".to_owned(), json!(redirects));
    let client = serde_json::Value::Object(description).to_string().parse::<Client>();
    client.map_err(|error| id.place.error(error.to_string()))
}
