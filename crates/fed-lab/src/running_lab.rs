//! A lab that runs in another process, and what can be asked of it.

mod ask;
mod client;
mod decisions;
mod entered;

use std::path::{Path, PathBuf};
use std::time::Duration;

use fed_types::{AccountId, Secret};
use iam_gate::AccessKey;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use crate::account::LabAccount;
use crate::run_directory::{self, Published};
use crate::running_lab_error::RunningLabError;
use crate::seed::Seed;
use crate::{LabError, LabName, LabStatus, container};
use ask::Control;
pub use client::request_to_lab;
pub use decisions::Decisions;
pub use entered::Entered;

/// How long a lab may take to end: a container is removed meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked for.
const POLL: Duration = Duration::from_millis(20);

/// A lab that `fed-lab up` has started, or the one that this process runs in.
pub struct RunningLab {
    name: Option<LabName>,
    /// `None`: known by its variables only.
    folder: Option<PathBuf>,
    environment: Vec<(String, String)>,
}

/// An account as the lab hands it out.
#[derive(Deserialize)]
struct Opened {
    account_id: AccountId,
    access_key_id: String,
    secret_access_key: String,
}

/// The address of the pages, with a key.
#[derive(Deserialize)]
struct WayIn {
    address: String,
}

impl RunningLab {
    /// All that run with this cache folder, newest first.
    pub fn all(cache_dir: &Path) -> Vec<Self> {
        run_directory::published(cache_dir).into_iter().map(Self::of).collect()
    }

    fn of(Published { path, name, environment }: Published) -> Self {
        Self { name, folder: Some(path), environment }
    }

    /// The lab of that name; without a name the only one.
    ///
    /// # Errors
    /// [`LabError::NoRunningLab`], [`RunningLabError::NoneNamed`], [`RunningLabError::Several`].
    pub fn find(cache_dir: &Path, name: Option<&LabName>) -> Result<Self, LabError> {
        let mut running = Self::all(cache_dir);
        if let Some(name) = name {
            let found = running.into_iter().find(|lab| lab.name.as_ref() == Some(name));
            return found.ok_or_else(|| RunningLabError::NoneNamed(name.clone()).into());
        }
        match running.len() {
            0 => Err(LabError::NoRunningLab),
            1 => Ok(running.remove(0)),
            _ => {
                let labels = running.iter().map(Self::label).collect();
                Err(RunningLabError::Several(labels).into())
            }
        }
    }

    /// The lab that a command runs in, by its variables; `None` outside of one.
    pub fn around(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let names = [
            "FED_LAB_CONTROL_URL",
            "FED_LAB_CONTROL_KEY_FILE",
            "FED_LAB_ACCOUNT_ID",
            "FED_LAB_GATE_URL",
        ];
        let set = names.into_iter().map(|name| Some((name.to_owned(), variable(name)?)));
        let mut environment = set.collect::<Option<Vec<_>>>()?;
        let authority = variable(client::AUTHORITY);
        environment.extend(authority.map(|file| (client::AUTHORITY.to_owned(), file)));
        Some(Self { name: None, folder: None, environment })
    }

    /// Its name, else its folder's.
    pub fn label(&self) -> String {
        let folder = || self.folder.as_deref().and_then(Path::file_name);
        match &self.name {
            Some(name) => name.to_string(),
            None => folder().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// What a command in it finds in its environment.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Its logs, those of them that are files: its own, and the emulator's.
    pub fn logs(&self) -> Vec<PathBuf> {
        let folder = self.folder.as_deref().into_iter();
        let files = folder.flat_map(|folder| {
            [run_directory::LOG, run_directory::EMULATOR_LOG].map(|name| folder.join(name))
        });
        files.filter(|file| file.exists()).collect()
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// [`LabError::RunningLab`].
    pub async fn status(&self) -> Result<LabStatus, LabError> {
        self.control()?.ask("ask the lab how it is", Method::GET, "", None).await
    }

    /// An address that opens its pages in a browser, once.
    ///
    /// # Errors
    /// [`LabError::RunningLab`].
    pub async fn page_address(&self) -> Result<Secret, LabError> {
        let what = "ask for the address of the pages";
        let way_in: WayIn =
            self.control()?.ask(what, Method::POST, "/pages", Some(json!({}))).await?;
        Ok(Secret::new(way_in.address))
    }

    /// A new account, with what it shall hold at its start.
    ///
    /// # Errors
    /// [`LabError::RunningLab`].
    pub async fn new_account(&self, seed: Seed) -> Result<LabAccount, LabError> {
        let what = "open an account";
        let body = json!({ "seed": seed });
        let opened = self.control()?.ask(what, Method::POST, "/accounts", Some(body)).await?;
        Ok(account(opened))
    }

    /// Takes everything out of an account, the lab's first where none is named, and puts in
    /// what it began with.
    ///
    /// # Errors
    /// [`LabError::RunningLab`], also where the emulator cannot.
    pub async fn reset(&self, id: Option<&AccountId>) -> Result<LabAccount, LabError> {
        let id = match id {
            Some(id) => id.as_str(),
            None => self.variable("FED_LAB_ACCOUNT_ID")?,
        };
        let page = format!("/accounts/{id}/reset");
        let body = Some(json!({}));
        let opened = self.control()?.ask("reset an account", Method::POST, &page, body).await?;
        Ok(account(opened))
    }

    /// Forgets an account: none of its keys is known any more.
    ///
    /// # Errors
    /// [`LabError::RunningLab`].
    pub async fn close_account(&self, id: &AccountId) -> Result<(), LabError> {
        let page = format!("/accounts/{id}");
        self.control()?.tell("close an account", Method::DELETE, &page, None).await
    }

    /// Asks it to end, and returns when it has.
    ///
    /// # Errors
    /// [`LabError::RunningLab`].
    pub async fn stop(&self) -> Result<(), LabError> {
        let status = self.status().await?;
        let body = Some(json!({}));
        self.control()?.tell("end the lab", Method::POST, "/stop", body).await?;
        let Some(folder) = &self.folder else { return Ok(()) };
        let gone = async {
            while run_directory::is_ending(folder) {
                tokio::time::sleep(POLL).await;
            }
        };
        tokio::time::timeout(PATIENCE, gone).await.map_err(|_| {
            let (lab, process) = (self.label(), status.process);
            RunningLabError::DoesNotStop { lab, seconds: PATIENCE.as_secs(), process }.into()
        })
    }

    fn control(&self) -> Result<Control, LabError> {
        let url = self.variable("FED_LAB_CONTROL_URL")?;
        let key_file = self.variable("FED_LAB_CONTROL_KEY_FILE")?;
        let http = client::client(url, |name| self.found(name))?;
        Control::new(url, Path::new(key_file), http)
    }

    fn found(&self, name: &str) -> Option<String> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone())
    }

    fn variable(&self, name: &'static str) -> Result<&str, LabError> {
        let found = self.environment.iter().find(|(known, _)| known == name);
        Ok(found.map(|(_, value)| value.as_str()).ok_or(RunningLabError::NoControl(name))?)
    }
}

fn account(Opened { account_id, access_key_id, secret_access_key }: Opened) -> LabAccount {
    let secret_access_key = Secret::new(secret_access_key);
    LabAccount { id: account_id, administrator: AccessKey { access_key_id, secret_access_key } }
}

/// Labs that ended without a word, by their folders' names.
pub fn dead_labs(cache_dir: &Path) -> Vec<String> {
    run_directory::leftovers(cache_dir).into_iter().map(|leftover| leftover.id).collect()
}

/// Removes what they have left, containers included; what could not be removed is still
/// among the [`dead_labs`].
pub async fn remove_dead_labs(cache_dir: &Path) {
    container::sweep(run_directory::leftovers(cache_dir)).await;
}
