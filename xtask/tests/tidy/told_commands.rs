//! A command that people are told to type is made word by word: what came from outside stays one
//! word of it, whatever a shell would make of it otherwise.

use crate::tree::Tree;

/// Programs whose commands we tell people to type.
const PROGRAMS: [&str; 13] = [
    "aws",
    "chmod",
    "chown",
    "curl",
    "docker",
    "export",
    "fed-cli",
    "fed-lab",
    "git",
    "kill",
    "secret-tool",
    "security",
    "ss",
];

/// What makes whole scripts, and quotes each word itself.
const SCRIPTS: [&str; 4] = [
    "crates/e2e/",
    "crates/fed-cli/src/commands/env/",
    "crates/fed-lab/src/shell.rs",
    "crates/iam-bootstrap/src/export/",
];

/// Complains of commands that hold a value which `shell_line` did not put there.
pub(crate) fn made_word_by_word(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    let is_looked_at = |path: &str| {
        path.starts_with("crates/")
            && path.contains("/src/")
            && !SCRIPTS.iter().any(|script| path.starts_with(script))
    };
    for file in tree.rust().filter(|file| is_looked_at(&file.path) && !file.is_test()) {
        let tests = file.unit_tests_from().unwrap_or(usize::MAX);
        let code = file
            .lines()
            .filter(|(number, line)| *number < tests && !line.trim_start().starts_with("//"));
        let mut begun: Option<(usize, String)> = None;
        for (number, line) in code {
            // A literal goes on in the next line.
            let (first, text) = begun.take().unwrap_or((number, String::new()));
            let text = text + line.trim_start();
            if let Some(open) = text.strip_suffix('\\') {
                begun = Some((first, open.to_owned()));
                continue;
            }
            if let Some(command) = PROGRAMS.iter().find_map(|program| with_value(&text, program)) {
                complaints.push(format!(
                    "{}:{first}: `{command}` is not made by `shell_line`",
                    file.path
                ));
            }
        }
    }
    complaints
}

/// The command of this program in the text, where a value is put into it.
fn with_value<'a>(text: &'a str, program: &str) -> Option<&'a str> {
    let begins = |at: usize| {
        // Elsewhere in a sentence the program is spoken of.
        let stands_alone = ["\"", "`", ": ", "; ", "  ", "\\n"]
            .iter()
            .any(|before| text.get(..at).is_some_and(|text| text.ends_with(before)));
        let is_command = text
            .get(at + program.len()..)
            .and_then(|rest| rest.strip_prefix(' '))
            .is_some_and(|rest| rest.starts_with(|next: char| !next.is_uppercase()));
        (stands_alone && is_command).then(|| text.get(at..))?
    };
    text.match_indices(program).filter_map(|(at, _)| begins(at)).find_map(|command| {
        let command = command.split(['`', '"', ';']).next()?;
        command.replace("{{", "").contains('{').then_some(command)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::complains;

    #[test]
    fn what_is_put_into_a_command_goes_through_the_quoting() {
        let path = "crates/fed-cli/src/a.rs";
        let check = |text: &str, expected: &[&str]| {
            complains(made_word_by_word, &[(path, text)], expected);
        };
        for (text, command) in [
            (
                "let a = format!(\"run `aws iam get-role --role-name {role}` first\");\n",
                "aws iam get-role --role-name {role}",
            ),
            ("let a = format!(\"chmod 600 {}\", path.display());\n", "chmod 600 {}"),
            (
                "let a = format!(\"next: fed-cli exec \\\n --profile {name}\");\n",
                "fed-cli exec --profile {name}",
            ),
            ("let a = format!(\"chmod 600 '{shown}'\");\n", "chmod 600 '{shown}'"),
        ] {
            check(text, &[&format!("{path}:1: `{command}` is not made by `shell_line`")]);
        }
        for text in [
            "let a = shell_line([\"chmod\", \"600\", &path]);\n",
            "let a = format!(\"`fed-cli setup` writes {path}\");\n",
            "let a = format!(\"{program} fed-cli setup\");\n",
            "let a = format!(\"what fed-cli says of {name}\");\n",
            "let a = format!(\"aws CLI {version}\");\n",
            "// format!(\"chmod 600 {path}\")\n",
            "#[cfg(test)]\nmod tests {\nlet a = format!(\"chmod 600 {path}\");\n}\n",
        ] {
            check(text, &[]);
        }
    }
}
