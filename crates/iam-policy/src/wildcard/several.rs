//! A pattern against a pattern: whether what one stands for matches the other.

use super::{ONE, RUN, SEGMENT_ONE, SEGMENT_RUN};
use crate::truth::Truth;

/// Whether all that `several` stands for matches `pattern`, or none of it, or neither is sure.
/// A yes and a no are certain.
pub(crate) fn matches_several(pattern: &[u8], several: &[u8]) -> Truth {
    match (covers(pattern, several), overlaps(pattern, several)) {
        (true, _) => Truth::True,
        (false, false) => Truth::False,
        (false, true) => Truth::Unknown,
    }
}

fn is_run(byte: u8) -> bool {
    matches!(byte, RUN | SEGMENT_RUN)
}

fn is_wild(byte: u8) -> bool {
    byte >= SEGMENT_ONE
}

fn stops_at_colons(byte: u8) -> bool {
    matches!(byte, SEGMENT_RUN | SEGMENT_ONE)
}

/// Whether a place of a pattern takes whatever `asked` stands for.
fn takes(byte: u8, asked: u8) -> bool {
    match byte {
        RUN => true,
        SEGMENT_RUN => asked != b':' && asked != RUN && asked != ONE,
        ONE => !is_run(asked) && !(0x80..0xc0).contains(&asked),
        SEGMENT_ONE => {
            asked != b':' && asked != ONE && !is_run(asked) && !(0x80..0xc0).contains(&asked)
        }
        literal => literal == asked,
    }
}

/// Reads `several` as a text in which a wildcard is a letter that only a wildcard takes. A
/// character of several bytes that a `?` takes is not followed: what is covered so is not seen.
fn covers(pattern: &[u8], several: &[u8]) -> bool {
    let mut places = vec![false; pattern.len() + 1];
    reach(pattern, &mut places, 0);
    for &asked in several {
        let mut next = vec![false; pattern.len() + 1];
        for (at, &byte) in pattern.iter().enumerate() {
            if places.get(at) == Some(&true) && takes(byte, asked) {
                reach(pattern, &mut next, if is_run(byte) { at } else { at + 1 });
            }
        }
        places = next;
    }
    places.last() == Some(&true)
}

/// A place, and those behind it that runs of nothing lead to.
fn reach(pattern: &[u8], places: &mut [bool], from: usize) {
    let mut at = from;
    loop {
        if let Some(place) = places.get_mut(at) {
            *place = true;
        }
        if !pattern.get(at).is_some_and(|byte| is_run(*byte)) {
            return;
        }
        at += 1;
    }
}

/// Whether a byte may stand in both places.
fn meet(one: u8, other: u8) -> bool {
    match (is_wild(one), is_wild(other)) {
        (true, true) => true,
        (true, false) => !(stops_at_colons(one) && other == b':'),
        (false, true) => !(stops_at_colons(other) && one == b':'),
        (false, false) => one == other,
    }
}

/// Whether some text matches both. A `?` may be a character of several bytes: it is taken for a
/// run of any length wherever the other has one, so that nothing that overlaps is missed.
fn overlaps(one: &[u8], other: &[u8]) -> bool {
    let is_ascii = |pattern: &[u8]| pattern.iter().all(|byte| byte.is_ascii() || is_wild(*byte));
    let whole = is_ascii(one) && is_ascii(other);
    let stays = |byte: u8| is_run(byte) || (!whole && is_wild(byte));
    let width = other.len() + 1;
    // Whether both can have come as far as here, row by row.
    let mut reached = vec![false; (one.len() + 1) * width];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for at in 0..=one.len() {
        for behind in 0..width {
            if reached.get(at * width + behind) != Some(&true) {
                continue;
            }
            let mut mark = |at: usize, behind: usize| {
                if let Some(place) = reached.get_mut(at * width + behind) {
                    *place = true;
                }
            };
            let (here, there) = (one.get(at).copied(), other.get(behind).copied());
            if here.is_some_and(is_run) {
                mark(at + 1, behind);
            }
            if there.is_some_and(is_run) {
                mark(at, behind + 1);
            }
            let (Some(here), Some(there)) = (here, there) else { continue };
            if meet(here, there) {
                mark(at + 1, behind + 1);
                if stays(here) {
                    mark(at, behind + 1);
                }
                if stays(there) {
                    mark(at + 1, behind);
                }
            }
        }
    }
    reached.last() == Some(&true)
}

#[cfg(test)]
mod tests;
