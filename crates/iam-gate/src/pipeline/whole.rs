//! Bodies that are read whole, before anybody has proved who he is.

use crate::error_response::ErrorResponse;
use crate::intake::Room;
use crate::signature::Presented;
use crate::state::State;
use crate::transfer::Source;
use crate::wire::WireRequest;

/// Reads the body, which takes up room for as long as it is held. What is longer than a token and
/// the parameters around it is not read of a stranger.
///
/// # Errors
/// Those of [`crate::intake::Intake::read`]; [`ErrorResponse::UnknownKey`] for what is so long.
pub(super) async fn read_whole(
    state: &State,
    request: &mut WireRequest,
    source: &Source,
    presented: Option<&Presented>,
) -> Result<Room, ErrorResponse> {
    let Some(body) = source.take() else {
        return Err(ErrorResponse::Internal("the request's body is read twice".to_owned()));
    };
    let key = presented.map(|presented| presented.access_key_id.as_str());
    let known = key.filter(|key| state.credentials.find(key).is_some());
    match state.intake.read(body, known).await {
        Ok((body, room)) => {
            request.body = body;
            Ok(room)
        }
        Err(ErrorResponse::TooLarge) if key.is_some() && known.is_none() => {
            Err(ErrorResponse::UnknownKey)
        }
        Err(error) => Err(error),
    }
}
