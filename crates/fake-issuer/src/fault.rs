//! Faults: what the issuer does wrongly when a test asks for it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing to do wrongly. In JSON: `{"fault": "wrong_nonce"}`, with the
/// values some of them need beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// ID tokens whose signature has one bit turned.
    BadSignature,
    /// ID tokens signed by a key that is not published.
    UnknownKey,
    /// ID tokens with `alg: none`.
    AlgNone,
    /// ID tokens with `alg: HS256` keyed with the public key.
    AlgHs256,
    /// ID tokens whose header names no `kid`.
    NoKid,
    /// ID tokens of another `iss`.
    WrongIssuer,
    /// ID tokens for another `aud`.
    WrongAudience,
    /// ID tokens whose `azp` is another client.
    WrongAuthorizedParty,
    /// ID tokens with another `nonce`.
    WrongNonce,
    /// ID tokens with another `at_hash`.
    WrongAtHash,
    /// ID tokens of another `sub`: another account than the one that signed in.
    WrongSubject,
    /// ID tokens of another Workspace domain (`hd`).
    WrongHostedDomain,
    /// ID tokens without this claim.
    MissingClaim {
        /// The claim left out, such as `nonce` or `hd`.
        claim: String,
    },
    /// ID tokens with this claim changed.
    Claim {
        /// The claim, such as `exp`.
        claim: String,
        /// Its value.
        value: Value,
    },
    /// ID tokens that expired an hour ago.
    Expired,
    /// ID tokens whose `iat` lies this far in the future.
    IssuedInFuture {
        /// How far, in seconds.
        seconds: i64,
    },
    /// Token answers without an ID token.
    NoIdToken,
    /// The token endpoint answers this status and no JSON.
    TokenFailing {
        /// The HTTP status, such as 503.
        status: u16,
    },
    /// The token endpoint takes this long.
    TokenSlow {
        /// How long, in milliseconds.
        milliseconds: u64,
    },
    /// The token endpoint answers just this.
    TokenAnswer {
        /// The HTTP status, such as 400.
        status: u16,
        /// The whole body.
        body: String,
    },
    /// Token answers with this member changed, or left out where the value is `null`.
    TokenMember {
        /// The member, such as `expires_in`.
        member: String,
        /// Its value.
        value: Value,
    },
    /// Every refresh token counts as revoked.
    RefreshRevoked,
    /// The authorization response carries another `state`.
    WrongState,
    /// The authorization response carries no `state`.
    MissingState,
    /// The authorization response names another `iss` (RFC 9207).
    WrongResponseIssuer,
    /// The authorization response names no `iss`, though discovery says that it does.
    MissingResponseIssuer,
    /// The JWKS address answers this status.
    JwksFailing {
        /// The HTTP status, such as 500.
        status: u16,
    },
    /// The JWKS address takes this long.
    JwksSlow {
        /// How long, in milliseconds.
        milliseconds: u64,
    },
    /// The JWKS address answers something that is not JSON.
    JwksGarbage,
    /// The JWKS is empty.
    JwksEmpty,
    /// The JWKS holds several keys and none has a `kid`.
    JwksWithoutKid,
    /// What hands out tokens to machines (GitHub's request URL, Google's metadata server)
    /// answers this status.
    WorkloadFailing {
        /// The HTTP status, such as 503.
        status: u16,
    },
    /// The discovery address answers this status.
    DiscoveryFailing {
        /// The HTTP status, such as 500.
        status: u16,
    },
    /// The discovery address takes this long.
    DiscoverySlow {
        /// How long, in milliseconds.
        milliseconds: u64,
    },
    /// The discovery document names another issuer (OIDC Discovery §4.3).
    DiscoveryWrongIssuer,
    /// The discovery document with this member changed, or left out where the value is `null`.
    DiscoveryMember {
        /// The member, such as `revocation_endpoint`.
        member: String,
        /// Its value.
        value: Value,
    },
    /// Every answer is encoded as `gzip`, whether or not that was asked for.
    Gzip,
}

/// Where a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Discovery,
    Jwks,
    AuthorizationResponse,
    TokenEndpoint,
    Workload,
    IdToken,
    /// Any answer.
    Anywhere,
}

impl Fault {
    /// All that need no values.
    pub const PLAIN: [Self; 24] = [
        Self::BadSignature,
        Self::UnknownKey,
        Self::AlgNone,
        Self::AlgHs256,
        Self::NoKid,
        Self::WrongIssuer,
        Self::WrongAudience,
        Self::WrongAuthorizedParty,
        Self::WrongNonce,
        Self::WrongAtHash,
        Self::WrongSubject,
        Self::WrongHostedDomain,
        Self::Expired,
        Self::NoIdToken,
        Self::RefreshRevoked,
        Self::WrongState,
        Self::MissingState,
        Self::WrongResponseIssuer,
        Self::MissingResponseIssuer,
        Self::JwksGarbage,
        Self::JwksEmpty,
        Self::JwksWithoutKid,
        Self::DiscoveryWrongIssuer,
        Self::Gzip,
    ];

    /// Its name, as in JSON.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value["fault"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn place(&self) -> Place {
        match self {
            Self::DiscoveryFailing { .. }
            | Self::DiscoverySlow { .. }
            | Self::DiscoveryWrongIssuer
            | Self::DiscoveryMember { .. } => Place::Discovery,
            Self::JwksFailing { .. }
            | Self::JwksSlow { .. }
            | Self::JwksGarbage
            | Self::JwksEmpty
            | Self::JwksWithoutKid => Place::Jwks,
            Self::WrongState
            | Self::MissingState
            | Self::WrongResponseIssuer
            | Self::MissingResponseIssuer => Place::AuthorizationResponse,
            Self::TokenFailing { .. }
            | Self::TokenAnswer { .. }
            | Self::TokenMember { .. }
            | Self::TokenSlow { .. }
            | Self::RefreshRevoked
            | Self::NoIdToken => Place::TokenEndpoint,
            Self::WorkloadFailing { .. } => Place::Workload,
            Self::Gzip => Place::Anywhere,
            _ => Place::IdToken,
        }
    }
}

/// A fault that is switched on, for how often and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// What to do wrongly.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many more times; `None`: until cleared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Only in answers to this client; `None`: in every answer. Discovery and
    /// JWKS requests name no client, so a fault there is everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

impl From<Fault> for ActiveFault {
    /// Until cleared, for everybody.
    fn from(fault: Fault) -> Self {
        Self { fault, times: None, client_id: None }
    }
}

/// The faults switched on, in the order they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<ActiveFault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: ActiveFault) {
        if fault.times != Some(0) {
            self.0.push(fault);
        }
    }

    pub(crate) fn clear(&mut self, client_id: Option<&str>) {
        match client_id {
            None => self.0.clear(),
            Some(_) => self.0.retain(|active| active.client_id.as_deref() != client_id),
        }
    }

    pub(crate) fn list(&self) -> Vec<ActiveFault> {
        self.0.clone()
    }

    /// The faults to commit at `place` in one answer to `client_id`; each that
    /// was asked for a number of times is counted down.
    pub(crate) fn take(&mut self, place: Place, client_id: Option<&str>) -> Vec<Fault> {
        let mut taken = Vec::new();
        for active in &mut self.0 {
            let for_this_client =
                active.client_id.is_none() || active.client_id.as_deref() == client_id;
            if active.fault.place() == place && for_this_client {
                taken.push(active.fault.clone());
                active.times = active.times.map(|times| times - 1);
            }
        }
        self.0.retain(|active| active.times != Some(0));
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_faults_are_all_that_need_no_values() {
        // What serde says of a name that there is not names all that there are.
        let unknown = serde_json::from_str::<Fault>(r#"{"fault": "?"}"#).unwrap_err().to_string();
        let names = unknown.split('`').skip(1).step_by(2).filter(|name| *name != "?");
        let alone = |name| serde_json::from_str::<Fault>(&format!(r#"{{"fault": "{name}"}}"#)).ok();
        let plain: Vec<Fault> = names.filter_map(alone).collect();
        assert!(plain.len() > 20, "{unknown}");
        assert_eq!(Fault::PLAIN.as_slice(), plain);
    }

    #[test]
    fn counts_down_and_keeps_to_its_place_and_client() {
        let mut faults = Faults::default();
        let twice = r#"{"fault": "jwks_failing", "status": 500, "times": 2}"#;
        faults.add(serde_json::from_str(twice).unwrap());
        let ours = ActiveFault { client_id: Some("ours".into()), ..Fault::WrongNonce.into() };
        faults.add(ours.clone());
        faults.add(ActiveFault { times: Some(0), ..Fault::JwksEmpty.into() });

        let failing = vec![Fault::JwksFailing { status: 500 }];
        assert_eq!(faults.take(Place::Discovery, None), vec![]);
        assert_eq!(faults.take(Place::Jwks, None), failing);
        assert_eq!(faults.take(Place::Jwks, Some("other")), failing);
        assert_eq!(faults.take(Place::Jwks, None), vec![]);
        assert_eq!(faults.take(Place::IdToken, Some("other")), vec![]);
        assert_eq!(faults.take(Place::IdToken, None), vec![]);
        assert_eq!(faults.take(Place::IdToken, Some("ours")), vec![Fault::WrongNonce]);
        faults.clear(Some("other"));
        assert_eq!(faults.list(), vec![ours]);
        faults.clear(None);
        assert_eq!(faults.list(), vec![]);
    }

    #[test]
    fn an_unknown_fault_is_an_error() {
        let answer = serde_json::from_str::<ActiveFault>(r#"{"fault": "jwks_on_fire"}"#);
        let message = answer.unwrap_err().to_string();
        assert!(message.starts_with("unknown variant `jwks_on_fire`"), "{message}");
        let missing = serde_json::from_str::<ActiveFault>(r#"{"fault": "jwks_slow"}"#);
        assert!(missing.unwrap_err().to_string().contains("missing field `milliseconds`"));
    }
}
