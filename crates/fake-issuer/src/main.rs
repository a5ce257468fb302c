//! `fake-issuer`: the issuer by itself, until Ctrl-C.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use fake_issuer::{Client, Clock, Issuer, IssuerConfig, Preset, Redirects};

/// An OpenID provider for tests, on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(name = "fake-issuer", version, about)]
struct Arguments {
    /// Whose behaviour and claims to imitate
    #[arg(long, value_enum, default_value = "google")]
    preset: PresetName,
    /// The `iss` of its tokens [default: the real provider's]
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The port of 127.0.0.1 to listen on [default: a free one]
    #[arg(long)]
    port: Option<u16>,
    /// An OAuth client to know
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The file that holds the client's secret; without it the client is public
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_secret_file: Option<PathBuf>,
    /// A redirect URI of the client; repeat it for more [default: any loopback port]
    #[arg(long, value_name = "URL", requires = "client_id")]
    redirect_uri: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PresetName {
    Google,
    GithubActions,
    Gitlab,
    Eks,
}

impl From<PresetName> for Preset {
    fn from(name: PresetName) -> Self {
        match name {
            PresetName::Google => Self::Google,
            PresetName::GithubActions => Self::GithubActions,
            PresetName::Gitlab => Self::Gitlab,
            PresetName::Eks => Self::Eks,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err((message, hint)) => {
            eprintln!("error: {message}");
            if let Some(hint) = hint {
                eprintln!("\nhint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}

type Failure = (String, Option<String>);

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let client = client(&arguments)?;
    let mut config = IssuerConfig::new(arguments.preset.into(), Clock::system());
    config.port = arguments.port;
    config.clients.extend(client);
    if let Some(issuer) = arguments.issuer {
        config.issuer = issuer;
    }
    let issuer = Issuer::start(config).await.map_err(|error| {
        let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
        (format!("{error}{}", source.unwrap_or_default()), error.hint())
    })?;
    println!("{}", issuer.url());
    eprintln!("iss {}, discovery {}; Ctrl-C stops it", issuer.issuer(), issuer.discovery_url());
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| (format!("could not wait for Ctrl-C: {error}"), None))?;
    issuer.stop().await;
    Ok(())
}

fn client(arguments: &Arguments) -> Result<Option<Client>, Failure> {
    let Some(client_id) = &arguments.client_id else { return Ok(None) };
    let client_secret = match &arguments.client_secret_file {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                (
                    format!("could not read the client secret from `{}`: {error}", path.display()),
                    None,
                )
            })?;
            Some(text.trim().to_owned())
        }
    };
    let redirect_uris = if arguments.redirect_uri.is_empty() {
        Redirects::AnyLoopbackPort
    } else {
        Redirects::Exact(arguments.redirect_uri.clone())
    };
    Ok(Some(Client { client_id: client_id.clone(), client_secret, redirect_uris }))
}
