//! OpenID Connect for the command line: discovery, grants, ID-token verification, other
//! token sources.
//!
//! The crate knows nothing of AWS, reads neither environment nor clock, and follows no
//! redirect. A token is an [`UnverifiedIdToken`] until [`verify`] makes it an [`IdToken`].
//!
//! ```no_run
//! # async fn sign_in(clock: &dyn oidc_client::Clock, client: oidc_client::Client)
//! # -> Result<(), oidc_client::SignInError> {
//! use oidc_client::*;
//! use std::time::Duration;
//!
//! # let issuer = Issuer::parse("https://accounts.google.com").unwrap();
//! let http = HttpClient::new(HttpLimits::STANDARD).map_err(DiscoveryError::from)?;
//! let rules = VerificationRules::standard(&issuer);
//! let party = RelyingParty::discover(http, &issuer, None, client, rules).await?;
//! let listener = LoopbackRedirect::bind(None).await?;
//! let options = AuthorizationOptions::standard();
//! let request = party.authorization_request(listener.redirect_uri(), &options)?;
//! println!("open {}", request.url);
//! let five_minutes = Duration::from_secs(300);
//! let callback = listener.wait(&request, party.provider(), five_minutes, &|_| {}).await?;
//! let sign_in = party.exchange_code(&request, &callback.code, clock).await?;
//! callback.finish(Outcome::SignedIn { account: sign_in.account().to_owned() }).await;
//! # Ok(()) }
//! ```

mod algorithm;
mod authorize;
mod client;
mod client_authentication;
mod client_key;
mod clock;
mod discovery;
mod http_client;
mod id_token;
mod interaction;
mod issuer;
mod jwks;
mod loopback;
mod random;
mod redirect;
mod redirect_uri;
mod refresh;
mod relying_party;
mod report;
mod serve;
mod sign_in;
mod source;
mod token_endpoint;
mod verify;

pub use algorithm::{SigningAlgorithm, UnknownAlgorithm};
pub use authorize::{
    AuthorizationError, AuthorizationOptions, AuthorizationRequest, Offline, Prompt,
};
pub use client::{Client, GoogleClientFile, GoogleClientKind, InvalidClientFile};
pub use client_authentication::{ClientAuthentication, SecretMethod};
pub use client_key::{ClientKey, InvalidClientKey};
pub use clock::{Clock, ClockSkew};
pub use discovery::{DiscoveryError, MtlsEndpoints, ProviderMetadata, discover};
pub use http_client::{HttpClient, HttpError, HttpLimits};
pub use id_token::{IdToken, MalformedToken, UnverifiedIdToken};
pub use interaction::{Interaction, Notice};
pub use issuer::{InvalidIssuer, Issuer};
pub use jwks::{KeySet, KeySetError};
pub use loopback::{Callback, LoopbackError, LoopbackRedirect, Outcome, Stray};
pub use random::NoRandomness;
pub use redirect::{AuthorizationCode, IssuerRefusal, RedirectError};
pub use redirect_uri::{InvalidRedirectUri, RedirectUri};
pub use refresh::{RefreshError, SignInNeeded};
pub use relying_party::{DeviceAuthorization, RelyingParty};
pub use report::{Report, Reveal, report};
pub use serve::{ServeObserver, ServedPage};
pub use sign_in::{SignIn, SignInError};
pub use source::{
    BrowserSource, CommandError, CommandSource, DeviceSource, EnvironmentError, EnvironmentSource,
    FileError, FileSource, GcpMetadataError, GcpMetadataSource, GithubActionsError,
    GithubActionsSource, GitlabError, GitlabSource, Obtained, Origin, PasteSource, PresentedError,
    SourceError, Surroundings, TokenSource,
};
pub use token_endpoint::TokenEndpointError;
pub use verify::{AtHash, Expected, Nonce, VerificationRules, VerifyError, verify};
