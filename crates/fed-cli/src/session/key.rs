//! What names credentials in the store: whose token, the profile, and everything that changes
//! what the token is exchanged for.

use credential_store::{EntryKey, EntryKind};

use crate::Failure;
use crate::config::Profile;
use crate::context::Context;
use crate::identity::{self, CLIENT, Holder};
use crate::settings::{RoleSettings, Service, Settings};

/// The key of the credentials that these settings lead to with a token of this holder.
pub(super) fn of(
    context: Context<'_>,
    settings: &Settings,
    holder: &Holder,
) -> Result<EntryKey, Failure> {
    let aws = settings.aws(&context.host.environment)?;
    let mut parts = settings.profile.credentials_parts();
    parts.extend(identity::client_part(context, settings));
    // What the settings lead to, where they only name it. The rest is as written.
    let RoleSettings {
        role_arn: _,
        chain: _,
        session_name: _,
        duration: _,
        session_policy,
        session_policy_arns: _,
    } = settings.role(&context.host.files)?;
    parts.extend(session_policy.map(|document| ("session_policy", document)));
    parts.extend(aws.endpoint(Service::Sts).map(|endpoint| ("endpoint", endpoint.to_owned())));
    let whose = holder.parts();
    let given = parts.iter().map(|(name, value)| (*name, value.as_str())).chain(whose);
    let given: Vec<(&str, &str)> = given.filter(|(_, value)| !value.is_empty()).collect();
    Ok(EntryKey::new(EntryKind::Credentials, &settings.name, &given))
}

/// Whether it names credentials that this sign-in, and no other of the holder's, got.
pub(super) fn is_got_by(key: &EntryKey, sign_in: &EntryKey, holder: &Holder) -> bool {
    let names = Profile::sign_in_names().into_iter().chain([CLIENT]);
    holder.parts().iter().all(|(name, value)| key.part(name).unwrap_or_default() == *value)
        && names.into_iter().all(|name| key.part(name) == sign_in.part(name))
}

#[cfg(test)]
mod tests;
