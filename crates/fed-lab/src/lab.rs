//! The lab itself: emulator, issuer and gate, wired together.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fake_issuer::{Client, Issuer, IssuerConfig, IssuerError};
use fed_types::{AccountId, Secret};
use iam_gate::{AccessKey, Gate, GateConfig, GateError, Limits, TrustedIssuer};
use url::Url;

use crate::backend::Emulator;
use crate::config::Seed;
use crate::query::QueryClient;
use crate::run_directory::{self, RunDirectory, make_private_directory};
use crate::{LabConfig, LabError, PlacedIssuer, Progress, container, seed, tutorial, venv};

/// What AWS clients read of a person's home folder, and what stands in its place: files of
/// the lab, empty at first. `credential_process`, keys and `ignore_configured_endpoint_urls`
/// of a person's profile have no say here.
const AWS_FILES: [(&str, &str); 4] = [
    ("AWS_CONFIG_FILE", "aws_config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "aws_credentials"),
    // The AWS SDK for Java 1.x, `AwsProfileFileLocationProvider`.
    ("AWS_CREDENTIAL_PROFILES_FILE", "aws_credentials"),
    // botocore, `BotoProvider`: keys in `~/.boto` and `/etc/boto.cfg`.
    ("BOTO_CONFIG", "boto.cfg"),
];

/// A running lab. Dropping it takes everything down; [`Lab::stop`] does so without
/// blocking the runtime's thread.
pub struct Lab {
    gate: Gate,
    issuer: Issuer,
    placed: Vec<(PlacedIssuer, Issuer)>,
    emulator: Emulator,
    caller: QueryClient,
    administrator: AccessKey,
    account: AccountId,
    client_secret: Secret,
    client_secret_file: PathBuf,
    aws_cli: Option<PathBuf>,
    run: RunDirectory,
}

impl Lab {
    /// Brings up the emulator, the issuer (with the tutorial's OAuth client and
    /// people) and the gate, and seeds the account. Ready when it returns; giving
    /// the future up takes down what was up.
    ///
    /// # Errors
    /// Any [`LabError`]; nothing is left running then.
    pub async fn start(config: LabConfig, progress: &dyn Progress) -> Result<Self, LabError> {
        config.check()?;
        make_private_directory(&config.surroundings.cache_dir)?;
        let run = RunDirectory::create(&config.surroundings.cache_dir)?;
        container::sweep(run_directory::leftovers(&config.surroundings.cache_dir)).await;

        // First what fails at once: a port that was asked for may be taken.
        let client_secret = random_secret()?;
        let issuer = start_issuer(&config, &client_secret).await?;
        let placed = start_placed(&config).await?;
        let client_secret_file =
            run.write_private("client_secret", client_secret.expose().as_bytes())?;
        for name in AWS_FILES.map(|(_, file)| file) {
            run.write_private(name, b"")?;
        }
        reserve(config.gate_port, "gate").await?;

        let http = reqwest::Client::builder().no_proxy().build().map_err(LabError::Http)?;
        let emulator = Emulator::start(&config, &run, &http, progress).await?;
        let gate = start_gate(&config, &emulator, &issuer, &placed).await?;
        gate.set_service_control_policies(config.service_control_policies);
        let administrator = gate.open_account(&config.account).map_err(LabError::Gate)?;
        let caller = QueryClient {
            http,
            endpoint: emulator.url().to_owned(),
            region: config.region.clone(),
        };
        if config.seed == Seed::Tutorial {
            progress.doing("seeding the account");
            seed::seed_tutorial(&caller, &config.account).await?;
        }
        let aws_cli = match &emulator.venv {
            Some(venv) => Some(venv.aws_cli()),
            None => venv::installed_aws_cli(&config.surroundings.cache_dir),
        };
        Ok(Self {
            gate,
            issuer,
            placed,
            emulator,
            caller,
            administrator,
            account: config.account,
            client_secret,
            client_secret_file,
            aws_cli,
            run,
        })
    }

    /// Which backend it became: `container`, `host`, `external`, or `external, moto` where
    /// that is moto's server.
    pub fn backend(&self) -> &str {
        self.emulator.name
    }

    /// Why it became this backend, without a period.
    pub fn backend_reason(&self) -> &str {
        &self.emulator.why
    }

    /// Whether moto's own server stands behind the gate, which lacks some of what
    /// LocalStack has.
    pub fn is_moto(&self) -> bool {
        self.emulator.is_moto
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

    /// The gate.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The account whose administrator's key is in [`Lab::environment`].
    pub fn account(&self) -> &AccountId {
        &self.account
    }

    /// The key of the account's administrator.
    pub fn administrator(&self) -> &AccessKey {
        &self.administrator
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.caller.region
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

    /// The emulator's log, where it is a file.
    pub fn log(&self) -> Option<&Path> {
        self.emulator.log()
    }

    /// What a command run in the lab finds in its environment. It includes the
    /// administrator's key, but sets no `AWS_ACCESS_KEY_ID`. What it must not inherit beside
    /// it: [`unset_variables`](crate::unset_variables).
    pub fn environment(&self) -> Vec<(String, String)> {
        let client_secret_file = self.client_secret_file.to_string_lossy();
        let of_the_lab = AWS_FILES.map(|(name, file)| {
            (name.to_owned(), self.run.path().join(file).to_string_lossy().into_owned())
        });
        let aws_cli = self
            .aws_cli
            .as_ref()
            .map(|path| ("FED_LAB_AWS_CLI".to_owned(), path.to_string_lossy().into_owned()));
        let values = [
            ("AWS_ENDPOINT_URL", self.gate_url()),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_REGION", self.region()),
            ("AWS_DEFAULT_REGION", self.region()),
            ("FED_LAB_GATE_URL", self.gate_url()),
            ("FED_LAB_UPSTREAM_URL", self.upstream_url()),
            ("FED_LAB_ACCOUNT_ID", self.account.as_str()),
            ("FED_LAB_ISSUER", self.issuer.issuer()),
            ("FED_LAB_ISSUER_URL", self.issuer.url()),
            ("FED_LAB_CLIENT_ID", self.client_id()),
            ("FED_LAB_CLIENT_SECRET_FILE", &client_secret_file),
            ("FED_LAB_ADMIN_ACCESS_KEY_ID", &self.administrator.access_key_id),
            ("FED_LAB_ADMIN_SECRET_ACCESS_KEY", self.administrator.secret_access_key.expose()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        values.into_iter().chain(of_the_lab).chain(aws_cli).chain(self.of_placed()).collect()
    }

    /// Where the issuers beside Google's are, and what a GitHub Actions runner has.
    fn of_placed(&self) -> Vec<(String, String)> {
        let mut variables = Vec::new();
        for (placed, issuer) in &self.placed {
            let name = match placed {
                PlacedIssuer::GithubActions => {
                    let (url, token) = issuer.github_actions_request();
                    variables.push(("ACTIONS_ID_TOKEN_REQUEST_URL".to_owned(), url));
                    variables.push(("ACTIONS_ID_TOKEN_REQUEST_TOKEN".to_owned(), token));
                    "GITHUB_ACTIONS"
                }
                PlacedIssuer::Gitlab => "GITLAB",
                PlacedIssuer::Eks => "EKS",
                PlacedIssuer::Google | PlacedIssuer::Other(_) => continue,
            };
            variables.push((format!("FED_LAB_{name}_ISSUER"), issuer.issuer().to_owned()));
            variables.push((format!("FED_LAB_{name}_ISSUER_URL"), issuer.url().to_owned()));
        }
        variables
    }

    /// Puts the tutorial's instance into any account, past the gate.
    ///
    /// # Errors
    /// [`LabError::Seed`].
    pub async fn seed_instance(&self, account: &AccountId) -> Result<(), LabError> {
        seed::seed_instance(&self.caller, account).await
    }

    /// Lets [`running_labs`](crate::running_labs) find this lab until it stops. The
    /// file holds the administrator's key and is closed to other users.
    ///
    /// # Errors
    /// [`LabError::File`].
    pub fn publish(&self) -> Result<(), LabError> {
        self.run.publish(&self.environment())
    }

    /// Returns when LocalStack has ended by itself, which it should not.
    pub async fn ended(&mut self) -> LabError {
        self.emulator.ended().await
    }

    /// Lets requests under way finish and takes everything down.
    pub async fn stop(self) {
        self.gate.stop().await;
        self.issuer.stop().await;
        for (_, issuer) in self.placed {
            issuer.stop().await;
        }
        self.emulator.stop().await;
        drop(self.run);
    }
}

async fn start_issuer(config: &LabConfig, client_secret: &Secret) -> Result<Issuer, LabError> {
    let mut issuer = IssuerConfig::google(fake_issuer::Clock::system());
    issuer.port = config.issuer_port;
    issuer.clients =
        vec![Client::web(tutorial::CLIENT_ID, client_secret.expose(), tutorial::REDIRECT_URI)];
    Issuer::start(issuer).await.map_err(|error| match error {
        IssuerError::Listen { port, source } => LabError::Port { what: "issuer", port, source },
        other => LabError::Issuer(other),
    })
}

/// The issuers beside Google's, each once.
async fn start_placed(config: &LabConfig) -> Result<Vec<(PlacedIssuer, Issuer)>, LabError> {
    let mut started: Vec<(PlacedIssuer, Issuer)> = Vec::new();
    for placed in &config.issuers {
        let name = placed.issuer(&config.region);
        let is_there = started.iter().any(|(_, issuer)| issuer.issuer() == name);
        if is_there || name == PlacedIssuer::Google.issuer(&config.region) {
            continue;
        }
        let issuer = Issuer::start(placed.config(&config.region)).await;
        started.push((placed.clone(), issuer.map_err(LabError::Issuer)?));
    }
    Ok(started)
}

async fn start_gate(
    config: &LabConfig,
    emulator: &Emulator,
    issuer: &Issuer,
    placed: &[(PlacedIssuer, Issuer)],
) -> Result<Gate, LabError> {
    let upstream = Url::parse(emulator.url())
        .map_err(|_| LabError::InvalidEndpoint(emulator.url().to_owned()))?;
    let gate = Gate::start(GateConfig {
        upstream,
        port: config.gate_port,
        region: config.region.clone(),
        issuers: [issuer]
            .into_iter()
            .chain(placed.iter().map(|(_, issuer)| issuer))
            .map(|issuer| TrustedIssuer {
                issuer: issuer.issuer().to_owned(),
                discovery_url: issuer.discovery_url(),
            })
            .collect(),
        callbacks: Vec::new(),
        clock: iam_gate::Clock::new(SystemTime::now),
        limits: Limits::standard(),
    });
    gate.await.map_err(|error| match error {
        GateError::Listen { address, source } => {
            LabError::Port { what: "gate", port: address.port(), source }
        }
        other => LabError::Gate(other),
    })
}

/// Finds out that a port is taken before minutes of installing, not after.
async fn reserve(port: Option<u16>, what: &'static str) -> Result<(), LabError> {
    let Some(port) = port else { return Ok(()) };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    listener.map(drop).map_err(|source| LabError::Port { what, port, source })
}

/// Shaped like the secrets Google gives: `GOCSPX-` and 28 characters.
fn random_secret() -> Result<Secret, LabError> {
    let mut bytes = [0; 14];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| LabError::Randomness)?;
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Secret::new(format!("GOCSPX-{hexadecimal}")))
}
