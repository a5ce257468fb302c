//! A lab described step by step.

use iam_gate::ServiceControlPolicies;

use crate::accounts::random_number;
use crate::config::{Backend, DEFAULT_IMAGE, LabConfig};
use crate::lab::Lab;
use crate::seed::Seed;
use crate::{LabError, LabName, PlacedIssuer, Progress, Silent, Surroundings, World};

/// Which lab to start; what is not said is as [`Lab::builder`] has it: a container where a
/// Docker engine has the image, else this machine's Python; IAM, STS and EC2; an empty
/// account; nothing printed.
#[derive(Default)]
#[must_use = "a lab starts with `start`"]
pub struct LabBuilder {
    name: Option<LabName>,
    backend: Option<Backend>,
    region: Option<String>,
    services: Option<Vec<String>>,
    issuers: Vec<PlacedIssuer>,
    seed: Option<Seed>,
    world: Option<World>,
    service_control_policies: ServiceControlPolicies,
    surroundings: Option<Surroundings>,
}

impl Lab {
    /// A lab with free ports and an empty account, to be changed where it should differ.
    pub fn builder() -> LabBuilder {
        LabBuilder::default()
    }
}

impl LabBuilder {
    /// A name by which others find it, once [`Lab::publish`] was called.
    pub fn name(mut self, name: LabName) -> Self {
        self.name = Some(name);
        self
    }

    /// Where the emulator runs.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// The region; without it the tutorial's.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The services, such as `["iam", "sts", "s3"]`.
    pub fn services<S: Into<String>>(mut self, services: impl IntoIterator<Item = S>) -> Self {
        self.services = Some(services.into_iter().map(Into::into).collect());
        self
    }

    /// An issuer beside Google's; may be called again for another.
    pub fn issuer(mut self, issuer: PlacedIssuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// What the first account holds at the start; accounts opened later hold nothing.
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
        self
    }

    /// What the lab begins with, instead of one account and its seed: issuers, people, accounts
    /// and what is in them.
    pub fn world(mut self, world: World) -> Self {
        self.world = Some(world);
        self
    }

    /// What binds everybody in every account, its administrator too.
    pub fn service_control_policies(mut self, policies: ServiceControlPolicies) -> Self {
        self.service_control_policies = policies;
        self
    }

    /// Interpreter, search path and cache folder; without them those of this process.
    pub fn surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = Some(surroundings);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// Any [`LabError`]; nothing is left running then.
    pub async fn start(self) -> Result<Lab, LabError> {
        self.start_telling(&Silent).await
    }

    /// Starts it and tells how far it is: the first start on a machine installs LocalStack.
    ///
    /// # Errors
    /// Any [`LabError`]; nothing is left running then.
    pub async fn start_telling(self, progress: &dyn Progress) -> Result<Lab, LabError> {
        let surroundings = match self.surroundings {
            Some(surroundings) => surroundings,
            None => Surroundings::of_this_process()?,
        };
        let account = random_number()?;
        let image = DEFAULT_IMAGE.to_owned();
        let backend = self.backend.unwrap_or(Backend::Auto { image });
        let mut config = LabConfig::new(backend, account, surroundings);
        config.name = self.name;
        config.seed = self.seed.unwrap_or(Seed::Nothing);
        config.issuers = self.issuers;
        config.service_control_policies = self.service_control_policies;
        config.region = self.region.unwrap_or(config.region);
        config.services = self.services.unwrap_or(config.services);
        if let Some(world) = self.world {
            config.in_world(world);
        }
        Lab::start(config, progress).await
    }
}
