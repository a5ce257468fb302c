//! What somebody probably meant.

/// The known name nearest to `typed`: the only one that begins with it, else the one that
/// is near enough to be a slip, when at most a third of the letters differ.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let mut begins = known.iter().filter(|name| typed.len() > 2 && name.starts_with(typed));
    if let (Some(only), None) = (begins.next(), begins.next()) {
        return Some(only);
    }
    known
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance * 3 <= typed.len().max(name.len()))
        .map(|(_, name)| name)
}

/// Levenshtein distance in bytes, case and `-` against `_` not counted.
fn distance(left: &str, right: &str) -> usize {
    let normal = |text: &str| -> Vec<u8> {
        text.bytes()
            .map(|byte| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() })
            .take(100)
            .collect()
    };
    let (left, right) = (normal(left), normal(right));
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, left_byte) in left.iter().enumerate() {
        let mut diagonal = above;
        let mut previous = above + 1;
        for (right_byte, cell) in right.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(left_byte != right_byte);
            diagonal = *cell;
            *cell = replaced.min(*cell + 1).min(previous + 1);
            previous = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = above + 1;
        }
    }
    row.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, expected) in
            [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("role-ARN", "role_arn", 0)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_a_slip_is_guessed() {
        let known = ["client_id", "region", "role_arn"];
        assert_eq!(nearest("clientid", known), Some("client_id"));
        assert_eq!(nearest("rol_arn", known), Some("role_arn"));
        assert_eq!(nearest("role", known), Some("role_arn"), "it begins with it");
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("x", []), None);
    }
}
