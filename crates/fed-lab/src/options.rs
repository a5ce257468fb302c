//! What `up` and `exec` take alike.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use fed_lab::{
    AllowedHost, Backend, Client, DEFAULT_IMAGE, LabConfig, LabError, PlacedIssuer, Seed,
    ServiceAccount, Surroundings, World, services_everywhere, services_of_ministack, tutorial,
};
use fed_types::AccountId;
use iam_gate::{Enforcement, ServiceControlPolicies};
use url::Url;

/// Which lab to start.
#[derive(Args)]
#[command(group = ArgGroup::new("leading").multiple(true))]
pub(crate) struct LabOptions {
    /// Where LocalStack runs
    #[arg(long, value_enum, default_value_t = BackendName::Auto)]
    backend: BackendName,

    /// An emulator that already runs, for `--backend external`
    #[arg(long, value_name = "URL")]
    endpoint: Option<Url>,

    /// The container image
    #[arg(long, value_name = "NAME:TAG", env = "FED_LAB_IMAGE", default_value = DEFAULT_IMAGE)]
    image: String,

    /// What the lab begins with: issuers, people, OAuth clients, an organization, accounts and
    /// what is in them. docs/world.md has every key
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["account", "region", "seed", "service_control_policies"]
    )]
    world: Option<PathBuf>,

    /// The AWS account, 12 digits
    #[arg(long, value_name = "ID", default_value = tutorial::ACCOUNT)]
    account: AccountId,

    /// The AWS region
    #[arg(long, default_value = tutorial::REGION)]
    region: String,

    /// The issuer's port [default: a free one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    issuer_port: Option<u16>,

    /// Issuers whose tokens the gate can check, beside Google: github-actions, gitlab, eks, or
    /// the https URL of another
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "google")]
    issuer: Vec<PlacedIssuer>,

    /// Keeps the token of this service account of the eks issuer in a file, as a pod finds it;
    /// with a role, AWS clients use it: NAMESPACE/NAME[=ROLE_ARN]
    #[arg(long, value_name = "ACCOUNT")]
    service_account: Option<ServiceAccount>,

    /// An OAuth client of Google's beside the tutorial's: Google's client_secret_….json, or JSON
    /// with a client_id and a type (web, desktop, tv); may be given several times
    #[arg(long = "oauth-client", value_name = "FILE")]
    oauth_clients: Vec<PathBuf>,

    /// An address on this machine or in a private network that the emulator may call for a
    /// client, such as a subscription's http://127.0.0.1:9000; may be given several times
    #[arg(long = "callback", value_name = "URL")]
    callbacks: Vec<Url>,

    /// Has AWS's and the issuers' own names lead into the lab, by a proxy and an authority that
    /// the command's programs are told of: no endpoint is set, and nothing else can be reached
    #[arg(long, group = "leading")]
    pub(crate) names: bool,

    /// Where names lead into the lab, a host that may be reached all the same, such as pypi.org
    /// or *.example.com; may be given several times
    #[arg(long = "allow-host", value_name = "HOST", requires = "leading")]
    allowed_hosts: Vec<AllowedHost>,

    /// The gate's port [default: a free one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    gate_port: Option<u16>,

    /// What the account holds at the start [default: tutorial; with --reuse none]
    #[arg(long, value_enum)]
    seed: Option<SeedName>,

    /// LocalStack services to offer [default: iam,sts,ec2; of learn and check all]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    services: Option<Vec<String>>,

    /// Service control policies, which bind everybody, the administrator too: a JSON list of
    /// policies, or of levels that are lists of policies
    #[arg(long, value_name = "FILE")]
    service_control_policies: Option<PathBuf>,

    /// What becomes of a request that policies do not allow
    #[arg(long, value_enum, default_value_t = Enforce::On)]
    enforce: Enforce,
}

/// As [`Enforcement`]. No variable sets it: nobody gets it unasked.
#[derive(Clone, Copy, ValueEnum)]
enum Enforce {
    /// It is denied, as by AWS
    On,
    /// It is written down and let through, which every answer's headers and the end say
    Audit,
}

impl From<Enforce> for Enforcement {
    fn from(enforce: Enforce) -> Self {
        match enforce {
            Enforce::On => Self::On,
            Enforce::Audit => Self::Audit,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum BackendName {
    /// A container where a Docker engine has or can pull the image, else the host
    Auto,
    /// A container
    Container,
    /// This machine's Python; LocalStack is installed once
    Host,
    /// This machine's Python; ministack is installed once. Starts in a part of a second, and
    /// has the services that docs/lab.md lists
    Ministack,
    /// What runs at --endpoint; without one moto's server, installed once
    External,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SeedName {
    /// The role google-oidc-role, the user no-policy-user and an instance
    Tutorial,
    /// Nothing
    None,
}

impl From<SeedName> for Seed {
    fn from(name: SeedName) -> Self {
        match name {
            SeedName::Tutorial => Self::Tutorial,
            SeedName::None => Self::Nothing,
        }
    }
}

/// What says which lab to start, where none is to be started.
pub(crate) const OF_A_NEW_LAB: [&str; 16] = [
    "backend",
    "endpoint",
    "world",
    "account",
    "region",
    "issuer_port",
    "issuer",
    "service_account",
    "oauth_clients",
    "callbacks",
    "names",
    "allowed_hosts",
    "gate_port",
    "services",
    "service_control_policies",
    "enforce",
];

impl LabOptions {
    /// What an account of a running lab is to hold.
    pub(crate) fn seed_of_reused(&self) -> Seed {
        self.seed.unwrap_or(SeedName::None).into()
    }

    /// As [`LabOptions::into_config`], with all services that work on every backend unless some were
    /// chosen: they come up as they are used.
    pub(crate) fn into_config_of_all_services(
        mut self,
        surroundings: Surroundings,
    ) -> Result<LabConfig, LabError> {
        self.services = Some(self.services.unwrap_or_else(|| match self.backend {
            BackendName::Ministack => services_of_ministack(),
            _ => services_everywhere(),
        }));
        self.into_config(surroundings)
    }

    /// Turns what was typed into what the library takes.
    ///
    /// # Errors
    /// [`LabError::StrayEndpoint`], [`LabError::UnreadableClient`], [`LabError::InvalidClient`],
    /// [`LabError::UnreadablePolicies`] and [`LabError::ServiceControlPolicies`].
    pub(crate) fn into_config(self, surroundings: Surroundings) -> Result<LabConfig, LabError> {
        let image = self.image;
        let backend = match (self.backend, self.endpoint) {
            (BackendName::External, Some(endpoint)) => Backend::External { endpoint },
            (_, Some(endpoint)) => return Err(LabError::StrayEndpoint(endpoint.into())),
            (BackendName::External, None) => Backend::Moto,
            (BackendName::Container, None) => Backend::Container { image },
            (BackendName::Host, None) => Backend::Host,
            (BackendName::Ministack, None) => Backend::Ministack,
            (BackendName::Auto, None) => Backend::Auto { image },
        };
        let service_control_policies = match &self.service_control_policies {
            Some(path) => read_policies(path)?,
            None => ServiceControlPolicies::default(),
        };
        let oauth_clients = self.oauth_clients.iter().map(|path| read_client(path));
        let oauth_clients = oauth_clients.collect::<Result<_, _>>()?;
        let world = self.world.as_deref().map(World::read).transpose()?;
        let mut config = LabConfig {
            name: None,
            backend,
            account: self.account,
            region: self.region,
            issuer_port: self.issuer_port,
            issuers: self.issuer,
            oauth_clients,
            service_account: self.service_account,
            callbacks: self.callbacks,
            names: self.names,
            sealed: false,
            allowed_hosts: self.allowed_hosts,
            gate_port: self.gate_port,
            seed: self.seed.unwrap_or(SeedName::Tutorial).into(),
            world: None,
            services: self
                .services
                .unwrap_or_else(|| ["iam", "sts", "ec2"].map(str::to_owned).to_vec()),
            service_control_policies,
            enforcement: self.enforce.into(),
            with_aws_cli: false,
            surroundings,
        };
        if let Some(world) = world {
            config.in_world(world);
        }
        Ok(config)
    }
}

fn read_client(path: &Path) -> Result<Client, LabError> {
    let text = fs::read_to_string(path)
        .map_err(|source| LabError::UnreadableClient { path: path.to_owned(), source })?;
    text.parse().map_err(|source| LabError::InvalidClient { path: path.to_owned(), source })
}

fn read_policies(path: &Path) -> Result<ServiceControlPolicies, LabError> {
    let text = fs::read_to_string(path)
        .map_err(|source| LabError::UnreadablePolicies { path: path.to_owned(), source })?;
    ServiceControlPolicies::parse(&text)
        .map_err(|source| LabError::ServiceControlPolicies { path: path.to_owned(), source })
}
