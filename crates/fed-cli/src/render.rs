//! How answers look.

mod difference;
mod folded;
mod json;
mod table;

pub(crate) use difference::difference;
pub(crate) use folded::{COLUMNS, folded};
pub(crate) use json::json;
pub(crate) use table::{narrow_table, table};
