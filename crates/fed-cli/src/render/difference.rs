//! What changed between two texts, line by line.

use similar::{ChangeTag, TextDiff};

/// Lines with `  `, `- ` or `+ ` in front, and `indent` before all. Policies are short:
/// the whole text is shown.
pub(crate) fn difference(from: Option<&str>, to: &str, indent: &str) -> String {
    let from: Vec<&str> = from.map(str::lines).into_iter().flatten().collect();
    let to: Vec<&str> = to.lines().collect();
    let changes = TextDiff::from_slices(&from, &to);
    let line = |tag, line: &str| {
        let sign = match tag {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        format!("{indent}{sign} {line}\n")
    };
    changes.iter_all_changes().map(|change| line(change.tag(), change.value())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_marked() {
        assert_eq!(
            difference(Some("{\n a\n b\n}"), "{\n a\n c\n d\n}", "  "),
            "    {\n     a\n  -  b\n  +  c\n  +  d\n    }\n"
        );
        assert_eq!(difference(None, "a", ""), "+ a\n");
        assert_eq!(difference(Some("a"), "", ""), "- a\n");
        assert_eq!(difference(Some("a"), "a", ""), "  a\n");
    }
}
