//! Runs `features/` against a lab: LocalStack, a fake issuer and the gate, driven by
//! the real aws CLI, by fed-cli's own program, and by a browser.

mod debian;
mod drivers;
mod expectation;
mod google_auth;
mod needs;
mod options;
mod record;
mod run;
mod signals;
mod stage;
mod steps;
mod turns;
mod world;

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use clap::Parser as _;
use fed_lab::{Backend, Lab, LabConfig, Progress};

use crate::drivers::chromium::Chromium;
use crate::drivers::python_server::PythonServer;
use crate::needs::Here;
use crate::options::{BackendChoice, BrowserChoice, Options};
use crate::record::Record;
use crate::run::Tally;
use crate::signals::Signals;
use crate::stage::{Stage, TUTORIAL_ACCOUNT};

#[tokio::main]
async fn main() -> ExitCode {
    match start(&Options::parse()).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            if let Some(error) = error.downcast_ref::<fed_lab::LabError>() {
                explain(error);
            }
            ExitCode::from(2)
        }
    }
}

/// Starts the lab, runs the features, and takes everything down again, also when
/// the run is interrupted.
async fn start(options: &Options) -> Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let record = Rc::new(Record::begin());
    let began = Instant::now();
    let stage = tokio::select! {
        stage = prepare(options) => stage?,
        stop = signals.next() => {
            eprintln!("stopped by {} while the lab started: nothing of it is left", stop.name());
            return Ok(stop.exit_code());
        }
    };
    let backend = stage.lab.backend().to_owned();
    let has_browser = stage.chromium.is_some();
    let here = Here {
        browser: has_browser,
        debians_aws: debian::has_aws(),
        google_auth: google_auth::folder().is_some(),
        axe: drivers::axe::script().is_some(),
        // The image has LocalStack's; whoever runs an emulator knows what it has.
        aws_policies: !stage.lab.is_external() && stage.lab.backend() != "container",
    };
    let unmet = needs::unmet(options.browser, here, stage.lab.emulator_kind());
    let chromium = stage.chromium.clone();
    stage.open();
    record.phase("the lab starts", began);
    let began = Instant::now();
    let tally = Rc::new(Tally::default());
    let ran = tokio::select! {
        ran = run::run(options, unmet, &tally, &record) => Ok(ran),
        stop = signals.next() => Err(stop),
    };
    let strays = Stage::current()?.stray_mistakes();
    record.phase("the features run", began);
    let began = Instant::now();
    let left = Stage::close().await;
    record.phase("all is taken down", began);
    if let Err(stop) = ran {
        println!("{}, then stopped by {}", tally.line(&backend), stop.name());
        match &left {
            None => eprintln!("nothing is left behind: the lab and all that ran in it are gone"),
            Some(left) => eprintln!("left behind: {left}"),
        }
        return Ok(stop.exit_code());
    }
    if let Ok(Err(error)) = ran {
        return Err(error);
    }
    tell(&tally, &strays);
    let obstacles = match &options.report {
        Some(folder) => report(folder, &record, &backend, &tally, chromium.as_ref()).await?,
        None => Vec::new(),
    };
    println!("{}", tally.line(&backend));
    if let Some(left) = &left {
        eprintln!("left behind: {left}");
    }
    let success = tally.is_success() && strays.is_empty() && left.is_none() && obstacles.is_empty();
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Why scenarios were left out, and what nobody answers for.
fn tell(tally: &Tally, strays: &[String]) {
    for reason in tally.reasons() {
        println!("{reason}");
    }
    for stray in strays {
        println!("a mistake that no scenario answers for: {stray}");
    }
}

/// Writes the page of the run; what keeps people from reading it, as far as a browser is here.
async fn report(
    folder: &Path,
    record: &Record,
    backend: &str,
    tally: &Tally,
    chromium: Option<&Chromium>,
) -> Result<Vec<String>> {
    let page = record.write(folder, backend, tally.reasons())?;
    println!("the run as a page: {}", page.display());
    let Some(chromium) = chromium else { return Ok(Vec::new()) };
    let found = record::obstacles(chromium, &page, &folder.join("pages")).await?;
    for obstacle in &found {
        println!("not everybody can read the page: {obstacle}");
    }
    Ok(found)
}

async fn prepare(options: &Options) -> Result<Stage> {
    let image = || options.image.clone().unwrap_or_else(|| fed_lab::DEFAULT_IMAGE.to_owned());
    if options.endpoint.is_some() && options.backend != BackendChoice::External {
        bail!("expected `--endpoint` with `--backend external` only");
    }
    let backend = match (options.backend, &options.endpoint) {
        (BackendChoice::Auto, _) => Backend::Auto { image: image() },
        (BackendChoice::Container, _) => Backend::Container { image: image() },
        (BackendChoice::Host, _) => Backend::Host,
        (BackendChoice::Ministack, _) => Backend::Ministack,
        (BackendChoice::External, None) => Backend::Moto,
        (BackendChoice::External, Some(endpoint)) => Backend::External {
            endpoint: endpoint.parse().context("expected a URL as `--endpoint`")?,
        },
    };
    let surroundings = fed_lab::Surroundings::of_this_process()?;
    let cache = surroundings.cache_dir.clone();
    let mut config = LabConfig::new(backend, TUTORIAL_ACCOUNT.parse()?, surroundings);
    config.seed = fed_lab::Seed::Nothing;
    config.services.push("s3".to_owned());
    config.with_aws_cli = true;
    config.names = true;
    config.issuers = stage::ISSUERS.iter().map(|name| name.parse()).collect::<Result<_, _>>()?;
    let announced = Announced { terminal: std::io::stderr().is_terminal() };
    let chromium = Chromium::find(options.browser)?;
    let lab = Lab::start(config, &announced).await?;
    announced.note(&format!("the lab is up ({}: {})", lab.backend(), lab.backend_reason()));
    match &chromium {
        Some(chromium) => {
            eprintln!("the sign-in is also driven in {}", chromium.program().display());
        }
        None if options.browser == BrowserChoice::Skip => {}
        None => eprintln!("no Chromium here: the scenarios tagged @browser are left out"),
    }
    let python = PythonServer::start(lab.aws_cli()).await?;
    Stage::new(lab, python, cache, options, chromium)
}

/// What a lab that does not start tells beside the error: its last lines, and a remedy.
fn explain(error: &fed_lab::LabError) {
    for line in error.log().into_iter().flat_map(str::lines) {
        eprintln!("  | {line}");
    }
    if let Some(hint) = error.hint() {
        eprintln!("\nhint: {hint}");
    }
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
