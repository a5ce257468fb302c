//! What a lab is started with.

use fake_issuer::Client;
use fed_types::AccountId;
use iam_gate::{Enforcement, ServiceControlPolicies};
use url::Url;

use crate::services::{self, Emulator};
use crate::{
    AllowedHost, LabError, LabName, PlacedIssuer, Seed, ServiceAccount, Surroundings, World, names,
    tutorial,
};

/// The container image used when none is named: the version the host backend
/// installs too. Later ones want a licence token.
pub const DEFAULT_IMAGE: &str = "localstack/localstack:4.13.1";

/// Everything a lab needs to know.
#[derive(Clone, Debug)]
pub struct LabConfig {
    /// What it is called; no two labs that run have the same name.
    pub name: Option<LabName>,
    /// Where LocalStack, or another emulator, runs.
    pub backend: Backend,
    /// The account whose administrator's key the lab hands out.
    pub account: AccountId,
    /// The region.
    pub region: String,
    /// The issuer's port; `None`: a free one.
    pub issuer_port: Option<u16>,
    /// Issuers beside Google, which every lab has.
    pub issuers: Vec<PlacedIssuer>,
    /// OAuth clients of Google's issuer beside the tutorial's.
    pub oauth_clients: Vec<Client>,
    /// Whose token an EKS cluster keeps in a file; the cluster's issuer is placed with it.
    pub service_account: Option<ServiceAccount>,
    /// Addresses on this machine or in a private network that the emulator may call for a
    /// client, such as the endpoint of a subscription.
    pub callbacks: Vec<Url>,
    /// Whether AWS's and the issuers' own names lead into the lab, by a proxy.
    pub names: bool,
    /// Whether they do so for a command without a proxy, in namespaces of its own: none is set
    /// in [`Lab::environment`](crate::Lab::environment).
    pub sealed: bool,
    /// Hosts that a command may reach beside them.
    pub allowed_hosts: Vec<AllowedHost>,
    /// The gate's port; `None`: a free one.
    pub gate_port: Option<u16>,
    /// What the account holds at the start.
    pub seed: Seed,
    /// What the lab begins with instead: see [`LabConfig::in_world`].
    pub world: Option<World>,
    /// LocalStack services to offer, such as `iam`, `sts`, `ec2`.
    pub services: Vec<String>,
    /// What binds everybody in every account, its administrator too.
    pub service_control_policies: ServiceControlPolicies,
    /// What becomes of what policies deny.
    pub enforcement: Enforcement,
    /// Whether the real aws CLI is installed also where LocalStack runs in a
    /// container or elsewhere; see [`Lab::aws_cli`](crate::Lab::aws_cli). The host
    /// backend always has it.
    pub with_aws_cli: bool,
    /// Interpreter, search path and cache folder.
    pub surroundings: Surroundings,
}

/// Where the emulator runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A container where a Docker engine has or can pull the image, else the host.
    Auto {
        /// The image, `name:tag`.
        image: String,
    },
    /// A container; nothing else.
    Container {
        /// The image, `name:tag`.
        image: String,
    },
    /// A process of this machine's Python.
    Host,
    /// moto's server, as a process of this machine's Python.
    Moto,
    /// ministack, as a process of this machine's Python.
    Ministack,
    /// An emulator that already runs, such as moto's server.
    External {
        /// Where it listens, `http://HOST:PORT`.
        endpoint: Url,
    },
}

/// Which emulator stands behind the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmulatorKind {
    /// LocalStack, or one that is taken for it.
    Localstack,
    /// moto's own server.
    Moto,
    /// ministack.
    Ministack,
}

impl LabConfig {
    /// The tutorial's region and seed, free ports, `iam`, `sts` and `ec2`, no organization.
    pub fn new(backend: Backend, account: AccountId, surroundings: Surroundings) -> Self {
        Self {
            name: None,
            backend,
            account,
            region: tutorial::REGION.to_owned(),
            issuer_port: None,
            issuers: Vec::new(),
            oauth_clients: Vec::new(),
            service_account: None,
            callbacks: Vec::new(),
            names: false,
            sealed: false,
            allowed_hosts: Vec::new(),
            gate_port: None,
            seed: Seed::Tutorial,
            world: None,
            services: ["iam", "sts", "ec2"].map(str::to_owned).to_vec(),
            service_control_policies: ServiceControlPolicies::default(),
            enforcement: Enforcement::On,
            with_aws_cli: false,
            surroundings,
        }
    }

    /// Has the lab begin with a world: its region, its services and issuers beside those
    /// there are, and its accounts in the place of the one.
    pub fn in_world(&mut self, world: World) {
        self.region.clone_from(&world.region);
        if let Some(first) = world.accounts.first() {
            self.account.clone_from(&first.id);
        }
        let known = self.services.clone();
        self.services.extend(world.services.iter().filter(|it| !known.contains(it)).cloned());
        self.issuers.extend(world.issuers.iter().cloned());
        self.world = Some(world);
    }

    /// Refuses what cannot work before anything is started.
    pub(crate) fn check(&self) -> Result<(), LabError> {
        let word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if !fed_types::is_region(&self.region) {
            return Err(LabError::InvalidRegion(self.region.clone()));
        }
        if let Some(wrong) = self.services.iter().find(|service| !word(service)) {
            return Err(LabError::InvalidService(wrong.clone()));
        }
        let emulator = match self.backend {
            Backend::Host => Emulator::OnHost,
            Backend::Auto { .. } | Backend::Container { .. } => Emulator::Localstack,
            Backend::Ministack => Emulator::Ministack,
            Backend::Moto | Backend::External { .. } => Emulator::Any,
        };
        services::check(&self.services, emulator)?;
        if self.world.is_none() && self.seed == Seed::Tutorial {
            services::check_seed(&self.services, emulator)?;
        }
        let callable = |url: &&Url| {
            matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.path() == "/"
        };
        if let Some(wrong) = self.callbacks.iter().find(|url| !callable(url)) {
            return Err(LabError::InvalidCallback(wrong.to_string()));
        }
        if let Backend::External { endpoint } = &self.backend
            && (endpoint.scheme() != "http" || endpoint.host().is_none())
        {
            return Err(LabError::InvalidEndpoint(endpoint.to_string()));
        }
        if self.names {
            let iss = |issuer: &PlacedIssuer| issuer.issuer(&self.region);
            let placed: Vec<_> = self.placed_issuers().iter().map(iss).collect();
            names::check_issuers(&iss(&PlacedIssuer::Google), &placed)?;
        }
        Ok(())
    }

    /// The issuers beside Google's, each once; with a service account that of its cluster.
    pub(crate) fn placed_issuers(&self) -> Vec<PlacedIssuer> {
        let cluster = self.service_account.is_some().then_some(PlacedIssuer::Eks);
        let mut known = vec![PlacedIssuer::Google.issuer(&self.region)];
        let mut placed = self.issuers.clone();
        placed.extend(cluster);
        placed.retain(|issuer| {
            let name = issuer.issuer(&self.region);
            let is_new = !known.contains(&name);
            known.push(name);
            is_new
        });
        placed
    }
}
