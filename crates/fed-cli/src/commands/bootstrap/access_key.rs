//! The access key of the user without policies: its secret is shown once, and must end up
//! somewhere.

use std::path::{Path, PathBuf};

use clap::Args;
use fed_types::Secret;
use iam_bootstrap::{AccessKey, Change, Plan, discard_access_key, record_access_key};
use serde_json::{Value, json};

use super::administrator::Administrator;
use super::blueprint::BlueprintArguments;
use super::refused::failed;
use crate::context::{Context, block_on};
use crate::host::PrivateFile;
use crate::{Exit, Failure, render};

/// Where the access key goes.
#[derive(Debug, Args)]
pub struct AccessKeyArguments {
    /// New file for the access key of --no-policy-user, readable by you only
    #[arg(long, value_name = "FILE", conflicts_with = "show_secrets")]
    pub access_key_file: Option<PathBuf>,
    /// Print the access key of --no-policy-user, secret included
    #[arg(long)]
    pub show_secrets: bool,
}

impl AccessKeyArguments {
    fn path(&self, user: &str) -> PathBuf {
        match &self.access_key_file {
            Some(path) => path.clone(),
            None => PathBuf::from(format!("{user}.access-key.json")),
        }
    }

    /// The id of the access key in the file, where it holds one already.
    pub(super) fn held(
        &self,
        context: Context<'_>,
        blueprint: &BlueprintArguments,
    ) -> Option<String> {
        let path = self.path(blueprint.no_policy_user.as_deref()?);
        let text = Secret::new(context.host.files.read(&path).ok()?);
        let key: Value = serde_json::from_str(text.expose()).ok()?;
        let secret = key["AccessKey"]["SecretAccessKey"].as_str()?;
        let id = key["AccessKey"]["AccessKeyId"].as_str()?;
        (!secret.is_empty()).then(|| id.to_owned())
    }

    /// Opens the file for the key before anything is changed: a key whose secret cannot be
    /// kept would be lost. `None` where no key is to be made, or it is to be printed.
    pub(super) fn open(
        &self,
        context: Context<'_>,
        plan: &Plan,
    ) -> Result<Option<PrivateFile>, Failure> {
        let user = plan.changes.iter().find_map(|change| match change {
            Change::CreateAccessKey { user } => Some(user),
            _ => None,
        });
        let Some(user) = user.filter(|_| !self.show_secrets) else {
            return Ok(None);
        };
        let path = self.path(user);
        let file = context.host.files.create_private(&path).map_err(|error| {
            let message = format!("could not create `{}` for the access key", path.display());
            Failure::new(Exit::Unexpected, message)
                .caused_by(&error)
                .hint("nothing was changed; name another file with `--access-key-file`")
        })?;
        Ok(Some(file))
    }
}

/// Keeps the key in the file and records that it was kept; a key that cannot be kept is deleted
/// again. What may be shown of it is returned.
pub(super) fn keep(
    context: Context<'_>,
    administrator: &Administrator,
    file: PrivateFile,
    key: &AccessKey,
) -> Result<Value, Failure> {
    let path = file.path().to_owned();
    file.write(&Secret::new(render::json(&whole(key)))).map_err(|error| {
        let message = format!("could not write the access key to `{}`", path.display());
        let failure = Failure::new(Exit::Unexpected, message).caused_by(&error);
        give_up(context, administrator, key, failure)
    })?;
    record(context, administrator, key)?;
    context.say(&format!(
        "the access key `{}` of user `{}` is in `{}`, readable by you only",
        key.access_key_id,
        key.user,
        path.display()
    ));
    Ok(without_secret(key, &path))
}

/// The key as the aws CLI prints it.
pub(super) fn whole(key: &AccessKey) -> Value {
    json!({"AccessKey": {
        "UserName": key.user,
        "AccessKeyId": key.access_key_id,
        "Status": "Active",
        "SecretAccessKey": key.secret_access_key.expose(),
    }})
}

fn without_secret(key: &AccessKey, path: &Path) -> Value {
    json!({"AccessKey": {
        "UserName": key.user,
        "AccessKeyId": key.access_key_id,
        "Status": "Active",
        "File": path.display().to_string(),
    }})
}

/// Records that somebody has the secret.
pub(super) fn record(
    context: Context<'_>,
    administrator: &Administrator,
    key: &AccessKey,
) -> Result<(), Failure> {
    block_on(async {
        let config = administrator.iam(context).await?;
        record_access_key(&config, key).await.map_err(failed)
    })
}

/// Deletes a key that nobody got the secret of.
pub(super) fn give_up(
    context: Context<'_>,
    administrator: &Administrator,
    key: &AccessKey,
    failure: Failure,
) -> Failure {
    let deleted = block_on(async {
        let config = administrator.iam(context).await?;
        discard_access_key(&config, key).await.map_err(failed)
    });
    match deleted {
        Ok(()) => failure.hint(format!(
            "the access key `{}`, whose secret is lost, was deleted again: run this once more",
            key.access_key_id
        )),
        Err(_) => failure.hint(format!(
            "the secret of access key `{}` is lost: run this once more, which deletes the key",
            key.access_key_id
        )),
    }
}
