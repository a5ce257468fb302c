//! Every `--help`, as it is printed.

use clap::CommandFactory;
use fed_cli::command_line::Arguments;

use crate::sealed::Sealed;

fn paths(command: &clap::Command, above: &[String], found: &mut Vec<Vec<String>>) {
    found.push(above.to_vec());
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        let mut path = above.to_vec();
        path.push(below.get_name().to_owned());
        paths(below, &path, found);
    }
}

#[test]
fn every_help_is_as_it_was_reviewed() {
    let mut found = Vec::new();
    paths(&Arguments::command(), &[], &mut found);
    let sealed = Sealed::new();
    for path in found {
        let mut words: Vec<&str> = path.iter().map(String::as_str).collect();
        words.push("--help");
        let outcome = sealed.run(&words);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""), "{words:?}");
        let name = format!("help-{}", if path.is_empty() { "all".into() } else { path.join("-") });
        insta::assert_snapshot!(name, outcome.stdout);
    }
}

#[test]
fn the_definition_of_the_command_line_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn help_has_no_colours_where_nobody_looks() {
    let outcome = Sealed::new().run(&["--help"]);
    assert!(!outcome.stdout.contains('\u{1b}'));
}
