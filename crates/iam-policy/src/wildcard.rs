//! Matching against `*` and `?`, in time linear in the text whatever the pattern: that costs a
//! word for 64 of its bytes, and often less.
//!
//! A pattern is a byte string in which four bytes that never occur in UTF-8 stand for
//! the wildcards, so that an escaped `${*}` is simply the byte of a star.
//! Source: IAM user guide, "IAM JSON policy elements: Resource" and "…: Condition
//! operators" (StringLike).

mod places;
mod several;

use places::Places;
pub(crate) use several::matches_several;

/// Any run of characters, also none: `*`.
pub(crate) const RUN: u8 = 0xff;
/// Any one character: `?`.
pub(crate) const ONE: u8 = 0xfe;
/// `*` within one of an ARN's first five segments: matches no colon.
pub(crate) const SEGMENT_RUN: u8 = 0xfd;
/// `?` within one of an ARN's first five segments: matches no colon.
pub(crate) const SEGMENT_ONE: u8 = 0xfc;

/// A chunk that may be tried everywhere.
const SHORT: usize = 8;
/// A text in which any chunk may be tried everywhere: following all places takes as long to begin.
const SHORT_TEXT: usize = 64;

/// Whether a pattern has wildcards that stop at colons, so that [`matches_segments`]
/// must be asked.
pub(crate) fn stops_at_colons(pattern: &[u8]) -> bool {
    pattern.iter().any(|byte| matches!(*byte, SEGMENT_RUN | SEGMENT_ONE))
}

/// Whether `text` matches `pattern`, case and all; the pattern has no wildcards that stop
/// at colons.
pub(crate) fn matches(pattern: &[u8], text: &str) -> bool {
    matches_chunks::<false>(pattern, text)
}

/// Whether `text` matches `pattern`, whose letters are lowercase, without regard to the
/// case of ASCII letters.
pub(crate) fn matches_ignoring_case(pattern: &[u8], text: &str) -> bool {
    matches_chunks::<true>(pattern, text)
}

/// The chunks between stars are found leftmost first: with stars that match anything
/// the leftmost place is never a worse choice, so nothing is tried twice.
fn matches_chunks<const FOLD: bool>(pattern: &[u8], text: &str) -> bool {
    let Some(star) = pattern.iter().position(|byte| *byte == RUN) else {
        return chunk_at::<FOLD>(pattern, text, 0) == Some(text.len());
    };
    let (first, mut rest) = pattern.split_at(star);
    let Some(mut at) = chunk_at::<FOLD>(first, text, 0) else { return false };
    loop {
        // `rest` begins with a star.
        rest = rest.get(1..).unwrap_or_default();
        let Some(star) = rest.iter().position(|byte| *byte == RUN) else {
            return ends_with::<FOLD>(rest, text, at);
        };
        let (chunk, behind) = rest.split_at(star);
        match find::<FOLD>(chunk, text, at) {
            Some(end) => at = end,
            None => return false,
        }
        rest = behind;
    }
}

/// Where `chunk` ends when it stands in `text` at `at`.
fn chunk_at<const FOLD: bool>(chunk: &[u8], text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut end = at;
    for expected in chunk {
        count(1);
        let found = *bytes.get(end)?;
        if *expected == ONE {
            end += character_length(found);
        } else if *expected == (if FOLD { found.to_ascii_lowercase() } else { found }) {
            end += 1;
        } else {
            return None;
        }
    }
    Some(end)
}

/// Where the leftmost `chunk` at or behind `at` ends.
fn find<const FOLD: bool>(chunk: &[u8], text: &str, at: usize) -> Option<usize> {
    let Some(head) = chunk.first() else { return Some(at) };
    let bytes = text.as_bytes();
    if chunk.len() > SHORT && (FOLD || chunk.contains(&ONE)) && bytes.len() - at > SHORT_TEXT {
        return Places::of(chunk).find::<FOLD>(text, at);
    }
    if !FOLD && chunk.len() > SHORT && !chunk.contains(&ONE) {
        count(bytes.len() - at);
        // The standard library's search is linear whatever the chunk.
        let needle = std::str::from_utf8(chunk).ok()?;
        return text.get(at..)?.find(needle).map(|found| at + found + chunk.len());
    }
    let mut start = at;
    while start < bytes.len() {
        count(1);
        let found = *bytes.get(start)?;
        let folded = if FOLD { found.to_ascii_lowercase() } else { found };
        if (*head == ONE || *head == folded)
            && let Some(end) = chunk_at::<FOLD>(chunk, text, start)
        {
            return Some(end);
        }
        start += character_length(found);
    }
    None
}

/// Whether `chunk` is the end of `text`, not reaching before `at`.
fn ends_with<const FOLD: bool>(chunk: &[u8], text: &str, at: usize) -> bool {
    let start = if chunk.contains(&ONE) {
        // A `?` takes a whole character: count characters, not bytes.
        let characters = chunk.iter().filter(|byte| !(0x80..0xc0).contains(*byte)).count();
        match text.char_indices().rev().nth(characters - 1) {
            Some((start, _)) => start,
            None => return false,
        }
    } else {
        match text.len().checked_sub(chunk.len()) {
            Some(start) => start,
            None => return false,
        }
    };
    start >= at && chunk_at::<FOLD>(chunk, text, start) == Some(text.len())
}

/// The length in bytes of the UTF-8 character that begins with `first`.
fn character_length(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// The road for patterns whose wildcards may stop at colons.
pub(crate) fn matches_segments(pattern: &[u8], text: &str) -> bool {
    Places::of(pattern).match_all(text)
}

/// Counts what is compared, for tests.
#[inline]
fn count(comparisons: usize) {
    #[cfg(test)]
    tests::COMPARED.with(|compared| compared.set(compared.get() + comparisons));
    #[cfg(not(test))]
    let _ = comparisons;
}

#[cfg(test)]
mod tests;
