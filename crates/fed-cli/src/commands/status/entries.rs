//! The single entries of the store.

use credential_store::{AnyEntry, Listed};
use fed_types::UnixTime;
use serde_json::{Value, json};

use super::people::People;
use super::words::{last_failure, life, place};
use crate::render;
use crate::settings::role_names;

/// The credentials among the entries, a row each; nothing where there are none.
pub(super) fn table<'a>(entries: impl Iterator<Item = &'a Listed>, now: UnixTime) -> String {
    let row = |listed: &Listed| match &listed.entry {
        Some(AnyEntry::Credentials(entry)) => {
            let (account, role) = role_names(&entry.role_arn);
            let profile = listed.key.profile().to_owned();
            let ends = entry.credentials.expiration;
            let told = if ends > now && !entry.is_valid(now) {
                "unknown: the clock was set back".to_owned()
            } else {
                life(ends, now)
            };
            Some([profile, account, role, told])
        }
        _ => None,
    };
    let rows: Vec<[String; 4]> = entries.filter_map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = ["PROFILE", "ACCOUNT", "ROLE", "CREDENTIALS"];
    format!("\n{}", render::narrow_table(header, &rows, render::COLUMNS))
}

/// For a program; `None` for what is only a choice among sign-ins.
pub(super) fn as_json(listed: &Listed, people: &People, now: UnixTime) -> Option<Value> {
    let mut value = json!({
        "kind": listed.key.kind().to_string(),
        "file": listed.path.display().to_string(),
        "last_failure": last_failure(listed).map(|failure| json!({
            "reason": failure.reason,
            "at": failure.at.to_string(),
            "retry_at": failure.retry_at.to_string(),
        })),
    });
    let details = match &listed.entry {
        Some(AnyEntry::Credentials(entry)) => json!({
            "profile": listed.key.profile(),
            "role_arn": entry.role_arn,
            "assumed_role_arn": entry.assumed_role_arn,
            "subject": entry.subject,
            "access_key_id": entry.credentials.access_key_id,
            "expiration": entry.credentials.expiration.to_string(),
            "valid": entry.is_valid(now),
        }),
        Some(AnyEntry::SignIn(entry)) => json!({
            "profiles": people.profiles_of(&listed.key),
            "client_id": listed.key.part("client"),
            "issuer": entry.issuer,
            "subject": entry.subject,
            "email": entry.email,
            "renewable": entry.refresh_token.is_some(),
            "refresh_token_in": entry.refresh_token.as_ref().map(place),
            "expiration": entry.id_token_expiration.map(|moment| moment.to_string()),
        }),
        Some(AnyEntry::Account(_)) | None => {
            last_failure(listed)?;
            json!({ "profiles": people.who_wait_under(&listed.key) })
        }
    };
    if let (Some(object), Value::Object(details)) = (value.as_object_mut(), details) {
        object.extend(details);
    }
    Some(value)
}
