//! An upload on its way to the emulator.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::{Pace, Place, Progress, Source};
use crate::Limits;
use crate::error_response::ErrorResponse;
use crate::signature::{Passage, PayloadFault, SignatureError};

/// An object, or a part of one, as it comes. Its last bytes are given away only when all of it
/// has been found right.
pub(crate) struct Inbound {
    source: Source,
    /// What is still to be checked; `None` once it has been.
    passage: Option<Passage>,
    /// Content that has come and not been given away.
    ready: VecDeque<Bytes>,
    /// How long the content is, in bytes.
    length: u64,
    /// What the emulator has yet to be given, in bytes.
    left: u64,
    /// The trailer to be written behind the content.
    trailer: Option<String>,
    is_broken_off: bool,
    pace: Pace,
    progress: Progress,
    _place: Place,
}

/// The rest is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the upload was broken off")]
pub(crate) struct NotSent;

impl Inbound {
    /// One of `length` bytes. With a trailer to come it goes on as one chunk, unsigned, so that
    /// the emulator knows of it.
    pub(crate) fn new(
        source: Source,
        passage: Passage,
        length: u64,
        limits: &Limits,
        place: Place,
    ) -> Self {
        let trailer = passage.trailer();
        let mut ready = VecDeque::new();
        let mut left = length;
        if let Some((name, value_length)) = &trailer {
            let head = Bytes::from(format!("{length:x}\r\n"));
            // Around the value: `\r\n0\r\nNAME:` and two line breaks.
            left += head.len() as u64 + name.len() as u64 + value_length + 10;
            ready.push_back(head);
        }
        Self {
            source,
            passage: Some(passage),
            ready,
            length,
            left,
            trailer: trailer.map(|(name, _)| name),
            is_broken_off: false,
            pace: Pace::of(length, limits.request_time, limits),
            progress: Progress::new(),
            _place: place,
        }
    }

    /// What tells how far it is.
    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// What `x-amz-trailer` says, where there is one.
    pub(crate) fn trailer(&self) -> Option<&str> {
        self.trailer.as_deref()
    }

    /// How long the content is, in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn left(&self) -> u64 {
        self.left
    }

    pub(super) fn is_whole(&self) -> bool {
        self.passage.is_none() && self.ready.is_empty() && !self.is_broken_off
    }

    pub(super) fn poll_part(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, NotSent>>> {
        self.progress.moves();
        while !self.is_broken_off {
            // The last of what has come may be the last of all.
            let withheld = usize::from(self.passage.is_some());
            if self.ready.len() > withheld
                && let Some(part) = self.ready.pop_front()
            {
                self.left = self.left.saturating_sub(part.len() as u64);
                if self.is_whole() {
                    self.progress.ends();
                }
                return Poll::Ready(Some(Ok(part)));
            }
            if self.passage.is_none() {
                return Poll::Ready(None);
            }
            let taken = match self.source.poll_part(context) {
                Poll::Ready(Some(Ok(part))) => self.take(part),
                Poll::Ready(Some(Err(_))) => {
                    Err(SignatureError::from(PayloadFault::Incomplete).into())
                }
                Poll::Ready(None) => self.end(),
                Poll::Pending => match self.pace.poll_overdue(context) {
                    Poll::Ready(()) => Err(ErrorResponse::TooSlow),
                    Poll::Pending => return Poll::Pending,
                },
            };
            if let Err(fault) = taken {
                self.progress.breaks_off(fault);
                self.is_broken_off = true;
            }
        }
        Poll::Ready(Some(Err(NotSent)))
    }

    fn take(&mut self, part: Bytes) -> Result<(), ErrorResponse> {
        self.pace.came().map_err(|_| ErrorResponse::TooSlow)?;
        if let Some(passage) = &mut self.passage {
            let content = passage.take(part)?;
            self.ready.extend(content.into_iter().filter(|piece| !piece.is_empty()));
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), ErrorResponse> {
        let trailer = self.passage.take().map(Passage::end).transpose()?;
        if let Some((name, value)) = trailer.flatten() {
            self.ready.push_back(Bytes::from(format!("\r\n0\r\n{name}:{value}\r\n\r\n")));
        }
        Ok(())
    }
}
