//! From the data's text to what it says.

mod authorization;
mod index;
mod model;

pub use index::DataVersions;
pub(crate) use index::{Index, index};

#[cfg(test)]
mod tests;
