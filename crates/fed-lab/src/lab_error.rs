//! Why a lab did not start, and what to do about it.

use std::io;
use std::path::PathBuf;

use fake_issuer::{InvalidClient, IssuerError};
use iam_gate::{GateError, InvalidServiceControlPolicies};

use crate::rejected_python::{Rejected, tried};
use crate::running_lab_error::RunningLabError;
use crate::sealed_error::SealedError;
use crate::service_error::ServiceError;
use crate::{AccountError, InvalidLabName, LabName, LessonError, NamesError, WorldError};

/// Why a lab did not start, or could not do what was asked of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// Neither a home nor a cache folder is known.
    #[error("tried to find a cache folder, but `HOME` is not set")]
    NoCacheDirectory,
    /// The cache folder cannot be used.
    #[error("tried to {what} `{}`", path.display())]
    File {
        /// The verb, such as `create`.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Not a region.
    #[error("expected a region like `ap-northeast-2`, found `{0}`")]
    InvalidRegion(String),
    /// Not the name of a service.
    #[error("expected a service like `ec2`, found `{0}`")]
    InvalidService(String),
    /// The emulator has no such service.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Not an issuer that a lab can have.
    #[error(
        "expected `google`, `github-actions`, `gitlab`, `eks` or an issuer's https URL, found `{0}`"
    )]
    InvalidIssuer(String),
    /// A running lab has no such issuer, or there is no lab.
    #[error("expected a running lab with the issuer `{0}`, found none")]
    NoSuchIssuer(&'static str),
    /// The lab's issuer gave no token.
    #[error("tried to get a token from the lab's issuer at `{url}`: {reason}")]
    NoToken {
        /// Where it listens.
        url: String,
        /// What it or the operating system said.
        reason: String,
    },
    /// Not a service account.
    #[error("expected a service account like `shop/cart`, found `{0}`")]
    InvalidServiceAccount(String),
    /// Nothing could be learned or checked.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// A host cannot be led as it was asked for.
    #[error(transparent)]
    Names(#[from] NamesError),
    /// The command has no world of its own.
    #[error(transparent)]
    Sealed(#[from] SealedError),
    /// No certificate authority could be made.
    #[error("tried to make the lab's certificate authority: {0}")]
    Authority(String),
    /// What a person's clients trust cannot be read.
    #[error("tried to read the certificates in `{}` ({variable})", path.display())]
    CertificateFile {
        /// The variable that names it.
        variable: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Not an address that an emulator could call.
    #[error("expected an address like `http://127.0.0.1:9000`, found `{0}`")]
    InvalidCallback(String),
    /// The file with an OAuth client cannot be read.
    #[error("tried to read the OAuth client in `{}`", path.display())]
    UnreadableClient {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("expected an OAuth client in `{}`", path.display())]
    InvalidClient {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: InvalidClient,
    },
    /// Not an address the gate can forward to.
    #[error("expected an endpoint like `http://127.0.0.1:5000`, found `{0}`")]
    InvalidEndpoint(String),
    /// An endpoint, and a backend that starts its own emulator.
    #[error("expected `--endpoint` with `--backend external` only, found `{0}`")]
    StrayEndpoint(String),
    /// The world file cannot be read.
    #[error("tried to read the world file `{}`", path.display())]
    UnreadableWorld {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The world file is at fault, or what it says was refused.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The file with service control policies cannot be read.
    #[error("tried to read the service control policies in `{}`", path.display())]
    UnreadablePolicies {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("expected service control policies in `{}`", path.display())]
    ServiceControlPolicies {
        /// The file.
        path: PathBuf,
        /// Where it is at fault, and how.
        source: InvalidServiceControlPolicies,
    },
    /// Nothing answers at the external endpoint.
    #[error("expected an AWS emulator at `{endpoint}`, found that nothing answers: {reason}")]
    NoEndpoint {
        /// The address that was given.
        endpoint: String,
        /// What the operating system said.
        reason: String,
    },
    /// No interpreter that will do.
    #[error("found no Python 3.10 or newer{}", tried(.0))]
    NoPython(Vec<Rejected>),
    /// `FED_PYTHON` does not name one.
    #[error("expected `FED_PYTHON` to name Python 3.10 or newer, found that {0}")]
    FedPython(Rejected),
    /// Python without its `venv` module, as Debian ships it.
    #[error("`{}` cannot make a virtual environment: {reason}", python.display())]
    NoVenv {
        /// The interpreter.
        python: PathBuf,
        /// The last line it printed.
        reason: String,
    },
    /// pip could not reach the package index.
    #[error("tried to fetch {what}'s Python packages, but found no package index: {reason}")]
    NoInternet {
        /// Whose packages.
        what: &'static str,
        /// What the operating system said.
        reason: String,
    },
    /// pip failed otherwise.
    #[error("tried to install {what}'s Python packages, but pip failed: {reason}")]
    Install {
        /// Whose packages.
        what: &'static str,
        /// The line that says why.
        reason: String,
        /// The last lines pip printed.
        log: String,
    },
    /// A program could not be run.
    #[error("tried to run `{}`", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// No Docker engine, and a container was asked for.
    #[error("expected a Docker engine, found that none answers: {0}")]
    NoDocker(String),
    /// The image is not there and cannot be pulled.
    #[error("tried to pull the image `{image}`: {reason}")]
    NoImage {
        /// The image, `name:tag`.
        image: String,
        /// What the Docker engine said.
        reason: String,
    },
    /// The Docker engine refused to start it.
    #[error("tried to start a container of `{image}`: {reason}")]
    Container {
        /// The image, `name:tag`.
        image: String,
        /// What the Docker engine said.
        reason: String,
    },
    /// The emulator ended by itself.
    #[error("expected {name} to run, found that it ended ({status})")]
    EmulatorEnded {
        /// Such as `LocalStack`.
        name: &'static str,
        /// Its exit status.
        status: String,
        /// Its last lines.
        log: String,
    },
    /// The emulator does not answer.
    #[error("{name} did not become ready within {seconds} s")]
    EmulatorNotReady {
        /// Such as `LocalStack`.
        name: &'static str,
        /// How long was waited.
        seconds: u64,
        /// Its last lines.
        log: String,
    },
    /// The emulator refused to take what the seed holds.
    #[error("tried to seed the account: `{action}` was answered with {answer}")]
    Seed {
        /// The API action.
        action: &'static str,
        /// Status and error code, or why there was no answer.
        answer: String,
    },
    /// A port that was asked for cannot be had.
    #[error("tried to listen on `127.0.0.1:{port}` for the {what}")]
    Port {
        /// `issuer` or `gate`.
        what: &'static str,
        /// The port.
        port: u16,
        /// What the operating system said.
        source: io::Error,
    },
    /// No secret could be made.
    #[error("the operating system gives no random numbers")]
    Randomness,
    /// No client for HTTP could be made.
    #[error("no HTTP client could be made")]
    Http(#[source] reqwest::Error),
    /// The issuer did not start.
    #[error("the issuer did not start")]
    Issuer(#[source] IssuerError),
    /// The gate did not start.
    #[error("the gate did not start")]
    Gate(#[source] GateError),
    /// This system cannot do it.
    #[error("the host backend runs on Linux and macOS only")]
    HostUnsupported,
    /// `fed-lab env` without a lab.
    #[error("expected a running lab, found none")]
    NoRunningLab,
    /// Another lab is called so.
    #[error("a lab named `{0}` is running already")]
    NameTaken(LabName),
    /// Not a name.
    #[error(transparent)]
    InvalidName(#[from] InvalidLabName),
    /// Nothing was done to an account.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A running lab could not be found, or did not do what was asked.
    #[error(transparent)]
    RunningLab(#[from] RunningLabError),
}

impl LabError {
    /// What to do about it.
    // Long: one arm an error, most of them one text.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoCacheDirectory => "set FED_LAB_CACHE_DIR to a folder of your own",
            Self::File { .. } => "FED_LAB_CACHE_DIR=/path/of/your/own names another folder",
            Self::InvalidRegion(_) => "--region ap-northeast-2",
            Self::InvalidService(_) => "--services iam,sts,ec2",
            Self::Service(error) => return Some(error.hint()),
            Self::InvalidIssuer(_) => "--issuer google,github-actions",
            Self::NoSuchIssuer(name) => {
                return Some(format!("start the lab with --issuer {name}"));
            }
            Self::InvalidServiceAccount(_) => {
                "--service-account NAMESPACE/NAME, or NAMESPACE/NAME=ROLE_ARN"
            }
            Self::Names(error) => return Some(error.hint().to_owned()),
            Self::Sealed(error) => return error.hint().map(str::to_owned),
            Self::Lesson(error) => return error.hint(),
            Self::CertificateFile { variable, .. } => {
                return Some(format!("unset {variable}, or have it name a file of certificates"));
            }
            Self::InvalidCallback(_) => "--callback http://127.0.0.1:9000",
            Self::UnreadableClient { .. } | Self::InvalidClient { .. } => {
                "--oauth-client takes Google's client_secret_….json, or a file with \
                 {\"client_id\": \"…\", \"type\": \"web\", \"desktop\" or \"tv\"}"
            }
            Self::InvalidEndpoint(_) => {
                "give the emulator's plain HTTP address: --endpoint http://127.0.0.1:5000"
            }
            Self::StrayEndpoint(_) => "add --backend external, or leave --endpoint out",
            Self::NoEndpoint { .. } => "start the emulator first, or use --backend auto",
            Self::NoPython(_) => {
                "install Python 3.10 or newer, name one with FED_PYTHON=/path/to/python3, \
                 or use --backend container, or external with an --endpoint"
            }
            Self::FedPython(_) => {
                "set FED_PYTHON to another interpreter, or unset it to have one looked for"
            }
            Self::NoVenv { .. } => {
                "install its venv module (on Debian: apt-get install python3-venv), or name \
                 another interpreter with FED_PYTHON=/path/to/python3"
            }
            Self::NoInternet { .. } => {
                "they are fetched once: check the connection, or what pip goes by (HTTPS_PROXY, \
                 PIP_INDEX_URL, PIP_CERT); or use --backend container, or host, ministack or external if installed before"
            }
            Self::Install { .. } => {
                "try again, name another interpreter with FED_PYTHON=/path/to/python3, or use \
                 --backend container, or host, ministack or external if installed before"
            }
            Self::NoDocker(_) => "start Docker, point DOCKER_HOST at it, or use --backend host",
            Self::NoImage { .. } => {
                "build the image with `cargo xtask image`, name one with --image NAME:TAG, or use \
                 --backend host"
            }
            Self::Container { .. } => "use --backend host, or another image with --image NAME:TAG",
            Self::EmulatorEnded { .. } | Self::EmulatorNotReady { .. } => {
                "its last lines are above; a fresh install may help: remove the folder \
                 `host` in the lab's cache and try again"
            }
            Self::Seed { .. } => {
                "start with --seed none to leave the account empty; moto knows AWS's own policies \
                 only when started with MOTO_IAM_LOAD_MANAGED_POLICIES=true"
            }
            Self::Port { .. } => "leave the port out to get a free one, or end what listens there",
            Self::HostUnsupported => "use --backend container",
            Self::NoRunningLab => "start one in another terminal: fed-lab up",
            Self::ServiceControlPolicies { source, .. } => {
                return source.hint().map(str::to_owned);
            }
            Self::NameTaken(_) => {
                "give it another name with --name, or end the other: fed-lab down"
            }
            Self::InvalidName(_) => "--name shop",
            Self::Account(error) => return error.hint(),
            Self::RunningLab(error) => return error.hint(),
            Self::Issuer(error) => return error.hint(),
            Self::Gate(error) => return error.hint(),
            Self::UnreadableWorld { .. } => "--world takes the path of a TOML file",
            Self::World(error) => return error.hint().map(str::to_owned),
            Self::UnreadablePolicies { .. } => {
                "--service-control-policies takes the path of a JSON file"
            }
            Self::NoToken { .. } | Self::Authority(_) | Self::Spawn { .. } => return None,
            Self::Randomness | Self::Http(_) => return None,
        };
        Some(hint.to_owned())
    }

    /// The last lines of what failed, to be shown above the error.
    pub fn log(&self) -> Option<&str> {
        match self {
            Self::Install { log, .. }
            | Self::EmulatorEnded { log, .. }
            | Self::EmulatorNotReady { log, .. } => Some(log.as_str()).filter(|it| !it.is_empty()),
            Self::World(error) => error.log(),
            Self::Lesson(error) => error.log(),
            _ => None,
        }
    }

    /// The exit code of `fed-lab`: 5 for invalid configuration, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoCacheDirectory
            | Self::InvalidRegion(_)
            | Self::InvalidService(_)
            | Self::Service(_)
            | Self::InvalidEndpoint(_)
            | Self::InvalidIssuer(_)
            | Self::InvalidServiceAccount(_)
            | Self::InvalidCallback(_)
            | Self::Names(_)
            | Self::CertificateFile { .. }
            | Self::UnreadableClient { .. }
            | Self::InvalidClient { .. }
            | Self::StrayEndpoint(_)
            | Self::InvalidName(_)
            | Self::UnreadableWorld { .. }
            | Self::World(_)
            | Self::UnreadablePolicies { .. }
            | Self::ServiceControlPolicies { .. }
            | Self::FedPython(_) => 5,
            Self::Lesson(error) => error.exit_code(),
            _ => 1,
        }
    }
}
