//! Runs `features/` against a lab: LocalStack, a fake issuer and the gate, driven by
//! the real aws CLI, by fed-cli's own program, and by a browser.

mod drivers;
mod expectation;
mod options;
mod run;
mod stage;
mod steps;
mod world;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Parser as _;
use fed_lab::{Backend, Lab, LabConfig, Progress};
use tokio::signal::unix::{SignalKind, signal};

use crate::drivers::chromium::Chromium;
use crate::options::{BackendChoice, BrowserChoice, Options};
use crate::stage::{Stage, TUTORIAL_ACCOUNT};

#[tokio::main]
async fn main() -> ExitCode {
    match start(&Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Starts the lab, runs the features, and takes everything down again, also when
/// the run is interrupted.
async fn start(options: &Options) -> Result<bool> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let prepared = tokio::select! {
        stage = prepare(options) => Some(stage?),
        _ = interrupted.recv() => None,
        _ = terminated.recv() => None,
    };
    let Some(stage) = prepared else { return stopped("while the lab started") };
    let (backend, has_browser) = (stage.lab.backend().to_owned(), stage.chromium.is_some());
    stage.open();
    let ran = tokio::select! {
        tally = run::run(options, has_browser) => Some(tally),
        _ = interrupted.recv() => None,
        _ = terminated.recv() => None,
    };
    if let Some(stage) = Stage::close() {
        stage.lab.stop().await;
    }
    let Some(tally) = ran else { return stopped("before the end") };
    let tally = tally?;
    println!("{}", tally.line(&backend));
    Ok(tally.is_success())
}

async fn prepare(options: &Options) -> Result<Stage> {
    let image = || options.image.clone().unwrap_or_else(|| fed_lab::DEFAULT_IMAGE.to_owned());
    let backend = match options.backend {
        BackendChoice::Auto => Backend::Auto { image: image() },
        BackendChoice::Container => Backend::Container { image: image() },
        BackendChoice::Host => Backend::Host,
        BackendChoice::External => {
            let endpoint = options.endpoint.as_deref().context("expected `--endpoint URL`")?;
            let endpoint = endpoint.parse();
            Backend::External { endpoint: endpoint.context("expected a URL as `--endpoint`")? }
        }
    };
    let surroundings = fed_lab::Surroundings::of_this_process()?;
    let mut config = LabConfig::new(backend, TUTORIAL_ACCOUNT.parse()?, surroundings);
    config.seed = fed_lab::Seed::Nothing;
    config.with_aws_cli = true;
    let announced = Announced { terminal: std::io::stderr().is_terminal() };
    let chromium = Chromium::find(options.browser)?;
    let lab = Lab::start(config, &announced).await?;
    announced.note(&format!("the lab is up ({}: {})", lab.backend(), lab.backend_reason()));
    match &chromium {
        Some(chromium) => {
            eprintln!("the sign-in is also driven in {}", chromium.browser().display());
        }
        None if options.browser == BrowserChoice::Skip => {}
        None => eprintln!(
            "no Chromium with its driver here: the scenarios tagged @browser are left out"
        ),
    }
    Stage::new(lab, &options.fed_cli, chromium)
}

/// What the lab tells while it starts, on standard error: on a terminal one line that
/// changes, elsewhere only what stays.
struct Announced {
    terminal: bool,
}

impl Progress for Announced {
    fn doing(&self, what: &str) {
        if self.terminal {
            eprint!("\r\x1b[2K{what} …");
        }
    }

    fn note(&self, sentence: &str) {
        let start = if self.terminal { "\r\x1b[2K" } else { "" };
        eprintln!("{start}{sentence}");
    }
}

fn stopped(when: &str) -> Result<bool> {
    eprintln!("stopped {when}");
    Ok(false)
}
