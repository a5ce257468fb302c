//! The command line of the runner.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use cucumber::gherkin::tagexpr::TagOperation;

/// Runs the features against a lab, with the real aws CLI and fed-cli.
#[derive(Debug, Parser)]
#[command(name = "e2e", version)]
pub(crate) struct Options {
    /// The fed-cli program under test
    #[arg(long, value_name = "PATH")]
    pub(crate) fed_cli: PathBuf,
    /// What stands in for AWS
    #[arg(long, value_enum, default_value_t = BackendChoice::Auto)]
    pub(crate) backend: BackendChoice,
    /// Where the emulator of `--backend external` runs; without it, moto's server is started
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint: Option<String>,
    /// The LocalStack image of `--backend container`
    #[arg(long, value_name = "IMAGE")]
    pub(crate) image: Option<String>,
    /// Runs only scenarios with these tags, such as `@tutorial and not @browser`
    #[arg(long, value_name = "EXPRESSION", value_parser = tags)]
    pub(crate) tags: Option<TagOperation>,
    /// Runs only scenarios whose name contains this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) name: Option<String>,
    /// Where the page of the run (`run.html`), `junit.xml` and `cucumber.json` are written
    #[arg(long, value_name = "DIRECTORY")]
    pub(crate) report: Option<PathBuf>,
    /// Whether the sign-in is also driven in Chromium
    #[arg(long, value_enum, default_value_t = BrowserChoice::Auto)]
    pub(crate) browser: BrowserChoice,
    /// How many scenarios run at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = concurrency)]
    pub(crate) concurrency: usize,
    /// The folder of the features
    #[arg(long, value_name = "DIRECTORY", default_value = "features")]
    pub(crate) features: PathBuf,
}

/// As `fed-lab --backend`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BackendChoice {
    /// A container where there is an engine and an image, else the host
    Auto,
    /// A container
    Container,
    /// A Python environment on this machine
    Host,
    /// ministack, in a Python environment on this machine
    Ministack,
    /// What already runs at `--endpoint`, else moto's server
    External,
}

/// Whether scenarios tagged `@browser` run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BrowserChoice {
    /// Where Chromium is found
    Auto,
    /// Always: without them the run fails
    Require,
    /// Never
    Skip,
}

fn tags(text: &str) -> Result<TagOperation, String> {
    text.parse().map_err(|error| format!("`{text}` is no tag expression: {error}"))
}

fn concurrency(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=64).contains(&number) => Ok(number),
        _ => Err(format!("expected a number from 1 to 64, found `{text}`")),
    }
}
