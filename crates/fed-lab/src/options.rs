//! What `up` and `exec` take alike.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fed_lab::{
    AllowedHost, Backend, Client, DEFAULT_IMAGE, LabConfig, LabError, PlacedIssuer, Seed,
    ServiceAccount, Surroundings, tutorial,
};
use fed_types::AccountId;
use iam_gate::ServiceControlPolicies;
use url::Url;

/// Which lab to start.
#[derive(Args)]
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
    #[arg(long)]
    names: bool,

    /// With --names, a host that the command may reach all the same, such as pypi.org or
    /// *.example.com; may be given several times
    #[arg(long = "allow-host", value_name = "HOST", requires = "names")]
    allowed_hosts: Vec<AllowedHost>,

    /// The gate's port [default: a free one]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    gate_port: Option<u16>,

    /// What the account holds at the start
    #[arg(long, value_enum, default_value_t = SeedName::Tutorial)]
    seed: SeedName,

    /// LocalStack services to offer
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "iam,sts,ec2")]
    services: Vec<String>,

    /// Service control policies, which bind everybody, the administrator too: a JSON list of
    /// policies, or of levels that are lists of policies
    #[arg(long, value_name = "FILE")]
    service_control_policies: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum BackendName {
    /// A container where a Docker engine has or can pull the image, else the host
    Auto,
    /// A container
    Container,
    /// This machine's Python; LocalStack is installed once
    Host,
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

impl LabOptions {
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
            (BackendName::Auto, None) => Backend::Auto { image },
        };
        let service_control_policies = match &self.service_control_policies {
            Some(path) => read_policies(path)?,
            None => ServiceControlPolicies::default(),
        };
        let oauth_clients = self.oauth_clients.iter().map(|path| read_client(path));
        let oauth_clients = oauth_clients.collect::<Result<_, _>>()?;
        Ok(LabConfig {
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
            allowed_hosts: self.allowed_hosts,
            gate_port: self.gate_port,
            seed: self.seed.into(),
            services: self.services,
            service_control_policies,
            with_aws_cli: false,
            surroundings,
        })
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
