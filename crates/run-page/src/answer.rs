//! What a command printed: its beginning, and the rest behind it.

/// Lines that are shown at once.
const SHOWN: usize = 24;
/// Lines of a command's output that are shown at all.
const MOST: usize = 400;

/// One of a command's two outputs.
pub(crate) struct Answer {
    pub(crate) beginning: String,
    pub(crate) rest: String,
    pub(crate) rest_lines: usize,
    pub(crate) left_out: usize,
    /// Whether its lines mean something by where they begin: they are not wrapped, but scrolled.
    pub(crate) is_json: bool,
}

impl Answer {
    /// `None` of nothing.
    pub(crate) fn of(output: &str) -> Option<Self> {
        let lines: Vec<&str> = output.trim_end().lines().collect();
        if lines.is_empty() {
            return None;
        }
        // A few lines more are no reason to fold.
        let shown = if lines.len() <= SHOWN + 4 { lines.len() } else { SHOWN };
        let kept = lines.len().min(MOST);
        Some(Self {
            beginning: lines[..shown].join("\n"),
            rest: lines[shown..kept.max(shown)].join("\n"),
            rest_lines: kept.saturating_sub(shown),
            left_out: lines.len() - kept,
            is_json: matches!(lines.first(), Some(&("{" | "["))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: usize) -> (usize, usize, usize) {
        let answer = Answer::of(&"line\n".repeat(lines)).unwrap();
        let rest = answer.rest.lines().count();
        assert_eq!(rest, answer.rest_lines);
        (answer.beginning.lines().count(), rest, answer.left_out)
    }

    #[test]
    fn a_long_answer_is_folded_and_a_longer_one_is_cut() {
        assert!(Answer::of("").is_none() && Answer::of("\n").is_none());
        assert_eq!(of(1), (1, 0, 0));
        assert_eq!(of(28), (28, 0, 0));
        assert_eq!(of(29), (24, 5, 0));
        assert_eq!(of(400), (24, 376, 0));
        assert_eq!(of(1000), (24, 376, 600));
    }

    #[test]
    fn json_keeps_its_lines_and_a_sentence_does_not() {
        let is_json = |text: &str| Answer::of(text).unwrap().is_json;
        assert!(is_json("{\n  \"a\": [\n    1\n  ]\n}\n") && is_json("[\n  1\n]"));
        assert!(!is_json("{}") && !is_json("An error occurred") && !is_json("{\"a\": 1}"));
    }
}
