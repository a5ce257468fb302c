//! The client's mistakes, counted so that a test can ask for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something a careful OAuth client does not do. Some of these are refused at
/// once as well; others a real provider lets pass in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mistake {
    /// An authorization request without `state`.
    MissingState,
    /// An authorization request with an earlier request's `state`.
    RepeatedState,
    /// An authorization request for an ID token without `nonce`.
    MissingNonce,
    /// An authorization request with an earlier request's `nonce`.
    RepeatedNonce,
    /// An authorization request without `code_challenge` (RFC 7636).
    MissingPkce,
    /// `code_challenge_method` other than `S256`.
    PlainPkce,
    /// An authorization request with an earlier request's `code_challenge`.
    RepeatedCodeChallenge,
    /// A parameter given twice (RFC 6749 §3.1).
    RepeatedParameter,
    /// The scope `offline_access`, which Google rejects.
    OfflineAccessScope,
    /// A redirect URI that is not registered.
    WrongRedirectUri,
    /// A client id that is not registered.
    UnknownClient,
    /// A wrong or missing client secret.
    WrongClientSecret,
    /// Basic authentication and `client_secret` in one request (§2.3).
    TwoClientAuthentications,
    /// Token request parameters in the URL, where logs keep them (§3.2).
    CredentialsInUrl,
    /// A code that was never given out, or to another client.
    UnknownCode,
    /// A code after its life of ten minutes.
    ExpiredCode,
    /// A code used a second time.
    CodeUsedTwice,
    /// No `code_verifier` though a challenge was sent.
    MissingCodeVerifier,
    /// A `code_verifier` that does not fit the challenge.
    WrongCodeVerifier,
    /// A `code_verifier` though no challenge was sent.
    UnexpectedCodeVerifier,
    /// A refresh token that was replaced or revoked.
    RefreshTokenUsedTwice,
    /// A poll before the device flow's interval had passed.
    PolledTooFast,
    /// An access token in the URL (RFC 6750 §2.3).
    AccessTokenInUrl,
}

/// A mistake, who made it and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedMistake {
    /// What was done.
    pub mistake: Mistake,
    /// The `client_id` the request named, if it named one.
    pub client_id: Option<String>,
    /// How often.
    pub count: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Mistakes(BTreeMap<(Option<String>, Mistake), u64>);

impl Mistakes {
    pub(crate) fn count(&mut self, mistake: Mistake, client_id: Option<&str>) {
        tracing::debug!(?mistake, client_id, "client mistake");
        *self.0.entry((client_id.map(str::to_owned), mistake)).or_default() += 1;
    }

    /// Those of `client_id`, or everybody's.
    pub(crate) fn list(&self, client_id: Option<&str>) -> Vec<CountedMistake> {
        let wanted = |who: &Option<String>| client_id.is_none() || who.as_deref() == client_id;
        self.0
            .iter()
            .filter(|((who, _), _)| wanted(who))
            .map(|((who, mistake), count)| CountedMistake {
                mistake: *mistake,
                client_id: who.clone(),
                count: *count,
            })
            .collect()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
