//! S3's objects on their way: passed on as they come, so that none is ever held.
//!
//! An upload is checked as it passes, and its end is withheld until all of it has been found
//! right: an emulator that has not got what was announced to it makes no object
//! (docs/decisions/0017). So nothing that fails a check becomes one.

mod inbound;
mod outgoing;
mod pace;
mod places;
mod progress;
mod source;

pub(crate) use inbound::{Inbound, NotSent};
pub(crate) use outgoing::Outgoing;
pub(crate) use pace::Pace;
pub(crate) use places::{Place, Places};
pub(crate) use progress::Progress;
pub(crate) use source::Source;
