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

/// One sentence of each command's second paragraph.
const SECOND: [(&[&str], &str); 21] = [
    (&["setup"], "is overwritten"),
    (&["login"], "until you log out"),
    (&["logout"], "stay valid until they expire"),
    (&["profiles"], "may outrank them"),
    (&["token"], "shortened unless --show-secrets"),
    (&["assume"], "aws sts assume-role-with-web-identity"),
    (&["credential-process"], "SDKs swallow it"),
    (&["env"], "eval \"$(fed-cli env)\""),
    (&["exec"], "none outranks these"),
    (&["console"], "within 15 minutes"),
    (&["probe"], "the exit status is 3"),
    (&["explain"], "condition of the role's trust policy"),
    (&["doctor"], "Nobody signs in"),
    (&["completions"], "bash-completion"),
    (&["bootstrap", "plan"], "administrator's credentials"),
    (&["bootstrap", "apply"], "carries a tag"),
    (&["bootstrap", "destroy"], "apply"),
    (&["bootstrap", "export"], "."),
    (&["policy", "lint"], "exit status"),
    (&["policy", "simulate"], "JSON"),
    (&["policy", "test"], "looked for beside it"),
];

fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn second_paragraphs_reach_help_and_manual() {
    let sealed = Sealed::new();
    for (path, sentence) in SECOND {
        let help = sealed.run(&[path, &["--help"]].concat()).stdout;
        let (about, _) = help.split_once("Usage:").unwrap();
        assert!(about.trim().contains("\n\n"), "{path:?}: one paragraph: {about}");
        assert!(flowing(about).contains(sentence), "{path:?}: {about}");
        let manual = sealed.run(&[&["man"], path].concat()).stdout;
        let manual = manual.replace("\\-", "-").replace("\\&", "").replace("\\*(Aq", "'");
        assert!(flowing(&manual).contains(sentence), "{path:?} in the manual");
    }
}
