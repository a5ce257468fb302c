//! What a gate must be told before it starts.

use std::time::Duration;

use url::Url;

use crate::Clock;

/// Everything a gate needs to know; there are no defaults behind it.
#[derive(Clone, Debug)]
pub struct GateConfig {
    /// The emulator that does the work, such as `http://127.0.0.1:4566`.
    pub upstream: Url,
    /// The port to listen on, on 127.0.0.1; `None` for any free one.
    pub port: Option<u16>,
    /// The region that requests without a signature are forwarded to.
    pub region: String,
    /// Where the discovery documents of OpenID providers are found, where that is not
    /// below the issuer itself.
    pub issuers: Vec<TrustedIssuer>,
    /// Addresses that the emulator may call for a client, such as `http://127.0.0.1:9000` for
    /// the endpoint of a subscription; scheme, host and port count. It may call no other on
    /// this machine or in a private network, and for nobody but the administrator any at all.
    pub callbacks: Vec<Url>,
    /// The clock that signatures, tokens and sessions are judged by.
    pub clock: Clock,
    /// What the gate bears before it refuses.
    pub limits: Limits,
}

/// Where the discovery document of an issuer is. It decides where keys are fetched, not
/// whom an account trusts: Google is built in, as in AWS, and every other issuer must be
/// registered in the account as an IAM OIDC provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// As in the tokens' `iss`, such as `https://accounts.google.com`.
    pub issuer: String,
    /// The whole address of the document, `/.well-known/openid-configuration` included.
    pub discovery_url: String,
}

/// Bounds on time and memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest request body that is read whole, in bytes.
    pub request_body: usize,
    /// The longest object, or part of one, that S3 is given at once, in bytes.
    pub object: u64,
    /// Objects that are on their way at the same time, either way; further ones wait.
    pub transfers: usize,
    /// The same of one who sends or fetches them, whatever roles it is by.
    pub transfers_of_principal: usize,
    /// The least that a client must send or take of an object, in bytes a second on the average.
    pub transfer_rate: u64,
    /// All request bodies of more than 64 kB that are held at the same time, in bytes, as far as
    /// they have come.
    pub request_bodies: usize,
    /// Those of them that are sent with one access key.
    pub request_bodies_of_key: usize,
    /// The longest answer taken from the emulator, in bytes.
    pub upstream_body: usize,
    /// How long a client may take to send a request's headers, and then its body.
    pub request_time: Duration,
    /// How long a client may take to read the next part of its answer.
    pub answer_time: Duration,
    /// How long the emulator may take to answer.
    pub upstream_time: Duration,
    /// Connections to the emulator at the same time; further requests wait.
    pub upstream_connections: usize,
    /// How long an issuer may take to hand out its keys; AWS gives it 5 seconds.
    pub issuer_time: Duration,
    /// The longest discovery document or key set taken from an issuer, in bytes.
    pub issuer_body: usize,
    /// Connections served at the same time; further ones wait.
    pub connections: usize,
    /// Decisions kept for `GET /_gate/decisions`; the oldest go first.
    pub decisions: usize,
    /// All decisions that are kept, in bytes of what they tell; likewise.
    pub decision_bytes: usize,
    /// Clients that read or follow decisions at the same time.
    pub decision_readers: usize,
    /// Sessions kept. Where there are more, whoever has the most loses the oldest of them.
    pub sessions: usize,
    /// Sessions kept in one account; likewise.
    pub sessions_of_account: usize,
    /// Sessions kept of one who asks for them, whatever roles they are of; the oldest go first.
    pub sessions_of_principal: usize,
}

impl Limits {
    /// Bounds that suit a lab on one machine. All connections together are fewer than the
    /// 1,024 files that most systems let a process open.
    pub const fn standard() -> Self {
        Self {
            request_body: 10 * 1024 * 1024,
            // Source: S3 user guide, "Uploading objects".
            object: 5 * 1024 * 1024 * 1024,
            transfers: 64,
            transfers_of_principal: 32,
            transfer_rate: 64 * 1024,
            request_bodies: 256 * 1024 * 1024,
            request_bodies_of_key: 128 * 1024 * 1024,
            upstream_body: 64 * 1024 * 1024,
            request_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(30),
            upstream_time: Duration::from_secs(60),
            upstream_connections: 128,
            issuer_time: Duration::from_secs(5),
            issuer_body: 256 * 1024,
            connections: 768,
            decisions: 10_000,
            decision_bytes: 64 * 1024 * 1024,
            decision_readers: 32,
            sessions: 20_000,
            sessions_of_account: 10_000,
            sessions_of_principal: 1_000,
        }
    }
}
