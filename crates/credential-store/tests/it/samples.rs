//! Keys and entries.

use std::time::Duration;

use credential_store::{CredentialsEntry, EntryKey, EntryKind, RefreshToken, SignInEntry};
use fed_types::{Secret, TemporaryCredentials, UnixTime, WebIdentityToken};

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn sign_in_key() -> EntryKey {
    EntryKey::new(EntryKind::SignIn, "google", &[("issuer", "https://accounts.google.com")])
}

pub(crate) fn credentials_key() -> EntryKey {
    EntryKey::new(EntryKind::Credentials, "google", &[("region", "ap-northeast-2")])
}

pub(crate) fn refresh_token(generation: u64) -> Secret {
    Secret::new(format!("canary-refresh-{generation}"))
}

/// A sign-in whose every part names the generation, so that a torn one shows.
pub(crate) fn sign_in(generation: u64) -> SignInEntry {
    SignInEntry {
        issuer: format!("https://issuer.example/{generation}"),
        subject: generation.to_string(),
        email: Some(format!("{generation}@example.com")),
        refresh_token: Some(RefreshToken::Known(refresh_token(generation))),
        id_token: Some(WebIdentityToken::new(&format!("{generation}.").repeat(500))),
        id_token_expiration: Some(UnixTime::from_seconds(generation.try_into().unwrap())),
        obtained: UnixTime::from_seconds(generation.try_into().unwrap()),
        profiles: Vec::new(),
    }
}

pub(crate) fn credentials() -> CredentialsEntry {
    CredentialsEntry {
        credentials: TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: Secret::new("canary-key"),
            session_token: Secret::new("canary-token"),
            expiration: UnixTime::from_seconds(3600),
        },
        obtained: UnixTime::from_seconds(0),
        role_arn: "arn:aws:iam::278805249149:role/google-oidc-role".into(),
        assumed_role_arn: None,
        subject: None,
        configuration: None,
    }
}
