//! The parts of a lab, started one by one.

use std::net::SocketAddr;
use std::time::SystemTime;

use fake_issuer::{Client, Issuer, IssuerConfig, IssuerError};
use fed_types::{RoleArn, Secret};
use iam_gate::{Gate, GateConfig, GateError, Limits, TrustedIssuer};
use lab_page::{LabFacts, Person};
use url::Url;

use crate::backend::Emulator;
use crate::names::{self, Names, Routes};
use crate::run_directory::RunDirectory;
use crate::service_account::ProjectedToken;
use crate::{AllowedHost, LabConfig, LabError, LabStatus, PlacedIssuer, World, tutorial};

pub(super) async fn start_issuer(
    config: &LabConfig,
    world: &World,
    client_secret: &Secret,
) -> Result<Issuer, LabError> {
    let mut issuer = IssuerConfig::google(fake_issuer::Clock::system());
    issuer.port = config.issuer_port;
    issuer.clients =
        vec![Client::web(tutorial::CLIENT_ID, client_secret.expose(), tutorial::REDIRECT_URI)];
    issuer.accounts.clone_from(&world.people);
    issuer.clients.extend(config.oauth_clients.iter().chain(&world.clients).cloned());
    Issuer::start(issuer).await.map_err(|error| match error {
        IssuerError::Listen { port, source } => LabError::Port { what: "issuer", port, source },
        other => LabError::Issuer(other),
    })
}

/// The issuers beside Google's.
pub(super) async fn start_placed(
    config: &LabConfig,
) -> Result<Vec<(PlacedIssuer, Issuer)>, LabError> {
    let mut started = Vec::new();
    for placed in config.placed_issuers() {
        let issuer = Issuer::start(placed.config(&config.region)).await;
        started.push((placed, issuer.map_err(LabError::Issuer)?));
    }
    Ok(started)
}

pub(super) async fn start_gate(
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
        callbacks: config.callbacks.clone(),
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

/// Leads names into the lab, where that was asked for.
pub(super) async fn start_names(
    config: &LabConfig,
    gate: &Gate,
    google: &Issuer,
    placed: &[(PlacedIssuer, Issuer)],
    run: &RunDirectory,
) -> Result<Option<Names>, LabError> {
    if !config.names {
        return Ok(None);
    }
    let routes = routes(config.allowed_hosts.clone(), gate, google, placed)?;
    Names::start(routes, &config.surroundings.trust, run).await.map(Some)
}

/// Where names lead in the lab.
pub(super) fn routes(
    allowed: Vec<AllowedHost>,
    gate: &Gate,
    google: &Issuer,
    placed: &[(PlacedIssuer, Issuer)],
) -> Result<Routes, LabError> {
    let others = placed.iter().filter_map(|(_, issuer)| {
        Some((names::host_of(issuer.issuer())?, listening(issuer.url())?))
    });
    let of_google = listening(google.url()).into_iter();
    let of_google =
        of_google.flat_map(|address| names::GOOGLE.map(|name| (name.to_owned(), address)));
    let invalid = || LabError::InvalidEndpoint(gate.url().to_owned());
    Ok(Routes {
        gate: listening(gate.url()).ok_or_else(invalid)?,
        issuers: others.chain(of_google).collect(),
        allowed,
    })
}

/// What the head of every page says.
pub(super) fn facts(status: &LabStatus) -> LabFacts {
    LabFacts {
        name: status.name.as_ref().map(ToString::to_string),
        backend: status.backend.clone(),
        account: status.account.clone(),
        region: status.region.clone(),
        audit: false,
    }
}

/// Somebody who can sign in, as a page tells it.
pub(super) fn person(account: &fake_issuer::Account) -> Person {
    Person {
        name: account.name.clone(),
        email: account.email.clone(),
        subject: account.subject.clone(),
    }
}

/// The address in `http://ADDRESS:PORT`.
pub(super) fn listening(url: &str) -> Option<SocketAddr> {
    url.strip_prefix("http://")?.parse().ok()
}

/// A pod's token, and the role that its service account is annotated with.
pub(super) struct Projected {
    pub(super) token: ProjectedToken,
    pub(super) role_arn: Option<RoleArn>,
}

/// Projects the token of the service account, where the lab has one.
pub(super) fn project(
    config: &LabConfig,
    placed: &[(PlacedIssuer, Issuer)],
    run: &RunDirectory,
) -> Result<Option<Projected>, LabError> {
    let Some(account) = &config.service_account else { return Ok(None) };
    let Some((_, cluster)) = placed.iter().find(|(placed, _)| *placed == PlacedIssuer::Eks) else {
        return Ok(None);
    };
    let path = run.path().join("eks_token");
    let token = ProjectedToken::keep(cluster.signer(), account, path)?;
    Ok(Some(Projected { token, role_arn: account.role_arn.clone() }))
}

/// Finds out that a port is taken before minutes of installing, not after.
pub(super) async fn reserve(port: Option<u16>, what: &'static str) -> Result<(), LabError> {
    let Some(port) = port else { return Ok(()) };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await;
    listener.map(drop).map_err(|source| LabError::Port { what, port, source })
}

/// Shaped like the secrets Google gives: `GOCSPX-` and 28 characters.
pub(super) fn random_secret() -> Result<Secret, LabError> {
    let mut bytes = [0; 14];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| LabError::Randomness)?;
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Secret::new(format!("GOCSPX-{hexadecimal}")))
}
