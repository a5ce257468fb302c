//! Reads the bodies of requests whole: each within bounds of size and time, and the long
//! ones together within a bound of memory.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Limits;
use crate::error_response::ErrorResponse;

/// Bodies of so many bytes are held without being counted: as many as there are connections
/// are no burden.
const SHORT: usize = 64 * 1024;

/// Takes bodies in.
pub(crate) struct Intake {
    limits: Limits,
    /// A permit for each byte of a long body.
    room: Arc<Semaphore>,
}

/// What a long body takes up for as long as it is held.
pub(crate) struct Room {
    _bytes: Option<OwnedSemaphorePermit>,
}

impl Intake {
    pub(crate) fn new(limits: Limits) -> Self {
        let room = Arc::new(Semaphore::new(limits.request_bodies));
        Self { limits, room }
    }

    /// Reads a body to its end.
    ///
    /// # Errors
    /// [`ErrorResponse::TooLarge`], [`ErrorResponse::TooSlow`], [`ErrorResponse::Busy`] when too many long ones
    /// are held already, or one that says that it broke off.
    pub(crate) async fn read(&self, body: Incoming) -> Result<(Bytes, Room), ErrorResponse> {
        let room = self.room_for(&body)?;
        let body = Limited::new(body, self.limits.request_body).collect();
        match tokio::time::timeout(self.limits.request_time, body).await {
            Ok(Ok(body)) => Ok((body.to_bytes(), room)),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(ErrorResponse::TooLarge),
            Ok(Err(_)) => Err(ErrorResponse::malformed("the request's body broke off")),
            Err(_) => Err(ErrorResponse::TooSlow),
        }
    }

    /// By the length that is announced; without one, for the longest body there may be.
    fn room_for(&self, body: &Incoming) -> Result<Room, ErrorResponse> {
        let longest = self.limits.request_body;
        let announced = body.size_hint().upper().and_then(|length| usize::try_from(length).ok());
        let length = announced.unwrap_or(longest);
        if length > longest && announced.is_some() {
            return Err(ErrorResponse::TooLarge);
        }
        if length <= SHORT {
            return Ok(Room { _bytes: None });
        }
        let bytes = u32::try_from(length).map_err(|_| ErrorResponse::TooLarge)?;
        let bytes = Arc::clone(&self.room).try_acquire_many_owned(bytes);
        Ok(Room { _bytes: Some(bytes.map_err(|_| ErrorResponse::Busy)?) })
    }
}
