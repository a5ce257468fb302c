//! The image of fed-lab as a module of testcontainers: a lab in a container of its own, for tests
//! that run where Docker is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use testcontainers::core::{CmdWaitFor, ContainerPort, ExecCommand, WaitFor};
use testcontainers::{ContainerAsync, Image, TestcontainersError};

/// Where the lab listens inside: whoever is no root may listen there.
const PORT: ContainerPort = ContainerPort::Tcp(8443);
/// What the lab hands over to others, as JSON.
const HANDED_OVER: &str = "/run/fed-lab/lab.json";
/// Variables whose values are good outside of the container, too.
const EVERYWHERE: [&str; 6] = [
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "FED_LAB_ACCOUNT_ID",
    "FED_LAB_ADMIN_ACCESS_KEY_ID",
    "FED_LAB_ADMIN_SECRET_ACCESS_KEY",
];

/// The image, to be started by [`testcontainers::runners::AsyncRunner`]. It is ready when the lab
/// answers, within about ten seconds, and removed with the container's value. `docker/fed-lab/build.sh`
/// builds it: no registry has it.
#[derive(Debug, Clone)]
pub struct LabImage {
    name: String,
    tag: String,
    arguments: Vec<String>,
}

impl Default for LabImage {
    /// `fed-lab:latest`.
    fn default() -> Self {
        Self::named("fed-lab", "latest")
    }
}

impl LabImage {
    /// The image by another name.
    pub fn named(name: impl Into<String>, tag: impl Into<String>) -> Self {
        Self { name: name.into(), tag: tag.into(), arguments: Vec::new() }
    }

    /// One more argument of `fed-lab up`, such as `--services` or `iam,sts,s3`.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// What a program outside of the container needs: the endpoint, the region, the account and its
    /// administrator's key, by the variables' names. Certificates are not among it: the endpoint
    /// is plain HTTP on this machine.
    ///
    /// # Errors
    /// The container does not answer, or has handed nothing over.
    pub async fn environment(
        container: &ContainerAsync<Self>,
    ) -> Result<BTreeMap<String, String>, TestcontainersError> {
        let text = Self::asked(container, ["cat", HANDED_OVER]).await?;
        let mut environment: BTreeMap<String, String> =
            serde_json::from_slice(&text).map_err(TestcontainersError::other)?;
        environment.retain(|name, _| EVERYWHERE.contains(&name.as_str()));
        let (host, port) = (container.get_host().await?, container.get_host_port_ipv4(PORT).await?);
        environment.insert("AWS_ENDPOINT_URL".to_owned(), format!("http://{host}:{port}"));
        Ok(environment)
    }

    /// A token, as `fed-lab token` in the container prints it: `["github", "--repository",
    /// "acme/app"]` is what a run of that repository would get.
    ///
    /// # Errors
    /// The container does not answer, or the arguments are none of `fed-lab token`.
    pub async fn token<'a>(
        container: &ContainerAsync<Self>,
        arguments: impl IntoIterator<Item = &'a str>,
    ) -> Result<fed_types::Secret, TestcontainersError> {
        let command = ["fed-lab", "token"].into_iter().chain(arguments);
        let printed = Self::asked(container, command).await?;
        let text = String::from_utf8(printed).map_err(TestcontainersError::other)?;
        Ok(fed_types::Secret::new(text.trim().to_owned()))
    }

    /// What a command prints that ends well.
    async fn asked<'a>(
        container: &ContainerAsync<Self>,
        command: impl IntoIterator<Item = &'a str>,
    ) -> Result<Vec<u8>, TestcontainersError> {
        let command = ExecCommand::new(command).with_cmd_ready_condition(CmdWaitFor::exit_code(0));
        container.exec(command).await?.stdout_to_vec().await
    }
}

impl Image for LabImage {
    fn name(&self) -> &str {
        &self.name
    }

    fn tag(&self) -> &str {
        &self.tag
    }

    fn ready_conditions(&self) -> Vec<WaitFor> {
        vec![WaitFor::healthcheck()]
    }

    fn cmd(&self) -> impl IntoIterator<Item = impl Into<Cow<'_, str>>> {
        let always = ["up", "--backend", "host", "--name", "lab", "--listen", "0.0.0.0:8443"];
        let known = ["--known-as", "localhost", "--hand-over", "/run/fed-lab"];
        always.into_iter().chain(known).chain(self.arguments.iter().map(String::as_str))
    }

    fn expose_ports(&self) -> &[ContainerPort] {
        &[PORT]
    }
}
