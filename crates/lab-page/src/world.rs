//! What is in the lab, and where.

use askama::Template;

use crate::LabFacts;
use crate::frame::{Frame, Here};

/// An account.
#[derive(Clone, Debug)]
pub struct AccountFacts {
    /// Its number.
    pub id: String,
    /// Its name in the world file.
    pub name: Option<String>,
    /// How many decisions about it are kept.
    pub decisions: usize,
    /// Whether the lab began with it, so that it stays.
    pub is_first: bool,
}

/// Somebody who can sign in at the first issuer.
#[derive(Clone, Debug)]
pub struct Person {
    /// As the picker says it.
    pub name: String,
    /// The email address.
    pub email: String,
    /// The `sub` claim.
    pub subject: String,
}

/// `/world`
#[derive(Template)]
#[template(path = "world.html")]
pub struct WorldPage<'a> {
    frame: Frame<'a>,
    accounts: &'a [AccountFacts],
    people: &'a [Person],
    addresses: &'a [(&'static str, String)],
}

impl<'a> WorldPage<'a> {
    /// With what there is now.
    pub const fn new(
        lab: &'a LabFacts,
        accounts: &'a [AccountFacts],
        people: &'a [Person],
        addresses: &'a [(&'static str, String)],
    ) -> Self {
        Self { frame: Frame { lab, here: Here::World }, accounts, people, addresses }
    }
}
