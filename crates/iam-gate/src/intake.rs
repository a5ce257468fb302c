//! Reads the bodies of requests whole: each within bounds of size and time, and the long
//! ones together within a bound of memory, of which they take up what has come of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Limits;
use crate::error_response::ErrorResponse;

/// Bodies of so many bytes are held without being counted: as many as there are connections
/// are no burden. Whoever shows no key that is known sends no longer ones: a token and the
/// parameters around it fit.
const SHORT: usize = 64 * 1024;

/// Takes bodies in.
pub(crate) struct Intake {
    limits: Limits,
    /// A permit for each byte of a long body.
    room: Arc<Semaphore>,
    /// Likewise for each access key with which long bodies are being sent.
    of_keys: Mutex<HashMap<String, Weak<Semaphore>>>,
}

/// What a long body takes up for as long as it is held.
#[derive(Default)]
pub(crate) struct Room {
    bytes: Option<OwnedSemaphorePermit>,
    of_key: Option<OwnedSemaphorePermit>,
}

impl Intake {
    pub(crate) fn new(limits: Limits) -> Self {
        let room = Arc::new(Semaphore::new(limits.request_bodies));
        Self { limits, room, of_keys: Mutex::default() }
    }

    /// Reads a body to its end: a short one, or one of somebody with this access key, known but
    /// not yet proved to be his.
    ///
    /// # Errors
    /// [`ErrorResponse::TooLarge`], [`ErrorResponse::TooSlow`], [`ErrorResponse::Busy`] when too much of
    /// long ones is held already, or one that says that it broke off.
    pub(crate) async fn read(
        &self,
        body: Incoming,
        key: Option<&str>,
    ) -> Result<(Bytes, Room), ErrorResponse> {
        let longest = match key {
            Some(_) => self.limits.request_body,
            None => self.limits.request_body.min(SHORT),
        };
        let announced = body.size_hint().upper().unwrap_or_default();
        if announced > longest as u64 {
            return Err(ErrorResponse::TooLarge);
        }
        let reading = self.collect(body, longest, key);
        tokio::time::timeout(self.limits.request_time, reading)
            .await
            .unwrap_or(Err(ErrorResponse::TooSlow))
    }

    async fn collect(
        &self,
        mut body: Incoming,
        longest: usize,
        key: Option<&str>,
    ) -> Result<(Bytes, Room), ErrorResponse> {
        let (mut read, mut room) = (BytesMut::new(), Room::default());
        let mut own = None;
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|_| ErrorResponse::malformed("the request's body broke off"))?;
            let Ok(part) = frame.into_data() else { continue };
            let length = read.len() + part.len();
            if length > longest {
                return Err(ErrorResponse::TooLarge);
            }
            if length > SHORT {
                let own = own.get_or_insert_with(|| self.of(key.unwrap_or_default()));
                room.grow(length, &self.room, own)?;
            }
            read.extend_from_slice(&part);
        }
        Ok((read.freeze(), room))
    }

    fn of(&self, key: &str) -> Arc<Semaphore> {
        let mut keys = self.of_keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = keys.get(key).and_then(Weak::upgrade) {
            return own;
        }
        keys.retain(|_, own| own.strong_count() > 0);
        let own = Arc::new(Semaphore::new(self.limits.request_bodies_of_key));
        keys.insert(key.to_owned(), Arc::downgrade(&own));
        own
    }
}

impl Room {
    /// Makes it as large as this.
    fn grow(
        &mut self,
        length: usize,
        all: &Arc<Semaphore>,
        own: &Arc<Semaphore>,
    ) -> Result<(), ErrorResponse> {
        let held = self.bytes.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let further = u32::try_from(length - held).map_err(|_| ErrorResponse::TooLarge)?;
        for (permit, room) in [(&mut self.of_key, own), (&mut self.bytes, all)] {
            let more = Arc::clone(room).try_acquire_many_owned(further);
            let more = more.map_err(|_| ErrorResponse::Busy)?;
            match permit {
                Some(permit) => permit.merge(more),
                None => *permit = Some(more),
            }
        }
        Ok(())
    }
}
