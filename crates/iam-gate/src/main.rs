//! `iam-gate`: the gate as a program of its own, in front of any emulator.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use fed_types::AccountId;
use iam_gate::{
    Clock, Enforcement, Gate, GateConfig, GateError, InvalidServiceControlPolicies, Limits,
    ServiceControlPolicies, TrustedIssuer,
};
use url::Url;

/// Stands in front of an AWS emulator, verifies every signature and token, and enforces
/// every policy
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The emulator, such as http://127.0.0.1:4566
    #[arg(long, value_name = "URL")]
    upstream: Url,
    /// The port to listen on, on 127.0.0.1 [default: any free one]
    #[arg(long)]
    port: Option<u16>,
    /// An account to serve; may be given several times
    #[arg(long = "account", value_name = "ID", required = true)]
    accounts: Vec<AccountId>,
    /// The region that unsigned requests are forwarded to
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// Where an issuer's discovery document is, if not below the issuer; may be given
    /// several times
    #[arg(long = "issuer", value_name = "ISSUER=DISCOVERY_URL", value_parser = issuer)]
    issuers: Vec<TrustedIssuer>,
    /// An address that the emulator may call for a client, such as http://127.0.0.1:9000 for
    /// the endpoint of a subscription; may be given several times
    #[arg(long = "callback", value_name = "URL")]
    callbacks: Vec<Url>,
    /// Service control policies that bind everybody in every account: a JSON list of
    /// policies, or of levels that are lists of policies
    #[arg(long, value_name = "FILE")]
    service_control_policies: Option<PathBuf>,
    /// What becomes of a request that policies do not allow
    #[arg(long, value_enum, default_value_t = Enforce::On)]
    enforce: Enforce,
    /// Where the administrators' keys go: a file in the format of ~/.aws/credentials, one
    /// profile for each account, readable by its owner alone
    #[arg(long, value_name = "FILE")]
    credentials_file: PathBuf,
}

/// As [`Enforcement`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Enforce {
    /// It is denied
    On,
    /// It is written down and forwarded all the same, which every answer's headers say
    Audit,
}

fn issuer(text: &str) -> Result<TrustedIssuer, String> {
    match text.split_once('=') {
        Some((issuer, discovery_url)) if !issuer.is_empty() && !discovery_url.is_empty() => {
            Ok(TrustedIssuer { issuer: issuer.to_owned(), discovery_url: discovery_url.to_owned() })
        }
        _ => Err("expected ISSUER=DISCOVERY_URL".to_owned()),
    }
}

#[derive(Debug, thiserror::Error)]
enum ProgramError {
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error("tried to write the administrators' keys to `{path}`")]
    CredentialsFile { path: PathBuf, source: io::Error },
    #[error("tried to read the service control policies in `{path}`")]
    PolicyFile { path: PathBuf, source: io::Error },
    #[error("expected service control policies in `{path}`")]
    Policies { path: PathBuf, source: InvalidServiceControlPolicies },
    #[error("tried to wait for Ctrl-C")]
    Signal(#[source] io::Error),
}

impl ProgramError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Gate(error) => error.hint(),
            Self::Policies { source, .. } => source.hint().map(str::to_owned),
            _ => None,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(source) = cause {
                eprintln!("  caused by: {source}");
                cause = source.source();
            }
            if let Some(hint) = error.hint() {
                eprintln!("\nhint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), ProgramError> {
    let policies = match &arguments.service_control_policies {
        Some(path) => read_policies(path)?,
        None => ServiceControlPolicies::default(),
    };
    let gate = Gate::start(GateConfig {
        upstream: arguments.upstream,
        port: arguments.port,
        region: arguments.region,
        issuers: arguments.issuers,
        callbacks: arguments.callbacks,
        clock: Clock::new(SystemTime::now),
        limits: Limits::standard(),
    })
    .await?;
    gate.set_service_control_policies(policies);
    if arguments.enforce == Enforce::Audit {
        gate.set_enforcement(Enforcement::Audit);
        eprintln!("warning: what policies deny is forwarded all the same (--enforce audit)");
    }
    let mut profiles = String::new();
    for account in &arguments.accounts {
        let key = gate.open_account(account)?;
        profiles.push_str(&format!(
            "[{account}]\naws_access_key_id = {}\naws_secret_access_key = {}\n\n",
            key.access_key_id,
            key.secret_access_key.expose()
        ));
    }
    let path = &arguments.credentials_file;
    write_private(path, &profiles)
        .map_err(|source| ProgramError::CredentialsFile { path: path.clone(), source })?;
    println!("{}", gate.url());
    eprintln!("administrators' keys are in {}", path.display());
    tokio::signal::ctrl_c().await.map_err(ProgramError::Signal)?;
    if arguments.enforce == Enforce::Audit {
        eprintln!("denied, and forwarded all the same: {} requests", gate.let_through());
    }
    gate.stop().await;
    Ok(())
}

fn read_policies(path: &Path) -> Result<ServiceControlPolicies, ProgramError> {
    let text = fs::read_to_string(path)
        .map_err(|source| ProgramError::PolicyFile { path: path.to_owned(), source })?;
    ServiceControlPolicies::parse(&text)
        .map_err(|source| ProgramError::Policies { path: path.to_owned(), source })
}

/// Writes the file aside and moves it into place, so that it is never half written and
/// never readable by others.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&aside, path)
}
