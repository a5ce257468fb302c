//! One manual page.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::environment::DOCUMENTED;
use crate::exit::EXIT_STATUS;

/// The files that are read and written, for people.
const FILES: [(&str, &str); 3] = [
    (
        "$XDG_CONFIG_HOME/fed/config.toml",
        "the profiles; ~/.config/fed/config.toml where that is not set",
    ),
    (
        "$XDG_STATE_HOME/fed",
        "sign-ins and credentials, mode 0600; ~/.local/state/fed where that is not set",
    ),
    ("~/.aws/config", "what setup writes profiles into that call credential-process"),
];

/// The page's name, such as `fed-cli-bootstrap-plan`.
pub(super) fn name(command: &Command) -> String {
    command.get_display_name().unwrap_or(command.get_name()).to_owned()
}

/// The page of a command of the whole definition.
pub(super) fn of(command: &Command, root: &Command) -> io::Result<String> {
    let mut page = Vec::new();
    let man = Man::new(command.clone()).title(name(command));
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let is_root = command.get_name() == root.get_name();
    if is_root {
        listed("ENVIRONMENT", DOCUMENTED.iter().map(|(name, it)| (*name, *it)), &mut page)?;
        listed("FILES", FILES.into_iter(), &mut page)?;
    }
    let mut rest = Roff::new();
    rest.control("SH", ["EXIT STATUS"]);
    rest.text([roman(EXIT_STATUS.trim_start_matches("Exit status: "))]);
    if !is_root {
        rest.control("SH", ["SEE ALSO"]);
        rest.text([bold("fed-cli"), roman("(1) for environment variables and files")]);
    }
    rest.to_writer(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn listed<'a>(
    section: &str,
    entries: impl Iterator<Item = (&'a str, &'a str)>,
    page: &mut Vec<u8>,
) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [section]);
    for (name, meaning) in entries {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(meaning.split_whitespace().collect::<Vec<_>>().join(" "))]);
    }
    roff.to_writer(page)
}
