//! The keys of web identity tokens' issuers, and the check of a token's signature by them.
//!
//! Source: RFC 7515 (JWS), RFC 7517 (JWK). Whether a token is taken is decided by
//! `iam_policy::web_identity`.

mod key;
mod key_set;
mod public;

pub(crate) use key_set::KeySets;
