//! What an issuer is started with.

use serde::{Deserialize, Serialize};

use crate::{Account, Algorithm, Client, Clock};

/// Everything an [`Issuer`](crate::Issuer) needs to know at start.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// Whose behaviour and claims are imitated.
    pub preset: Preset,
    /// The `iss` of its tokens and of its discovery document; not where it
    /// listens.
    pub issuer: String,
    /// The port of 127.0.0.1 to listen on; `None`: a free one.
    pub port: Option<u16>,
    /// The account picker, in order. The first is whose claims
    /// [`Issuer::sign`](crate::Issuer::sign) starts from.
    pub accounts: Vec<Account>,
    /// The OAuth clients known at start.
    pub clients: Vec<Client>,
    /// Whether a used refresh token is replaced.
    pub refresh_rotation: RefreshRotation,
    /// The `interval` of the device flow in seconds; Google's is 5.
    pub device_interval_seconds: u32,
    /// What ID tokens are signed with; Google's with RS256.
    pub algorithm: Algorithm,
    /// `token_endpoint_auth_methods_supported`: what clients are told.
    pub client_methods: Vec<String>,
    /// The time it goes by.
    pub clock: Clock,
}

/// The provider that is imitated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// `https://accounts.google.com`: people sign in.
    Google,
    /// `https://token.actions.githubusercontent.com`: workflow runs ask for
    /// tokens at `/actions/id-token`.
    GithubActions,
    /// `https://gitlab.com`: CI jobs are handed tokens.
    Gitlab,
    /// `https://oidc.eks.REGION.amazonaws.com/id/…`: a Kubernetes cluster, whose pods
    /// are handed tokens.
    Eks,
}

/// What becomes of a refresh token that was used (RFC 9700 §2.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshRotation {
    /// Each use gives a new one; using the old one again ends the session.
    Rotate,
    /// The same one stays good, as Google does it.
    Keep,
}

impl Preset {
    /// The real provider's `iss`; of clusters, which each have their own, a made-up one's.
    pub fn issuer(self) -> &'static str {
        match self {
            Self::Google => "https://accounts.google.com",
            Self::GithubActions => "https://token.actions.githubusercontent.com",
            Self::Gitlab => "https://gitlab.com",
            Self::Eks => {
                "https://oidc.eks.us-east-1.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F"
            }
        }
    }
}

impl IssuerConfig {
    /// `preset` with its own `iss`, a free port, the tutorial's accounts, no
    /// clients yet, refresh tokens rotating.
    pub fn new(preset: Preset, clock: Clock) -> Self {
        Self {
            preset,
            issuer: preset.issuer().to_owned(),
            port: None,
            accounts: Account::tutorial(),
            clients: Vec::new(),
            refresh_rotation: RefreshRotation::Rotate,
            device_interval_seconds: 5,
            algorithm: Algorithm::Rs256,
            client_methods: ["client_secret_post", "client_secret_basic"]
                .map(str::to_owned)
                .to_vec(),
            clock,
        }
    }

    /// [`Preset::Google`] with its defaults.
    pub fn google(clock: Clock) -> Self {
        Self::new(Preset::Google, clock)
    }
}
