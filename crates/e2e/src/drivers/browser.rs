//! A browser without a screen, over plain HTTP: it follows redirects, reads forms
//! and presses the button of an account.

use anyhow::{Context as _, Result, bail};
use reqwest::header::LOCATION;
use reqwest::{Client, Response, Url};

/// A browser follows no more redirects than this either.
const REDIRECTS: usize = 10;

/// What the browser shows.
pub(crate) struct Page {
    /// Where it stands.
    pub(crate) url: Url,
    /// The HTTP status it came with.
    pub(crate) status: u16,
    /// The HTML, as sent.
    pub(crate) html: String,
}

/// A form on a page, with the buttons that submit it.
#[derive(Debug, PartialEq, Eq)]
struct Form {
    action: String,
    method: String,
    fields: Vec<(String, String)>,
    buttons: Vec<Button>,
}

#[derive(Debug, PartialEq, Eq)]
struct Button {
    field: Option<(String, String)>,
    label: String,
}

impl Page {
    /// What a person reads: the HTML without its tags.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.html.as_str();
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            let skip = ["style", "script", "title"].into_iter().find(|tag| after.starts_with(tag));
            let end = skip.map_or(String::from(">"), |tag| format!("</{tag}>"));
            rest = after.split_once(&end).map_or("", |(_, rest)| rest);
            let name = after.trim_start_matches('/').split(['>', ' ']).next().unwrap_or_default();
            if !["a", "b", "code", "em", "i", "small", "span", "strong"].contains(&name) {
                text.push(' ');
            }
        }
        text.push_str(rest);
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Opens `url` and follows redirects until there is a page.
pub(crate) async fn visit(http: &Client, url: &str) -> Result<Page> {
    let url = Url::parse(url).with_context(|| format!("`{url}` is no URL"))?;
    let answer = http.get(url.clone()).send().await.with_context(|| format!("opening {url}"))?;
    follow(http, url, answer, |_| true).await
}

/// Opens the authorization URL and presses the button of that label.
pub(crate) async fn press(http: &Client, url: &str, label: &str) -> Result<Page> {
    let page = visit(http, url).await?;
    choose(http, &page, label, |_| true).await
}

/// Opens the authorization URL, signs in with the account of that email address and
/// follows the redirect to the application.
pub(crate) async fn sign_in(http: &Client, url: &str, email: &str) -> Result<Page> {
    press(http, url, email).await
}

/// Signs in likewise, but stops before the application is called: its callback, with
/// the code and the state in the query.
pub(crate) async fn sign_in_up_to_callback(http: &Client, url: &str, email: &str) -> Result<Url> {
    let page = visit(http, url).await?;
    let issuer = page.url.origin();
    let last = choose(http, &page, email, |next| next.origin() == issuer).await?;
    Ok(last.url)
}

async fn choose(
    http: &Client,
    page: &Page,
    label: &str,
    may_follow: impl Fn(&Url) -> bool,
) -> Result<Page> {
    let forms = forms(&page.html);
    let found = forms.iter().find_map(|form| {
        let button = form.buttons.iter().find(|button| button.label.contains(label));
        button.map(|button| (form, button))
    });
    let Some((form, button)) = found else {
        bail!("no button `{label}` on {} ({}): {}", page.url, page.status, page.text());
    };
    if form.method != "post" {
        bail!("expected the sign-in form to be sent by POST, found `{}`", form.method);
    }
    let mut fields = form.fields.clone();
    fields.extend(button.field.clone());
    let url = page.url.join(&form.action)?;
    let answer = http.post(url.clone()).form(&fields).send().await?;
    follow(http, url, answer, may_follow).await
}

async fn follow(
    http: &Client,
    mut url: Url,
    mut answer: Response,
    may_follow: impl Fn(&Url) -> bool,
) -> Result<Page> {
    for _ in 0..REDIRECTS {
        let status = answer.status();
        if !status.is_redirection() {
            let html = answer.text().await.with_context(|| format!("reading {url}"))?;
            return Ok(Page { url, status: status.as_u16(), html });
        }
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        url = url.join(location.context("a redirect that leads nowhere")?)?;
        if !may_follow(&url) {
            return Ok(Page { url, status: status.as_u16(), html: String::new() });
        }
        answer = http.get(url.clone()).send().await.with_context(|| format!("opening {url}"))?;
    }
    bail!("more than {REDIRECTS} redirects, the last to {url}")
}

fn forms(html: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((tag, following)) = after.split_once('>') else { break };
        rest = following;
        let attribute = |name| attribute(tag, name);
        let field = || Some((attribute("name")?, attribute("value").unwrap_or_default()));
        match (tag.split_whitespace().next(), forms.last_mut()) {
            (Some("form"), _) => forms.push(Form {
                action: attribute("action").unwrap_or_default(),
                method: attribute("method").unwrap_or_default().to_ascii_lowercase(),
                fields: Vec::new(),
                buttons: Vec::new(),
            }),
            (Some("input"), Some(form)) => form.fields.extend(field()),
            (Some("button"), Some(form)) => {
                let label = following.split_once("</button>").map_or("", |(label, _)| label);
                form.buttons.push(Button { field: field(), label: unescape(label) });
            }
            _ => {}
        }
    }
    forms
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let (_, rest) = tag.split_once(&start)?;
    rest.split_once('"').map(|(value, _)| unescape(value))
}

fn unescape(text: &str) -> String {
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'")];
    let text = entities
        .into_iter()
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character));
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PICKER: &str = r#"<h1>Choose an account</h1>
<form method="post" action="/authorize/sign-in">
<input type="hidden" name="request" value="a&amp;b">
<button name="account" value="1"><b>Ada</b> ada@example.com</button>
<button name="account" value="2">grace@example.org</button>
</form>"#;

    #[test]
    fn a_form_is_read_with_its_hidden_fields_and_buttons() {
        let forms = forms(PICKER);
        assert_eq!(forms.len(), 1);
        assert_eq!(forms[0].action, "/authorize/sign-in");
        assert_eq!(forms[0].fields, [("request".to_owned(), "a&b".to_owned())]);
        let buttons: Vec<_> = forms[0].buttons.iter().map(|b| b.field.clone()).collect();
        assert_eq!(
            buttons,
            [
                Some(("account".to_owned(), "1".to_owned())),
                Some(("account".to_owned(), "2".to_owned()))
            ]
        );
    }

    #[test]
    fn a_page_reads_as_its_text() {
        let url = Url::parse("http://127.0.0.1/").unwrap();
        let html = "<style>b{}</style><h1>Signed in</h1><p>As &lt;<b>Ada</b>&gt;.</p>".to_owned();
        let page = Page { url, status: 200, html };
        assert_eq!(page.text(), "Signed in As <Ada>.");
    }
}
