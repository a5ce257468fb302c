//! The client in action: an issuer's metadata and keys, our client there, and the grants.

use fed_types::{Claims, Secret};
use reqwest::Method;
use url::Url;

use crate::authorize::{AuthorizationError, AuthorizationOptions, AuthorizationRequest, scope};
use crate::client::Client;
use crate::client_authentication::ClientAuthentication;
use crate::clock::{Clock, ClockSkew};
use crate::discovery::{DiscoveryError, ProviderMetadata, discover};
use crate::http_client::{HttpClient, HttpError, shown};
use crate::id_token::{IdToken, UnverifiedIdToken};
use crate::issuer::Issuer;
use crate::jwks::RemoteKeySet;
use crate::redirect::{self, AuthorizationCode};
use crate::redirect_uri::RedirectUri;
use crate::refresh::RefreshError;
use crate::sign_in::{SignIn, SignInError};
use crate::token_endpoint::{self, Caller, TokenAnswer, TokenEndpointError};
use crate::verify::{Expected, Nonce, VerificationRules, VerifyError, verify};

mod device;

pub use device::DeviceAuthorization;

/// A client at an issuer.
#[derive(Debug)]
pub struct RelyingParty {
    http: HttpClient,
    provider: ProviderMetadata,
    keys: RemoteKeySet,
    client: Client,
    rules: VerificationRules,
}

/// What a renewed or presented ID token is held against.
#[derive(Clone, Copy, Debug)]
struct Bound<'a> {
    nonce: Nonce<'a>,
    subject: Option<&'a str>,
}

impl RelyingParty {
    /// Fetches the issuer's discovery document and is ready; keys are fetched when the
    /// first token is verified.
    ///
    /// # Errors
    /// [`DiscoveryError`].
    pub async fn discover(
        http: HttpClient,
        issuer: &Issuer,
        discovery_url: Option<&Url>,
        client: Client,
        rules: VerificationRules,
    ) -> Result<Self, DiscoveryError> {
        let mut provider = discover(&http, issuer, discovery_url).await?;
        if matches!(client.authentication, ClientAuthentication::Certificate) {
            provider = provider.for_certificates();
        }
        let keys = RemoteKeySet::new(provider.jwks_uri.clone());
        Ok(Self { http, provider, keys, client, rules })
    }

    /// The issuer's description of itself.
    pub fn provider(&self) -> &ProviderMetadata {
        &self.provider
    }

    /// Our client's id there.
    pub fn client_id(&self) -> &str {
        &self.client.client_id
    }

    /// A new request for a sign-in that comes back at `redirect_uri`.
    ///
    /// # Errors
    /// [`AuthorizationError`].
    pub fn authorization_request(
        &self,
        redirect_uri: &RedirectUri,
        options: &AuthorizationOptions,
    ) -> Result<AuthorizationRequest, AuthorizationError> {
        AuthorizationRequest::new(&self.provider, &self.client, redirect_uri, options)
    }

    /// The code in the address the browser ended up at, where no listener took it.
    ///
    /// # Errors
    /// [`SignInError::NotAUrl`], [`SignInError::Redirect`].
    pub fn pasted_code(
        &self,
        request: &AuthorizationRequest,
        pasted: &str,
    ) -> Result<AuthorizationCode, SignInError> {
        let url = Url::parse(pasted.trim()).map_err(|_| SignInError::NotAUrl)?;
        let query = url.query().unwrap_or_default();
        let names_issuer = self.provider.names_issuer_in_redirect;
        Ok(redirect::read(query, &request.state, &self.provider.issuer, names_issuer)?)
    }

    /// Exchanges the code and verifies the ID token.
    ///
    /// # Errors
    /// [`SignInError::TokenEndpoint`], [`SignInError::Keys`], [`SignInError::Verify`].
    pub async fn exchange_code(
        &self,
        request: &AuthorizationRequest,
        code: &AuthorizationCode,
        clock: &dyn Clock,
    ) -> Result<SignIn, SignInError> {
        let caller = self.caller(clock)?;
        let (redirect_uri, verifier) = (&request.redirect_uri, &request.code_verifier);
        let answer = token_endpoint::exchange_code(caller, redirect_uri, code, verifier).await?;
        let bound = Bound { nonce: Nonce::Sent(&request.nonce), subject: None };
        self.sign_in(answer, bound, clock).await
    }

    /// Renews a sign-in. A new refresh token replaces the old one the moment it comes (RFC
    /// 6749 section 6), so it is given to `keep` before anything else is looked at. The new
    /// ID token must be about `subject`; where the issuer sends no new refresh token, the old
    /// one stays.
    ///
    /// # Errors
    /// [`RefreshError`]: whether a person has to sign in, or it is worth trying again.
    pub async fn refresh(
        &self,
        refresh_token: &Secret,
        subject: &str,
        clock: &dyn Clock,
        keep: impl FnOnce(&Secret),
    ) -> Result<SignIn, RefreshError> {
        let caller = self.caller(clock).map_err(SignInError::from)?;
        let answer = token_endpoint::refresh(caller, refresh_token, keep);
        let answer = answer.await.map_err(SignInError::from)?;
        let bound = Bound { nonce: Nonce::NotSent, subject: Some(subject) };
        let mut sign_in = self.sign_in(answer, bound, clock).await?;
        sign_in.refresh_token.get_or_insert_with(|| refresh_token.clone());
        Ok(sign_in)
    }

    /// Verifies an ID token that came from elsewhere: no nonce, no access token.
    ///
    /// # Errors
    /// [`SignInError::Keys`], [`SignInError::Verify`].
    pub async fn verify_presented(
        &self,
        token: UnverifiedIdToken,
        clock: &dyn Clock,
    ) -> Result<IdToken, SignInError> {
        let now = clock.now();
        let skew = self.provider.server_date.map(|date| ClockSkew::measure(date, now));
        let bound = Bound { nonce: Nonce::NotSent, subject: None };
        self.verified(token, bound, None, clock, skew).await
    }

    /// The issuer's claims about whoever signed in (OpenID Connect Core section 5.3).
    ///
    /// # Errors
    /// [`SignInError::NoUserinfo`], [`SignInError::UserinfoSubject`], and what HTTP brings.
    pub async fn userinfo(&self, sign_in: &SignIn) -> Result<Claims, SignInError> {
        let Some(url) = &self.provider.userinfo_endpoint else {
            return Err(SignInError::NoUserinfo(self.provider.issuer.to_string()));
        };
        let document = self.get_userinfo(url, &sign_in.access_token).await;
        let claims = document.map_err(TokenEndpointError::Http)?;
        let (expected, found) = (sign_in.id_token.subject(), claims.subject().unwrap_or_default());
        if expected != found {
            let (expected, found) = (expected.to_owned(), found.to_owned());
            return Err(SignInError::UserinfoSubject { expected, found });
        }
        Ok(claims)
    }

    async fn get_userinfo(&self, url: &Url, access_token: &Secret) -> Result<Claims, HttpError> {
        let request = self.http.request(Method::GET, url)?.bearer_auth(access_token.expose());
        let answer = self.http.send(url, request).await?;
        answer.json(url)?;
        Claims::from_json(&answer.body).map_err(|_| HttpError::NotJson {
            url: shown(url),
            line: 1,
            column: 1,
        })
    }

    /// Gives a refresh token back to the issuer (RFC 7009); `false` where the issuer
    /// takes none back.
    ///
    /// # Errors
    /// [`TokenEndpointError::Http`], [`TokenEndpointError::ClientKey`].
    pub async fn revoke(
        &self,
        refresh_token: &Secret,
        clock: &dyn Clock,
    ) -> Result<bool, TokenEndpointError> {
        let Some(url) = &self.provider.revocation_endpoint else { return Ok(false) };
        let Ok(caller) = self.caller(clock) else { return Ok(false) };
        token_endpoint::revoke(caller, url, refresh_token, "refresh_token").await?;
        Ok(true)
    }

    fn caller<'a>(&'a self, clock: &'a dyn Clock) -> Result<Caller<'a>, AuthorizationError> {
        let no_sign_in = || AuthorizationError::NoSignIn(self.provider.issuer.to_string());
        Ok(Caller {
            http: &self.http,
            provider: &self.provider,
            token_endpoint: self.provider.token_endpoint.as_ref().ok_or_else(no_sign_in)?,
            client: &self.client,
            clock,
        })
    }

    fn scope(&self, options: &AuthorizationOptions) -> String {
        scope(&self.provider, options)
    }

    async fn sign_in(
        &self,
        answer: TokenAnswer,
        bound: Bound<'_>,
        clock: &dyn Clock,
    ) -> Result<SignIn, SignInError> {
        let now = clock.now();
        let skew = answer.server_date.map(|date| ClockSkew::measure(date, now));
        let id_token = answer.id_token.ok_or(TokenEndpointError::NoIdToken)?;
        let token = UnverifiedIdToken::parse(id_token.expose())?;
        let access_token = Some(&answer.access_token).filter(|token| !token.expose().is_empty());
        Ok(SignIn {
            id_token: self.verified(token, bound, access_token, clock, skew).await?,
            access_token: answer.access_token,
            token_type: answer.token_type,
            expires_at: answer.expires_in.map(|life| now.plus(life)),
            refresh_token: answer.refresh_token,
        })
    }

    /// Verifies with the keys we have; a token that names an unknown key makes us fetch
    /// them once more, since the issuer may have rotated them (section 10.1.1).
    async fn verified(
        &self,
        token: UnverifiedIdToken,
        bound: Bound<'_>,
        access_token: Option<&Secret>,
        clock: &dyn Clock,
        clock_skew: Option<ClockSkew>,
    ) -> Result<IdToken, SignInError> {
        let expected = Expected {
            issuer: &self.provider.issuer,
            client_id: &self.client.client_id,
            rules: &self.rules,
            nonce: bound.nonce,
            access_token,
            subject: bound.subject,
            now: clock.now(),
            clock_skew,
        };
        let keys = self.keys.keys(&self.http).await?;
        match verify(token.clone(), &keys, &expected) {
            Err(VerifyError::UnknownKey { key_id }) => {
                tracing::debug!(key_id, "an unknown key: fetching the issuer's keys again");
                match self.keys.refetch(&self.http).await? {
                    Some(keys) => Ok(verify(token, &keys, &expected)?),
                    None => Err(VerifyError::UnknownKey { key_id }.into()),
                }
            }
            verified => Ok(verified?),
        }
    }
}
