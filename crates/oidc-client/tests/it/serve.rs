//! The tutorial's page.

use std::sync::{Arc, Mutex};

use fake_issuer::Fault;
use oidc_client::{
    LoopbackRedirect, RedirectUri, Reveal, ServeObserver, ServedPage, SignIn, SignInError,
};
use serde_json::Value;
use tokio::sync::oneshot;
use url::Url;

use crate::fixture::{ADA, CLIENT, Fixture, ada};

#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl ServeObserver for Log {
    fn signed_in(&self, sign_in: &SignIn) {
        self.0.lock().unwrap().push(format!("signed in {}", sign_in.account()));
    }

    fn failed(&self, error: &SignInError) {
        self.0.lock().unwrap().push(error.to_string());
    }
}

struct Served {
    address: Url,
    log: Arc<Log>,
    stop: oneshot::Sender<()>,
    task: tokio::task::JoinHandle<()>,
}

async fn serve(fixture: &Fixture, reveal: Reveal) -> Served {
    // A port that was free a moment ago, since the page wants a fixed one.
    let free = LoopbackRedirect::bind(None).await.unwrap();
    let redirect_uri =
        format!("{}auth/google/callback", free.redirect_uri()).parse::<RedirectUri>().unwrap();
    drop(free);
    serve_at(fixture, &redirect_uri, reveal).await
}

async fn serve_at(fixture: &Fixture, redirect_uri: &RedirectUri, reveal: Reveal) -> Served {
    let page = ServedPage::bind(redirect_uri).await.unwrap();
    let (address, log) = (page.address(), Arc::new(Log::default()));
    let (stop, stopped) = oneshot::channel();
    let party = Arc::new(fixture.party().await);
    let clock = Arc::new(fixture.clock.clone());
    let observer: Arc<dyn ServeObserver> = log.clone();
    let until = async move {
        let _ = stopped.await;
    };
    let task = tokio::spawn(page.serve(party, ada(), reveal, clock, observer, until));
    Served { address, log, stop, task }
}

#[tokio::test]
async fn the_page_shows_the_tutorials_json_with_secrets_shortened() {
    let fixture = Fixture::start().await;
    let served = serve(&fixture, Reveal::Shortened).await;
    let response = reqwest::get(served.address.clone()).await.unwrap();
    let bar = response.url().clone();
    assert!(bar.path().starts_with("/shown/") && bar.query().is_none(), "the code is in {bar}");
    assert_eq!(reqwest::get(bar).await.unwrap().status(), 404, "it is shown once");
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let text = response.text().await.unwrap();
    let shown: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(shown["IDTokenClaims"]["sub"], ADA);
    assert_eq!(shown["IDTokenClaims"]["aud"], CLIENT);
    assert_eq!(shown["OAuth2Token"]["token_type"], "Bearer");
    assert_eq!(shown["OAuth2Token"]["expiry"], "2026-11-23T10:59:59Z");
    let id_token = shown["IDToken"].as_str().unwrap();
    assert!(id_token.starts_with("eyJ") && id_token.ends_with(" characters)"), "{id_token}");
    assert!(text.find("OAuth2Token").unwrap() < text.find("IDToken\"").unwrap());
    served.stop.send(()).unwrap();
    served.task.await.unwrap();
    assert_eq!(*served.log.0.lock().unwrap(), ["signed in ada@example.com"]);
}

/// What a browser asks for.
const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_browser_is_shown_the_claims_and_the_tutorials_json() {
    let fixture = Fixture::start().await;
    let served = serve(&fixture, Reveal::Shortened).await;
    fixture.issuer.add_fault(Fault::Claim { claim: "name".into(), value: "<b>&".into() });
    let client = reqwest::Client::new();
    let response = client.get(served.address.clone()).header("accept", HTML).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.url().query().is_none(), "the code is in {}", response.url());
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let page = response.text().await.unwrap();
    let row = |claim: &str, value: &str| {
        let (_, row) = page.split_once(&format!("<code>{claim}</code>")).unwrap();
        assert!(row.split("</tr>").next().unwrap().contains(value), "{claim}: {row}");
    };
    row("sub", ADA);
    row("aud", CLIENT);
    row("exp", "2026-11-23T11:00:00Z");
    row("email_verified", "true");
    row("name", "&lt;b&gt;&amp;");
    assert!(!page.contains("<b>"), "{page}");
    let (_, json) = page.split_once("<pre id=\"json\" tabindex=\"0\">").unwrap();
    let json = json.split("</pre>").next().unwrap().replace("&lt;", "<").replace("&gt;", ">");
    let shown: Value = serde_json::from_str(&json.replace("&amp;", "&")).unwrap();
    assert_eq!(shown["IDTokenClaims"]["sub"], ADA);
    assert!(shown["IDToken"].as_str().unwrap().ends_with(" characters)"), "{shown}");
    assert_eq!(page.matches("eyJ").count(), 1, "no token is whole");
}

#[tokio::test]
async fn a_browser_is_told_why_on_a_page() {
    let fixture = Fixture::start().await;
    let served = serve(&fixture, Reveal::Shortened).await;
    fixture.issuer.add_fault(Fault::BadSignature);
    let client = reqwest::Client::new();
    let response = client.get(served.address.clone()).header("accept", HTML).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.url().query()), (400, None));
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    assert!(
        page.contains("The sign-in did not work: the ID token's signature is wrong."),
        "{page}"
    );
    assert!(page.contains(&format!("<a href=\"{}\">Begin again</a>", served.address)), "{page}");
}

#[tokio::test]
async fn on_demand_the_tokens_are_whole() {
    let fixture = Fixture::start().await;
    let served = serve(&fixture, Reveal::Whole).await;
    for _ in 0..2 {
        let shown: Value =
            reqwest::get(served.address.clone()).await.unwrap().json().await.unwrap();
        assert_eq!(shown["IDToken"].as_str().unwrap().split('.').count(), 3);
        assert!(!shown["OAuth2Token"]["access_token"].as_str().unwrap().contains('…'));
    }
}

#[tokio::test]
async fn what_goes_wrong_is_shown_and_told_and_the_page_stays() {
    let fixture = Fixture::start().await;
    let served = serve(&fixture, Reveal::Shortened).await;
    let get = |path: &str| fixture.browser.get(served.address.join(path).unwrap());
    assert_eq!(get("/favicon.ico").send().await.unwrap().status(), 404);
    let rebound = get("/").header("host", "attacker.example").send().await.unwrap();
    assert_eq!(rebound.status(), 403);
    let forged = get("/auth/google/callback?state=x&code=canary").send().await.unwrap();
    assert_eq!(forged.status(), 400);
    assert_eq!(
        forged.text().await.unwrap(),
        format!(
            "The sign-in did not work: the redirect's `state` is not the one sent: it answers another request than ours. Begin again at {}.\n",
            served.address
        )
    );
    fixture.issuer.add_fault(Fault::BadSignature);
    let bad = reqwest::get(served.address.clone()).await.unwrap();
    assert_eq!((bad.status().as_u16(), bad.url().query()), (400, None));
    fixture.issuer.clear_faults();
    assert_eq!(reqwest::get(served.address.clone()).await.unwrap().status(), 200);
    assert_eq!(
        served.log.0.lock().unwrap()[1..],
        ["the ID token's signature is wrong", "signed in ada@example.com"]
    );
}

#[tokio::test]
async fn a_redirect_works_once() {
    let fixture = Fixture::start().await;
    let served = serve(&fixture, Reveal::Shortened).await;
    let response = fixture.browser.get(served.address.clone()).send().await.unwrap();
    assert_eq!(response.status(), 302);
    let location =
        |response: &reqwest::Response| response.headers()["location"].to_str().unwrap().to_owned();
    let back = location(&fixture.browser.get(location(&response)).send().await.unwrap());
    let shown = fixture.browser.get(&back).send().await.unwrap();
    assert_eq!(shown.status(), 303);
    let shown = served.address.join(&location(&shown)).unwrap();
    assert_eq!(fixture.browser.get(shown).send().await.unwrap().status(), 200);
    assert_eq!(fixture.browser.get(&back).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_begins_no_sign_in_though_they_begin_there() {
    let fixture = Fixture::start().await;
    let free = LoopbackRedirect::bind(None).await.unwrap();
    let redirect_uri = free.redirect_uri().clone();
    drop(free);
    assert_eq!(redirect_uri.url().path(), "/");
    let served = serve_at(&fixture, &redirect_uri, Reveal::Shortened).await;
    let mut forged = served.address.clone();
    forged.set_query(Some("state=forged&code=c"));
    let answer = fixture.browser.get(forged).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (400, None));
}
