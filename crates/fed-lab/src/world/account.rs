//! An account of a world: what it holds, as calls in the order in which they are made.

use std::path::{Path, PathBuf};

use fed_types::AccountId;
use iam_gate::Membership;

use super::call::{Call, Instances, Script, Stack};
use super::identity::Identities;
use super::organization::{self, Organization};
use super::resource;
use super::section::Table;
use super::source::WorldError;

/// An account and its place in the organization.
#[derive(Clone, Debug)]
pub(crate) struct WorldAccount {
    pub(crate) id: AccountId,
    pub(crate) contents: Contents,
}

/// What is put into an account, at its start and when it is reset.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contents {
    /// What the file calls the account, and the profile of its administrator.
    pub(crate) name: Option<String>,
    /// `None`: in no organization of the world's own.
    pub(crate) membership: Option<Membership>,
    /// In this order.
    pub(crate) identities: Vec<Call>,
    /// In this order, and with nothing before them.
    pub(crate) buckets: Vec<Call>,
    pub(crate) instances: Vec<Instances>,
    /// When identities and buckets are there.
    pub(crate) bucket_policies: Vec<Call>,
    pub(crate) stacks: Vec<Stack>,
    /// When all else is there.
    pub(crate) scripts: Vec<Script>,
    /// Where scripts run.
    pub(crate) folder: PathBuf,
    /// Whether no file of anybody's says so, but the lab itself.
    pub(crate) is_built_in: bool,
}

pub(super) fn read(
    table: &Table<'_>,
    organization: Option<&Organization>,
    folder: &Path,
    region: &str,
) -> Result<WorldAccount, WorldError> {
    let given = table.needed("id")?;
    let id: AccountId =
        given.text.parse().map_err(|error| given.place.error(format!("{error}")))?;
    let name = table.text("name");
    if let Some(name) = &name
        && (name.text.is_empty() || !name.text.bytes().all(is_of_name))
    {
        let message =
            format!("expected a name of letters, digits, `-` and `_`, found `{}`", name.text);
        return Err(name.place.error(message));
    }
    let name = name.map(|name| name.text);
    let membership = match organization {
        Some(organization) => Some(organization.membership(table, name.as_deref())?),
        None => {
            organization::refuse_without(table)?;
            None
        }
    };
    let identities = Identities::of(&id, name.as_deref(), folder, table)?;
    let (mut buckets, mut bucket_policies) = (Vec::new(), Vec::new());
    for bucket in table.sections("bucket")? {
        let (calls, policy) = resource::bucket(&bucket, folder, region)?;
        buckets.extend(calls);
        bucket_policies.extend(policy);
    }
    let contents = Contents {
        name,
        membership,
        identities,
        buckets,
        bucket_policies,
        instances: all(table, "instance", resource::instances)?,
        stacks: all(table, "stack", |stack| resource::stack(stack, folder))?,
        scripts: all(table, "script", resource::script)?,
        folder: folder.to_owned(),
        is_built_in: false,
    };
    Ok(WorldAccount { id, contents })
}

fn all<T>(
    table: &Table<'_>,
    name: &str,
    read: impl Fn(&Table<'_>) -> Result<T, WorldError>,
) -> Result<Vec<T>, WorldError> {
    table.sections(name)?.iter().map(read).collect()
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
