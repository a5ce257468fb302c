//! The pages of the loopback listener. None holds a token, and none may be kept.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use html_escape::encode_text;

use super::Outcome;

/// What a page may do: show its text, and take the code out of the address bar and the
/// history (the one script, allowed by its hash).
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-ACtQiZtA5l4La2DVXMVdCsCBdxagS34iDccwkPxFEHk='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SCRIPT: &str = "history.replaceState(null, '', '/');";

/// The style that all pages of the project share.
const STYLE: &str = include_str!("../../../../assets/style.css");

/// The page after a callback.
pub(crate) fn outcome(outcome: &Outcome) -> Response {
    match outcome {
        Outcome::SignedIn { account } => message(
            StatusCode::OK,
            "Signed in",
            &format!(
                "You are signed in as <strong>{}</strong>. Close this tab and go on in the terminal.",
                encode_text(account)
            ),
        ),
        Outcome::Failed { reason } => message(
            StatusCode::BAD_REQUEST,
            "Not signed in",
            &format!(
                "The sign-in did not work: {}. Close this tab; the terminal says what to do.",
                encode_text(reason)
            ),
        ),
    }
}

/// The page of a visit that answers no request of ours.
pub(crate) fn stray() -> Response {
    message(
        StatusCode::BAD_REQUEST,
        "Not this sign-in",
        "This is not the answer to the sign-in that is under way, which still waits. Close this tab.",
    )
}

/// A page that says one thing. `text` is HTML, `title` is text.
fn message(status: StatusCode, title: &str, text: &str) -> Response {
    html(status, title, &format!("<p>{text}</p>\n<script>{SCRIPT}</script>"), "narrow")
}

/// A whole page. `body` is HTML, `title` is text; `width` is a class of the style, or nothing.
pub(crate) fn html(status: StatusCode, title: &str, body: &str, width: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>fed: {title}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main class=\"{width}\">\n\
         <h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    );
    let mut response = answer(status, "text/html; charset=utf-8", page);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A line of text, for whoever came here by mistake.
pub(crate) fn plain(status: StatusCode, text: &str) -> Response {
    answer(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// An answer that nobody keeps, frames, sniffs or tells others about.
pub(crate) fn answer(status: StatusCode, content_type: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONNECTION, "close"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_policy_allows_just_the_one_script() {
        let hash = STANDARD.encode(digest(&SHA256, SCRIPT.as_bytes()));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
    }
}
