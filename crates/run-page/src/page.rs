//! The page.

use askama::Template;
use iam_gate::DecisionRecord;
use lab_page::{verdict_class, verdict_words};

use crate::answer::Answer;
use crate::run::{Chapter, Command, Part, Run, Scenario};
use crate::sequence::{Sequence, sequences};
use crate::time::told as time;

/// The style that all pages share, and what a run has beside it.
const STYLE: &str =
    concat!(include_str!("../../../assets/style.css"), include_str!("../assets/run.css"));

/// The parts that stand side by side where there is room.
const TUTORIAL: &str = "tutorial";
const REFUSALS: &str = "refusals";

/// A run, as one file.
#[derive(Template)]
#[template(path = "run.html")]
pub struct RunPage<'a> {
    run: &'a Run,
    style: &'static str,
    passed: usize,
    failed: usize,
    exchanges: usize,
    phases: Vec<Bar<'a>>,
    slowest: Vec<Bar<'a>>,
    parts: Vec<PartView<'a>>,
}

/// A part of the time, with how long it is in hundredths of the longest.
struct Bar<'a> {
    name: &'a str,
    took: String,
    hundredths: u32,
}

struct PartView<'a> {
    id: &'static str,
    name: &'static str,
    chapters: Vec<ChapterView<'a>>,
}

struct ChapterView<'a> {
    chapter: &'a Chapter,
    passed: usize,
    took: String,
    scenarios: Vec<ScenarioView<'a>>,
}

struct ScenarioView<'a> {
    scenario: &'a Scenario,
    took: String,
    is_open: bool,
    commands: Vec<CommandView<'a>>,
}

struct CommandView<'a> {
    command: &'a Command,
    took: String,
    answers: Vec<(&'static str, Answer)>,
    sequences: Vec<Sequence<'a>>,
    decisions: Vec<DecisionRow<'a>>,
}

struct DecisionRow<'a> {
    kind: &'static str,
    verdict: &'static str,
    action: &'a str,
    resource: &'a str,
    by: String,
}

impl<'a> RunPage<'a> {
    /// Of this run.
    pub fn new(run: &'a Run) -> Self {
        let parts = [
            (Part::Tutorial, TUTORIAL, "The tutorial"),
            (Part::Refusals, REFUSALS, "What is refused"),
            (Part::Further, "further", "Beside the tutorial"),
        ];
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(part, id, name)| {
                let of_it = run.chapters.iter().filter(|chapter| chapter.part == part);
                PartView { id, name, chapters: of_it.map(ChapterView::of).collect() }
            })
            .filter(|part| !part.chapters.is_empty())
            .collect();
        let failed = run.scenarios().filter(|scenario| scenario.failure.is_some()).count();
        let mut slowest: Vec<&Scenario> = run.scenarios().collect();
        slowest.sort_by_key(|scenario| std::cmp::Reverse(scenario.took));
        slowest.truncate(5);
        let exchanges = parts.iter().flat_map(|part| &part.chapters);
        let exchanges = exchanges.flat_map(|chapter| &chapter.scenarios);
        let exchanges = exchanges.flat_map(|scenario| &scenario.commands);
        Self {
            run,
            style: STYLE,
            passed: run.scenarios().count() - failed,
            failed,
            exchanges: exchanges.map(|command| command.sequences.len()).sum(),
            phases: bars(run.phases.iter().map(|phase| (phase.name.as_str(), phase.took))),
            slowest: bars(slowest.into_iter().map(|one| (one.name.as_str(), one.took))),
            parts,
        }
    }

    /// Whether there is something on either side.
    fn is_in_two(&self) -> bool {
        let has = |id| self.parts.iter().any(|part| part.id == id);
        has(TUTORIAL) && has(REFUSALS)
    }

    fn took(&self) -> String {
        time(self.run.took)
    }
}

fn bars<'a>(all: impl Iterator<Item = (&'a str, std::time::Duration)> + Clone) -> Vec<Bar<'a>> {
    let longest = all.clone().map(|(_, took)| took.as_millis()).max().unwrap_or(0).max(1);
    let hundredths = |took: std::time::Duration| (took.as_millis() * 100).div_ceil(longest);
    all.map(|(name, took)| Bar {
        name,
        took: time(took),
        hundredths: u32::try_from(hundredths(took)).unwrap_or(100),
    })
    .collect()
}

impl<'a> ChapterView<'a> {
    fn of(chapter: &'a Chapter) -> Self {
        let all = &chapter.scenarios;
        Self {
            chapter,
            passed: all.iter().filter(|scenario| scenario.failure.is_none()).count(),
            took: time(all.iter().map(|scenario| scenario.took).sum()),
            // What the page is for is open at once, and what went wrong.
            scenarios: all
                .iter()
                .enumerate()
                .map(|(at, one)| {
                    let is_first = at == 0 && chapter.part == Part::Tutorial;
                    ScenarioView::of(one, is_first || one.failure.is_some())
                })
                .collect(),
        }
    }
}

impl<'a> ScenarioView<'a> {
    fn of(scenario: &'a Scenario, is_open: bool) -> Self {
        let mut earlier = None;
        let mut commands = Vec::new();
        for command in &scenario.commands {
            commands.push(CommandView::of(command, earlier));
            earlier = command.signed_in.as_deref().or(earlier);
        }
        Self { scenario, took: time(scenario.took), is_open, commands }
    }
}

impl<'a> CommandView<'a> {
    fn of(command: &'a Command, earlier: Option<&'a str>) -> Self {
        let outputs = [("standard output", &command.stdout), ("standard error", &command.stderr)];
        let answers =
            outputs.into_iter().filter_map(|(name, text)| Some((name, Answer::of(text)?)));
        Self {
            command,
            took: time(command.took),
            answers: answers.collect(),
            sequences: sequences(command, earlier),
            decisions: command.decisions.iter().map(|one| DecisionRow::of(one)).collect(),
        }
    }
}

impl<'a> DecisionRow<'a> {
    fn of(record: &'a DecisionRecord) -> Self {
        Self {
            kind: verdict_class(record.decision),
            verdict: verdict_words(record.decision, record.enforced),
            action: record.action.as_deref().unwrap_or("a request that could not be read"),
            resource: record.resource.as_deref().unwrap_or("–"),
            by: record.deciding_statement.join(", "),
        }
    }
}
