//! Names of regions, which become parts of host names.

/// The longest part of a host name, in bytes (RFC 1035, section 2.3.4).
const LONGEST: usize = 63;

/// Whether a text can be the name of a region: lowercase letters, digits and hyphens after a
/// letter. Any other would make another host of an endpoint's name.
pub fn is_region(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_one_part_of_a_host_name() {
        assert!(is_region("ap-northeast-2") && is_region("us-gov-west-1"));
        let long = "a".repeat(64);
        for text in [
            "",
            "evil.example",
            "evil#",
            "a/b",
            "a@b",
            "a:b",
            "US-EAST-1",
            "-a",
            "1a",
            "é",
            "us *",
            &long,
        ] {
            assert!(!is_region(text), "{text}");
        }
    }
}
