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

/// Levenshtein distance, case and `-` against `_` not counted.
fn distance(left: &str, right: &str) -> usize {
    let normal = |text: &str| -> String {
        text.chars()
            .map(|character| if character == '-' { '_' } else { character.to_ascii_lowercase() })
            .take(100)
            .collect()
    };
    strsim::levenshtein(&normal(left), &normal(right))
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
