//! Applies evident mends, one after another, until the text reads or none is left.

use super::reader::read;

/// How many mends a text may need before it is given up.
const MAX_MENDS: usize = 32;

/// The text with its faults mended, or `None` when some fault has no evident mend.
/// The answer always reads without a fault, and differs from `text`.
pub(crate) fn mend(text: &str) -> Option<String> {
    let mut mended = text.to_owned();
    for _ in 0..MAX_MENDS {
        let change = match read(&mended) {
            Ok(_) => return (mended != text).then_some(mended),
            Err(fault) => fault.into_parts().mend?,
        };
        let end = change.at.checked_add(change.remove)?;
        let before = mended.get(..change.at)?;
        let after = mended.get(end..)?;
        mended = format!("{before}{}{after}", change.insert);
    }
    None
}
