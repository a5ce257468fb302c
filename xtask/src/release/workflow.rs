//! The steps of a workflow, read as our workflows are written: jobs two spaces in, the dash of a step six.

use crate::failure::Failure;

/// One step of a job.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) job: String,
    pub(super) deed: Deed,
}

/// What a step does.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// An action of others.
    Action(String),
    /// A script for bash.
    Script(String),
}

impl Step {
    /// Its action, or the first line of its script.
    pub(super) fn name(&self) -> &str {
        match &self.deed {
            Deed::Action(action) => action,
            Deed::Script(script) => script.lines().next().unwrap_or_default(),
        }
    }
}

/// All steps, in their order.
///
/// # Errors
/// A step that neither uses an action nor runs a script: nothing is left out unseen.
pub(super) fn read(workflow: &str) -> Result<Vec<Step>, Failure> {
    let mut job = String::new();
    let mut blocks: Vec<(String, Vec<&str>)> = Vec::new();
    let jobs = workflow.lines().skip_while(|line| *line != "jobs:").skip(1);
    for line in jobs.filter(|line| !line.trim_start().starts_with('#')) {
        let depth = line.len() - line.trim_start().len();
        if depth == 2 {
            job = line.trim().trim_end_matches(':').to_owned();
        } else if depth == 6 && line.trim_start().starts_with("- ") {
            blocks.push((job.clone(), vec![&line[8..]]));
        } else if let Some((_, lines)) = blocks.last_mut().filter(|_| depth >= 8 || line.is_empty())
        {
            lines.push(line.get(8..).unwrap_or_default());
        }
    }
    let steps = blocks.into_iter().map(|(job, lines)| step(job, &lines));
    steps.collect()
}

fn step(job: String, lines: &[&str]) -> Result<Step, Failure> {
    let value = |key: &str| {
        lines
            .iter()
            .position(|line| line.starts_with(key))
            .map(|at| (at, lines[at][key.len()..].trim()))
    };
    if let Some((_, action)) = value("uses:") {
        let action = action.split(" #").next().unwrap_or_default().trim().to_owned();
        return Ok(Step { job, deed: Deed::Action(action) });
    }
    let script = match value("run:") {
        Some((at, "|")) => {
            let inside = lines[at + 1..].iter();
            let inside = inside.take_while(|line| line.starts_with("  ") || line.is_empty());
            inside.map(|line| line.trim_start()).collect::<Vec<_>>().join("\n")
        }
        Some((_, line)) => line.to_owned(),
        None => {
            let message = format!("expected a step of the job `{job}` to use or to run something");
            return Err(Failure::new(format!("{message}, found `{}`", lines.join(" "))));
        }
    };
    Ok(Step { job, deed: Deed::Script(script.trim_end().to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKFLOW: &str = "\
on: push
jobs:
  # A comment.
  one:
    strategy:
      matrix:
        system: [a, b]
    steps:
      - uses: actions/checkout@0123 # v1
        with:
          run: nothing
      - run: make it
      - run: |
          first
          second

  two:
    steps:
      - env:
          TAG: x
        run: gh release create
";

    #[test]
    fn every_step_is_read_in_its_order() {
        let script = |job: &str, text: &str| Step {
            job: job.to_owned(),
            deed: Deed::Script(text.to_owned()),
        };
        let expected = [
            Step { job: "one".to_owned(), deed: Deed::Action("actions/checkout@0123".to_owned()) },
            script("one", "make it"),
            script("one", "first\nsecond"),
            script("two", "gh release create"),
        ];
        assert_eq!(read(WORKFLOW).unwrap(), expected);
    }

    #[test]
    fn a_step_that_is_not_understood_is_told() {
        let workflow = "jobs:\n  one:\n    steps:\n      - name: nothing\n        with: {}\n";
        let told = "expected a step of the job `one` to use or to run something, found `name: \
                    nothing with: {}`";
        assert_eq!(read(workflow).unwrap_err().to_string(), told);
    }
}
