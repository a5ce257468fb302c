//! The way of an object into a bucket: whether it may go there is decided before any of it is
//! read.

use http::header;

use super::authorize::authorize;
use super::s3::{Signed, done, in_its_region};
use super::whole::read_whole;
use super::{Done, in_protocol, send};
use crate::call::{Call, Input};
use crate::error_response::ErrorResponse;
use crate::signature::{Passage, PayloadFault, SignatureError, take_away_chunks};
use crate::state::State;
use crate::trace::Trace;
use crate::transfer::{Inbound, Source};
use crate::wire::WireRequest;

/// Objects of so many bytes at most are read whole, and forwarded only then.
const SHORT: u64 = 64 * 1024;

/// What an upload needs on its way.
pub(super) struct Upload<'a> {
    pub(super) state: &'a State,
    pub(super) source: &'a Source,
    pub(super) signed: Signed<'a>,
}

impl Upload<'_> {
    /// Authorizes and forwards.
    pub(super) async fn answer(
        &self,
        request: &mut WireRequest,
        passage: Passage,
        trace: &mut Trace,
    ) -> Result<Done, ErrorResponse> {
        let length = self.length(request, &passage).map_err(SignatureError::from)?;
        let account = self.signed.caller.account_id();
        take_away_chunks(request);
        let call = self.read(request)?;
        in_its_region(self.state, &call, self.signed).await?;
        let caller = self.signed.caller;
        authorize(self.state, request, &call, (caller, caller.account_id()), trace).await?;
        if length <= SHORT {
            let signed = Some(self.signed.presented);
            let _room = read_whole(self.state, request, self.source, signed).await?;
            passage.check_whole(request)?;
            let call = self.read(request)?;
            return Ok(done(send(self.state, account, &call, trace).await?, false));
        }
        let Input::S3(read) = &call.input else {
            return Err(ErrorResponse::Internal("an upload to another service".to_owned()));
        };
        let place = self.state.places.find(&self.signed.caller.requester()).await?;
        let limits = &self.state.config.limits;
        let content = Inbound::new(self.source.clone(), passage, length, limits, place);
        let answer = self.state.upstream.upload(account, (&call, read), content).await?;
        trace.upstream(answer.milliseconds, answer.error_code());
        Ok(done(in_protocol(&call, answer)?, false))
    }

    fn read(&self, request: &WireRequest) -> Result<Call, ErrorResponse> {
        Call::read(request, Some(self.signed.presented), &self.state.config.region)
    }

    /// How long the object is, which S3 wants to be told.
    fn length(&self, request: &WireRequest, passage: &Passage) -> Result<u64, PayloadFault> {
        let in_pieces = request.header_values(header::TRANSFER_ENCODING.as_str()).next().is_some();
        match passage.length() {
            Some(length) if length > self.state.config.limits.object => Err(PayloadFault::TooLong),
            Some(length) => Ok(length),
            None if in_pieces => Err(PayloadFault::NotServed),
            None => Err(PayloadFault::LengthMissing),
        }
    }
}
