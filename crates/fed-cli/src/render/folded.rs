//! Text in lines of no more than so many columns.

use unicode_width::UnicodeWidthStr as _;

/// What a terminal shows at least, in columns.
pub(crate) const COLUMNS: usize = 80;

/// The words in lines of at most [`COLUMNS`], all but the first line behind an indent. A word
/// that is longer has a line of its own.
pub(crate) fn folded(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.trim().is_empty() && line.width() + 1 + word.width() > COLUMNS {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line = " ".repeat(indent);
        } else if !line.trim().is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push_str(&line);
    lines.push('\n');
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let text = folded(&"word ".repeat(40), 2);
        assert_eq!(text.split_whitespace().count(), 40);
        assert!(text.lines().all(|line| line.width() <= COLUMNS), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("  word")), "{text}");
        assert_eq!(folded("", 2), "\n");
        assert_eq!(folded(&"x".repeat(90), 2).lines().count(), 1);
    }
}
