//! The canonical request: what a signature is over.

use std::fmt::Write;

use super::{Place, Presented, SignatureError};
use crate::wire::{WireRequest, decode, encode, encode_path};

/// How a service wants the path in the canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathStyle {
    /// `.` and `..` are resolved, doubled slashes joined.
    pub(super) normalized: bool,
    /// What is percent-encoded on the wire is encoded again.
    pub(super) encoded_again: bool,
}

impl PathStyle {
    /// The style of a service: S3 takes the path as it is, all others go by the rules.
    pub(crate) fn of(service: &str) -> Self {
        let by_the_rules = service != "s3";
        Self { normalized: by_the_rules, encoded_again: by_the_rules }
    }
}

/// Whether the session token of a presigned request was there when it was signed. Some
/// clients add it afterwards, and AWS accepts both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenInQuery {
    Signed,
    AddedAfterwards,
}

/// Writes the canonical request.
///
/// # Errors
/// [`SignatureError::Mismatch`] when a signed header is missing: nothing the client can
/// have signed looks like this request.
pub(super) fn canonical_request(
    request: &WireRequest,
    presented: &Presented,
    payload_hash: &str,
    style: PathStyle,
    token: TokenInQuery,
) -> Result<String, SignatureError> {
    let path = match style.normalized {
        true => normalize(&request.path),
        false => request.path.clone(),
    };
    let path = match style.encoded_again {
        true => path,
        false => decode(&path).ok_or(SignatureError::Mismatch)?,
    };
    let mut text = format!(
        "{}\n{}\n{}\n",
        request.method,
        encode_path(&path),
        canonical_query(request, presented.place, token)?
    );
    for name in &presented.signed_headers {
        let values: Vec<String> = request.header_values(name).map(trim_all).collect();
        if values.is_empty() {
            return Err(SignatureError::Mismatch);
        }
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{name}:{}", values.join(","));
    }
    let _ = write!(text, "\n{}\n{payload_hash}", presented.signed_headers.join(";"));
    Ok(text)
}

fn canonical_query(
    request: &WireRequest,
    place: Place,
    token: TokenInQuery,
) -> Result<String, SignatureError> {
    let mut pairs = Vec::new();
    for (name, value) in request.query_pairs() {
        let name = decode(name).ok_or(SignatureError::Mismatch)?;
        let value = decode(value).ok_or(SignatureError::Mismatch)?;
        let left_out = matches!(place, Place::Query { .. })
            && match name.to_ascii_lowercase().as_str() {
                "x-amz-signature" => true,
                "x-amz-security-token" => token == TokenInQuery::AddedAfterwards,
                _ => false,
            };
        if !left_out {
            pairs.push((encode(&name), encode(&value)));
        }
    }
    pairs.sort_unstable();
    let pairs: Vec<String> =
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(pairs.join("&"))
}

/// White space around the value removed, within it reduced to one blank.
fn trim_all(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// RFC 3986 section 5.2.4 and, beyond it, doubled slashes joined.
pub(super) fn normalize(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let open = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    let end = if open && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized() {
        for (path, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/./", "/"),
            ("/a/..", "/"),
            ("/a/../..", "/"),
            ("//a//b/", "/a/b/"),
            ("/./a/./b", "/a/b"),
            ("/a/b/..", "/a/"),
        ] {
            assert_eq!(normalize(path), expected, "{path}");
        }
    }

    #[test]
    fn white_space_in_values_is_reduced() {
        assert_eq!(trim_all("  a   b\t c "), "a b c");
    }
}
