//! The gate's readers as the fuzz targets in `fuzz/` see them: what was read, or `None`
//! where the gate refuses. Not part of the interface.

use bytes::Bytes;
use fed_types::{Secret, UnixTime};
use http::request::Parts;
use iam_policy::web_identity::UnverifiedToken;

use crate::call::Call;
use crate::signature::{self, Content, PathStyle, Presented};
use crate::wire::WireRequest;

/// A request that came over the wire.
pub struct Received(WireRequest);

/// What a signature says of itself; nothing of it is checked but the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSignature {
    /// Whose key.
    pub access_key_id: String,
    /// Date, region and service.
    pub scope: [String; 3],
    /// Their names.
    pub signed_headers: Vec<String>,
    /// As sent.
    pub signature: String,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadCall {
    /// `service:Operation`.
    pub action: String,
    /// The body the emulator would get.
    pub forwarded: String,
}

/// What a token says of itself; nothing of it is checked but the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadToken {
    /// `iss`
    pub issuer: String,
    /// `sub`
    pub subject: String,
    /// `exp`, in seconds since 1970.
    pub expires: i64,
}

impl Received {
    /// Joins head and body.
    pub fn new(head: &Parts, body: impl Into<Bytes>) -> Option<Self> {
        WireRequest::new(head, body.into()).ok().map(Self)
    }

    /// The signature it bears.
    pub fn signature(&self) -> Option<ReadSignature> {
        let Presented { access_key_id, scope, signed_headers, signature, .. } = self.presented()?;
        let scope = [scope.date, scope.region, scope.service];
        Some(ReadSignature { access_key_id, scope, signed_headers, signature })
    }

    /// Whether it is signed with this secret, at this many seconds since 1970.
    pub fn is_signed_with(&self, secret: &str, now: i64) -> bool {
        let Some(presented) = self.presented() else { return false };
        let (secret, now) = (Secret::new(secret), UnixTime::from_seconds(now));
        let style = PathStyle::of(&presented.scope.service);
        let mut request = self.0.clone();
        let passage = signature::verify(&request, &presented, &secret, now, style, Content::Signed);
        passage.is_ok_and(|it| it.is_none_or(|it| it.check_whole(&mut request).is_ok()))
    }

    /// What it asks for.
    pub fn call(&self) -> Option<ReadCall> {
        let presented = signature::read(&self.0).ok()?;
        let call = Call::read(&self.0, presented.as_ref(), "us-east-1").ok()?;
        let forwarded = String::from_utf8_lossy(&call.input.to_body()).into_owned();
        Some(ReadCall { action: call.action(), forwarded })
    }

    fn presented(&self) -> Option<Presented> {
        signature::read(&self.0).ok().flatten()
    }
}

/// Takes a JWT apart.
pub fn token(jwt: &str) -> Option<ReadToken> {
    let content = UnverifiedToken::parse(jwt).ok()?.content;
    let expires = content.expires?.seconds();
    Some(ReadToken { issuer: content.issuer, subject: content.subject, expires })
}
