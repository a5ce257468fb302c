//! `man`: the manual page.

use clap_mangen::Man;

use crate::context::{Context, Outcome};
use crate::{Exit, Failure};

/// Runs the command: one page with a section for each of the definition's commands.
pub(crate) fn run(context: Context<'_>, mut command: clap::Command) -> Outcome {
    command.build();
    let mut page = Vec::new();
    let rendered =
        Man::new(command.clone()).render(&mut page).and_then(|()| sections(&command, &mut page));
    rendered.map_err(|error| {
        Failure::new(Exit::Unexpected, "could not write the manual page").caused_by(&error)
    })?;
    context.verbatim(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}

fn sections(command: &clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let name = below.get_display_name().unwrap_or(below.get_name()).to_uppercase();
        page.extend(format!(".SH \"{}\"\n", name.replacen("FED-CLI-", "", 1)).bytes());
        let man = Man::new(below.clone());
        man.render_synopsis_section(page)?;
        man.render_description_section(page)?;
        man.render_options_section(page)?;
        sections(below, page)?;
    }
    Ok(())
}
