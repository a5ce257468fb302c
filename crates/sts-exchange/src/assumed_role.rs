//! What STS answered.

use fed_types::{Secret, TemporaryCredentials, UnixTime};
use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

/// The answer of `AssumeRoleWithWebIdentity`, or of the last `AssumeRole` of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssumedRole {
    /// The credentials.
    pub credentials: TemporaryCredentials,
    /// `AROA…:SESSION`.
    pub assumed_role_id: String,
    /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    pub assumed_role_arn: String,
    /// `SubjectFromWebIdentityToken`: the token's `sub`, as STS read it.
    pub subject: Option<String>,
    /// `accounts.google.com`, or the ARN of the IAM OIDC provider.
    pub provider: Option<String>,
    /// The token's audience, as STS read it.
    pub audience: Option<String>,
    /// How much of the room for session policies and tags is used, in percent.
    pub packed_policy_size: Option<i32>,
    /// The source identity, where the token sets one.
    pub source_identity: Option<String>,
    /// What time it was for AWS when it answered; the expiration is by that clock.
    pub server_date: Option<UnixTime>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    credentials: Credentials<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_from_web_identity_token: Option<&'a str>,
    assumed_role_user: AssumedRoleUser<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    packed_policy_size: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_identity: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser<'a> {
    assumed_role_id: &'a str,
    arn: &'a str,
}

impl AssumedRole {
    /// The JSON that `aws sts assume-role-with-web-identity` prints: the same members in
    /// the same order, four spaces of indent, a line end. A secret as a whole.
    pub fn to_aws_cli_json(&self) -> Secret {
        let answer = Answer {
            credentials: Credentials {
                access_key_id: &self.credentials.access_key_id,
                secret_access_key: self.credentials.secret_access_key.expose(),
                session_token: self.credentials.session_token.expose(),
                expiration: self.credentials.expiration.to_string(),
            },
            subject_from_web_identity_token: self.subject.as_deref(),
            assumed_role_user: AssumedRoleUser {
                assumed_role_id: &self.assumed_role_id,
                arn: &self.assumed_role_arn,
            },
            packed_policy_size: self.packed_policy_size,
            provider: self.provider.as_deref(),
            audience: self.audience.as_deref(),
            source_identity: self.source_identity.as_deref(),
        };
        let mut bytes = Vec::new();
        let mut serializer =
            Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
        // Texts and a number into memory: there is nothing that could fail.
        let _ = answer.serialize(&mut serializer);
        bytes.push(b'\n');
        Secret::new(String::from_utf8(bytes).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assumed() -> AssumedRole {
        AssumedRole {
            credentials: TemporaryCredentials {
                access_key_id: "ASIAEXAMPLE".into(),
                secret_access_key: Secret::new("canary-key"),
                session_token: Secret::new("canary-token"),
                expiration: UnixTime::from_seconds(1_795_428_000),
            },
            assumed_role_id: "AROAEXAMPLE:google-oidc-session".into(),
            assumed_role_arn:
                "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session".into(),
            subject: Some("113632458324056836621".into()),
            provider: Some("accounts.google.com".into()),
            audience: Some("client".into()),
            packed_policy_size: None,
            source_identity: None,
            server_date: None,
        }
    }

    #[test]
    fn prints_what_the_aws_cli_prints() {
        assert_eq!(
            assumed().to_aws_cli_json().expose(),
            r#"{
    "Credentials": {
        "AccessKeyId": "ASIAEXAMPLE",
        "SecretAccessKey": "canary-key",
        "SessionToken": "canary-token",
        "Expiration": "2026-11-23T10:00:00Z"
    },
    "SubjectFromWebIdentityToken": "113632458324056836621",
    "AssumedRoleUser": {
        "AssumedRoleId": "AROAEXAMPLE:google-oidc-session",
        "Arn": "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session"
    },
    "Provider": "accounts.google.com",
    "Audience": "client"
}
"#
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", assumed()).contains("canary"));
    }
}
