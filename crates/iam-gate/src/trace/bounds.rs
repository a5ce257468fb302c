//! How much is told of a request: clients choose most of it.

/// What is told of the demands of one request, in bytes: a call that names hundreds of resources
/// asks for as many. The rest is counted.
pub(super) const DEMANDS: usize = 256 * 1024;
/// Likewise of its conditions.
pub(super) const CONDITIONS: usize = 32 * 1024;
/// The longest text of one field, in bytes: clients choose some of them.
const FIELD: usize = 2048;
/// The longest value of a key, in bytes, and how many of a key.
pub(super) const VALUE: usize = 256;
pub(super) const VALUES: usize = 16;

/// As much of a field as is told.
pub(super) fn bounded(text: String) -> String {
    within(text, FIELD)
}

/// As much of a text as is no longer than this, in bytes.
pub(super) fn within(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        text.truncate(text.floor_char_boundary(longest));
        text.shrink_to_fit();
    }
    text
}
