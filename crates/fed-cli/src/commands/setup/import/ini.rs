//! aws-vault and granted, whose profiles are in `~/.aws/config`, and saml2aws.

use std::collections::BTreeMap;

use fed_types::RoleArn;
use sts_exchange::SessionDuration;

use super::{Imported, name};
use crate::config::Profile;

/// A section's keys and values.
type Section<'a> = BTreeMap<String, &'a str>;

/// Reads the sections.
pub(super) fn read(text: &str) -> Imported {
    let mut imported = Imported::default();
    let all: Vec<(String, Section<'_>)> = sections(text)
        .into_iter()
        .filter_map(|(title, section)| called(title).map(|called| (called, section)))
        .collect();
    for (called, section) in &all {
        let has = |beginning: &str| section.keys().any(|key| key.starts_with(beginning));
        if has("granted_sso_") || has("sso_") {
            imported.left.push(format!(
                "`{called}`: roles of IAM Identity Center cannot be assumed with an ID token"
            ));
        } else if section.contains_key("role_arn") {
            take(called, section, &all, &mut imported);
        } else if ["idp_", "provider", "credential_process", "source_profile"].into_iter().any(has)
        {
            imported.left.push(format!("`{called}`: it names no role"));
        }
    }
    imported
}

/// The profile that a section is of; `None` where it is of none.
fn called(title: &str) -> Option<String> {
    match title.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["profile", rest @ ..] => Some(name(&rest.join(" "))),
        ["sso-session" | "services", ..] => None,
        other => Some(name(&other.join(" "))),
    }
}

fn take(
    called: &str,
    section: &Section<'_>,
    all: &[(String, Section<'_>)],
    imported: &mut Imported,
) {
    let mut left = |what: &str, why: &str| {
        imported.left.push(format!("`{called}`: `{what}`: {why}"));
    };
    let roles = match roles(called, section, all) {
        Ok(roles) => roles,
        Err((key, why)) => return left(key, &why),
    };
    let Some((role_arn, chain)) = roles.split_first() else { return };
    let text = |key: &str| section.get(key).map(|value| (*value).to_owned());
    let mut profile = Profile {
        role_arn: Some(role_arn.to_string()),
        chain: (!chain.is_empty()).then(|| chain.iter().map(ToString::to_string).collect()),
        region: text("region"),
        role_session_name: text("role_session_name"),
        ..Profile::default()
    };
    let durations = ["duration_seconds", "aws_session_duration"];
    if let Some((key, text)) = durations.into_iter().find_map(|key| Some((key, section.get(key)?)))
    {
        match duration(text) {
            Ok(duration) => profile.duration = Some(duration),
            Err(why) => left(key, &why),
        }
    }
    let is_chained = !chain.is_empty();
    for key in ["mfa_serial", "source_profile", "credential_source", "external_id"] {
        match (section.contains_key(key), key) {
            (false, _) => {}
            (true, "source_profile") if is_chained => {}
            (true, "external_id") if is_chained => left(key, "it is not sent"),
            (true, _) => left(key, "an ID token takes its place"),
        }
    }
    if section.contains_key("include_profile") {
        left("include_profile", "what it includes is not followed");
    }
    // Keycloak is an OpenID Connect issuer, too.
    if let Some((realm, _)) = section.get("url").and_then(|url| url.split_once("/protocol/saml")) {
        profile.issuer = Some(realm.to_owned());
    } else if section.contains_key("url") {
        imported.left.push(format!("`{called}`: its sign-in, which is SAML's"));
    }
    imported.profiles.push((called.to_owned(), profile));
}

/// The roles that lead to the section's own, the one that the ID token gets first.
///
/// # Errors
/// Of which key there is no use, and why.
fn roles(
    called: &str,
    section: &Section<'_>,
    all: &[(String, Section<'_>)],
) -> Result<Vec<RoleArn>, (&'static str, String)> {
    let mut roles = Vec::new();
    let mut seen = vec![called.to_owned()];
    let mut section = section;
    while let Some(role_arn) = section.get("role_arn") {
        let role_arn = role_arn.parse::<RoleArn>();
        roles.insert(0, role_arn.map_err(|error| ("role_arn", error.to_string()))?);
        let source = section.get("source_profile").map(|source| name(source));
        // A role that is its own source has its keys beside it.
        let Some(source) = source.filter(|source| seen.last() != Some(source)) else { break };
        if seen.contains(&source) {
            return Err(("source_profile", "its roles lead in a circle".to_owned()));
        }
        let Some((_, next)) = all.iter().find(|(known, _)| *known == source) else { break };
        seen.push(source);
        section = next;
    }
    Ok(roles)
}

/// A number of seconds as our duration.
fn duration(text: &str) -> Result<String, String> {
    let seconds: u32 =
        text.parse().map_err(|_| format!("expected a number of seconds, found `{text}`"))?;
    let duration = format!("{seconds}s");
    let checked = duration.parse::<SessionDuration>();
    checked.map(|_| duration).map_err(|error| error.to_string())
}

/// The sections in their order. Comments, indented settings of settings and what has no value are
/// left out.
fn sections(text: &str) -> Vec<(&str, Section<'_>)> {
    let mut sections: Vec<(&str, Section<'_>)> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(title) = trimmed.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            sections.push((title.trim(), Section::new()));
        } else if !trimmed.starts_with(['#', ';'])
            && !line.starts_with([' ', '\t'])
            && let Some((key, value)) = trimmed.split_once('=')
            && !value.trim().is_empty()
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

    #[test]
    fn what_is_empty_or_no_value_is_left() {
        let role = "arn:aws:iam::111122223333:role/dev";
        let imported = read(&format!(
            "[profile none]\nrole_arn =\nsource_profile = default\n[profile wrong]\n\
             role_arn = dev\n[profile dev]\nrole_arn = {role}\nregion =\nrole_session_name = \n\
             duration_seconds = x\nmfa_serial =\ninclude_profile = more\n\
             [profile short]\nrole_arn = {role}\nduration_seconds = 5\n"
        ));
        let expected = [("dev", profile("dev", None)), ("short", profile("dev", None))];
        assert_eq!(imported.profiles, expected.map(|(name, it)| (name.to_owned(), it)));
        assert_eq!(
            imported.left,
            [
                "`none`: it names no role",
                &format!("`wrong`: `role_arn`: {}", "dev".parse::<RoleArn>().unwrap_err()),
                "`dev`: `duration_seconds`: expected a number of seconds, found `x`",
                "`dev`: `include_profile`: what it includes is not followed",
                "`short`: `duration_seconds`: expected a session duration of 900 to 43200 seconds, \
                 found `5s`",
            ]
        );
    }

    #[test]
    fn roles_behind_roles_are_a_chain_without_circles() {
        let role = |name: &str| format!("role_arn = arn:aws:iam::111122223333:role/{name}\n");
        let imported = read(&format!(
            "[profile c]\n{}source_profile = b\nexternal_id = x\n[profile b]\n{}\
             source_profile = a\n[profile a]\n{}source_profile = keys\n[profile keys]\n\
             region = x\n[profile self]\n{}source_profile = self\n[profile one]\n{}\
             source_profile = two\n[profile two]\n{}source_profile = one\n",
            role("c"),
            role("b"),
            role("a"),
            role("self"),
            role("one"),
            role("two")
        ));
        let arn = |name: &&str| format!("arn:aws:iam::111122223333:role/{name}");
        let found: Vec<(String, Vec<String>)> = imported
            .profiles
            .into_iter()
            .map(|(name, it)| {
                (name, it.role_arn.into_iter().chain(it.chain.into_iter().flatten()).collect())
            })
            .collect();
        let expected =
            [("c", &["a", "b", "c"][..]), ("b", &["a", "b"]), ("a", &["a"]), ("self", &["self"])];
        let expected =
            expected.map(|(name, roles)| (name.to_owned(), roles.iter().map(arn).collect()));
        assert_eq!(found, expected);
        assert_eq!(
            imported.left,
            [
                "`c`: `external_id`: it is not sent",
                "`a`: `source_profile`: an ID token takes its place",
                "`self`: `source_profile`: an ID token takes its place",
                "`one`: `source_profile`: its roles lead in a circle",
                "`two`: `source_profile`: its roles lead in a circle",
            ]
        );
    }
}
