//! The pages a person sees: plain HTML that needs no script.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_quoted_attribute;

use crate::Account;

/// The style that all pages of the project share; data, no code.
const STYLE: &str = include_str!("../../../../assets/style.css");

/// A whole page. `body` is HTML; `title` is text.
pub(super) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <main class=\"narrow\">\n<p class=\"fake\">Fake issuer, for tests</p>\n{body}\n</main>\n\
         </body>\n</html>\n",
        encode_quoted_attribute(title),
    );
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    // No form-action here: browsers apply it to the redirect after the form,
    // which leads to the client.
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
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
        "<h1>Choose an account</h1>\n<p>to continue to <strong class=\"arn\">{}</strong>.\n\
         Whoever is chosen is signed in, without a password.</p>\n<form method=\"post\" action=\"{action}\">\n\
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
        "<button type=\"submit\" name=\"deny\" value=\"1\" id=\"deny\">Cancel</button>\n</form>\n",
    );
    body.push_str(&another(action, hidden));
    page(StatusCode::OK, "Sign in (fake issuer)", &body)
}

fn buttons(accounts: &[&Account]) -> String {
    let mut html = "<ul class=\"accounts\">\n".to_owned();
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

/// Whoever the person wants to be, with the claims that they want.
fn another(action: &str, (name, value): (&str, &str)) -> String {
    format!(
        "<details>\n<summary>Another account, or claims of your own</summary>\n\
         <form method=\"post\" action=\"{action}\" class=\"fields\">\n\
         <input type=\"hidden\" name=\"{name}\" value=\"{}\">\n\
         <label>Email <input name=\"email\" type=\"email\" autocomplete=\"off\" required></label>\n\
         <label>Name <input name=\"name\" autocomplete=\"off\" placeholder=\"as in the email\"></label>\n\
         <label><span>Subject (<code>sub</code>)</span> \
         <input name=\"subject\" autocomplete=\"off\" placeholder=\"made of the email\"></label>\n\
         <label><span>Hosted domain (<code>hd</code>)</span> \
         <input name=\"hosted_domain\" autocomplete=\"off\" placeholder=\"that of the email\"></label>\n\
         <label>More claims, a JSON object <textarea name=\"claims\" rows=\"3\" spellcheck=\"false\" \
         placeholder=\"{{&quot;department&quot;: &quot;research&quot;}}\"></textarea></label>\n\
         <button type=\"submit\">Sign in so</button>\n</form>\n</details>",
        encode_quoted_attribute(value),
    )
}
