//! The pages a person sees: plain HTML that needs no script.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_quoted_attribute;

use crate::Account;

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;\
color:#1f1f1f;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem}ul{list-style:none;padding:0}\
button{font:inherit;display:block;width:100%;text-align:left;margin:.4rem 0;padding:.6rem 1rem;\
border:1px solid #747775;border-radius:.4rem;background:#fff;color:inherit;cursor:pointer}\
button:hover,button:focus-visible{background:#e8f0fe;outline:2px solid #0b57d0}\
label,input{display:block;font:inherit;margin:.4rem 0}\
@media(prefers-color-scheme:dark){body,button{background:#1f1f1f;color:#e3e3e3}\
button:hover,button:focus-visible{background:#30353f}}";

/// A whole page. `body` is HTML; `title` is text.
pub(super) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n\
         </body>\n</html>\n",
        encode_quoted_attribute(title),
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    // No form-action here: browsers apply it to the redirect after the form,
    // which leads to the client.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// The account picker: one button an account, those of `hosted_domain` first.
/// `hidden` is the one hidden field that says what the answer is about.
pub(super) fn account_picker(
    action: &str,
    hidden: (&str, &str),
    client_id: &str,
    hosted_domain: Option<&str>,
    accounts: &[Account],
) -> Response {
    let belongs = |account: &&Account| match hosted_domain {
        None => true,
        Some("*") => account.hosted_domain.is_some(),
        Some(domain) => account.hosted_domain.as_deref() == Some(domain),
    };
    let (first, others): (Vec<_>, Vec<_>) = accounts.iter().partition(belongs);
    let mut body = format!(
        "<h1>Choose an account</h1>\n<p>to continue to <strong>{}</strong></p>\n\
         <form method=\"post\" action=\"{action}\">\n\
         <input type=\"hidden\" name=\"{}\" value=\"{}\">\n{}",
        encode_quoted_attribute(client_id),
        hidden.0,
        encode_quoted_attribute(hidden.1),
        buttons(&first),
    );
    if !others.is_empty() {
        body.push_str("<h2>Other accounts</h2>\n");
        body.push_str(&buttons(&others));
    }
    body.push_str(
        "<button type=\"submit\" name=\"deny\" value=\"1\" id=\"deny\">Cancel</button>\n</form>",
    );
    page(StatusCode::OK, "Sign in (fake issuer)", &body)
}

fn buttons(accounts: &[&Account]) -> String {
    let mut html = "<ul>\n".to_owned();
    for account in accounts {
        let subject = encode_quoted_attribute(&account.subject);
        html.push_str(&format!(
            "<li><button type=\"submit\" name=\"account\" value=\"{subject}\" \
             id=\"account-{subject}\">{}<br><small>{}</small></button></li>\n",
            encode_quoted_attribute(&account.name),
            encode_quoted_attribute(&account.email),
        ));
    }
    html.push_str("</ul>\n");
    html
}
