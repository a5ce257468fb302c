//! What names credentials in the store: the profile and everything that changes them.

use credential_store::{EntryKey, EntryKind};

use crate::Failure;
use crate::context::Context;
use crate::settings::{Service, Settings};

/// The key of the credentials that these settings lead to.
pub(super) fn of(context: Context<'_>, settings: &Settings) -> Result<EntryKey, Failure> {
    let role = settings.role(&context.host.files)?;
    let aws = settings.aws(&context.host.environment)?;
    let profile = &settings.profile;
    let list = |items: Vec<String>| items.join(" ");
    let path = |path: &Option<std::path::PathBuf>| {
        path.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts = [
        ("issuer", text(&profile.issuer)),
        ("discovery_url", text(&profile.discovery_url)),
        ("client_id", text(&profile.client_id)),
        ("account", text(&profile.account)),
        ("hosted_domain", text(&profile.hosted_domain)),
        ("source", text(&profile.source)),
        ("token_file", path(&profile.token_file)),
        ("token_env", text(&profile.token_env)),
        ("token_command", list(profile.token_command.clone().unwrap_or_default())),
        ("audience", text(&profile.audience)),
        ("role_arn", role.role_arn.to_string()),
        ("chain", list(role.chain.iter().map(ToString::to_string).collect())),
        ("role_session_name", text(&role.session_name)),
        ("duration", text(&role.duration)),
        ("session_policy", text(&role.session_policy)),
        ("session_policy_arns", list(role.session_policy_arns)),
        ("region", text(&profile.region)),
        ("endpoint", aws.endpoint(Service::Sts).unwrap_or_default().to_owned()),
    ];
    let given: Vec<(&str, &str)> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Ok(EntryKey::new(EntryKind::Credentials, &settings.name, &given))
}
