//! A world file: issuers, people, OAuth clients, accounts and what is in them, as a lab begins
//! with. `docs/world.md` has every key.
//!
//! What can be told without a lab is told when the file is read, with line and column: keys
//! that there are not, references to nothing, policies that AWS would not take. The rest is
//! asked of the gate as the accounts' administrators ([`crate::sow`]), which answers as AWS.

mod account;
mod call;
mod document;
mod identity;
mod keys;
mod organization;
mod people;
mod reference;
mod resource;
mod section;
mod source;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use fake_issuer::{Account, Client};
use fed_types::AccountId;
use toml::de::DeTable;

use crate::seed::Seed;
use crate::{LabError, PlacedIssuer, tutorial};
use organization::Organization;
use section::{Table, Text};
use source::{Place, Source};

pub(crate) use account::{Contents, WorldAccount};
pub(crate) use call::{CLOUDFORMATION, Call, EC2, IAM, Instances, Request, Script, Service, Stack};
pub use reference::{world_reference, world_schema};
pub use source::WorldError;

/// The world of every lab that is told no other.
const TUTORIAL: &str = include_str!("../worlds/tutorial.toml");

/// What a lab begins with.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) region: String,
    pub(crate) services: Vec<String>,
    pub(crate) issuers: Vec<PlacedIssuer>,
    pub(crate) people: Vec<Account>,
    pub(crate) clients: Vec<Client>,
    /// At least one.
    pub(crate) accounts: Vec<WorldAccount>,
}

impl World {
    /// Reads a world file. What it names is beside it.
    ///
    /// # Errors
    /// [`LabError::File`] where there is no such file, [`LabError::World`] with the place of the
    /// first fault.
    pub fn read(path: &Path) -> Result<Self, LabError> {
        let text = fs::read_to_string(path)
            .map_err(|source| LabError::UnreadableWorld { path: path.to_owned(), source })?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let source = Arc::new(Source { path: path.to_owned(), text });
        Ok(parse(&source, folder)?)
    }

    /// One that comes with the lab, in an account and a region.
    pub(crate) fn built_in(
        seed: Seed,
        account: &AccountId,
        region: &str,
    ) -> Result<Self, LabError> {
        match seed {
            Seed::Tutorial => Self::tutorial(account, region),
            Seed::Nothing => Self::empty(account, region),
        }
    }

    fn tutorial(account: &AccountId, region: &str) -> Result<Self, LabError> {
        let source = Source { path: "tutorial.toml".into(), text: TUTORIAL.to_owned() };
        let mut world = parse(&Arc::new(source), Path::new("."))?;
        region.clone_into(&mut world.region);
        for held in &mut world.accounts {
            account.clone_into(&mut held.id);
            held.contents.is_built_in = true;
        }
        Ok(world)
    }

    /// The tutorial's people, and an account that holds nothing.
    fn empty(account: &AccountId, region: &str) -> Result<Self, LabError> {
        let mut world = Self::tutorial(account, region)?;
        for held in &mut world.accounts {
            held.contents = Contents::default();
        }
        Ok(world)
    }
}

fn parse(source: &Arc<Source>, folder: &Path) -> Result<World, WorldError> {
    let document = DeTable::parse(&source.text).map_err(|error| {
        let at = error.span().unwrap_or(0..0);
        Place::new(source, at).error(error.message().trim().replace('\n', ", "))
    })?;
    let table = Table::new(&keys::WORLD, document.get_ref(), source, 0..0)?;
    let region = region(&table)?;
    let organization = match table.section("organization")? {
        Some(organization) => Some(Organization::read(&organization, folder)?),
        None => None,
    };
    let mut accounts: Vec<WorldAccount> = Vec::new();
    let sections = table.sections("account")?;
    buckets_once(&sections)?;
    for section in &sections {
        accounts.push(account::read(section, organization.as_ref(), folder, &region)?);
    }
    if let Some(organization) = &organization {
        let names: Vec<&str> =
            accounts.iter().filter_map(|account| account.contents.name.as_deref()).collect();
        organization.check_manager(&names)?;
    }
    let people = table.sections("person")?;
    let people: Vec<Account> = people.iter().map(people::person).collect::<Result<_, _>>()?;
    let clients = table.sections("oauth_client")?;
    for id in clients.iter().filter_map(|client| client.text("client_id")) {
        if id.text == tutorial::CLIENT_ID {
            return Err(id.place.error("the tutorial's client is in every lab already"));
        }
    }
    Ok(World {
        services: services(table.texts("services"), &accounts)?,
        issuers: issuers(table.texts("issuers"))?,
        people: if people.is_empty() { Account::tutorial() } else { people },
        clients: clients.iter().map(people::oauth_client).collect::<Result<_, _>>()?,
        region,
        accounts,
    })
}

fn region(table: &Table<'_>) -> Result<String, WorldError> {
    let Some(region) = table.text("region") else { return Ok(tutorial::REGION.to_owned()) };
    match fed_types::is_region(&region.text) {
        true => Ok(region.text),
        false => {
            let message = format!(
                "expected a region such as `{}`, found `{}`",
                tutorial::REGION,
                region.text
            );
            Err(region.place.error(message))
        }
    }
}

/// No two accounts have a bucket of one name.
fn buckets_once(accounts: &[Table<'_>]) -> Result<(), WorldError> {
    let mut names = Vec::new();
    for account in accounts {
        let buckets = account.sections("bucket")?;
        names.extend(buckets.iter().filter_map(|bucket| bucket.text("name")));
    }
    section::once(&keys::BUCKET, "name", names.into_iter())
}

/// Those that are asked for, and those that what is in the accounts needs.
fn services(asked: Vec<Text>, accounts: &[WorldAccount]) -> Result<Vec<String>, WorldError> {
    let mut services: Vec<String> = ["iam", "sts", "ec2"].map(str::to_owned).to_vec();
    services.extend(asked.into_iter().map(|service| service.text));
    let any = |is: fn(&Contents) -> bool| accounts.iter().any(|account| is(&account.contents));
    if any(|contents| !contents.buckets.is_empty()) {
        services.push("s3".to_owned());
    }
    if any(|contents| !contents.stacks.is_empty()) {
        services.push("cloudformation".to_owned());
    }
    let mut known = Vec::new();
    services.retain(|service| {
        let is_new = !known.contains(service);
        known.push(service.clone());
        is_new
    });
    Ok(services)
}

fn issuers(named: Vec<Text>) -> Result<Vec<PlacedIssuer>, WorldError> {
    let read = |name: Text| {
        name.text.parse::<PlacedIssuer>().map_err(|error| name.place.error(error.to_string()))
    };
    named.into_iter().map(read).collect()
}
