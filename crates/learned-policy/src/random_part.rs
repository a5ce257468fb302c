//! Which parts of a name are another each time: ids that a service gives, suffixes that a
//! test makes up, moments and UUIDs.

/// The name with `any` for each such part; unchanged where it has none.
pub(crate) fn without_random_parts(name: &str, any: &str) -> String {
    let mut kept = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        if let Some(behind) = after_uuid(rest) {
            kept.push_str(any);
            rest = behind;
            continue;
        }
        let end = rest.find(is_separator).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        match is_random(part) {
            true => kept.push_str(any),
            false => kept.push_str(part),
        }
        let separator = behind.chars().next().map_or(0, char::len_utf8);
        let (separator, behind) = behind.split_at(separator);
        kept.push_str(separator);
        rest = behind;
    }
    kept
}

fn is_separator(character: char) -> bool {
    matches!(character, '-' | '_' | '.' | '/' | ':' | '=' | '@' | '+')
}

/// What follows a UUID that the text begins with.
fn after_uuid(text: &str) -> Option<&str> {
    let (uuid, behind) = text.split_at_checked(36)?;
    let groups: Vec<&str> = uuid.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_uuid = lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (is_uuid && behind.chars().next().is_none_or(is_separator)).then_some(behind)
}

/// Whether nobody would have chosen it: eight digits or more, hexadecimal digits with both
/// letters and figures, or letters and figures that change places twice or more.
fn is_random(part: &str) -> bool {
    let figures = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.len() - figures;
    if !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) || figures == 0 {
        return false;
    }
    if letters == 0 {
        return figures >= 8;
    }
    let is_hexadecimal = part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = part.as_bytes();
    let changes = bytes
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.is_ascii_digit() != b.is_ascii_digit()));
    part.len() >= 6 && (is_hexadecimal || changes.count() >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_would_choose_is_another_each_time() {
        for (name, pattern) in [
            ("i-0a1b2c3d4e5f60718", "i-*"),
            ("app-a8f3k2", "app-*"),
            ("1f0c9e1a-7e0b-4a39-9e0c-0a1b2c3d4e5f", "*"),
            ("key/1f0c9e1a-7e0b-4a39-9e0c-0a1b2c3d4e5f/x", "key/*/x"),
            ("12345678-1234-1234-1234-1234567890zz", "*-1234-1234-1234-1234567890zz"),
            ("1f0c9e1a-7e0b-4a39-9e0c-0a1b2c3d4e5fox", "*-7e0b-4a39-9e0c-*"),
            ("test_1795428000_x", "test_*_x"),
            ("run.20261123T100000.log", "run.*.log"),
        ] {
            assert_eq!(without_random_parts(name, "*"), pattern);
        }
    }

    #[test]
    fn names_of_people_stay() {
        for name in [
            "orders",
            "app-2026",
            "v1.2.3",
            "ipv4",
            "sha256",
            "x86_64",
            "eu-west-1",
            "s3-logs",
            "log4j",
            "deadbeef",
            "no-policy-user",
            "1234567",
            "utf8-decode",
            "thirty-six-letters-before-the-slash-/x",
            "",
        ] {
            assert_eq!(without_random_parts(name, "*"), name);
        }
    }
}
