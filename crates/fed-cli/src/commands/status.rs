//! `status`: what is kept, and for how long.

use clap::Args;
use credential_store::{AnyEntry, FailureKind, Listed, RefreshToken};
use fed_types::UnixTime;
use serde_json::{Value, json};

use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::store::store;
use crate::{Exit, Failure, render};

/// Show which sign-ins and credentials are kept, and for how long.
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &StatusArguments) -> Outcome {
    let entries = match store(context) {
        Some(store) => store
            .list()
            .map_err(|error| Failure::from_error(Exit::Unexpected, &error).hint(error.hint()))?,
        None => Vec::new(),
    };
    let chosen = context.global.profile.as_deref();
    let entries: Vec<&Listed> = entries
        .iter()
        .filter(|listed| chosen.is_none_or(|name| listed.key.profile() == name))
        .collect();
    let now = context.host.now();
    match arguments.output.output {
        OutputFormat::Json => {
            let entries: Vec<Value> = entries.iter().map(|listed| as_json(listed, now)).collect();
            context.data(&render::json(&entries))?;
        }
        OutputFormat::Text if entries.is_empty() => {
            context.data("nothing is kept\n")?;
        }
        OutputFormat::Text => {
            let rows: Vec<[String; 5]> = entries.iter().map(|listed| row(listed, now)).collect();
            context
                .data(&render::table(["PROFILE", "WHAT", "WHO", "STATE", "LAST FAILURE"], &rows))?;
        }
    }
    Ok(Exit::Done)
}

fn row(listed: &Listed, now: UnixTime) -> [String; 5] {
    let (who, state) = match &listed.entry {
        Some(AnyEntry::Credentials(entry)) => (
            entry.assumed_role_arn.clone().unwrap_or_else(|| entry.role_arn.clone()),
            life(entry.credentials.expiration, now),
        ),
        Some(AnyEntry::SignIn(entry)) => (
            entry.email.clone().unwrap_or_else(|| entry.subject.clone()),
            match (&entry.refresh_token, entry.id_token_expiration) {
                (Some(refresh_token), _) => {
                    format!("renewed by itself, refresh token in the {}", place(refresh_token))
                }
                (None, Some(expiration)) => life(expiration, now),
                (None, None) => "ended".to_owned(),
            },
        ),
        None => (String::new(), String::new()),
    };
    let failure = last_failure(listed).map(|failure| failure.reason.clone());
    [
        listed.key.profile().to_owned(),
        listed.key.kind().to_string(),
        who,
        state,
        failure.unwrap_or_default(),
    ]
}

/// The last renewal's failure. That somebody is being asked is none.
fn last_failure(listed: &Listed) -> Option<&credential_store::Failure> {
    listed.failure.as_ref().filter(|failure| failure.kind != FailureKind::SignInNeeded)
}

fn place(refresh_token: &RefreshToken) -> &'static str {
    match refresh_token {
        RefreshToken::Known(_) => "file",
        RefreshToken::InKeyring => "keyring",
    }
}

fn life(expiration: UnixTime, now: UnixTime) -> String {
    let left = expiration.since(now).as_secs();
    match (left / 3600, left / 60 % 60) {
        (0, 0) if left == 0 => "ended".to_owned(),
        (0, minutes) => format!("{minutes} min left"),
        (hours, minutes) => format!("{hours} h {minutes} min left"),
    }
}

fn as_json(listed: &Listed, now: UnixTime) -> Value {
    let mut value = json!({
        "profile": listed.key.profile(),
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
            "role_arn": entry.role_arn,
            "assumed_role_arn": entry.assumed_role_arn,
            "subject": entry.subject,
            "access_key_id": entry.credentials.access_key_id,
            "expiration": entry.credentials.expiration.to_string(),
            "valid": entry.is_valid(now),
        }),
        Some(AnyEntry::SignIn(entry)) => json!({
            "issuer": entry.issuer,
            "subject": entry.subject,
            "email": entry.email,
            "renewable": entry.refresh_token.is_some(),
            "refresh_token_in": entry.refresh_token.as_ref().map(place),
            "expiration": entry.id_token_expiration.map(|moment| moment.to_string()),
        }),
        None => Value::Null,
    };
    if let (Some(object), Value::Object(details)) = (value.as_object_mut(), details) {
        object.extend(details);
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn life_is_told_in_hours_and_minutes() {
        let now = UnixTime::from_seconds(1_000);
        let at = |seconds| life(UnixTime::from_seconds(seconds), now);
        assert_eq!(at(900), "ended");
        assert_eq!(at(1_030), "0 min left");
        assert_eq!(at(1_000 + 3_599), "59 min left");
        assert_eq!(at(1_000 + 3_660), "1 h 1 min left");
    }
}
