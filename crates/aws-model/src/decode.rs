//! From the data's text to what it says.

mod authorization;
mod index;
mod model;

pub(crate) use authorization::{Decoded, authorization};
pub(crate) use index::index;
pub(crate) use model::{Model, model};

#[cfg(test)]
mod tests;
