//! How an answer's body is encoded.

use std::io::Read as _;

use fed_types::printable;
use flate2::read::MultiGzDecoder;
use reqwest::header::HeaderMap;
use url::Url;

use super::{HttpError, shown};

/// In UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The body without its encoding, of `limit` bytes at most. None is asked for, and some servers,
/// or what stands before them, send `gzip` all the same.
pub(super) fn decoded(
    body: Vec<u8>,
    headers: &HeaderMap,
    url: &Url,
    limit: usize,
) -> Result<Vec<u8>, HttpError> {
    let encoding = headers.get("content-encoding").map(|value| value.to_str().unwrap_or("?"));
    let mut whole = match encoding.map(str::trim).unwrap_or_default().to_ascii_lowercase().as_str()
    {
        "" | "identity" => body,
        "gzip" | "x-gzip" => unzipped(&body, url, limit)?,
        other => {
            let encoding = printable(other).into_owned();
            return Err(HttpError::Encoded { url: shown(url), encoding });
        }
    };
    // Of documents that people make themselves and put where an issuer is expected.
    if whole.starts_with(BYTE_ORDER_MARK) {
        whole.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(whole)
}

/// What is small on the way can be of any size.
fn unzipped(body: &[u8], url: &Url, limit: usize) -> Result<Vec<u8>, HttpError> {
    let mut whole = Vec::new();
    MultiGzDecoder::new(body)
        .take(limit as u64 + 1)
        .read_to_end(&mut whole)
        .map_err(|_| HttpError::NotGzip { url: shown(url) })?;
    if whole.len() > limit {
        return Err(HttpError::TooLarge { url: shown(url), limit });
    }
    Ok(whole)
}
