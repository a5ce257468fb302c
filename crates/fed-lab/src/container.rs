//! LocalStack in a container, started through testcontainers.
//!
//! Every container carries the label `fed.lab=<lab>`. Taking one down means
//! removing whatever carries the lab's label, so that it works at any moment, also
//! when the start was given up half way and the container's id never came back.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use testcontainers::bollard::Docker;
use testcontainers::bollard::errors::Error;
use testcontainers::bollard::models::PortBinding;
use testcontainers::bollard::query_parameters::{
    CreateImageOptionsBuilder, ListContainersOptionsBuilder, RemoveContainerOptionsBuilder,
};
use testcontainers::core::ContainerPort;
use testcontainers::core::client::docker_client_instance;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerRequest, GenericImage, ImageExt};

use crate::emulator_files::CONTAINER_START;
use crate::health::wait_until_healthy;
use crate::innermost::innermost;
use crate::localstack::{HEALTH, settings};
use crate::run_directory::{Leftover, RunDirectory};
use crate::{LabError, Progress};

mod image_name;
mod watchdog;

use image_name::ImageName;
use watchdog::Watchdog;

/// Labels a container with the lab it belongs to.
const LABEL: &str = "fed.lab";
/// Where LocalStack listens inside the container.
const PORT: ContainerPort = ContainerPort::Tcp(4566);
/// Where Python looks first there; a file in it is imported before any program.
const PYTHON_PATH: &str = "/opt/fed-lab";
/// How long a Docker engine may take to say that it is there.
const PING: Duration = Duration::from_secs(3);
/// How long a registry may take to answer at all.
const FIRST_WORD: Duration = Duration::from_secs(8);
/// How long a download may stand still.
const STALL: Duration = Duration::from_secs(60);
/// How long LocalStack may take to become ready.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long a container is looked for whose making was given up half way.
const SETTLE: Duration = Duration::from_secs(3);
/// How often it is looked for.
const POLL: Duration = Duration::from_millis(5);

/// A Docker engine that answers.
pub(crate) struct Engine {
    docker: Docker,
}

impl Engine {
    /// Finds the engine as Docker's own client does: `DOCKER_HOST`, else the usual
    /// sockets.
    pub(crate) async fn connect() -> Result<Self, LabError> {
        let docker = docker_client_instance()
            .await
            .map_err(|error| LabError::NoDocker(innermost(&error)))?;
        match tokio::time::timeout(PING, docker.ping()).await {
            Ok(Ok(_)) => Ok(Self { docker }),
            Ok(Err(error)) => Err(LabError::NoDocker(innermost(&error))),
            Err(_) => Err(LabError::NoDocker(format!("no answer within {} s", PING.as_secs()))),
        }
    }

    /// Sees that the image is there, pulling it if it must (without credentials:
    /// pull an image of a private registry yourself).
    pub(crate) async fn provide_image(
        &self,
        image: &str,
        progress: &dyn Progress,
    ) -> Result<(), LabError> {
        if self.docker.inspect_image(image).await.is_ok() {
            return Ok(());
        }
        progress.doing(&format!("pulling {image}"));
        let failed = |reason| LabError::NoImage { image: image.to_owned(), reason };
        let name = ImageName::parse(image);
        let options = CreateImageOptionsBuilder::new().from_image(name.repository).tag(name.tag);
        let mut steps = self.docker.create_image(Some(options.build()), None, None);
        let mut patience = FIRST_WORD;
        loop {
            match tokio::time::timeout(patience, steps.next()).await {
                Ok(Some(Ok(step))) => {
                    if let Some(status) = step.status {
                        progress.doing(&format!("pulling {image}: {status}"));
                    }
                    patience = STALL;
                }
                Ok(Some(Err(error))) => return Err(failed(innermost(&error))),
                Ok(None) => return Ok(()),
                Err(_) => {
                    let waited = patience.as_secs();
                    return Err(failed(format!("the registry is silent for {waited} s")));
                }
            }
        }
    }

    /// Removes every container of the lab `id`: how many, or why one stays.
    async fn remove_all_of(&self, id: &str) -> Result<usize, Error> {
        let filters = HashMap::from([("label", vec![format!("{LABEL}={id}")])]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let found = self.docker.list_containers(Some(options)).await?;
        let count = found.len();
        let mut removed = Ok(count);
        for container in found.into_iter().filter_map(|container| container.id) {
            let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
            // One that is just being started cannot be removed yet; the others go.
            let gone = self.docker.remove_container(&container, Some(options)).await;
            removed = removed.and_then(|count| gone.map(|()| count));
        }
        removed
    }

    /// The same, again and again until it has happened or [`SETTLE`] has passed.
    async fn remove_once_there(&self, id: &str) -> bool {
        let removal = async {
            while !self.remove_all_of(id).await.is_ok_and(|count| count > 0) {
                tokio::time::sleep(POLL).await;
            }
        };
        tokio::time::timeout(SETTLE, removal).await.is_ok()
    }

    async fn log(&self, container: &str) -> String {
        use testcontainers::bollard::query_parameters::LogsOptionsBuilder;

        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail("15").build();
        let mut lines = self.docker.logs(container, Some(options));
        let mut log = String::new();
        while let Some(Ok(line)) = lines.next().await {
            log.push_str(&line.to_string());
        }
        log.trim_end().to_owned()
    }
}

/// A running container; removed when dropped.
pub(crate) struct LabContainer {
    id: String,
    url: String,
    label: Label,
}

impl LabContainer {
    /// Starts the image, in which LocalStack answers when it is [ready](Self::ready). The port
    /// is published on 127.0.0.1 only.
    pub(crate) async fn start(
        image: &str,
        run: &RunDirectory,
        services: &[String],
        progress: &dyn Progress,
    ) -> Result<Self, LabError> {
        progress.doing(&format!("starting a container of {image}"));
        let failed = |reason: String| LabError::Container { image: image.to_owned(), reason };
        run.mark_container()?;
        let name = format!("fed-{}", run.id());
        let watchdog = Watchdog::start(&name);
        let label = Label { id: run.id(), watchdog };
        let parts = ImageName::parse(image);
        let bare = GenericImage::new(parts.repository, parts.tag).with_exposed_port(PORT);
        let container = settings(services)
            .into_iter()
            .fold(bare.into(), |request: ContainerRequest<_>, (name, value)| {
                request.with_env_var(name, value)
            })
            .with_env_var("PYTHONPATH", PYTHON_PATH)
            .with_copy_to(
                format!("{PYTHON_PATH}/sitecustomize.py"),
                CONTAINER_START.as_bytes().to_vec(),
            )
            .with_container_name(name)
            .with_label(LABEL, &label.id)
            .with_host_config_modifier(|host| {
                let loopback = PortBinding {
                    host_ip: Some("127.0.0.1".to_owned()),
                    host_port: Some("0".to_owned()),
                };
                host.publish_all_ports = Some(false);
                host.port_bindings =
                    Some(HashMap::from([(PORT.to_string(), Some(vec![loopback]))]));
            })
            .start()
            .await
            .map_err(|error| failed(innermost(&error)))?;
        let id = container.id().to_owned();
        let port = container.get_host_port_ipv4(PORT).await;
        // It is removed by its label; its own destructor needs a runtime around it.
        std::mem::forget(container);
        let port = port.map_err(|error| failed(innermost(&error)))?;
        let url = format!("http://127.0.0.1:{port}");
        Ok(Self { id, url, label })
    }

    /// Waits until LocalStack answers.
    pub(crate) async fn ready(&self, http: &reqwest::Client) -> Result<(), LabError> {
        let health = format!("{}{HEALTH}", self.url);
        if tokio::time::timeout(PATIENCE, wait_until_healthy(http, &health)).await.is_err() {
            let (name, seconds) = ("LocalStack", PATIENCE.as_secs());
            let log = Engine::connect().await?.log(&self.id).await;
            return Err(LabError::EmulatorNotReady { name, seconds, log });
        }
        Ok(())
    }

    /// Where it is reached.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Removes it.
    pub(crate) async fn stop(self) {
        // The removal blocks; this lets other tasks of the runtime go on.
        if let Err(error) = tokio::task::spawn_blocking(move || drop(self.label)).await {
            tracing::error!(%error, "the container could not be removed");
        }
    }
}

/// Removes whatever carries the lab's label when dropped: on success, failure,
/// panic and when a start is given up.
struct Label {
    id: String,
    watchdog: Option<Watchdog>,
}

impl Drop for Label {
    fn drop(&mut self) {
        let (id, watchdog) = (std::mem::take(&mut self.id), self.watchdog.take());
        on_a_runtime_of_its_own(async move {
            let Ok(engine) = own_connection() else { return };
            let removed = engine.remove_once_there(&id).await;
            // Otherwise it goes on looking: an engine under load may be slow to make
            // a container that was asked for before the start was given up.
            if let Some(watchdog) = watchdog.filter(|_| removed) {
                watchdog.dismiss();
            }
        });
    }
}

/// Removes containers of labs that died, and their folders.
pub(crate) async fn sweep(leftovers: Vec<Leftover>) {
    let engine = match leftovers.iter().any(|leftover| leftover.container) {
        true => Engine::connect().await.ok(),
        false => None,
    };
    for leftover in leftovers {
        if leftover.container {
            // Without an engine the folder stays, so that a later run can do it.
            let Some(engine) = &engine else { continue };
            if let Err(error) = engine.remove_all_of(&leftover.id).await {
                let reason = innermost(&error);
                tracing::error!(lab = leftover.id, reason, "a dead lab's container stays");
                continue;
            }
        }
        leftover.remove();
    }
}

/// The client that testcontainers shares belongs to the runtime it was made in;
/// a destructor makes its own.
fn own_connection() -> Result<Engine, Error> {
    Ok(Engine { docker: Docker::connect_with_defaults()? })
}

/// Runs to the end on a thread of its own, whatever runtime is or is not around.
fn on_a_runtime_of_its_own(work: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime {
            runtime.block_on(work);
        }
    });
    if thread.join().is_err() {
        tracing::error!("the container's removal broke off");
    }
}
impl LabError {
    /// Whether another backend may do where this one failed.
    pub(crate) fn is_about_containers(&self) -> bool {
        matches!(self, Self::NoDocker(_) | Self::NoImage { .. } | Self::Container { .. })
    }
}
