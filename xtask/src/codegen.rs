//! `cargo xtask codegen`: documents written from the programs themselves, so
//! that they cannot drift.

use std::fs;
use std::process::{Command, ExitCode};

use crate::failure::Failure;
use crate::own_folder::OwnFolder;
use crate::{build, process};

const USAGE: &str = "\
Usage: cargo xtask codegen [--check]

Writes docs/usage/*.md from the programs' own --help, docs/config.md from the keys
of a profile, docs/man/*.1, the table of services in docs/lab.md from what the
gate serves, docs/lint.md from the codes of findings, and the keys of a world file
in docs/world.md and docs/world.schema.json. With --check it writes nothing and
fails if a document is not up to date.
";

/// Writes or checks the usage documents.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, Failure> {
    let check = match arguments {
        [] => false,
        [one] if one == "--check" => true,
        [one] if one == "--help" || one == "-h" => {
            print!("{USAGE}");
            return Ok(ExitCode::SUCCESS);
        }
        _ => return Err(Failure::usage("codegen takes `--check` or nothing", USAGE)),
    };
    eprintln!("codegen: the documents that the programs write ({})", build::forecast());
    build::programs()?;
    for program in ["fed-cli", "fed-lab"] {
        put(&format!("docs/usage/{program}.md"), &document(program)?, check)?;
    }
    put("docs/config.md", &reference()?, check)?;
    put("docs/world.md", &world_reference()?, check)?;
    put("docs/world.schema.json", &process::output(fed_lab()?.args(["world", "schema"]))?, check)?;
    for (name, page) in pages()? {
        put(&format!("docs/man/{name}"), &page, check)?;
    }
    BY_TESTS.iter().try_for_each(|written| written.put(check))?;
    Ok(ExitCode::SUCCESS)
}

/// A document, or a part of one, that a crate's own test writes and compares.
struct Written {
    document: &'static str,
    package: &'static str,
    /// The test's whole name among those in `tests/it`.
    test: &'static str,
    /// What tells it to write, with the value `write`.
    variable: &'static str,
}

const BY_TESTS: [Written; 2] = [
    Written {
        document: "docs/lab.md",
        package: "iam-gate",
        test: "served::the_table_says_what_is_served",
        variable: "SERVED_TABLE",
    },
    Written {
        document: "docs/lint.md",
        package: "iam-policy",
        test: "codes::the_page_says_what_the_codes_mean",
        variable: "LINT_PAGE",
    },
];

impl Written {
    fn put(&self, check: bool) -> Result<(), Failure> {
        let harness = ["test", "-p", self.package, "--test", "it", "--", "--exact", self.test];
        let mut test = process::cargo(harness);
        if !check {
            test.env(self.variable, "write");
        }
        self.has_run(&process::output(&mut test)?)?;
        println!("{} {}", self.document, if check { "is up to date" } else { "written" });
        Ok(())
    }

    /// A test that has another name now is passed over without a word.
    fn has_run(&self, said: &str) -> Result<(), Failure> {
        if said.lines().any(|line| line.starts_with("test result: ok. 1 passed; ")) {
            return Ok(());
        }
        let Self { test, package, .. } = self;
        Err(Failure::new(format!("expected one test named `{test}` to pass, found none")).hint(
            format!("name it in xtask/src/codegen.rs as it is called in crates/{package}/tests/it"),
        ))
    }
}

/// Every key of the configuration.
fn reference() -> Result<String, Failure> {
    let text = process::output(fed_cli()?.args(["profiles", "--keys"]))?;
    let mark =
        "<!-- Written by `cargo xtask codegen` from `fed-cli profiles --keys`; do not edit. -->";
    Ok(text.replacen("\n\n", &format!("\n\n{mark}\n\n"), 1))
}

/// Where what is written by programs begins and ends in a document that people write.
const MARKS: (&str, &str) =
    ("<!-- Written by `cargo xtask codegen`; do not edit. -->\n", "<!-- Until here. -->");

/// The document of world files, with every key.
fn world_reference() -> Result<String, Failure> {
    let keys = process::output(fed_lab()?.args(["world", "keys"]))?;
    let text = fs::read_to_string(process::root().join("docs/world.md")).unwrap_or_default();
    between_marks(&text.replace("\r\n", "\n"), &keys).ok_or_else(|| {
        Failure::new(format!("expected `{}` and `{}` in docs/world.md", MARKS.0.trim(), MARKS.1))
    })
}

fn between_marks(text: &str, written: &str) -> Option<String> {
    let (before, rest) = text.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{}{written}{}{after}", MARKS.0, MARKS.1))
}

/// The manual pages, each with its file's name.
fn pages() -> Result<Vec<(String, String)>, Failure> {
    let folder = OwnFolder::new("man")?;
    let directory = folder.path().join("pages");
    process::output(fed_cli()?.args(["man", "--directory"]).arg(&directory))?;
    let read = || {
        let mut pages = Vec::new();
        for file in fs::read_dir(&directory)? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            pages.push((name, fs::read_to_string(file.path())?));
        }
        pages.sort();
        Ok(pages)
    };
    read().map_err(|error: std::io::Error| {
        Failure::new(format!("could not read `{}`: {error}", directory.display()))
    })
}

fn fed_lab() -> Result<Command, Failure> {
    let mut command = Command::new(process::built("fed-lab")?);
    command.env("NO_COLOR", "1");
    Ok(command)
}

fn fed_cli() -> Result<Command, Failure> {
    let mut command = Command::new(process::built("fed-cli")?);
    command.env_clear().env("NO_COLOR", "1");
    Ok(command)
}

fn document(program: &str) -> Result<String, Failure> {
    let mut text = format!(
        "# {program}\n\n<!-- Written by `cargo xtask codegen` from `{program} --help`; do not edit. -->\n"
    );
    describe(program, &[], &mut text)?;
    Ok(text)
}

/// One command's help, then its subcommands'.
fn describe(program: &str, path: &[String], text: &mut String) -> Result<(), Failure> {
    let mut command = Command::new(process::built(program)?);
    command.args(path).arg("--help").env_clear().env("COLUMNS", "100").env("NO_COLOR", "1");
    let help = process::output(&mut command)?;
    let title = [&[program.to_owned()], path].concat().join(" ");
    let level = "#".repeat((path.len() + 2).min(4));
    let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    text.push_str(&format!("\n{level} `{title}`\n\n```text\n{}\n```\n", lines.join("\n")));
    for name in subcommands(&help) {
        describe(program, &[path, &[name]].concat(), text)?;
    }
    Ok(())
}

/// The names under `Commands:`, but for clap's own `help`.
fn subcommands(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let entry = line.strip_prefix("  ").filter(|entry| !entry.starts_with(' '))?;
            entry.split_whitespace().next().filter(|name| *name != "help").map(str::to_owned)
        })
        .collect()
}

/// Writes the document, or with `check` fails if it is not this already.
pub(crate) fn put(relative: &str, text: &str, check: bool) -> Result<(), Failure> {
    let path = process::root().join(relative);
    let current = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if current == text {
        println!("{relative} is up to date");
        return Ok(());
    }
    if check {
        return Err(Failure::new(format!("`{relative}` is not what the programs say"))
            .hint("run `cargo xtask codegen` and commit what it writes"));
    }
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, text)
    };
    write().map_err(|error| Failure::new(format!("could not write `{relative}`: {error}")))?;
    println!("{relative} written");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_that_write_have_to_run() {
        let said = |passed: u8| {
            format!(
                "\nrunning {passed} test\n\ntest result: ok. {passed} passed; 0 failed; 0 ignored; \
                 0 measured; 130 filtered out; finished in 0.01s\n"
            )
        };
        for written in BY_TESTS {
            assert_eq!(format!("{:?}", written.has_run(&said(1))), "Ok(())");
            for passed in [0, 10, 2] {
                let failure = format!("{:?}", written.has_run(&said(passed)).err());
                assert!(failure.contains(written.test), "{failure}");
            }
        }
    }

    #[test]
    fn what_people_write_around_the_marks_stays() {
        let text = format!("a\n{}old\n{}\nb\n", MARKS.0, MARKS.1);
        let written = format!("a\n{}new\n{}\nb\n", MARKS.0, MARKS.1);
        assert_eq!(between_marks(&text, "new\n"), Some(written));
        assert_eq!(between_marks("a\nb\n", "new\n"), None);
    }

    #[test]
    fn finds_subcommands_and_not_their_wrapped_descriptions() {
        let help = "About\n\nUsage: x <COMMAND>\n\nCommands:\n  login   Sign in\n          and more\n  \
                    credential-process  For the SDK\n  help    Print this\n\nOptions:\n  -h  Help\n";
        assert_eq!(subcommands(help), ["login", "credential-process"]);
        assert_eq!(subcommands("Usage: x\n\nOptions:\n  -h  Help\n"), Vec::<String>::new());
    }
}
