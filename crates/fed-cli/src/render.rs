//! How answers look.

mod difference;
mod json;
mod table;

pub(crate) use difference::difference;
pub(crate) use json::json;
pub(crate) use table::table;
