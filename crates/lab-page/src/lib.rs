//! A lab as web pages: what it decided and why, who asked, who signs people in, what is in it,
//! and the policies that were learned. Data in, HTML out; nothing is listened to here.
//!
//! The pages are complete without a script. With one they show what is decided while they are
//! open. Nothing on them is secret: decisions hold no secret and no token.

mod decision;
mod decisions;
mod document;
mod frame;
mod issuers;
mod learned;
mod message;
mod principals;
mod proof;
mod row;
mod trust;
mod world;

pub use decision::DecisionPage;
pub use decisions::{DecisionsPage, Filter, ROWS};
pub use document::Document;
pub use frame::{Frame, Here, LabFacts};
pub use issuers::{IssuerFacts, IssuersPage};
pub use learned::{HeldPolicy, Learned, LearnedPage, LearnedPolicies};
pub use message::MessagePage;
pub use principals::PrincipalsPage;
pub use proof::{LearnedStatement, Lesson, ProofFacts, ProofPage, WithoutPart};
pub use row::{kind as verdict_class, row, verdict as verdict_words};
pub use world::{AccountFacts, Person, WorldPage};

/// Why a page could not be written.
pub use askama::Error;
/// Makes HTML of a page: `page.render()`.
pub use askama::Template;

/// The one style of all pages, `/style.css`.
pub const STYLE: &str = include_str!("../../../assets/style.css");
/// `/live.js`: what is decided while a page is open.
pub const LIVE_SCRIPT: &str = include_str!("../assets/live.js");
/// `/enter.js`: takes the key out of the address.
pub const ENTER_SCRIPT: &str = include_str!("../assets/enter.js");
