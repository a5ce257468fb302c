//! Runs the features and says how it went.

mod progress;

use std::fs::File;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use cucumber::event::ScenarioFinished;
use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::tag::Ext as _;
use cucumber::writer::{JUnit, Json, Stats as _, Verbosity};
use cucumber::{World as _, WriterExt as _};
use futures::FutureExt as _;

use self::progress::Progress;
use crate::options::Options;
use crate::world::World;

/// How many scenarios ended how.
#[derive(Default)]
pub(crate) struct Tally {
    passed: AtomicUsize,
    failed: AtomicUsize,
    left_out: AtomicUsize,
    broken: AtomicUsize,
}

impl Tally {
    /// Whether all went well, and anything went at all.
    pub(crate) fn is_success(&self) -> bool {
        let [passed, failed, broken] =
            [&self.passed, &self.failed, &self.broken].map(|count| count.load(Ordering::Relaxed));
        passed > 0 && failed == 0 && broken == 0
    }

    /// The last line of a run.
    pub(crate) fn line(&self, backend: &str) -> String {
        let [passed, failed, left_out, broken] =
            [&self.passed, &self.failed, &self.left_out, &self.broken]
                .map(|count| count.load(Ordering::Relaxed));
        let mut line = format!("e2e ({backend}): {passed} passed, {failed} failed");
        if left_out > 0 {
            line.push_str(&format!(", {left_out} skipped"));
        }
        if broken > 0 {
            line.push_str(&format!(", {broken} could not be read or prepared"));
        }
        line
    }

    fn count(&self, finished: &ScenarioFinished) {
        // A step that no function matches is as bad as one that fails.
        match finished {
            ScenarioFinished::StepPassed => &self.passed,
            _ => &self.failed,
        }
        .fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs every scenario that the options choose, and that this machine can run.
///
/// # Errors
/// When a report cannot be written.
pub(crate) async fn run(options: &Options, has_browser: bool) -> Result<Arc<Tally>> {
    let tally = Arc::new(Tally::default());
    let (after, filter) = (Arc::clone(&tally), Arc::clone(&tally));
    let (tags, name) = (options.tags.clone(), options.name.clone());
    let chosen = move |feature: &Feature, _: Option<&Rule>, scenario: &Scenario| {
        let all = || feature.tags.iter().chain(&scenario.tags);
        let wanted = tags.as_ref().is_none_or(|tags| tags.eval(all()))
            && name.as_ref().is_none_or(|name| scenario.name.contains(name.as_str()));
        let possible = has_browser || !all().any(|tag| tag == "browser");
        if wanted && !possible {
            filter.left_out.fetch_add(1, Ordering::Relaxed);
        }
        wanted && possible
    };
    let colors = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let report = Report::create(options.report.as_deref())?;
    let writer = Progress::new(std::io::stdout(), colors)
        .summarized()
        .tee::<World, _>(JUnit::for_tee(report.junit, Verbosity::Default))
        .tee::<World, _>(Json::for_tee(report.json))
        .normalized();
    let writer = World::cucumber()
        .max_concurrent_scenarios(options.concurrency)
        .before(|feature, _, scenario, world| {
            for tag in feature.tags.iter().chain(&scenario.tags) {
                world.is_tagged(tag);
            }
            world.open_account();
            async {}.boxed_local()
        })
        .after(move |_, _, _, finished, world| {
            after.count(finished);
            if let Some(world) = world {
                world.leave();
            }
            async {}.boxed_local()
        })
        .with_writer(writer)
        .fail_on_skipped()
        .with_default_cli()
        .filter_run(options.features.clone(), chosen)
        .await;
    tally.broken.store(writer.parsing_errors() + writer.hook_errors(), Ordering::Relaxed);
    Ok(tally)
}

/// Where the reports go: into files, or nowhere.
struct Report {
    junit: Box<dyn std::io::Write>,
    json: Box<dyn std::io::Write>,
}

impl Report {
    fn create(folder: Option<&Path>) -> Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self { junit: Box::new(std::io::sink()), json: Box::new(std::io::sink()) });
        };
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        let create = |name: &str| -> Result<Box<dyn std::io::Write>> {
            let path = folder.join(name);
            let file = File::create(&path);
            Ok(Box::new(file.with_context(|| format!("cannot write `{}`", path.display()))?))
        };
        Ok(Self { junit: create("junit.xml")?, json: create("cucumber.json")? })
    }
}
