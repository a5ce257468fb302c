//! What a source gives.

use fed_types::{Claims, WebIdentityToken};

/// A token and what it says.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// The token.
    pub(crate) token: WebIdentityToken,
    /// Its claims; empty where the token is none that can be read (AWS will say so).
    pub(crate) claims: Claims,
}
