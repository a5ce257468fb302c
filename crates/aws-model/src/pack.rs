//! The compressed data that is part of the program, and inflating a part of it.

use crate::text::DamagedData;

pub(crate) const INDEX: &[u8] = include_bytes!("../data/index.deflate");
const SERVICES: &[u8] = include_bytes!("../data/services.pack");

/// The longest text of a part; none of the data comes near.
const LONGEST: usize = 8 << 20;

/// Where a part is in the pack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) offset: usize,
    pub(crate) length: usize,
}

/// The part at a place of the pack.
pub(crate) fn part(of: &'static str, place: Place) -> Result<&'static str, DamagedData> {
    let end = place.offset.checked_add(place.length);
    let part = end.and_then(|end| SERVICES.get(place.offset..end));
    inflate(of, part.ok_or(DamagedData::Inflate(of))?)
}

/// The text of a part. It stays for as long as the program runs: whatever is decoded
/// borrows from it, and every part is inflated once at most.
pub(crate) fn inflate(of: &'static str, part: &[u8]) -> Result<&'static str, DamagedData> {
    let damaged = DamagedData::Inflate(of);
    let bytes = miniz_oxide::inflate::decompress_to_vec_with_limit(part, LONGEST)
        .map_err(|_| damaged.clone())?;
    let text = String::from_utf8(bytes).map_err(|_| damaged)?;
    Ok(Box::leak(text.into_boxed_str()))
}
