//! Which requests come to a page: those of a browser that was let in, to the lab's own address.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use lab_page::MessagePage;

use super::html::html;
use super::served::Served;

/// Where the key is shown, and what that page needs: nothing of it tells anything of the lab.
const OPEN: [&str; 3] = ["/enter", "/enter.js", "/style.css"];

/// What a page may do: its own style, script and forms, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Lets a request through to its page, or says why not.
pub(super) async fn guard(
    State(served): State<Arc<Served>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match refusal(&served, &request) {
        None => next.run(request).await,
        Some(response) => response,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        // Else a browser sends no `Origin` with forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(served: &Served, request: &Request) -> Option<Response> {
    let refused =
        |text| html(StatusCode::FORBIDDEN, &MessagePage::failed("Not for this lab", text));
    let (host, origin) =
        (of(request.headers(), header::HOST), of(request.headers(), header::ORIGIN));
    if !matches!(host.as_slice(), [host] if is_own(served, host)) {
        return Some(refused("Expected the Host header to be the address of the lab's pages."));
    }
    let is_ours =
        |origin: &str| origin.strip_prefix("http://").is_some_and(|it| is_own(served, it));
    match origin.as_slice() {
        [] if request.method() == Method::GET => {}
        [origin] if is_ours(origin) => {}
        _ => return Some(refused("Expected this to come from a page of the lab's own.")),
    }
    let cookies = of(request.headers(), header::COOKIE).join(";");
    if OPEN.contains(&request.uri().path()) || served.entry.knows(&cookies) {
        return None;
    }
    let text =
        "Open the address that `fed-lab page` prints, or paste what stands behind its `#` here.";
    Some(html(StatusCode::UNAUTHORIZED, &MessagePage::enter(text)))
}

fn is_own(served: &Served, authority: &str) -> bool {
    authority.rsplit_once(':').is_some_and(|(name, port)| {
        matches!(name, "127.0.0.1" | "localhost") && port.parse() == Ok(served.port)
    })
}

fn of(headers: &HeaderMap, name: HeaderName) -> Vec<&str> {
    headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default()).collect()
}
