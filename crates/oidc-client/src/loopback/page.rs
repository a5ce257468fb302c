//! The pages of the loopback listener. None holds a token, and none may be kept.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::Outcome;

/// What the page may do: show its text, and take the code out of the address bar and the
/// history (the one script, allowed by its hash).
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-ACtQiZtA5l4La2DVXMVdCsCBdxagS34iDccwkPxFEHk='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SCRIPT: &str = "history.replaceState(null, '', '/');";

/// The page after a callback.
pub(crate) fn outcome(outcome: &Outcome) -> Response {
    match outcome {
        Outcome::SignedIn { account } => html(
            StatusCode::OK,
            "Signed in",
            &format!(
                "You are signed in as <strong>{}</strong>. Close this tab and go on in the terminal.",
                escaped(account)
            ),
        ),
        Outcome::Failed => html(
            StatusCode::BAD_REQUEST,
            "Not signed in",
            "The sign-in did not work. Close this tab; the terminal says why and what to do.",
        ),
    }
}

fn html(status: StatusCode, title: &str, text: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>fed: {title}</title>\n\
         <style>body {{ font: 1.1rem sans-serif; margin: 4rem auto; max-width: 32rem }}</style>\n\
         <h1>{title}</h1>\n<p>{text}</p>\n<script>{SCRIPT}</script>\n</html>\n"
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

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
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

    #[test]
    fn an_account_name_is_text_not_markup() {
        assert_eq!(escaped("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }
}
