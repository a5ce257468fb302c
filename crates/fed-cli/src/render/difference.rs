//! What changed between two texts, line by line.

/// Lines with `  `, `- ` or `+ ` in front, and `indent` before all. Policies are short:
/// the whole text is shown.
pub(crate) fn difference(from: Option<&str>, to: &str, indent: &str) -> String {
    let from: Vec<&str> = from.map(str::lines).into_iter().flatten().collect();
    let to: Vec<&str> = to.lines().collect();
    let common = common_lengths(&from, &to);
    let at = |left: usize, right: usize| {
        common.get(left).and_then(|row| row.get(right)).copied().unwrap_or(0)
    };
    let (mut left, mut right) = (0, 0);
    let mut text = String::new();
    let mut line = |sign: char, line: &str| {
        text.push_str(indent);
        text.push(sign);
        text.push(' ');
        text.push_str(line);
        text.push('\n');
    };
    loop {
        match (from.get(left), to.get(right)) {
            (Some(old), Some(new)) if old == new => {
                line(' ', old);
                left += 1;
                right += 1;
            }
            (Some(old), new) if new.is_none() || at(left + 1, right) >= at(left, right + 1) => {
                line('-', old);
                left += 1;
            }
            (_, Some(new)) => {
                line('+', new);
                right += 1;
            }
            _ => return text,
        }
    }
}

/// The lengths of the longest common subsequences of all pairs of ends.
fn common_lengths(from: &[&str], to: &[&str]) -> Vec<Vec<usize>> {
    let mut rows = vec![vec![0; to.len() + 1]];
    for old in from.iter().rev() {
        let below = rows.last().cloned().unwrap_or_default();
        let mut row = vec![0; to.len() + 1];
        for (index, new) in to.iter().enumerate().rev() {
            let value = if old == new {
                below.get(index + 1).copied().unwrap_or(0) + 1
            } else {
                let down = below.get(index).copied().unwrap_or(0);
                down.max(row.get(index + 1).copied().unwrap_or(0))
            };
            if let Some(cell) = row.get_mut(index) {
                *cell = value;
            }
        }
        rows.push(row);
    }
    rows.reverse();
    rows
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
