//! Names of buckets and keys that may be forwarded: those that every reader takes for the same.

use crate::emulator_path::is_kept;
use crate::error_response::ErrorResponse;

/// Refuses what is no bucket, and what the emulator would take for something else.
///
/// # Errors
/// S3's own for a name that is none, and [`ErrorResponse::Undecidable`] for one that is the
/// emulator's.
pub(super) fn check_bucket(name: &str) -> Result<(), ErrorResponse> {
    if !is_bucket_name(name) {
        let message = "The specified bucket is not valid.";
        return Err(ErrorResponse::answered(400, "InvalidBucketName", message));
    }
    match is_kept(name) {
        true => Err(ErrorResponse::Undecidable(format!(
            "the emulator behind the gate keeps `/{name}` for itself, so no bucket can be called \
             `{name}`"
        ))),
        false => Ok(()),
    }
}

/// Source: S3 user guide, "Bucket naming rules".
pub(super) fn is_bucket_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'.')
        && name.bytes().next().is_some_and(plain)
        && name.bytes().last().is_some_and(plain)
        && !name.contains("..")
}

/// At most 1,024 bytes, and nothing that a server might take for another name: a way up, a
/// control character, which patterns that end at a line take off, or slashes alone, which
/// LocalStack takes off, so that the bucket itself is left.
pub(super) fn is_key(key: &str) -> bool {
    key.len() <= 1024
        && !key.chars().any(char::is_control)
        && !key.bytes().all(|byte| byte == b'/')
        && !key.split('/').any(|segment| matches!(segment, "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_emulator_keeps_for_itself_is_no_bucket() {
        for name in [
            "278805249149",
            "queue",
            "restapis",
            "2015-03-31",
            "opensearch",
            "moto-api",
            "moto-api-x",
            "v20180820",
            "v20180820-x",
            "latest",
            "favicon.ico",
            "shell",
        ] {
            assert_eq!(
                check_bucket(name),
                Err(ErrorResponse::Undecidable(format!(
                    "the emulator behind the gate keeps `/{name}` for itself, so no bucket can be \
                     called `{name}`"
                )))
            );
        }
        for name in ["27880524914", "2788052491490", "278805249149-x", "queues", "latest-x"] {
            assert_eq!(check_bucket(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn what_belongs_to_servers_is_no_bucket_either() {
        for name in
            ["_localstack", "_aws", "_localstack_lambda", "_extension", "A", "a", "a..b", "bucKet"]
        {
            assert!(matches!(
                check_bucket(name),
                Err(ErrorResponse::Answered { status: 400, code, .. }) if code == "InvalidBucketName"
            ));
        }
    }

    #[test]
    fn keys_that_lose_something_on_the_way_are_refused() {
        for key in ["/", "//", "secret\n", "a\tb", "\r", "a\u{85}", "../x", "a/./b", "a/.."] {
            assert!(!is_key(key), "{key:?}");
        }
        for key in ["a", "a/", "/a", "a//b", "a b", "..a", "ä", "a?b#c;d%2f&e=f+g"] {
            assert!(is_key(key), "{key:?}");
        }
    }
}
