//! Freshness, and what `Debug` shows.

use super::*;

fn entry(obtained: i64, expiration: i64) -> CredentialsEntry {
    CredentialsEntry {
        credentials: TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: Secret::new("canary-secret-key"),
            session_token: Secret::new("canary-session-token"),
            expiration: UnixTime::from_seconds(expiration),
        },
        obtained: UnixTime::from_seconds(obtained),
        role_arn: "arn:aws:iam::278805249149:role/google-oidc-role".into(),
        assumed_role_arn: None,
        subject: Some("113632458324056836621".into()),
        configuration: None,
    }
}

#[test]
fn fresh_while_more_than_sixteen_minutes_are_left() {
    let hour = entry(0, 3600);
    for (now, fresh) in [(0, true), (2639, true), (2640, false), (3599, false), (9999, false)] {
        assert_eq!(hour.is_fresh(UnixTime::from_seconds(now)), fresh, "at {now}");
    }
}

#[test]
fn a_quarter_hour_session_is_fresh_for_half_its_life() {
    let short = entry(0, 900);
    for (now, fresh) in [(0, true), (449, true), (450, false), (899, false)] {
        assert_eq!(short.is_fresh(UnixTime::from_seconds(now)), fresh, "at {now}");
    }
    assert!(short.is_valid(UnixTime::from_seconds(899)));
    assert!(!short.is_valid(UnixTime::from_seconds(900)));
}

#[test]
fn an_entry_that_ends_before_it_began_is_never_fresh() {
    assert!(!entry(3600, 0).is_fresh(UnixTime::from_seconds(0)));
}

#[test]
fn debug_shows_no_secret() {
    let sign_in = SignInEntry {
        issuer: "https://accounts.google.com".into(),
        subject: "1".into(),
        email: None,
        refresh_token: Some(RefreshToken::Known(Secret::new("canary-refresh"))),
        id_token: Some(WebIdentityToken::new("canary-id")),
        id_token_expiration: None,
        obtained: UnixTime::from_seconds(0),
        profiles: Vec::new(),
    };
    let shown = format!("{:?} {sign_in:?}", entry(0, 1));
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn both_kinds_survive_the_way_to_disk_and_back() {
    let credentials = entry(1, 2);
    let back = CredentialsEntry::from_value(credentials.to_value().unwrap()).unwrap();
    assert_eq!(back, credentials);
}

#[test]
fn a_sign_in_of_before_keyrings_is_read_and_one_in_the_keyring_holds_no_token() {
    let old = r#"{"issuer":"i","subject":"1","email":null,"refresh_token":"canary-refresh",
        "id_token":null,"id_token_expiration":null,"obtained":0}"#;
    let entry = SignInEntry::from_value(serde_json::from_str(old).unwrap()).unwrap();
    assert_eq!(entry.refresh_token, Some(RefreshToken::Known(Secret::new("canary-refresh"))));
    let moved = SignInEntry { refresh_token: Some(RefreshToken::InKeyring), ..entry };
    let disk = moved.to_value().unwrap();
    assert_eq!(disk["refresh_token"], serde_json::Value::Null);
    assert_eq!(disk["refresh_token_in_keyring"], true);
    assert_eq!(SignInEntry::from_value(disk).unwrap(), moved);
}
