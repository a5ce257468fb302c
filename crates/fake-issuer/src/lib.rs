//! An OpenID provider for tests: it behaves as Google does towards an OAuth
//! client, signs ID tokens with RS256 keys made at start, and refuses what a
//! real provider refuses. It listens on 127.0.0.1 only and depends on no other
//! crate of this workspace, so that it cannot share the client's mistakes.
//!
//! A test sees it from three sides: as a client would (discovery, sign-in page,
//! token endpoint, …), through the control endpoints under `/_control/`, and
//! through [`Issuer`]. Faults are asked for by name ([`Fault`]); the client's
//! own mistakes are counted ([`Issuer::mistakes`]).
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use fake_issuer::{Clock, Issuer, IssuerConfig, TokenRequest};
//!
//! let issuer = Issuer::start(IssuerConfig::google(Clock::system())).await?;
//! assert_eq!(issuer.issuer(), "https://accounts.google.com");
//! let id_token = issuer.sign(&TokenRequest::default().claim("aud", "my-client"))?;
//! assert_eq!(id_token.split('.').count(), 3);
//! issuer.stop().await;
//! # Ok(()) }
//! ```

mod account;
mod algorithm;
mod client;
mod clock;
mod config;
mod controls;
mod error;
mod fault;
mod grants;
mod issuer;
mod keys;
mod mistake;
mod random;
mod server;
mod shape;
mod token;

pub use account::Account;
pub use algorithm::Algorithm;
pub use client::{Client, ClientMethod, InvalidClient, Redirects};
pub use clock::Clock;
pub use config::{IssuerConfig, Preset, RefreshRotation};
pub use controls::Controls;
pub use error::IssuerError;
pub use fault::{ActiveFault, Fault};
pub use issuer::{Issuer, Signer};
pub use keys::KeyChoice;
pub use mistake::{CountedMistake, Mistake};
pub use server::control_routes;
pub use token::TokenRequest;
