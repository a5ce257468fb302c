//! Policies as other tools take them.

mod cloudformation;
mod terraform;

use serde_json::Value;

use crate::document::Document;

pub use cloudformation::cloudformation;
pub use terraform::terraform;

/// What is exported, and what it is called.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// The role's name, from which those of its policies come.
    pub name: &'a str,
    /// Its policies.
    pub documents: &'a [Document],
    /// Who may assume it, where that is known.
    pub trust: Option<&'a Value>,
}

/// The policy document, indented; of several policies a list of them.
pub fn json(named: &Named<'_>) -> String {
    let text = match named.documents {
        [one] => serde_json::to_string_pretty(one),
        several => serde_json::to_string_pretty(several),
    };
    // Texts in memory: it cannot fail.
    text.unwrap_or_default()
}

impl Named<'_> {
    /// Each policy with its name.
    fn policies(&self) -> impl Iterator<Item = (usize, String, Value)> {
        let alone = self.documents.len() == 1;
        self.documents.iter().enumerate().map(move |(index, document)| {
            let name = match alone {
                true => self.name.to_owned(),
                false => format!("{}-{}", self.name, index + 1),
            };
            (index + 1, name, document.to_json())
        })
    }
}
