//! All places of a pattern at once: which of them a text has come to is a bit each, 64 in a word,
//! and a byte of the text moves them by a few operations a word.
//!
//! Source: Baeza-Yates and Gonnet, "A new approach to text searching", 1992.

use smallvec::{SmallVec, smallvec};

use super::{ONE, RUN, SEGMENT_ONE, SEGMENT_RUN, count};

/// A word of places, or a few for long patterns.
type Words = SmallVec<[u64; 4]>;

/// A pattern of which no run stands behind another.
pub(super) struct Places {
    /// How many words.
    words: usize,
    /// How many places: the last is behind the pattern.
    last: usize,
    /// For each byte the places where it is meant, word by word.
    literal: SmallVec<[u64; 256]>,
    one: Words,
    segment_one: Words,
    run: Words,
    segment_run: Words,
}

impl Places {
    pub(super) fn of(pattern: &[u8]) -> Self {
        let words = pattern.len() / 64 + 1;
        let none: Words = smallvec![0; words];
        let mut places = Self {
            words,
            last: 0,
            literal: smallvec![0; 256 * words],
            one: none.clone(),
            segment_one: none.clone(),
            run: none.clone(),
            segment_run: none,
        };
        count(256 * words + pattern.len());
        let mut before = None;
        for &byte in pattern {
            match (before, byte) {
                // Two runs are one; the one that does not stop is the longer.
                (Some(RUN), RUN | SEGMENT_RUN) | (Some(SEGMENT_RUN), SEGMENT_RUN) => continue,
                (Some(SEGMENT_RUN), RUN) => {
                    let at = places.last - 1;
                    clear(&mut places.segment_run, at);
                    set(&mut places.run, at);
                    before = Some(RUN);
                    continue;
                }
                _ => before = Some(byte),
            }
            let at = places.last;
            match byte {
                ONE => set(&mut places.one, at),
                SEGMENT_ONE => set(&mut places.segment_one, at),
                RUN => set(&mut places.run, at),
                SEGMENT_RUN => set(&mut places.segment_run, at),
                byte => {
                    let word = usize::from(byte) * words + at / 64;
                    if let Some(meant) = places.literal.get_mut(word) {
                        *meant |= 1 << (at % 64);
                    }
                }
            }
            places.last += 1;
        }
        places
    }

    /// Whether the whole text is what the pattern stands for.
    pub(super) fn match_all(&self, text: &str) -> bool {
        let mut reached: Words = smallvec![0; self.words];
        self.enter(&mut reached);
        for byte in text.bytes() {
            self.take(&mut reached, byte);
            if reached.iter().all(|word| *word == 0) {
                return false;
            }
        }
        has(&reached, self.last)
    }

    /// Where the leftmost piece of the text ends, at or behind `from`, that the pattern stands
    /// for; it has no runs.
    pub(super) fn find<const FOLD: bool>(&self, text: &str, from: usize) -> Option<usize> {
        let mut reached: Words = smallvec![0; self.words];
        for (at, byte) in text.bytes().enumerate().skip(from) {
            if !is_within(byte) {
                self.enter(&mut reached);
            }
            self.take(&mut reached, if FOLD { byte.to_ascii_lowercase() } else { byte });
            if has(&reached, self.last) {
                // A `?` has taken the character, of which this is the first byte.
                let end = at + 1;
                let behind = text.bytes().skip(end).take_while(|byte| is_within(*byte));
                return Some(end + behind.count());
            }
        }
        None
    }

    /// The first place, and the one behind a run that stands there.
    fn enter(&self, reached: &mut Words) {
        set(reached, 0);
        if has(&self.run, 0) || has(&self.segment_run, 0) {
            set(reached, 1);
        }
    }

    fn take(&self, reached: &mut Words, byte: u8) {
        count(self.words);
        let (within, colon) = (is_within(byte), byte == b':');
        let (mut moved_over, mut run_over, mut one_over) = (0, 0, 0);
        let literal = self.literal.iter().skip(usize::from(byte) * self.words);
        let ones = self.one.iter().zip(&self.segment_one);
        let runs = self.run.iter().zip(&self.segment_run);
        for (((word, literal), (one, segment_one)), (run, segment_run)) in
            reached.iter_mut().zip(literal).zip(ones).zip(runs)
        {
            let mut moves = *literal;
            if !within {
                moves |= one | if colon { 0 } else { *segment_one };
            }
            let mut stays = run | if colon { 0 } else { *segment_run };
            let any_one = one | segment_one;
            if within {
                // The rest of a character that a `?` has taken.
                stays |= (any_one << 1) | one_over;
            }
            one_over = any_one >> 63;
            let moved = *word & moves;
            let mut next = (moved << 1) | moved_over | (*word & stays);
            moved_over = moved >> 63;
            let through = next & (run | segment_run);
            next |= (through << 1) | run_over;
            run_over = through >> 63;
            *word = next;
        }
    }
}

/// Whether a byte is not the first of its character.
fn is_within(byte: u8) -> bool {
    (0x80..0xc0).contains(&byte)
}

fn set(words: &mut Words, at: usize) {
    if let Some(word) = words.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn clear(words: &mut Words, at: usize) {
    if let Some(word) = words.get_mut(at / 64) {
        *word &= !(1 << (at % 64));
    }
}

fn has(words: &Words, at: usize) -> bool {
    words.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
}
