//! The browser's way back, good and bad.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_issuer::Fault;
use oidc_client::{
    BrowserSource, LoopbackRedirect, Outcome, PasteSource, Surroundings, TokenSource,
};
use tokio::sync::mpsc;
use url::Url;

use crate::fixture::{Act, Fixture, Person, TIMEOUT, ada};

/// What a browser got in the end: status, headers of interest, text.
#[derive(Clone, Debug)]
struct Page {
    status: u16,
    headers: reqwest::header::HeaderMap,
    text: String,
}

/// A person whose browser follows every redirect; its last page comes through the channel.
fn browsing() -> (Arc<Person>, mpsc::UnboundedReceiver<Page>) {
    let (sender, pages) = mpsc::unbounded_channel();
    let person = Person::new(move |act| {
        let Act::Open(url) = act else { return Err(io::ErrorKind::Unsupported.into()) };
        let (sender, url) = (sender.clone(), url.clone());
        tokio::spawn(async move {
            let response = reqwest::get(url).await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.unwrap();
            let _ = sender.send(Page { status, headers, text });
        });
        Ok(String::new())
    });
    (person, pages)
}

async fn browse(fixture: &Fixture) -> (Result<String, String>, Page) {
    let (person, mut pages) = browsing();
    let source = TokenSource::Browser(BrowserSource {
        relying_party: Arc::new(fixture.party().await),
        redirect_uri: None,
        options: ada(),
        login_timeout: TIMEOUT,
    });
    let surroundings =
        Surroundings { http: &fixture.http, clock: &fixture.clock, interaction: person.as_ref() };
    let obtained = source.obtain(surroundings).await;
    let result = obtained
        .map(|obtained| obtained.claims().text("email").unwrap().to_owned())
        .map_err(|error| error.to_string());
    (result, pages.recv().await.unwrap())
}

#[tokio::test]
async fn a_sign_in_in_the_browser_ends_on_a_page_without_tokens() {
    let fixture = Fixture::start().await;
    let (result, page) = browse(&fixture).await;
    assert_eq!(result, Ok("ada@example.com".to_owned()));
    assert_eq!(page.status, 200);
    assert!(page.text.contains("You are signed in as <strong>ada@example.com</strong>."));
    assert!(page.text.contains("Close this tab and go on in the terminal."));
    assert!(
        !page.text.contains("eyJ") && !page.text.contains("state") && !page.text.contains("code")
    );
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert!(page.headers.contains_key("content-security-policy"));
    assert_eq!(fixture.issuer.mistakes(None), []);
}

#[tokio::test]
async fn a_wrong_redirect_is_an_error_here_and_there() {
    let fixture = Fixture::start().await;
    for (fault, message) in [
        (
            Fault::WrongState,
            "the redirect's `state` is not the one sent: it answers another request than ours",
        ),
        (
            Fault::MissingState,
            "the redirect's `state` is not the one sent: it answers another request than ours",
        ),
        (
            Fault::WrongResponseIssuer,
            "expected a redirect of the issuer `https://accounts.google.com`, found one of `https://attacker.example`",
        ),
        (Fault::WrongNonce, "the ID token's `nonce` is not the one sent"),
    ] {
        fixture.issuer.add_fault(fault);
        let (result, page) = browse(&fixture).await;
        fixture.issuer.clear_faults();
        assert_eq!(result, Err(message.to_owned()));
        assert_eq!(page.status, 400);
        assert!(page.text.contains("The sign-in did not work."), "{}", page.text);
    }
}

#[tokio::test]
async fn without_a_browser_the_address_is_told_and_the_sign_in_goes_on() {
    let fixture = Fixture::start().await;
    let person = Person::new(|_| Err(io::Error::other("no display")));
    let source = TokenSource::Browser(BrowserSource {
        relying_party: Arc::new(fixture.party().await),
        redirect_uri: None,
        options: ada(),
        login_timeout: TIMEOUT,
    });
    let surroundings =
        Surroundings { http: &fixture.http, clock: &fixture.clock, interaction: person.as_ref() };
    let by_hand = async {
        let told = loop {
            if let Some(told) = person.told.lock().unwrap().first().cloned() {
                break told;
            }
            tokio::task::yield_now().await;
        };
        let url = told.strip_prefix("not opened (no display) ").unwrap();
        reqwest::get(url).await.unwrap().status().as_u16()
    };
    let (obtained, status) = tokio::join!(source.obtain(surroundings), by_hand);
    assert_eq!((obtained.is_ok(), status), (true, 200));
}

#[tokio::test]
async fn nobody_coming_back_is_a_timeout() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let listener = LoopbackRedirect::bind(None).await.unwrap();
    let request = party.authorization_request(listener.redirect_uri(), &ada()).unwrap();
    let error = listener.wait(&request, party.provider(), Duration::ZERO).await.unwrap_err();
    assert_eq!(error.to_string(), "nobody finished signing in within 0 s");
}

#[tokio::test]
async fn other_requests_are_turned_away_and_do_not_count() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let redirect_uri = Url::parse("http://127.0.0.1/callback").unwrap();
    let listener = LoopbackRedirect::bind(Some(&redirect_uri)).await.unwrap();
    let address = listener.redirect_uri().clone();
    let request = party.authorization_request(&address, &ada()).unwrap();
    let answer = fixture.redirected(&request).await;
    let seen = Mutex::new(Vec::new());
    let visits = async {
        let http = &fixture.browser;
        for (asked, host) in [
            (http.get(address.join("/").unwrap()), None),
            (http.get(address.join("/favicon.ico").unwrap()), None),
            (http.get(address.join("/callback/").unwrap()), None),
            (http.get(answer.as_str()), Some("attacker.example")),
            (http.get(answer.as_str()), Some("localhost")),
            (http.get(answer.as_str()), Some("127.0.0.1")),
            (http.post(answer.as_str()), None),
            (http.head(answer.as_str()), None),
        ] {
            let asked = match host {
                Some(host) => asked.header("host", host),
                None => asked,
            };
            let status = asked.send().await.unwrap().status().as_u16();
            seen.lock().unwrap().push(status);
        }
        http.get(answer.as_str()).send().await.unwrap().text().await.unwrap()
    };
    let wait = async {
        let callback = listener.wait(&request, party.provider(), TIMEOUT).await.unwrap();
        let second = fixture.browser.get(answer.as_str()).send().await.unwrap().status().as_u16();
        seen.lock().unwrap().push(second);
        let account = "<script>alert(1)</script>".to_owned();
        callback.finish(Outcome::SignedIn { account }).await;
    };
    let (page, ()) = tokio::join!(visits, wait);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert_eq!(*seen.lock().unwrap(), [404, 404, 404, 403, 403, 403, 405, 405, 410]);
    let gone = fixture.browser.get(answer.as_str()).send().await.unwrap_err();
    assert!(gone.is_connect(), "the listener is gone after one callback");
}

#[tokio::test]
async fn what_the_person_refuses_is_said() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let listener = LoopbackRedirect::bind(None).await.unwrap();
    let request = party.authorization_request(listener.redirect_uri(), &ada()).unwrap();
    let mut back = request.redirect_uri.clone();
    back.query_pairs_mut()
        .append_pair("state", request.state.expose())
        .append_pair("iss", "https://accounts.google.com")
        .append_pair("error", "access_denied");
    let visit = fixture.browser.get(back).send();
    let (error, page) = tokio::join!(listener.wait(&request, party.provider(), TIMEOUT), visit);
    assert_eq!(error.unwrap_err().to_string(), "the issuer refused the sign-in: `access_denied`");
    assert_eq!(page.unwrap().status().as_u16(), 400);
}

async fn paste(
    pasted: impl Fn(String) -> String + Send + Sync + 'static,
) -> Result<String, String> {
    let fixture = Fixture::start().await;
    let browser = fixture.browser.clone();
    let person = Person::new(move |act| {
        let Act::Paste(url) = act else { return Err(io::ErrorKind::Unsupported.into()) };
        let visit = async {
            let response = browser.get(url.clone()).send().await.unwrap();
            response.headers()["location"].to_str().unwrap().to_owned()
        };
        let location =
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(visit));
        Ok(pasted(location))
    });
    let source = TokenSource::Paste(PasteSource {
        relying_party: Arc::new(fixture.party().await),
        redirect_uri: None,
        options: ada(),
        login_timeout: TIMEOUT,
    });
    let surroundings =
        Surroundings { http: &fixture.http, clock: &fixture.clock, interaction: person.as_ref() };
    let obtained = source.obtain(surroundings).await.map_err(|error| error.to_string())?;
    Ok(obtained.claims().text("email").unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_address_is_as_good_as_a_listener() {
    assert_eq!(paste(|address| format!("  {address}\n")).await, Ok("ada@example.com".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_people_paste_is_refused() {
    let state = "the redirect's `state` is not the one sent: it answers another request than ours";
    let not_a_url = "expected the address the browser ended up at, found text that is no URL";
    let only_code = |address: String| {
        let url = Url::parse(&address).unwrap();
        url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
    };
    assert_eq!(paste(only_code).await, Err(not_a_url.to_owned()));
    assert_eq!(paste(|_| String::new()).await, Err(not_a_url.to_owned()));
    assert_eq!(paste(|address| address.replace("state=", "state=x")).await, Err(state.to_owned()));
    assert_eq!(paste(|_| "http://127.0.0.1:49151/?code=x".to_owned()).await, Err(state.to_owned()));
}
