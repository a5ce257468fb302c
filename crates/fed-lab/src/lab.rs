//! The lab itself: emulator, issuer and gate, wired together.

mod accounts;
mod door;
mod environment;
mod parts;
#[cfg(target_os = "linux")]
mod seal;

use std::iter::once;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fake_issuer::{Client, Issuer};
use fed_types::{AccountId, Secret};
use iam_gate::{AccessKey, Gate};

use crate::accounts::Accounts;
use crate::administrator::Administrator;
use crate::backend::Emulator;
use crate::control::Control;
use crate::lab_client::lab_client;
use crate::names::Names;
use crate::page::{Pages, Shown};
use crate::run_directory::{self, RunDirectory, make_private_directory};
use crate::seed::Seed;
use crate::usage::Usages;
use crate::{
    Door, EmulatorKind, LabConfig, LabError, LabStatus, PersonsTrust, PlacedIssuer, Progress,
    Refused, World, aws_files, container, sow, tutorial, venv,
};
use parts::Projected;

/// A running lab. Dropping it takes everything down; [`Lab::stop`] does so without
/// blocking the runtime's thread.
pub struct Lab {
    gate: Arc<Gate>,
    pub(crate) accounts: Arc<Accounts>,
    control: Control,
    pages: Pages,
    issuer: Issuer,
    placed: Vec<(PlacedIssuer, Issuer)>,
    projected: Option<Projected>,
    emulator: Emulator,
    pub(crate) http: reqwest::Client,
    administrator: AccessKey,
    account: AccountId,
    region: String,
    client_secret: Secret,
    client_secret_file: PathBuf,
    aws_cli: Option<PathBuf>,
    names: Option<Names>,
    door: Option<Door>,
    trust: PersonsTrust,
    sealed: bool,
    pub(crate) usages: Usages,
    run: RunDirectory,
}

impl Lab {
    /// Brings up the emulator, the issuer (with the tutorial's OAuth client and
    /// people) and the gate, and makes what the world holds. Ready when it returns; giving
    /// the future up takes down what was up.
    ///
    /// # Errors
    /// Any [`LabError`]; nothing is left running then.
    // Long: what is started after what, in one place.
    pub async fn start(config: LabConfig, progress: &dyn Progress) -> Result<Self, LabError> {
        config.check()?;
        let holds_something = config.world.is_some() || config.seed == Seed::Tutorial;
        let world = match &config.world {
            Some(world) => world.clone(),
            None => World::built_in(config.seed, &config.account, &config.region)?,
        };
        make_private_directory(&config.surroundings.cache_dir)?;
        let run = RunDirectory::create(&config.surroundings.cache_dir)?;
        if let Some(name) = &config.name {
            run.take_name(&config.surroundings.cache_dir, name)?;
        }
        container::sweep(run_directory::leftovers(&config.surroundings.cache_dir)).await;

        // First what fails at once: a port that was asked for may be taken.
        parts::reserve(config.issuer_port, "issuer").await?;
        parts::reserve(config.gate_port, "gate").await?;
        let client_secret = parts::random_secret()?;
        let client_secret_file =
            run.write_private("client_secret", client_secret.expose().as_bytes())?;
        aws_files::write(run.path())?;
        let http = lab_client().build().map_err(LabError::Http)?;

        // Issuers and gate are there before the emulator is.
        let (emulator, issuer, placed) = futures::try_join!(
            Emulator::start(&config, &run, &http, progress),
            parts::start_issuer(&config, &world, &client_secret),
            parts::start_placed(&config),
        )?;
        let projected = parts::project(&config, &placed, &run)?;
        let gate = Arc::new(parts::start_gate(&config, &emulator, &issuer, &placed).await?);
        let names = parts::start_names(&config, &gate, &issuer, &placed, &run).await?;
        gate.set_enforcement(config.enforcement);
        gate.set_service_control_policies(config.service_control_policies);
        let administrator = gate.open_account(&config.account).map_err(LabError::Gate)?;
        let (shared, first) = (Arc::clone(&gate), config.account.clone());
        let accounts = Accounts::new(shared, http.clone(), emulator.url(), &world, first);
        let accounts = Arc::new(accounts);
        let aws_cli = match &emulator.venv {
            Some(venv) => Some(venv.aws_cli()),
            None => venv::installed_aws_cli(&config.surroundings.cache_dir),
        };
        let status = LabStatus {
            name: config.name,
            id: run.id(),
            process: std::process::id(),
            backend: format!("{} ({})", emulator.name, emulator.why),
            account: config.account.to_string(),
            accounts: accounts.count(),
            region: config.region.clone(),
            gate_url: gate.url().to_owned(),
            issuer_url: issuer.url().to_owned(),
            seconds: 0,
        };
        let pages = Pages::start(Shown {
            lab: parts::facts(&status),
            gate: Arc::clone(&gate),
            accounts: Arc::clone(&accounts),
            issuers: once(&issuer)
                .chain(placed.iter().map(|(_, it)| it))
                .map(Issuer::controls)
                .collect(),
            people: world.people.iter().map(parts::person).collect(),
            addresses: vec![
                ("gate", gate.url().to_owned()),
                ("emulator", emulator.url().to_owned()),
            ],
        })
        .await?;
        let way_in = pages.way_in().clone();
        let control = Control::start(&run, Arc::clone(&accounts), way_in, status).await?;
        let search_path = config.surroundings.search_path;
        let inherited = config.surroundings.inherited;
        let mut lab = Self {
            gate,
            accounts,
            control,
            pages,
            issuer,
            placed,
            projected,
            emulator,
            http,
            administrator,
            account: config.account,
            region: config.region,
            client_secret,
            client_secret_file,
            aws_cli,
            names,
            door: None,
            trust: config.surroundings.trust,
            sealed: config.sealed,
            usages: Usages::default(),
            run,
        };
        lab.emulator.ready(&lab.http, progress).await?;
        // For who is in it, whether it can be found or not.
        lab.run.keep(&lab.environment())?;
        if holds_something {
            progress.doing("making what the accounts hold");
        }
        lab.accounts.begin(&world, lab.around(&search_path, inherited)).await?;
        Ok(lab)
    }

    /// Which backend it became: `container`, `host`, `ministack`, `external`, or `external, moto`
    /// and `external, ministack` where it is known what that is.
    pub fn backend(&self) -> &str {
        self.emulator.name
    }

    /// Why it became this backend, without a period.
    pub fn backend_reason(&self) -> &str {
        &self.emulator.why
    }

    /// What stands behind the gate: each lacks some of what the others have.
    pub fn emulator_kind(&self) -> EmulatorKind {
        self.emulator.kind
    }

    /// Whether the emulator was there before the lab, and stays when it stops.
    pub fn is_external(&self) -> bool {
        self.emulator.is_external()
    }

    /// Where requests to AWS go: `http://127.0.0.1:PORT`, no slash at the end.
    pub fn gate_url(&self) -> &str {
        self.gate.url()
    }

    /// Where the emulator itself listens, behind the gate; it refuses nothing.
    pub fn upstream_url(&self) -> &str {
        self.emulator.url()
    }

    /// The issuer.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The issuers beside Google's.
    pub fn placed_issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.placed.iter().map(|(_, issuer)| issuer)
    }

    /// An address that opens the lab's pages in a browser, once: whoever has it can see what is
    /// decided, and reset accounts.
    ///
    /// # Errors
    /// [`LabError::Randomness`] where no key can be made.
    pub fn page_address(&self) -> Result<Secret, LabError> {
        self.pages.way_in().address()
    }

    /// The gate.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The account whose administrator's key is in [`Lab::environment`].
    pub fn account_id(&self) -> &AccountId {
        &self.account
    }

    /// The key of the account's administrator.
    pub fn administrator(&self) -> &AccessKey {
        &self.administrator
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The id of the OAuth client that the issuer knows.
    pub fn client_id(&self) -> &str {
        tutorial::CLIENT_ID
    }

    /// Makes another OAuth client known to the issuer, of the type "Web application" and
    /// with the same secret; its sign-ins come back to this address.
    pub fn register_client(&self, client_id: &str, redirect_uri: &str) {
        let secret = self.client_secret.expose();
        self.issuer.register_client(Client::web(client_id, secret, redirect_uri));
    }

    /// The file that holds the clients' secret, and nothing else.
    pub fn client_secret_file(&self) -> &Path {
        &self.client_secret_file
    }

    /// The real aws CLI, alone in its folder: installed by the host backend, on
    /// other backends where `with_aws_cli` asked for it or an earlier lab
    /// installed it. Else plain `aws`, to be looked for on the search path.
    pub fn aws_cli(&self) -> &Path {
        self.aws_cli.as_deref().unwrap_or(Path::new("aws"))
    }

    /// Where the proxy of [`LabConfig::names`] listens, `http://127.0.0.1:PORT`.
    pub fn proxy_url(&self) -> Option<String> {
        self.names.as_ref().map(Names::url)
    }

    /// Where that proxy writes down each connection, as a JSON line.
    pub fn connections_file(&self) -> Option<&Path> {
        self.names.as_ref().map(Names::log)
    }

    /// What that proxy has refused so far, each host and port once.
    pub fn refused(&self) -> Vec<Refused> {
        self.names.as_ref().map(Names::refused).unwrap_or_default()
    }

    /// What leads a command's clients to that proxy, and makes them trust it.
    pub fn names_environment(&self) -> &[(String, String)] {
        self.names.as_ref().map(Names::variables).unwrap_or_default()
    }

    /// What makes a command's clients trust the lab where names lead there by themselves.
    pub fn sealed_environment(&self) -> &[(String, String)] {
        self.names.as_ref().map(Names::of_trust).unwrap_or_default()
    }

    /// The emulator's log, where it is a file.
    pub fn log(&self) -> Option<&Path> {
        self.emulator.log()
    }

    /// Puts the tutorial's instance into any account, as its administrator.
    ///
    /// # Errors
    /// [`LabError::Seed`].
    pub async fn seed_instance(&self, account: &AccountId) -> Result<(), LabError> {
        let key = self.gate.open_account(account).map_err(LabError::Gate)?;
        let administrator = Administrator {
            http: &self.http,
            url: self.gate.url(),
            region: &self.region,
            key: &key,
            clock: self.gate.clock(),
        };
        for held in World::built_in(Seed::Tutorial, account, &self.region)?.accounts {
            sow::instances(&administrator, &held.contents).await?;
        }
        Ok(())
    }

    /// Returns when LocalStack has ended by itself, which it should not.
    pub async fn ended(&mut self) -> LabError {
        self.emulator.ended().await
    }

    /// Lets requests under way finish and takes everything down.
    pub async fn stop(self) {
        drop(self.door);
        self.control.stop().await;
        self.pages.stop().await;
        drop(self.accounts);
        if let Ok(gate) = Arc::try_unwrap(self.gate) {
            gate.stop().await;
        }
        self.issuer.stop().await;
        for (_, issuer) in self.placed {
            issuer.stop().await;
        }
        self.emulator.stop().await;
        drop(self.run);
    }
}
