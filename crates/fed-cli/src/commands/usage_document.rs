//! `usage-document`: the command line as Markdown, for `docs/usage.md`. Hidden: it is
//! for the project's own `codegen`.

use std::fmt::Write as _;

use clap::CommandFactory;

use super::{Context, Outcome};
use crate::Exit;
use crate::arguments::Arguments;
use crate::environment::DOCUMENTED;

/// The help is laid out for this many columns.
const COLUMNS: usize = 90;

/// Runs the command.
pub(crate) fn run(context: Context<'_>) -> Outcome {
    context.data(&document())?;
    Ok(Exit::Done)
}

fn document() -> String {
    let mut text = String::from(
        "<!-- Written by `cargo xtask codegen` from the command line itself. -->\n\n# Using \
         fed-cli\n",
    );
    let mut command = Arguments::command().term_width(COLUMNS);
    command.build();
    section(&command, &mut text);
    text.push_str("\n## Environment variables\n\n| variable | meaning |\n| --- | --- |\n");
    for (name, meaning) in DOCUMENTED {
        let _ = writeln!(text, "| `{name}` | {meaning} |");
    }
    text
}

fn section(command: &clap::Command, text: &mut String) {
    let name = command.get_display_name().unwrap_or(command.get_name()).replace('-', " ");
    let name = name.replacen("fed cli", "fed-cli", 1);
    let help = command.clone().term_width(COLUMNS).render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", help.join("\n").trim_end());
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        section(below, text);
    }
}
