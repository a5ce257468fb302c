//! The browser's way back, good and bad.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_issuer::Fault;
use oidc_client::{
    BrowserSource, Clock, LoopbackRedirect, Outcome, PasteSource, RedirectUri, Stray, Surroundings,
    TokenSource,
};
use tokio::sync::mpsc;
use url::Url;

use crate::fixture::{Act, CLIENT, Fixture, Person, SECRET, TIMEOUT, ada};

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
    // The style has a word for code, too.
    let (_, shown) = page.text.split_once("</style>").unwrap();
    assert!(!page.text.contains("eyJ") && !page.text.contains("state") && !shown.contains("code"));
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
        let reason = format!("The sign-in did not work: {message}. Close this tab;");
        assert!(page.text.contains(&reason), "{}", page.text);
    }
}

#[tokio::test]
async fn an_issuer_that_mangles_the_state_does_not_end_the_wait_for_the_true_answer() {
    let fixture = Fixture::start().await;
    for fault in [Fault::WrongState, Fault::MissingState] {
        let party = fixture.party().await;
        let listener = LoopbackRedirect::bind(None).await.unwrap();
        let request = party.authorization_request(listener.redirect_uri(), &ada()).unwrap();
        fixture.issuer.add_fault(fault);
        let wrong = fixture.redirected(&request).await;
        fixture.issuer.clear_faults();
        let good = fixture.redirected(&request).await;
        let visits = async {
            let page = fixture.browser.get(wrong).send().await.unwrap();
            assert_eq!(page.status(), 400);
            assert!(page.text().await.unwrap().contains("which still waits. Close this tab."));
            fixture.browser.get(good).send().await.unwrap().status().as_u16()
        };
        let told = Mutex::new(0);
        let wait = async {
            let strays = |_: &Stray| *told.lock().unwrap() += 1;
            let wait = listener.wait(&request, party.provider(), TIMEOUT, &strays);
            let callback = wait.await.unwrap();
            let account = "ada".to_owned();
            callback.finish(Outcome::SignedIn { account }).await;
        };
        let (status, ()) = tokio::join!(visits, wait);
        assert_eq!((status, *told.lock().unwrap()), (200, 1));
    }
}

#[tokio::test]
async fn after_a_while_of_silence_the_person_is_told_what_to_look_for() {
    let fixture = Fixture::start().await;
    let free = LoopbackRedirect::bind(None).await.unwrap();
    let registered: RedirectUri = free.redirect_uri().as_str().parse().unwrap();
    drop(free);
    for redirect_uri in [None, Some(registered.clone())] {
        let person = Person::new(|_| Ok(String::new()));
        let source = TokenSource::Browser(BrowserSource {
            relying_party: Arc::new(fixture.party().await),
            redirect_uri: redirect_uri.clone(),
            options: ada(),
            login_timeout: TIMEOUT,
        });
        let surroundings = Surroundings {
            http: &fixture.http,
            clock: &fixture.clock,
            interaction: person.as_ref(),
        };
        let began = fixture.clock.now();
        let comes_back = async {
            // The person comes back once they were told.
            let told = loop {
                if let [opened, hint] = &person.told.lock().unwrap()[..] {
                    break (opened.clone(), hint.clone());
                }
                tokio::task::yield_now().await;
            };
            let url = told.0.strip_prefix("opened ").unwrap();
            assert_eq!(reqwest::get(url).await.unwrap().status(), 200);
            told.1
        };
        let (obtained, told) = tokio::join!(source.obtain(surroundings), comes_back);
        obtained.unwrap();
        assert_eq!(fixture.clock.now().seconds() - began.seconds(), 20);
        match redirect_uri {
            Some(_) => assert_eq!(told, format!("nothing yet: {registered} false {CLIENT}")),
            None => {
                assert!(told.starts_with("nothing yet: http://127.0.0.1:"), "{told}");
                assert!(told.ends_with(&format!(" true {CLIENT}")), "{told}");
            }
        }
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
    obtained.unwrap();
    assert_eq!(status, 200);
}

#[tokio::test]
async fn nobody_coming_back_is_a_timeout() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let listener = LoopbackRedirect::bind(None).await.unwrap();
    let request = party.authorization_request(listener.redirect_uri(), &ada()).unwrap();
    let error =
        listener.wait(&request, party.provider(), Duration::ZERO, &|_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), "nobody finished signing in within 0 s");
}

#[tokio::test]
async fn other_requests_are_turned_away_and_do_not_count() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let redirect_uri = "http://127.0.0.1/callback".parse().unwrap();
    let listener = LoopbackRedirect::bind(Some(&redirect_uri)).await.unwrap();
    let request = party.authorization_request(listener.redirect_uri(), &ada()).unwrap();
    let address = listener.redirect_uri().url().clone();
    let answer = fixture.redirected(&request).await;
    let (seen, strays) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let with = |address: &Url, query: &str| {
        let mut address = address.clone();
        address.set_query(Some(query));
        address
    };
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
            (http.get(address.clone()), None),
            (http.get(with(&address, "error=access_denied&state=of-another-tab")), None),
            (http.get(with(&address, "state=x&code=y")), None),
            (http.get(with(&address, "error=server_error")), None),
            (http.get(answer.replace("state=", "state=x&state=")), None),
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
        let told = |stray: &Stray| strays.lock().unwrap().push(stray.error.clone());
        let callback = listener.wait(&request, party.provider(), TIMEOUT, &told).await.unwrap();
        let second = fixture.browser.get(answer.as_str()).send().await.unwrap().status().as_u16();
        seen.lock().unwrap().push(second);
        let account = "<script>alert(1)</script>".to_owned();
        callback.finish(Outcome::SignedIn { account }).await;
    };
    let (page, ()) = tokio::join!(visits, wait);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert_eq!(
        *seen.lock().unwrap(),
        [404, 404, 404, 403, 403, 403, 405, 405, 400, 400, 400, 400, 400, 410]
    );
    let denied = Some("access_denied".to_owned());
    assert_eq!(strays.lock().unwrap()[..3], [None, denied, None]);
    let gone = fixture.browser.get(answer.as_str()).send().await.unwrap_err();
    assert!(gone.is_connect(), "the listener is gone after one callback");
}

#[tokio::test]
async fn what_the_person_refuses_is_said() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let listener = LoopbackRedirect::bind(None).await.unwrap();
    let request = party.authorization_request(listener.redirect_uri(), &ada()).unwrap();
    let mut back = request.redirect_uri.url().clone();
    back.query_pairs_mut()
        .append_pair("state", request.state.expose())
        .append_pair("iss", "https://accounts.google.com")
        .append_pair("error", "access_denied");
    let visit = fixture.browser.get(back).send();
    let wait = listener.wait(&request, party.provider(), TIMEOUT, &|_| {});
    let (error, page) = tokio::join!(wait, visit);
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

/// A redirect URI as people register it, without a slash at the end and with `localhost`, is
/// what the issuer sees, letter by letter, and the browser comes back there.
#[tokio::test]
async fn a_redirect_uri_is_sent_letter_by_letter() {
    let fixture = Fixture::start().await;
    let free = LoopbackRedirect::bind(None).await.unwrap();
    let port = free.redirect_uri().port().unwrap();
    drop(free);
    let registered = format!("http://localhost:{port}");
    fixture.issuer.register_client(fake_issuer::Client::web("web", SECRET, &registered));
    let (person, mut pages) = browsing();
    let source = TokenSource::Browser(BrowserSource {
        relying_party: Arc::new(fixture.party_with("web", fixture.rules()).await),
        redirect_uri: Some(registered.parse().unwrap()),
        options: ada(),
        login_timeout: TIMEOUT,
    });
    let surroundings =
        Surroundings { http: &fixture.http, clock: &fixture.clock, interaction: person.as_ref() };
    source.obtain(surroundings).await.unwrap();
    assert_eq!(pages.recv().await.unwrap().status, 200);
    assert_eq!(fixture.issuer.mistakes(None), []);
}
