//! Which emulator a lab stands on.

use std::path::Path;

use crate::config::Backend;
use crate::container::{Engine, LabContainer};
use crate::health::answers;
use crate::host::{HostProcess, Program};
use crate::innermost::innermost;
use crate::localstack::{HEALTH, settings};
use crate::run_directory::RunDirectory;
use crate::services;
use crate::venv::{self, LOCALSTACK, MINISTACK, MOTO, Venv};
use crate::{EmulatorKind, LabConfig, LabError, Progress};

/// A page that moto's server has and nothing else. It is short: `data.json` would be all that
/// anybody ever made there.
const MOTO_PAGE: &str = "/moto-api/config";

/// A page that ministack has and nothing else.
const MINISTACK_PAGE: &str = "/_ministack/health";

/// An external emulator that is moto's server, whoever started it.
const EXTERNAL_MOTO: &str = "external, moto";
/// One that is ministack.
const EXTERNAL_MINISTACK: &str = "external, ministack";

/// A running emulator and how it came to be this one.
pub(crate) struct Emulator {
    running: Running,
    /// Such as `host`.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) kind: EmulatorKind,
    /// One sentence.
    pub(crate) why: String,
    /// The virtual environment, where one was needed.
    pub(crate) venv: Option<Venv>,
}

enum Running {
    Host(Box<HostProcess>),
    Container(LabContainer),
    External(String),
}

impl Emulator {
    /// Starts what the configuration asks for. It listens when this returns, and answers when
    /// it is [ready](Self::ready).
    pub(crate) async fn start(
        config: &LabConfig,
        run: &RunDirectory,
        http: &reqwest::Client,
        progress: &dyn Progress,
    ) -> Result<Self, LabError> {
        let mut emulator = match &config.backend {
            Backend::Host => host(config, run, progress, "as asked".to_owned()).await?,
            Backend::Container { image } => {
                let why = format!("as asked, from the image `{image}`");
                container(config, run, progress, (image, why)).await?
            }
            Backend::Auto { image } => {
                let why = format!("a Docker engine has the image `{image}`");
                match container(config, run, progress, (image, why)).await {
                    Err(error) if error.is_about_containers() && cfg!(unix) => {
                        progress.note(&format!("Using this machine's Python: {error}."));
                        let why = "no container could be had".to_owned();
                        host(config, run, progress, why).await?
                    }
                    outcome => outcome?,
                }
            }
            Backend::Moto => moto(config, run, progress).await?,
            Backend::Ministack => ministack(config, run, progress).await?,
            Backend::External { endpoint } => {
                let url = endpoint.as_str().trim_end_matches('/').to_owned();
                let kind = kind_of(http, &url).await.map_err(|error| LabError::NoEndpoint {
                    endpoint: url.clone(),
                    reason: innermost(&error),
                })?;
                let why = format!("as asked, at {url}");
                let name = match kind {
                    EmulatorKind::Moto => EXTERNAL_MOTO,
                    EmulatorKind::Ministack => EXTERNAL_MINISTACK,
                    EmulatorKind::Localstack => "external",
                };
                Self { running: Running::External(url), name, kind, why, venv: None }
            }
        };
        if config.with_aws_cli && emulator.venv.is_none() {
            emulator.venv = Some(venv::prepare(LOCALSTACK, &config.surroundings, progress).await?);
        }
        Ok(emulator)
    }

    /// Waits until it answers.
    pub(crate) async fn ready(
        &mut self,
        http: &reqwest::Client,
        progress: &dyn Progress,
    ) -> Result<(), LabError> {
        match &mut self.running {
            Running::Host(process) => process.ready(http).await.inspect_err(|_| {
                self.venv.iter().for_each(Venv::distrust);
            }),
            Running::Container(container) => {
                progress.doing("waiting for LocalStack");
                container.ready(http).await
            }
            Running::External(_) => Ok(()),
        }
    }

    /// Where it listens, no slash at the end.
    pub(crate) fn url(&self) -> &str {
        match &self.running {
            Running::Host(process) => process.url(),
            Running::Container(container) => container.url(),
            Running::External(url) => url,
        }
    }

    /// Returns when a process of this machine has ended by itself; never for the
    /// others, whose end the gate tells with each request.
    pub(crate) async fn ended(&mut self) -> LabError {
        match &mut self.running {
            Running::Host(process) => process.ended().await,
            Running::Container(_) | Running::External(_) => std::future::pending().await,
        }
    }

    /// Whether somebody else runs it.
    pub(crate) fn is_external(&self) -> bool {
        matches!(self.running, Running::External(_))
    }

    /// Its log, where it is a file.
    pub(crate) fn log(&self) -> Option<&Path> {
        match &self.running {
            Running::Host(process) => Some(process.log()),
            Running::Container(_) | Running::External(_) => None,
        }
    }

    /// Takes it down; an external one is left as it is.
    pub(crate) async fn stop(self) {
        match self.running {
            Running::Host(process) => process.stop().await,
            Running::Container(container) => container.stop().await,
            Running::External(_) => {}
        }
    }
}

/// Starts a program of the environment; one that fails is looked at anew the next time.
async fn on_host(
    program: Program,
    venv: &Venv,
    run: &RunDirectory,
    progress: &dyn Progress,
) -> Result<HostProcess, LabError> {
    let started = HostProcess::start(program, venv, run, progress).await;
    started.inspect_err(|_| venv.distrust())
}

async fn host(
    config: &LabConfig,
    run: &RunDirectory,
    progress: &dyn Progress,
    why: String,
) -> Result<Emulator, LabError> {
    services::check(&config.services, services::Emulator::OnHost)?;
    let venv = venv::prepare(LOCALSTACK, &config.surroundings, progress).await?;
    let program = Program {
        name: LOCALSTACK.name,
        argument: "localstack",
        settings: settings(&config.services),
        health: HEALTH,
    };
    let process = on_host(program, &venv, run, progress).await?;
    let running = Running::Host(Box::new(process));
    let kind = EmulatorKind::Localstack;
    Ok(Emulator { running, name: "host", kind, why, venv: Some(venv) })
}

/// moto's server takes the place of an emulator that runs elsewhere.
async fn moto(
    config: &LabConfig,
    run: &RunDirectory,
    progress: &dyn Progress,
) -> Result<Emulator, LabError> {
    let venv = venv::prepare(MOTO, &config.surroundings, progress).await?;
    let program = Program {
        name: MOTO.name,
        argument: "moto",
        // Without them no role can have one of AWS's own policies.
        settings: vec![("MOTO_IAM_LOAD_MANAGED_POLICIES", "true".to_owned())],
        health: MOTO_PAGE,
    };
    let process = on_host(program, &venv, run, progress).await?;
    let running = Running::Host(Box::new(process));
    let why = "as asked, without an endpoint".to_owned();
    let kind = EmulatorKind::Moto;
    Ok(Emulator { running, name: EXTERNAL_MOTO, kind, why, venv: Some(venv) })
}

/// A small emulator that starts in a part of a second.
async fn ministack(
    config: &LabConfig,
    run: &RunDirectory,
    progress: &dyn Progress,
) -> Result<Emulator, LabError> {
    services::check(&config.services, services::Emulator::Ministack)?;
    let venv = venv::prepare(MINISTACK, &config.surroundings, progress).await?;
    let program = Program {
        name: MINISTACK.name,
        argument: "ministack",
        settings: vec![("SERVICES", services::of_ministack()), ("LOG_LEVEL", "ERROR".to_owned())],
        health: MINISTACK_PAGE,
    };
    let process = on_host(program, &venv, run, progress).await?;
    let running = Running::Host(Box::new(process));
    let (why, kind) = ("as asked".to_owned(), EmulatorKind::Ministack);
    Ok(Emulator { running, name: "ministack", kind, why, venv: Some(venv) })
}

async fn container(
    config: &LabConfig,
    run: &RunDirectory,
    progress: &dyn Progress,
    (image, why): (&str, String),
) -> Result<Emulator, LabError> {
    let engine = Engine::connect().await?;
    engine.provide_image(image, progress).await?;
    let services = &config.services;
    let container = LabContainer::start(image, run, services, progress).await?;
    let running = Running::Container(container);
    let kind = EmulatorKind::Localstack;
    Ok(Emulator { running, name: "container", kind, why, venv: None })
}

/// What runs there. LocalStack would take moto's page for a bucket's; ministack has its own
/// page and LocalStack's.
async fn kind_of(http: &reqwest::Client, url: &str) -> reqwest::Result<EmulatorKind> {
    if answers(http, url, HEALTH).await? {
        return Ok(match answers(http, url, MINISTACK_PAGE).await? {
            true => EmulatorKind::Ministack,
            false => EmulatorKind::Localstack,
        });
    }
    Ok(match answers(http, url, MOTO_PAGE).await? {
        true => EmulatorKind::Moto,
        false => EmulatorKind::Localstack,
    })
}

#[cfg(test)]
mod tests;
