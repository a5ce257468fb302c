//! A page that says one thing.

use askama::Template;

/// The way in, or why something was not done.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "message.html")]
pub struct MessagePage<'a> {
    title: &'a str,
    text: &'a str,
    asks_for_key: bool,
}

impl<'a> MessagePage<'a> {
    /// The page for whoever has not shown the key.
    pub const fn enter(text: &'a str) -> Self {
        Self { title: "This lab's pages", text, asks_for_key: true }
    }

    /// What went wrong.
    pub const fn failed(title: &'a str, text: &'a str) -> Self {
        Self { title, text, asks_for_key: false }
    }
}
