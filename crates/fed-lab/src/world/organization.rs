//! The organization of a world: which service and resource control policies are over which
//! account.

use std::collections::HashMap;
use std::path::Path;

use iam_gate::{Membership, ResourceControlPolicies, ServiceControlPolicies};
use iam_policy::PolicyKind;

use super::document;
use super::section::{Table, Text};
use super::source::{Place, WorldError};
use fed_types::did_you_mean;

/// Attached everywhere at first.
///
/// Source: AWS Organizations user guide, "Service control policies".
const FULL_ACCESS: (&str, &str) = (
    "FullAWSAccess",
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
);

/// AWS's own resource control policy, which is attached everywhere.
const RESOURCE_FULL_ACCESS: &str = "RCPFullAWSAccess";

/// Policies by name and document.
type Documents = Vec<(String, String)>;

/// What keys that attach policies are called, and the sections that these are in.
const SERVICE: (&str, &str) = ("service_control_policies", "organization.policy");
const RESOURCE: (&str, &str) =
    ("resource_control_policies", "organization.resource_control_policy");

/// The policies of one level.
#[derive(Clone, Default)]
struct Level {
    service: Documents,
    /// Without AWS's own, which is attached everywhere.
    resource: Documents,
}

/// The organization's root, units and policies.
pub(super) struct Organization {
    id: Option<String>,
    management_account: Option<Text>,
    service: Documents,
    resource: Documents,
    root: Level,
    /// From the root down to the unit, by its name.
    units: HashMap<String, Vec<Level>>,
}

impl Organization {
    pub(super) fn read(table: &Table<'_>, folder: &Path) -> Result<Self, WorldError> {
        let mut service = vec![(FULL_ACCESS.0.to_owned(), FULL_ACCESS.1.to_owned())];
        for policy in table.sections("policy")? {
            let given = policy.needed("document")?;
            let document = document::read(&given, folder, PolicyKind::ServiceControl)?;
            service.push((own_name(&policy, FULL_ACCESS.0)?, document));
        }
        let mut resource = Vec::new();
        for policy in table.sections("resource_control_policy")? {
            let given = policy.needed("document")?;
            let document = document::read(&given, folder, PolicyKind::ResourceControl)?;
            resource.push((own_name(&policy, RESOURCE_FULL_ACCESS)?, document));
        }
        let mut this = Self {
            id: table.text("id").map(|id| id.text),
            management_account: table.text("management_account"),
            service,
            resource,
            root: Level::default(),
            units: HashMap::new(),
        };
        this.root = this.level(table)?;
        for unit in table.sections("unit")? {
            let mut levels = this.above(unit.text("parent"))?;
            levels.push(this.level(&unit)?);
            this.units.insert(unit.needed("name")?.text, levels);
        }
        Ok(this)
    }

    /// What is attached to a root, unit or account.
    fn level(&self, table: &Table<'_>) -> Result<Level, WorldError> {
        let service = match table.says(SERVICE.0) {
            true => attached(table, SERVICE, &self.service)?,
            false => vec![(FULL_ACCESS.0.to_owned(), FULL_ACCESS.1.to_owned())],
        };
        Ok(Level { service, resource: attached(table, RESOURCE, &self.resource)? })
    }

    /// The levels from the root down to that unit.
    fn above(&self, unit: Option<Text>) -> Result<Vec<Level>, WorldError> {
        let Some(unit) = unit else { return Ok(vec![self.root.clone()]) };
        self.units.get(&unit.text).cloned().ok_or_else(|| {
            let all = self.units.keys().map(String::as_str);
            let message = format!("expected an `organization.unit` above, found `{}`", unit.text);
            unit.place.error_with(message, did_you_mean(&unit.text, all))
        })
    }

    /// What the account's place in it means.
    pub(super) fn membership(
        &self,
        account: &Table<'_>,
        name: Option<&str>,
    ) -> Result<Membership, WorldError> {
        let mut levels = self.above(account.text("unit"))?;
        levels.push(self.level(account)?);
        let organization_id = self.id.clone();
        let manages = self.management_account.as_ref().map(|manages| manages.text.as_str());
        if name.is_some() && manages == name {
            return Ok(Membership { organization_id, ..Membership::default() });
        }
        let mut policies = ServiceControlPolicies::default();
        let mut resource_policies = ResourceControlPolicies::default();
        for level in &levels {
            let fault = |error: iam_policy::PolicyError| account.place.error(error.to_string());
            policies = policies.with_level(texts(&level.service)).map_err(fault)?;
            resource_policies =
                resource_policies.with_level(texts(&level.resource)).map_err(fault)?;
        }
        // Where there are none, nothing is to be asked.
        if levels.iter().all(|level| level.resource.is_empty()) {
            resource_policies = ResourceControlPolicies::default();
        }
        Ok(Membership { organization_id, policies, resource_policies })
    }

    /// Whether the management account is one of these.
    pub(super) fn check_manager(&self, names: &[&str]) -> Result<(), WorldError> {
        match &self.management_account {
            Some(manages) if !names.contains(&manages.text.as_str()) => {
                let message = format!("expected the name of an account, found `{}`", manages.text);
                let near = did_you_mean(&manages.text, names.iter().copied());
                Err(manages.place.error_with(message, near))
            }
            _ => Ok(()),
        }
    }
}

fn texts(documents: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    documents.iter().map(|(name, document)| (name.as_str(), document.as_str()))
}

/// The name of a policy, which is not that of AWS's own.
fn own_name(policy: &Table<'_>, of_aws: &str) -> Result<String, WorldError> {
    let name = policy.needed("name")?;
    match name.text == of_aws {
        true => {
            Err(name.place.error(format!("`{}` is AWS's own, and allows everything", name.text)))
        }
        false => Ok(name.text),
    }
}

/// The policies that a key names.
fn attached(
    table: &Table<'_>,
    (key, section): (&str, &str),
    known: &[(String, String)],
) -> Result<Documents, WorldError> {
    let found = |name: Text| {
        known.iter().find(|(known, _)| *known == name.text).cloned().ok_or_else(|| {
            let all = known.iter().map(|(known, _)| known.as_str());
            let message = format!("expected an `{section}`, found `{}`", name.text);
            name.place.error_with(message, did_you_mean(&name.text, all))
        })
    };
    table.texts(key).into_iter().map(found).collect()
}

/// What only an organization gives a meaning.
pub(super) fn refuse_without(account: &Table<'_>) -> Result<(), WorldError> {
    let stray = ["unit", SERVICE.0, RESOURCE.0].into_iter().find(|key| account.says(key));
    match stray {
        Some(key) => {
            let place: &Place = &account.place;
            let message = format!("expected an `[organization]` with `{key}`, found none");
            Err(place.error(message))
        }
        None => Ok(()),
    }
}
