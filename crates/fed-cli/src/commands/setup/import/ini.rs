//! aws-vault and granted, whose profiles are in `~/.aws/config`, and saml2aws.

use std::collections::BTreeMap;

use super::{Imported, name};
use crate::config::Profile;

/// A section's keys and values.
type Section<'a> = BTreeMap<String, &'a str>;

/// Reads the sections.
pub(super) fn read(text: &str) -> Imported {
    let mut imported = Imported::default();
    for (title, section) in sections(text) {
        let words: Vec<&str> = title.split_whitespace().collect();
        let called = match words.as_slice() {
            ["profile", rest @ ..] => name(&rest.join(" ")),
            ["sso-session" | "services", ..] => continue,
            other => name(&other.join(" ")),
        };
        let has = |beginning: &str| section.keys().any(|key| key.starts_with(beginning));
        if has("granted_sso_") || has("sso_") {
            imported.left.push(format!(
                "`{called}`: roles of IAM Identity Center cannot be assumed with an ID token"
            ));
        } else if let Some(role_arn) = section.get("role_arn") {
            take(&called, role_arn, &section, &mut imported);
        } else if has("idp_") || has("provider") || has("credential_process") {
            imported.left.push(format!("`{called}`: it names no role"));
        }
    }
    imported
}

fn take(called: &str, role_arn: &str, section: &Section<'_>, imported: &mut Imported) {
    let text = |key: &str| section.get(key).map(|value| (*value).to_owned());
    let duration = text("duration_seconds").or_else(|| text("aws_session_duration"));
    let mut profile = Profile {
        role_arn: Some(role_arn.to_owned()),
        region: text("region"),
        role_session_name: text("role_session_name"),
        duration: duration.map(|seconds| format!("{seconds}s")),
        ..Profile::default()
    };
    for key in
        ["mfa_serial", "source_profile", "credential_source", "external_id", "include_profile"]
    {
        if section.contains_key(key) {
            imported.left.push(format!("`{called}`: `{key}`: an ID token takes its place"));
        }
    }
    // Keycloak is an OpenID Connect issuer, too.
    if let Some((realm, _)) = section.get("url").and_then(|url| url.split_once("/protocol/saml")) {
        profile.issuer = Some(realm.to_owned());
    } else if section.contains_key("url") {
        imported.left.push(format!("`{called}`: its sign-in, which is SAML's"));
    }
    imported.profiles.push((called.to_owned(), profile));
}

/// The sections in their order. Comments and indented settings of settings are left out.
fn sections(text: &str) -> Vec<(&str, Section<'_>)> {
    let mut sections: Vec<(&str, Section<'_>)> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(title) = trimmed.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            sections.push((title.trim(), Section::new()));
        } else if !trimmed.starts_with(['#', ';'])
            && !line.starts_with([' ', '\t'])
            && let Some((key, value)) = trimmed.split_once('=')
            && let Some((_, section)) = sections.last_mut()
        {
            section.insert(key.trim().to_ascii_lowercase(), value.trim());
        }
    }
    // saml2aws indents nothing that matters, but aligns with spaces.
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(role: &str, region: Option<&str>) -> Profile {
        Profile {
            role_arn: Some(format!("arn:aws:iam::111122223333:role/{role}")),
            region: region.map(str::to_owned),
            ..Profile::default()
        }
    }

    #[test]
    fn roles_of_aws_vault_are_taken_and_its_keys_are_not() {
        let imported = read(
            "[default]\nregion = eu-west-1\n\n[profile dev]\nsource_profile = default\n# mine\n\
             role_arn = arn:aws:iam::111122223333:role/dev\nregion=us-east-1\n\
             mfa_serial = arn:aws:iam::111122223333:mfa/ada\nduration_seconds = 7200\n",
        );
        let expected =
            Profile { duration: Some("7200s".into()), ..profile("dev", Some("us-east-1")) };
        assert_eq!(imported.profiles, [("dev".to_owned(), expected)]);
        assert_eq!(
            imported.left,
            [
                "`dev`: `mfa_serial`: an ID token takes its place",
                "`dev`: `source_profile`: an ID token takes its place"
            ]
        );
    }

    #[test]
    fn what_granted_gets_from_identity_center_stays() {
        let imported = read(
            "[profile a/b]\ngranted_sso_start_url = https://d.awsapps.com/start\n\
             granted_sso_account_id = 111122223333\ngranted_sso_role_name = admin\n\
             [sso-session x]\nsso_region = us-east-1\n",
        );
        assert_eq!(imported.profiles, []);
        assert_eq!(
            imported.left,
            ["`a-b`: roles of IAM Identity Center cannot be assumed with an ID token"]
        );
    }

    #[test]
    fn of_saml2aws_a_keycloak_realm_is_an_issuer() {
        let imported = read(
            "[default]\nname = default\nurl = https://sso.example.com/realms/staff/protocol/saml/clients/aws\n\
             provider = KeyCloak\nrole_arn = arn:aws:iam::111122223333:role/dev\n\
             aws_session_duration = 3600\n[okta]\nurl = https://x.okta.com/home/amazon_aws/1\n\
             provider = Okta\nrole_arn = arn:aws:iam::111122223333:role/okta\n",
        );
        let keycloak = Profile {
            issuer: Some("https://sso.example.com/realms/staff".into()),
            duration: Some("3600s".into()),
            ..profile("dev", None)
        };
        let expected =
            [("default".to_owned(), keycloak), ("okta".to_owned(), profile("okta", None))];
        assert_eq!(imported.profiles, expected);
        assert_eq!(imported.left, ["`okta`: its sign-in, which is SAML's"]);
    }
}
