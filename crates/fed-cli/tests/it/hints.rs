//! Every command that we tell people to type can be typed: what stands in backticks in our texts
//! is read by the real command line.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _, Parser as _};
use fed_cli::command_line::Arguments;

/// The crates whose texts people see.
const CRATES: [&str; 6] =
    ["fed-cli", "oidc-client", "sts-exchange", "credential-store", "iam-bootstrap", "ec2-probe"];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// What stands in backticks in the string literals and comments, with a word for each value.
fn quoted() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for name in CRATES {
        sources(&crates.join(name).join("src"), &mut files);
    }
    let mut all = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // Literals and comments go on in the next line.
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.trim().trim_start_matches("///").trim_start_matches("//!"))
            .map(|line| line.trim_end_matches('\\').trim())
            .collect();
        let text = lines.join(" ").replace("\\\"", "\"");
        let mut parts = text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        // An odd backtick turns inside out: both ways are looked at.
        parts.extend(text.split('`').step_by(2).map(str::to_owned));
        all.extend(parts.into_iter().filter(|part| part.len() < 200));
        all.extend(made_word_by_word(&text));
    }
    all
}

/// What is made by `shell_line` of words that are there, and of values.
fn made_word_by_word(text: &str) -> Vec<String> {
    let made = text.split("shell_line([").skip(1).filter_map(|rest| rest.split_once("])"));
    made.map(|(words, _)| {
        let words = words.split(", ").filter(|word| !word.trim().is_empty());
        let word = |word: &str| match word.trim().strip_prefix('"') {
            Some(literal) => literal.trim_end_matches(['"', ',']).to_owned(),
            None => "x".to_owned(),
        };
        words.map(word).collect::<Vec<_>>().join(" ")
    })
    .collect()
}

/// The words of a command line, with a value for each placeholder of a format string.
fn words(line: &str) -> Vec<String> {
    let mut text = String::new();
    let mut depth = 0;
    for character in line.chars() {
        match character {
            '{' => {
                if depth == 0 {
                    text.push('x');
                }
                depth += 1;
            }
            '}' => depth -= 1,
            _ if depth > 0 => {}
            _ => text.push(character),
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn every_command_that_is_told_can_be_typed() {
    let mut read = BTreeSet::new();
    for line in quoted().iter().filter(|line| line.starts_with("fed-cli ")) {
        // What stands for more, and what is another program's business.
        let line = line.split(['|', '>', ')']).next().unwrap().trim();
        if line.contains('…') {
            continue;
        }
        let words = words(line);
        let outcome = Arguments::try_parse_from(&words);
        if let Err(error) = outcome {
            // A command may be named without its parts.
            let is_name = words.len() <= 3 && words.iter().all(|word| !word.starts_with('-'));
            let lacks_something = matches!(
                error.kind(),
                clap::error::ErrorKind::MissingRequiredArgument
                    | clap::error::ErrorKind::MissingSubcommand
                    | clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            );
            assert!(is_name && lacks_something, "`{line}`: {error}");
        }
        read.insert(words);
    }
    assert!(read.len() > 15, "they are found: {read:?}");
}

/// The options of a definition and of all below.
fn options(command: &Command, found: &mut BTreeSet<String>) {
    let longs = command.get_arguments().flat_map(|argument| {
        argument
            .get_long_and_visible_aliases()
            .unwrap_or_default()
            .into_iter()
            .chain(argument.get_all_aliases().unwrap_or_default())
    });
    found.extend(longs.map(str::to_owned));
    command.get_subcommands().for_each(|below| options(below, found));
}

/// Options of other programs that we tell people about.
const OTHERS: [&str; 4] = ["query", "no-verify-ssl", "help", "scope"];

/// What kubelogin calls its own.
fn is_kubelogins(option: &str) -> bool {
    option.starts_with("oidc-") || option == "grant-type"
}

#[test]
fn every_option_that_is_told_is_there() {
    let mut known = BTreeSet::new();
    options(&Arguments::command(), &mut known);
    known.extend(OTHERS.map(str::to_owned));
    let mut read = BTreeSet::new();
    for line in quoted().iter().filter(|line| line.starts_with("--")) {
        let option = line.trim_start_matches('-').split([' ', '=']).next().unwrap();
        if option.is_empty()
            || is_kubelogins(option)
            || !option.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        {
            continue;
        }
        assert!(known.contains(option), "`{line}`: no command has it");
        read.insert(option.to_owned());
    }
    assert!(read.len() > 10, "they are found: {read:?}");
}
