//! What a person sees of a run: one line a scenario, and of a failed one the step that
//! failed, where it stands, and everything it says.

use std::io::{self, Write};
use std::path::Path;
use std::time::SystemTime;

use cucumber::event::{
    Cucumber, Feature, Hook, HookType, RetryableScenario, Scenario, Step, StepError,
};
use cucumber::gherkin;
use cucumber::writer::{Arbitrary, NonTransforming};
use cucumber::{Event, Writer, cli, parser};

use crate::world::World;

/// Writes lines to `out`, coloured when `colors` says so.
pub(super) struct Progress<Out> {
    out: Out,
    colors: bool,
    began: Option<SystemTime>,
    failure: Option<String>,
}

impl<Out: Write> Progress<Out> {
    pub(super) fn new(out: Out, colors: bool) -> Self {
        Self { out, colors, began: None, failure: None }
    }

    fn paint(&self, color: u8, text: &str) -> String {
        if self.colors { format!("\x1b[{color}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn scenario(
        &mut self,
        feature: &gherkin::Feature,
        scenario: &gherkin::Scenario,
        event: &Scenario<World>,
        at: SystemTime,
    ) -> io::Result<()> {
        match event {
            Scenario::Started => {
                self.began = Some(at);
                self.failure = None;
            }
            Scenario::Background(step, Step::Failed(_, _, _, error))
            | Scenario::Step(step, Step::Failed(_, _, _, error)) => {
                self.failure = Some(failure(feature, step, error));
            }
            Scenario::Hook(HookType::Before, Hook::Failed(_, reason)) => {
                self.failure = Some(format!("could not be prepared: {}\n", text(reason.as_ref())));
            }
            // What came before it is the cause.
            Scenario::Hook(HookType::After, Hook::Failed(_, reason)) if self.failure.is_none() => {
                self.failure = Some(text(reason.as_ref()));
            }
            Scenario::Finished => {
                let took = self.began.take().and_then(|began| at.duration_since(began).ok());
                let took = took.unwrap_or_default().as_secs_f32();
                let name = &scenario.name;
                match self.failure.take() {
                    None => {
                        let mark = self.paint(32, "✔");
                        writeln!(self.out, "  {mark} {name} ({took:.1} s)")?;
                    }
                    Some(failure) => {
                        let mark = self.paint(31, "✘");
                        writeln!(self.out, "  {mark} {name} ({took:.1} s)")?;
                        for line in failure.lines() {
                            writeln!(self.out, "      {line}")?;
                        }
                    }
                }
            }
            _ => {}
        }
        self.out.flush()
    }

    fn event(&mut self, event: parser::Result<Event<Cucumber<World>>>) -> io::Result<()> {
        let event = match event {
            Ok(event) => event,
            Err(error) => return writeln!(self.out, "{} {error}", self.paint(31, "✘")),
        };
        let at = event.at;
        match event.into_inner() {
            Cucumber::Feature(feature, Feature::Started) => {
                let name = self.paint(1, &feature.name);
                writeln!(self.out, "{name}")
            }
            Cucumber::Feature(feature, Feature::Scenario(scenario, event)) => {
                let RetryableScenario { event, .. } = event;
                self.scenario(&feature, &scenario, &event, at)
            }
            _ => Ok(()),
        }
    }
}

impl<Out: Write> Writer<World> for Progress<Out> {
    type Cli = cli::Empty;

    async fn handle_event(&mut self, event: parser::Result<Event<Cucumber<World>>>, _: &Self::Cli) {
        // Nobody reads any more: the exit status still tells.
        let _ = self.event(event);
    }
}

impl<Out: Write> Arbitrary<World, String> for Progress<Out> {
    async fn write(&mut self, text: String) {
        let _ = writeln!(self.out, "{text}");
    }
}

impl<Out> NonTransforming for Progress<Out> {}

fn failure(feature: &gherkin::Feature, step: &gherkin::Step, error: &StepError) -> String {
    let file = feature.path.as_deref().unwrap_or(Path::new("a feature"));
    let here = std::env::current_dir().unwrap_or_default();
    let file = file.strip_prefix(&here).unwrap_or(file).display();
    let reason = reason(error);
    format!("{}{}\n{file}:{}\n{reason}\n", step.keyword, step.value, step.position.line)
}

/// Why a step failed.
pub(super) fn reason(error: &StepError) -> String {
    match error {
        StepError::NotFound => "no step is defined by these words".to_owned(),
        StepError::AmbiguousMatch(error) => error.to_string(),
        StepError::Panic(reason) => text(reason.as_ref()),
    }
}

pub(super) fn text(reason: &(dyn std::any::Any + Send)) -> String {
    let text = reason.downcast_ref::<String>().cloned();
    text.or_else(|| reason.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "it panicked with something that is no text".to_owned())
}
