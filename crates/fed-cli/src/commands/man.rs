//! `man`: the manual pages, one for the program and one for each command.

mod page;

use std::path::{Path, PathBuf};

use clap::{Args, Command};

use crate::context::{Context, Outcome};
use crate::{Exit, Failure};

/// Print the manual page of the program, or of one of its commands.
///
/// To read it at once: fed-cli man exec | man -l -
#[derive(Debug, Args)]
pub struct ManArguments {
    /// The command, such as exec, or bootstrap plan; without one, the program
    #[arg(value_name = "COMMAND", conflicts_with = "directory")]
    pub command: Vec<String>,
    /// Write all pages into this directory, each into a file of its own
    #[arg(long, value_name = "DIRECTORY")]
    pub directory: Option<PathBuf>,
}

/// Runs the command for this definition of the command line.
pub(crate) fn run(
    context: Context<'_>,
    arguments: &ManArguments,
    mut definition: Command,
) -> Outcome {
    definition.build();
    if let Some(directory) = &arguments.directory {
        write_all(context, &definition, directory)?;
        return Ok(Exit::Done);
    }
    let mut command = &definition;
    for name in &arguments.command {
        command = command.find_subcommand(name).ok_or_else(|| {
            let known: Vec<&str> = shown(command).map(Command::get_name).collect();
            Failure::new(Exit::Usage, format!("there is no command `{name}`"))
                .hint(format!("there are `{}`", known.join("`, `")))
        })?;
    }
    context.verbatim(&page::of(command, &definition).map_err(|error| failed(&error))?)?;
    Ok(Exit::Done)
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Unexpected, "could not write the manual page").caused_by(error)
}

/// The commands below one that are there for people.
fn shown(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|below| !below.is_hide_set())
}

fn write_all(context: Context<'_>, root: &Command, directory: &Path) -> Result<(), Failure> {
    let mut left = vec![root];
    while let Some(command) = left.pop() {
        left.extend(shown(command));
        let path = directory.join(format!("{}.1", page::name(command)));
        let text = page::of(command, root).map_err(|error| failed(&error))?;
        context.host.files.replace(&path, &text).map_err(|error| {
            Failure::new(Exit::Unexpected, format!("could not write `{}`", path.display()))
                .caused_by(&error)
        })?;
    }
    Ok(())
}
