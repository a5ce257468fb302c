//! Whether what came is what is shown.

use super::document::Shown;

/// Stands for any text in a line and, alone, for any lines.
const ANYTHING: &str = "…";

/// What is wrong with the answers, one a command; a command without one was never reached.
pub(super) fn complaints(name: &str, commands: &[Shown], answers: &[Vec<String>]) -> Vec<String> {
    let complaints =
        commands.iter().enumerate().filter_map(|(number, shown)| match answers.get(number) {
            Some(answer) => complaint(name, shown, answer),
            None => {
                let Shown { line, command, .. } = shown;
                Some(format!("{name}:{line}: `{command}` was never reached\n"))
            }
        });
    complaints.collect()
}

/// What is wrong with `answer`, as a person would want to see it.
fn complaint(name: &str, shown: &Shown, answer: &[String]) -> Option<String> {
    let answer = trimmed(answer);
    let expected = trimmed(&shown.prints);
    if lines_match(expected, answer) {
        return None;
    }
    let listed = |lines: &[String]| lines.iter().map(|line| format!("    {line}\n")).collect();
    let (expected, answer): (String, String) = (listed(expected), listed(answer));
    Some(format!(
        "{name}:{}: `{}` prints something else\n  shown:\n{expected}  printed:\n{answer}",
        shown.line, shown.command
    ))
}

/// Without empty lines at the end, which a block has before the next command.
fn trimmed(lines: &[String]) -> &[String] {
    let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    lines.get(..end).unwrap_or(lines)
}

fn lines_match(shown: &[String], answer: &[String]) -> bool {
    let Some((first, rest)) = shown.split_first() else { return answer.is_empty() };
    if first == ANYTHING {
        return (0..=answer.len()).any(|end| lines_match(rest, answer.get(end..).unwrap_or(&[])));
    }
    let Some((line, others)) = answer.split_first() else { return false };
    line_matches(first, line) && lines_match(rest, others)
}

/// The parts between the `…` come one after another; the first begins the line, the last ends it.
fn line_matches(shown: &str, line: &str) -> bool {
    let Some((head, mut parts)) = shown.split_once(ANYTHING) else { return shown == line };
    let Some(mut left) = line.strip_prefix(head) else { return false };
    while let Some((part, others)) = parts.split_once(ANYTHING) {
        let Some(at) = left.find(part) else { return false };
        left = left.get(at + part.len()..).unwrap_or_default();
        parts = others;
    }
    left.ends_with(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn what_differs_is_found() {
        for (shown, answer, same) in [
            ("a\nb", "a\nb", true),
            ("a", "a\nb", false),
            ("a\nb", "a", false),
            ("", "a", false),
            ("a", "", false),
            ("a\n…\nd", "a\nb\nc\nd", true),
            ("a\n…\nd", "a\nd", true),
            ("a\n…\nd", "a\nb\nc", false),
            ("id …", "id 17", true),
            ("id …x", "id 17", false),
            ("id …, … of …", "id 1, 2 of 3", true),
            ("id …, … of …", "id 1; 2 of 3", false),
            ("…b", "aab", true),
            ("a…a", "a", false),
        ] {
            assert_eq!(lines_match(&lines(shown), &lines(answer)), same, "{shown} {answer}");
        }
    }

    #[test]
    fn what_was_never_reached_has_not_passed() {
        let shown = |line, prints| Shown { line, command: "a".into(), prints: lines(prints) };
        let commands = [shown(1, "b"), shown(2, ""), shown(3, "")];
        let told = complaints("x.md", &commands, &[lines("b"), lines("")]);
        assert_eq!(told, ["x.md:3: `a` was never reached\n"]);
        assert_eq!(complaints("x.md", &commands[..2], &[lines("b"), lines("")]), [""; 0]);
    }

    #[test]
    fn a_complaint_says_where_and_shows_both() {
        let shown = Shown { line: 7, command: "a".into(), prints: lines("b\n\n") };
        assert_eq!(complaint("x.md", &shown, &lines("b")), None);
        let told = complaint("x.md", &shown, &lines("c")).unwrap();
        assert_eq!(told, "x.md:7: `a` prints something else\n  shown:\n    b\n  printed:\n    c\n");
    }
}
