//! What must be so beside the permissions: facts that AWS knows, the emulator does not check
//! and the gate can ask for.

use crate::callback;
use crate::caller::Caller;
use crate::delivery::Delivery;
use crate::error_response::ErrorResponse;
use crate::resource::Reference;
use crate::state::State;
use crate::upload::Upload;

/// One such fact, checked once everything is allowed.
#[derive(Clone, Debug)]
pub(crate) enum Precondition {
    /// The key that is named is the one that the ciphertext was made with.
    SameKey { named: Reference, of_ciphertext: Reference },
    /// The upload is one of that key in that bucket.
    Upload(Upload),
    /// The emulator may call this address.
    Callback(String),
    /// What it is delivered to lets the service in.
    Delivery(Delivery),
}

impl Precondition {
    /// Makes sure that it is so.
    ///
    /// # Errors
    /// The service's own; [`ErrorResponse::Upstream`] and [`ErrorResponse::Undecidable`] when
    /// the emulator cannot tell.
    pub(crate) async fn check(&self, state: &State, caller: &Caller) -> Result<(), ErrorResponse> {
        match self {
            Self::SameKey { named, of_ciphertext } => same_key(state, named, of_ciphertext).await,
            Self::Upload(upload) => state.uploads.find(caller.account_id(), upload).await,
            Self::Callback(address) => callback::check(&state.config, caller, address).await,
            Self::Delivery(delivery) => delivery.check(state, caller).await,
        }
    }
}

/// Source: KMS API reference, Decrypt, `IncorrectKeyException`.
async fn same_key(
    state: &State,
    named: &Reference,
    of_ciphertext: &Reference,
) -> Result<(), ErrorResponse> {
    let incorrect = || {
        ErrorResponse::answered(
            400,
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )
    };
    let named = state.resources.find(named).await?.ok_or_else(incorrect)?;
    let right = state.resources.find(of_ciphertext).await?.ok_or_else(incorrect)?;
    match named.arn.is_some() && named.arn == right.arn {
        true => Ok(()),
        false => Err(incorrect()),
    }
}
