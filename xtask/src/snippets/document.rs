//! The `console` blocks of a document.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::process;

/// A document and what it shows in a terminal.
#[derive(Debug, PartialEq)]
pub(super) struct Document {
    /// The path from the repository's root.
    pub(super) name: String,
    /// Whether the commands are typed in a lab; else the document starts one itself.
    pub(super) in_lab: bool,
    /// The options of the lab's `exec`.
    pub(super) lab: Vec<String>,
    /// In their order.
    pub(super) commands: Vec<Shown>,
}

/// A command and what is shown behind it.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    /// The line of the document, from 1.
    pub(super) line: usize,
    /// As it is typed, lines of a here-document included.
    pub(super) command: String,
    /// What it prints.
    pub(super) prints: Vec<String>,
}

/// Before the options of the lab; `none` is for a document that starts its own.
const LAB: &str = "<!-- lab: ";

impl Document {
    /// Reads `file`.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(file).map_err(|error| {
            Failure::new(format!("could not read `{}`: {error}", file.display()))
        })?;
        let name = file.strip_prefix(process::root()).unwrap_or(file).display().to_string();
        Ok(Self::parse(&name, &text))
    }

    fn parse(name: &str, text: &str) -> Self {
        let told = text.lines().find_map(|line| line.strip_prefix(LAB)?.strip_suffix(" -->"));
        let mut lab: Vec<String> =
            told.unwrap_or("--backend host").split_whitespace().map(str::to_owned).collect();
        let in_lab = lab != ["none"];
        if !in_lab {
            lab.clear();
        }
        Self { name: name.to_owned(), in_lab, lab, commands: commands(text) }
    }
}

fn commands(text: &str) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    let mut lines = text.lines().zip(1..);
    let mut shown = false;
    while let Some((line, number)) = lines.next() {
        if line.starts_with("```") {
            shown = line == "```console";
        } else if let Some(typed) = line.strip_prefix("$ ").filter(|_| shown) {
            let mut command = typed.to_owned();
            while goes_on(&command) {
                let Some((line, _)) = lines.next() else { break };
                command.push('\n');
                command.push_str(line);
            }
            commands.push(Shown { line: number, command, prints: Vec::new() });
        } else if let Some(last) = commands.last_mut().filter(|_| shown) {
            last.prints.push(line.to_owned());
        }
    }
    commands
}

/// Whether the shell would wait for another line: behind a backslash, or in a here-document
/// whose end, `EOF`, has not come.
fn goes_on(command: &str) -> bool {
    let in_document = command.contains("<<'EOF'") || command.contains("<<EOF");
    command.ends_with('\\') || in_document && !command.lines().any(|line| line == "EOF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_with_what_they_print() {
        let text = "<!-- lab: --issuer gitlab -->\n```sh\n$ not this\n```\n```console\n$ a \\\n  b\n\
                    c\n\n$ cat <<'EOF'\n$ x\nEOF\ny\n```\n$ nor this\n";
        let document = Document::parse("x.md", text);
        assert_eq!(
            (document.in_lab, document.lab),
            (true, vec!["--issuer".into(), "gitlab".into()])
        );
        let shown = |line, command: &str, prints: &[&str]| Shown {
            line,
            command: command.into(),
            prints: prints.iter().map(|line| (*line).into()).collect(),
        };
        let expected =
            [shown(6, "a \\\n  b", &["c", ""]), shown(10, "cat <<'EOF'\n$ x\nEOF", &["y"])];
        assert_eq!(document.commands, expected);
    }

    #[test]
    fn a_document_may_start_its_own_lab() {
        let document = Document::parse("x.md", "<!-- lab: none -->\n");
        assert_eq!((document.in_lab, document.lab.len()), (false, 0));
    }
}
