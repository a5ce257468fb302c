//! The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2).

use std::sync::Arc;

use axum::extract::{RawForm, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Map, Value};
use url::Url;

use super::authorization_request::AuthorizationRequest;
use super::error_response::ErrorPage;
use super::parameters::{Parameters, in_long, scopes};
use super::{Provider, SIGN_IN, page};
use crate::fault::Place;
use crate::grants::{CodeBinding, Grant};
use crate::{Account, Fault, Mistake, random};

/// `GET /o/oauth2/v2/auth`.
pub(super) async fn by_query(
    State(provider): State<Arc<Provider>>,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&provider, &Parameters::parse(query.unwrap_or_default().as_bytes()))
}

/// `POST /o/oauth2/v2/auth`.
pub(super) async fn by_form(
    State(provider): State<Arc<Provider>>,
    RawForm(body): RawForm,
) -> Response {
    answer(&provider, &Parameters::parse(&body))
}

fn answer(provider: &Provider, parameters: &Parameters) -> Response {
    let request = match validate(provider, parameters) {
        Ok(request) => request,
        Err(page) => return page.into_response(),
    };
    note_repetitions(provider, &request);
    let accounts = provider.state().accounts.clone();
    let hint = request.login_hint.as_deref();
    let hinted = hint.and_then(|hint| accounts.iter().find(|account| account.is_meant_by(hint)));
    match hinted {
        Some(account) => approve(provider, &request, account),
        None if request.prompts.iter().any(|prompt| prompt == "none") => {
            refuse(provider, &request, "interaction_required")
        }
        None => {
            let ticket = random::token("sign-in-");
            let response = page::account_picker(
                SIGN_IN,
                ("request", &ticket),
                &request.client_id,
                request.hosted_domain.as_deref(),
                &accounts,
            );
            provider.state().waiting.insert(ticket, request);
            response
        }
    }
}

fn validate(
    provider: &Provider,
    parameters: &Parameters,
) -> Result<AuthorizationRequest, ErrorPage> {
    let client_id = parameters.get("client_id");
    let mistake = |mistake| provider.count(mistake, client_id);
    let missing =
        |name: &str| ErrorPage::invalid_request(format!("Required parameter is missing: {name}"));
    if let Some(name) = parameters.repeated() {
        mistake(Mistake::RepeatedParameter);
        let detail = format!("A parameter can have only a single value: {name}");
        return Err(ErrorPage::invalid_request(detail));
    }
    let id = client_id.ok_or_else(|| missing("client_id"))?;
    let client = provider.state().clients.get(id).cloned();
    let Some(client) = client else {
        mistake(Mistake::UnknownClient);
        return Err(ErrorPage::new(401, "invalid_client", "The OAuth client was not found."));
    };
    let redirect_uri_text =
        parameters.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    let redirect_uri = Url::parse(redirect_uri_text)
        .ok()
        .filter(|_| client.accepts_redirect_uri(redirect_uri_text))
        .ok_or_else(|| {
            mistake(Mistake::WrongRedirectUri);
            redirect_uri_mismatch(redirect_uri_text)
        })?;
    let response_type = parameters.get("response_type").ok_or_else(|| missing("response_type"))?;
    if response_type != "code" {
        let detail = format!("Invalid response_type: {response_type}");
        return Err(ErrorPage::new(400, "unsupported_response_type", detail));
    }
    let scope = parameters.get("scope").ok_or_else(|| missing("scope"))?;
    let scopes = scopes(scope).map_err(|unknown| {
        if unknown == "offline_access" {
            mistake(Mistake::OfflineAccessScope);
        }
        let detail = format!("Some requested scopes were invalid: {unknown}");
        ErrorPage::new(400, "invalid_scope", detail)
    })?;
    let request = AuthorizationRequest {
        client_id: id.to_owned(),
        redirect_uri,
        redirect_uri_text: redirect_uri_text.to_owned(),
        scopes,
        state: parameters.owned("state"),
        nonce: parameters.owned("nonce"),
        code_challenge: code_challenge(provider, parameters)?,
        offline: is_offline(parameters)?,
        prompts: words(parameters.get("prompt")),
        login_hint: parameters.owned("login_hint"),
        hosted_domain: parameters.owned("hd"),
        authentication_classes: words(parameters.get("acr_values")),
        says_when: parameters.get("max_age").is_some(),
    };
    count_what_is_missing(&request, mistake);
    Ok(request)
}

fn words(text: Option<&str>) -> Vec<String> {
    text.map(|text| text.split(' ').map(str::to_owned).collect()).unwrap_or_default()
}

fn redirect_uri_mismatch(redirect_uri: &str) -> ErrorPage {
    ErrorPage::new(
        400,
        "redirect_uri_mismatch",
        format!(
            "The redirect URI in the request, {redirect_uri}, is not registered for the OAuth client."
        ),
    )
}

fn is_offline(parameters: &Parameters) -> Result<bool, ErrorPage> {
    match parameters.get("access_type") {
        None | Some("online") => Ok(false),
        Some("offline") => Ok(true),
        Some(other) => Err(ErrorPage::invalid_request(format!("Invalid access_type: {other}"))),
    }
}

/// Google lets a client leave these out; a careful one does not.
fn count_what_is_missing(request: &AuthorizationRequest, mistake: impl Fn(Mistake)) {
    if request.state.is_none() {
        mistake(Mistake::MissingState);
    }
    if request.nonce.is_none() && request.scopes.iter().any(|scope| scope == "openid") {
        mistake(Mistake::MissingNonce);
    }
    if request.code_challenge.is_none() {
        mistake(Mistake::MissingPkce);
    }
}

/// S256 alone: a `plain` challenge would show the verifier to whoever sees the
/// request (RFC 7636 §7.2).
fn code_challenge(
    provider: &Provider,
    parameters: &Parameters,
) -> Result<Option<String>, ErrorPage> {
    let Some(challenge) = parameters.get("code_challenge") else {
        return match parameters.get("code_challenge_method") {
            None => Ok(None),
            Some(_) => Err(ErrorPage::invalid_request(
                "code_challenge_method was given without code_challenge",
            )),
        };
    };
    if parameters.get("code_challenge_method") != Some("S256") {
        provider.count(Mistake::PlainPkce, parameters.get("client_id"));
        return Err(ErrorPage::invalid_request(
            "Transform algorithm not supported: code_challenge_method must be S256",
        ));
    }
    let base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if challenge.len() != 43 || !challenge.bytes().all(base64url) {
        return Err(ErrorPage::invalid_request("code_challenge is not the base64url of a SHA-256"));
    }
    Ok(Some(challenge.to_owned()))
}

fn note_repetitions(provider: &Provider, request: &AuthorizationRequest) {
    let mut state = provider.state();
    let values = [
        ("state", &request.state, Mistake::RepeatedState),
        ("nonce", &request.nonce, Mistake::RepeatedNonce),
        ("code_challenge", &request.code_challenge, Mistake::RepeatedCodeChallenge),
    ];
    for (name, value, mistake) in values {
        if let Some(value) = value
            && !state.seen.insert((name, value.clone()))
        {
            state.mistakes.count(mistake, Some(&request.client_id));
        }
    }
}

/// The best class that was asked for, and now.
fn authentication(provider: &Provider, request: &AuthorizationRequest) -> Map<String, Value> {
    let mut said = Map::new();
    if let Some(class) = request.authentication_classes.first() {
        said.insert("acr".to_owned(), class.as_str().into());
    }
    if request.says_when {
        said.insert("auth_time".to_owned(), provider.clock().now().into());
    }
    said
}

/// Sends the browser back with a code for `account`.
pub(super) fn approve(
    provider: &Provider,
    request: &AuthorizationRequest,
    account: &Account,
) -> Response {
    let grant = Grant {
        client_id: request.client_id.clone(),
        account: account.clone(),
        scopes: request.scopes.clone(),
        nonce: request.nonce.clone(),
        authentication: authentication(provider, request),
    };
    let code = {
        let mut state = provider.state();
        let asked_anew = request.prompts.iter().any(|prompt| prompt == "consent");
        let binding = CodeBinding {
            redirect_uri: request.redirect_uri_text.clone(),
            code_challenge: request.code_challenge.clone(),
            offline: request.offline && state.grants.consent_offline(&grant, asked_anew),
        };
        state.grants.issue_code(grant, binding, provider.clock().now())
    };
    let mut scopes = request.scopes.clone();
    if provider.is_google() {
        // Both names of each.
        let long = in_long(&scopes).into_iter().filter(|scope| !request.scopes.contains(scope));
        scopes.extend(long);
    }
    let mut extra = vec![("code", code), ("scope", scopes.join(" "))];
    extra.push(("authuser", "0".to_owned()));
    if let Some(domain) = &account.hosted_domain {
        extra.push(("hd", domain.clone()));
    }
    redirect(provider, request, &extra)
}

/// Sends the browser back with an error (RFC 6749 §4.1.2.1).
pub(super) fn refuse(provider: &Provider, request: &AuthorizationRequest, error: &str) -> Response {
    redirect(provider, request, &[("error", error.to_owned())])
}

fn redirect(
    provider: &Provider,
    request: &AuthorizationRequest,
    values: &[(&str, String)],
) -> Response {
    let mut state = request.state.clone();
    let mut issuer = Some(provider.issuer());
    for fault in provider.take_faults(Place::AuthorizationResponse, Some(&request.client_id)) {
        match fault {
            Fault::WrongState => state = Some("another-state".to_owned()),
            Fault::MissingState => state = None,
            Fault::WrongResponseIssuer => issuer = Some("https://attacker.example"),
            Fault::MissingResponseIssuer => issuer = None,
            _ => {}
        }
    }
    let mut url = request.redirect_uri.clone();
    {
        let mut pairs = url.query_pairs_mut();
        if let Some(state) = &state {
            pairs.append_pair("state", state);
        }
        if let Some(issuer) = issuer {
            pairs.append_pair("iss", issuer);
        }
        for (name, value) in values {
            pairs.append_pair(name, value);
        }
    }
    Redirect::to(url.as_str()).into_response()
}
