//! Runs the features and says how it went.

mod order;
mod progress;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, Result};
use cucumber::event::ScenarioFinished;
use cucumber::gherkin::{Feature, Rule, Scenario};
use cucumber::tag::Ext as _;
use cucumber::writer::{JUnit, Json, Stats as _, Verbosity};
use cucumber::{World as _, WriterExt as _};
use futures::FutureExt as _;

use self::order::LongestFirst;
use self::progress::Progress;
use crate::needs::Unmet;
use crate::options::Options;
use crate::record::Record;
use crate::world::World;

/// How many scenarios ended how.
#[derive(Default)]
pub(crate) struct Tally {
    passed: Cell<usize>,
    failed: Cell<usize>,
    broken: Cell<usize>,
    left_out: RefCell<BTreeMap<&'static str, usize>>,
}

impl Tally {
    /// Whether all went well, and anything went at all.
    pub(crate) fn is_success(&self) -> bool {
        self.passed.get() > 0 && self.failed.get() == 0 && self.broken.get() == 0
    }

    /// Why scenarios were left out, and how many for that reason.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let counts = self.left_out.borrow();
        counts.iter().map(|(reason, count)| format!("{count} skipped: {reason}")).collect()
    }

    /// The last line of a run.
    pub(crate) fn line(&self, backend: &str) -> String {
        let (passed, failed) = (self.passed.get(), self.failed.get());
        let mut line = format!("e2e ({backend}): {passed} passed, {failed} failed");
        let left_out: usize = self.left_out.borrow().values().sum();
        if left_out > 0 {
            line.push_str(&format!(", {left_out} skipped"));
        }
        if self.broken.get() > 0 {
            let broken = self.broken.get();
            line.push_str(&format!(", {broken} could not be read or prepared"));
        }
        line
    }

    fn leave_out(&self, reason: &'static str) {
        *self.left_out.borrow_mut().entry(reason).or_default() += 1;
    }

    fn count(&self, passed: bool) {
        let counter = if passed { &self.passed } else { &self.failed };
        counter.set(counter.get() + 1);
    }
}

/// Runs every scenario that the options choose and whose needs are met.
///
/// # Errors
/// When a report cannot be written.
pub(crate) async fn run(
    options: &Options,
    unmet: Vec<Unmet>,
    tally: &Rc<Tally>,
    record: &Rc<Record>,
) -> Result<()> {
    let (after, filter) = (Rc::clone(tally), Rc::clone(tally));
    let record = Rc::clone(record);
    let accused = Rc::new(Cell::new(0));
    let accuse = Rc::clone(&accused);
    let (tags, name) = (options.tags.clone(), options.name.clone());
    let chosen = move |feature: &Feature, _: Option<&Rule>, scenario: &Scenario| {
        let all = || feature.tags.iter().chain(&scenario.tags);
        let wanted = tags.as_ref().is_none_or(|tags| tags.eval(all()))
            && name.as_ref().is_none_or(|name| scenario.name.contains(name.as_str()));
        let lacking = unmet.iter().find(|unmet| all().any(|tag| tag == unmet.tag));
        if let Some(unmet) = lacking.filter(|_| wanted) {
            filter.leave_out(unmet.reason);
        }
        wanted && lacking.is_none()
    };
    let colors = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let report = Report::create(options.report.as_deref())?;
    let writer = Progress::new(std::io::stdout(), colors)
        .summarized()
        .tee::<World, _>(JUnit::for_tee(report.junit, Verbosity::Default))
        .tee::<World, _>(Json::for_tee(report.json))
        .normalized();
    let writer = World::cucumber::<PathBuf>()
        .with_parser(LongestFirst)
        .max_concurrent_scenarios(options.concurrency)
        .before(|feature, _, scenario, world| {
            world.enter(feature.tags.iter().chain(&scenario.tags));
            async {}.boxed_local()
        })
        .after(move |feature, _, scenario, finished, mut world| {
            // A step that no function matches is as bad as one that fails.
            let passed = matches!(finished, ScenarioFinished::StepPassed);
            let accusation = world.as_deref_mut().and_then(World::leave).filter(|_| passed);
            let failure = failure(finished).or_else(|| accusation.clone());
            record.scenario(feature, scenario, failure, world);
            after.count(passed && accusation.is_none());
            accuse.set(accuse.get() + usize::from(accusation.is_some()));
            async move {
                if let Some(accusation) = accusation {
                    // What is thrown here makes the scenario one that failed.
                    std::panic::resume_unwind(Box::new(accusation));
                }
            }
            .boxed_local()
        })
        .with_writer(writer)
        .fail_on_skipped()
        .with_default_cli()
        .filter_run(options.features.clone(), chosen)
        .await;
    let broken = writer.parsing_errors() + writer.hook_errors();
    tally.broken.set(broken.saturating_sub(accused.get()));
    Ok(())
}

/// Why a scenario failed, if it did.
fn failure(finished: &ScenarioFinished) -> Option<String> {
    match finished {
        ScenarioFinished::StepPassed => None,
        ScenarioFinished::StepSkipped => Some("no step is defined by these words".to_owned()),
        ScenarioFinished::StepFailed(_, _, error) => Some(progress::reason(error)),
        ScenarioFinished::BeforeHookFailed(reason) => Some(progress::text(reason.as_ref())),
    }
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
