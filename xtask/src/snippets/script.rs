//! One shell that types all commands, and what it printed to each.

use super::document::Shown;

/// Stands before what a command prints; no terminal's text has it.
const NEXT: char = '\u{1}';

/// Runs the commands one after another in one shell, each with the status of the one before it.
pub(super) fn script(commands: &[Shown]) -> String {
    let mut script = String::from("fed_status=0\n");
    for shown in commands {
        script.push_str("printf '\\1\\n'\n(exit \"$fed_status\")\n{ ");
        script.push_str(&shown.command);
        script.push_str("\n} 2>&1\nfed_status=$?\n");
    }
    script.push_str("exit 0\n");
    script
}

/// The lines that each command printed, in the order of the commands.
pub(super) fn answers(printed: &str) -> Vec<Vec<String>> {
    let parts = printed.split(NEXT).skip(1);
    let lines = |part: &str| part.lines().skip(1).map(|line| line.trim_end().to_owned()).collect();
    parts.map(lines).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_command_sees_what_those_before_it_did() {
        let shown = |command: &str| Shown { line: 1, command: command.into(), prints: Vec::new() };
        let commands = [
            shown("x=1; false"),
            shown("echo $? $x"),
            shown("cat <<'EOF'\na\n\nb\nEOF"),
            shown("echo to stderr >&2"),
        ];
        let output =
            std::process::Command::new("bash").args(["-c", &script(&commands)]).output().unwrap();
        let expected: [&[&str]; 4] = [&[], &["1 1"], &["a", "", "b"], &["to stderr"]];
        assert_eq!(answers(&String::from_utf8(output.stdout).unwrap()), expected);
    }
}
