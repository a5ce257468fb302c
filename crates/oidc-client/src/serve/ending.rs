//! How a sign-in on the page ended, as a browser shows it and as a program reads it.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use fed_types::UnixTime;
use html_escape::encode_text;
use serde_json::Value;

use crate::loopback::page::{answer, html, plain};
use crate::report::Report;

/// What somebody who signed in gets to see.
pub(super) enum Ending {
    /// It worked.
    SignedIn(Box<Report>),
    /// It did not.
    Failed {
        /// Why, in one line.
        reason: String,
        /// Where to begin again.
        address: String,
    },
}

/// In what form it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By a browser.
    Page,
    /// By a program: the tutorial's JSON, or a line of text.
    Plain,
}

impl Form {
    /// Browsers alone ask for HTML by its name.
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        let mut accepted = headers.get_all(header::ACCEPT).into_iter();
        let names_html = accepted.any(|value| {
            value.to_str().is_ok_and(|value| value.to_ascii_lowercase().contains("text/html"))
        });
        if names_html { Self::Page } else { Self::Plain }
    }
}

impl Ending {
    pub(super) fn page(&self, form: Form) -> Response {
        match (self, form) {
            (Self::SignedIn(report), Form::Plain) => {
                answer(StatusCode::OK, "application/json; charset=utf-8", json(report) + "\n")
            }
            (Self::SignedIn(report), Form::Page) => {
                html(StatusCode::OK, "Signed in", &signed_in(report), "reading")
            }
            (Self::Failed { reason, address }, Form::Plain) => plain(
                StatusCode::BAD_REQUEST,
                &format!("The sign-in did not work: {reason}. Begin again at {address}."),
            ),
            (Self::Failed { reason, address }, Form::Page) => html(
                StatusCode::BAD_REQUEST,
                "Not signed in",
                &format!(
                    "<p>The sign-in did not work: {}.</p>\n<p><a href=\"{address}\">Begin again</a></p>",
                    encode_text(reason)
                ),
                "narrow",
            ),
        }
    }
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default()
}

fn signed_in(report: &Report) -> String {
    let rows: String = report.claims().iter().map(|(name, value)| row(name, value)).collect();
    format!(
        "<p>What the issuer says in the ID token. It was verified.</p>\n\
         <table class=\"claims\">\n<caption class=\"hidden\">Claims of the ID token</caption>\n\
         <thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Value</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n\
         <h2>As JSON</h2>\n<pre id=\"json\" tabindex=\"0\">{}</pre>\n\
         <p>Shown once: a reload finds nothing. <a href=\"/\">Sign in again</a></p>",
        encode_text(&json(report)),
    )
}

fn row(name: &str, value: &Value) -> String {
    let meaning = MEANINGS.iter().find(|(claim, _)| *claim == name).map(|(_, meaning)| *meaning);
    let meaning = meaning.map(|text| format!("<br><small>{text}</small>")).unwrap_or_default();
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_moment = ["iat", "exp", "nbf", "auth_time"].contains(&name);
    let moment = value.as_i64().filter(|_| is_moment).map(UnixTime::from_seconds);
    let moment = moment.map(|moment| format!("<br><small>{moment}</small>")).unwrap_or_default();
    format!(
        "<tr><th scope=\"row\"><code>{}</code>{meaning}</th><td class=\"arn\">{}{moment}</td></tr>\n",
        encode_text(name),
        encode_text(&shown),
    )
}

/// Of the claims that most tokens have, where the name is not the meaning (OpenID Connect Core sections 2 and 5.1; `hd` is Google's).
const MEANINGS: [(&str, &str); 12] = [
    ("aud", "for which client"),
    ("auth_time", "signed in at"),
    ("azp", "asked for by"),
    ("email_verified", "seen to be theirs"),
    ("exp", "good until"),
    ("hd", "hosted domain"),
    ("iat", "issued at"),
    ("iss", "issuer"),
    ("locale", "language"),
    ("nbf", "not good before"),
    ("nonce", "of this sign-in"),
    ("sub", "who, for ever"),
];
