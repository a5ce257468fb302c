//! Finds elements in the emulator's XML answers.

use roxmltree::{Document, Node};

use crate::error_response::ErrorResponse;
use crate::upstream::Answer;

/// An answer of the emulator that is well-formed XML.
pub(crate) struct Answered<'a>(Document<'a>);

impl<'a> Answered<'a> {
    /// Reads a successful answer.
    pub(crate) fn read(answer: &'a Answer, operation: &str) -> Result<Self, ErrorResponse> {
        let garbage = || {
            ErrorResponse::Upstream(format!(
                "the emulator behind the gate answered `{operation}` with something else"
            ))
        };
        if !answer.is_success() {
            return Err(ErrorResponse::Upstream(format!(
                "the emulator behind the gate answered `{operation}` with status {}",
                answer.status
            )));
        }
        let text = std::str::from_utf8(&answer.body).map_err(|_| garbage())?;
        let document = Document::parse(text).map_err(|_| garbage())?;
        if document.root_element().tag_name().name() != format!("{operation}Response") {
            return Err(garbage());
        }
        Ok(Self(document))
    }

    pub(crate) fn root(&self) -> Node<'_, 'a> {
        self.0.root_element()
    }

    /// The first element of this name anywhere.
    pub(crate) fn first(&self, name: &str) -> Option<Node<'_, 'a>> {
        self.root().descendants().find(|node| node.has_tag_name_anywhere(name))
    }

    /// The `key` and `value` of each `entry` of the first element of this name.
    pub(crate) fn entries(&self, map: &str) -> Vec<(&str, &str)> {
        let entries = self.first(map).into_iter().flat_map(|map| map.children());
        entries
            .filter(|node| node.has_tag_name_anywhere("entry"))
            .map(|entry| (entry.child_text("key"), entry.child_text("value")))
            .collect()
    }

    /// The text of the first element of this name anywhere.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.first(name).and_then(|node| node.text())
    }
}

/// Whether IAM answers that there is no such thing.
pub(super) fn is_absent(answer: &Answer) -> bool {
    let says_so = || {
        let text = std::str::from_utf8(&answer.body).ok()?;
        let document = Document::parse(text).ok()?;
        let code = document.descendants().find(|node| node.has_tag_name_anywhere("Code"))?;
        Some(code.text() == Some("NoSuchEntity"))
    };
    answer.status == 404 && says_so() == Some(true)
}

/// Navigation without regard to name spaces.
pub(super) trait Elements<'d, 'a: 'd> {
    /// Whether this is an element of the name, in whatever name space.
    fn has_tag_name_anywhere(&self, name: &str) -> bool;
    /// The child element of this name.
    fn child(&self, name: &str) -> Option<Node<'d, 'a>>;
    /// The text of the child element of this name; empty when there is none.
    fn child_text(&self, name: &str) -> &'d str;
    /// The `member` elements of the child element of this name.
    fn members(&self, list: &str) -> impl Iterator<Item = Node<'d, 'a>>;
}

impl<'d, 'a: 'd> Elements<'d, 'a> for Node<'d, 'a> {
    fn has_tag_name_anywhere(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }

    fn child(&self, name: &str) -> Option<Node<'d, 'a>> {
        self.children().find(|node| node.has_tag_name_anywhere(name))
    }

    fn child_text(&self, name: &str) -> &'d str {
        self.child(name).and_then(|node| node.text()).unwrap_or_default()
    }

    fn members(&self, list: &str) -> impl Iterator<Item = Node<'d, 'a>> {
        self.child(list)
            .into_iter()
            .flat_map(|list| list.children().filter(|node| node.has_tag_name_anywhere("member")))
    }
}
