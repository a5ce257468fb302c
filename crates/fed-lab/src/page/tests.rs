//! Who gets at the pages, and what they show and do.

use std::time::SystemTime;

use fake_issuer::{Issuer, IssuerConfig};
use fed_types::AccountId;
use iam_gate::{GateConfig, Limits};
use reqwest::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};

use super::*;
use crate::World;
use crate::seed::Seed;

/// An emulator that nobody asks.
const NOWHERE: &str = "http://127.0.0.1:9";

struct Lab {
    pages: Pages,
    gate: Arc<Gate>,
    issuer: Issuer,
    http: Client,
    url: String,
}

impl Lab {
    async fn start() -> Self {
        let id: AccountId = "278805249149".parse().unwrap();
        let gate = Gate::start(GateConfig {
            upstream: NOWHERE.parse().unwrap(),
            port: None,
            region: "us-east-1".to_owned(),
            issuers: Vec::new(),
            callbacks: Vec::new(),
            clock: iam_gate::Clock::new(SystemTime::now),
            limits: Limits::standard(),
        });
        let gate = Arc::new(gate.await.unwrap());
        let world = World::built_in(Seed::Nothing, &id, "us-east-1").unwrap();
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        let accounts = Accounts::new(Arc::clone(&gate), http.clone(), NOWHERE, &world, id);
        let issuer =
            Issuer::start(IssuerConfig::google(fake_issuer::Clock::system())).await.unwrap();
        let pages = Pages::start(Shown {
            lab: LabFacts {
                name: None,
                backend: "nowhere".to_owned(),
                account: "278805249149".to_owned(),
                region: "us-east-1".to_owned(),
                audit: false,
            },
            gate: Arc::clone(&gate),
            accounts: Arc::new(accounts),
            issuers: vec![issuer.controls()],
            people: Vec::new(),
            addresses: Vec::new(),
        });
        let pages = pages.await.unwrap();
        let url = pages.way_in().url.clone();
        Self { pages, gate, issuer, http, url }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    /// As a form of the lab's own page sends it.
    fn post(&self, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).header(ORIGIN, &self.url).form(form)
    }

    fn key(&self) -> String {
        let address = self.pages.way_in().address().unwrap();
        address.expose().split_once("/#").unwrap().1.to_owned()
    }

    /// The cookie of a browser that was let in.
    async fn enter(&self) -> String {
        let answer = self.post("/enter", &[("key", &self.key())]).send().await.unwrap();
        assert_eq!(
            (answer.status(), &answer.headers()[LOCATION]),
            (StatusCode::SEE_OTHER, &"/".parse().unwrap())
        );
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// A call without a signature, which the gate refuses.
    async fn ask_in_vain(&self) {
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let form = "application/x-www-form-urlencoded";
        let asked = self.http.post(self.gate.url()).header("content-type", form).body(body);
        assert_eq!(asked.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    }
}

async fn text(request: RequestBuilder) -> (StatusCode, String) {
    let answer = request.send().await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

const PAGES: [&str; 5] = ["/", "/principals", "/issuers", "/world", "/learned"];
const BUTTONS: [(&str, &[(&str, &str)]); 7] = [
    ("/decisions/clear", &[]),
    ("/issuers/0/rotate", &[]),
    ("/issuers/0/clock", &[("move", "3600")]),
    ("/issuers/0/faults", &[("fault", "expired")]),
    ("/issuers/0/faults/clear", &[]),
    ("/accounts/278805249149/reset", &[]),
    ("/accounts/278805249149/close", &[]),
];

#[tokio::test]
async fn without_a_key_nothing_is_told_and_nothing_is_done() {
    let lab = Lab::start().await;
    lab.ask_in_vain().await;
    let id = lab.gate.decisions()[0].request_id.clone();
    for path in PAGES.into_iter().chain(["/live", "/live.js", "/decisions/1", "/nothing"]) {
        for cookie in ["", "fed_lab_1=1"] {
            let (status, html) = text(lab.get(path).header(COOKIE, cookie)).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
            assert!(html.contains("fed-lab page") && !html.contains("278805249149"), "{html}");
            assert!(!html.contains(&id), "{html}");
        }
    }
    for (path, form) in BUTTONS {
        assert_eq!(text(lab.post(path, form)).await.0, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(lab.gate.decisions().len(), 1);
    assert_eq!((lab.issuer.clock().offset_seconds(), lab.issuer.controls().faults().len()), (0, 0));
    let wrong = text(lab.post("/enter", &[("key", "00")])).await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED);
    assert!(wrong.1.contains("used already, or is none of this lab"), "{}", wrong.1);
}

#[tokio::test]
async fn a_key_lets_one_browser_in() {
    let lab = Lab::start().await;
    let key = lab.key();
    let first = lab.post("/enter", &[("key", &key)]).send().await.unwrap();
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    assert_eq!(text(lab.post("/enter", &[("key", &key)])).await.0, StatusCode::UNAUTHORIZED);
    let cookie = lab.enter().await;
    for path in PAGES {
        let answer = lab.get(path).header(COOKIE, &cookie).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert!(header("content-security-policy").starts_with("default-src 'none'; "), "{path}");
        assert_eq!(header("cache-control"), "no-store");
        let html = answer.text().await.unwrap();
        assert!(
            !html.contains(&key) && !html.contains(cookie.split_once('=').unwrap().1),
            "{path}"
        );
    }
}

#[tokio::test]
async fn pages_of_others_are_kept_out() {
    let lab = Lab::start().await;
    let cookie = lab.enter().await;
    let port = lab.url.rsplit_once(':').unwrap().1;
    for host in ["evil.example", &format!("evil.example:{port}"), "127.0.0.1", "127.0.0.1:1"] {
        let asked = lab.get("/").header(COOKIE, &cookie).header(HOST, host);
        assert_eq!(text(asked).await.0, StatusCode::FORBIDDEN, "{host}");
    }
    for origin in
        ["http://evil.example", "null", &format!("https://127.0.0.1:{port}"), "http://127.0.0.1:1"]
    {
        for path in ["/", "/live"] {
            let asked = lab.get(path).header(COOKIE, &cookie).header(ORIGIN, origin);
            assert_eq!(text(asked).await.0, StatusCode::FORBIDDEN, "{origin}");
        }
        for (path, form) in BUTTONS {
            let asked = lab.http.post(format!("{}{path}", lab.url)).form(form);
            let asked = asked.header(COOKIE, &cookie).header(ORIGIN, origin);
            assert_eq!(text(asked).await.0, StatusCode::FORBIDDEN, "{origin} {path}");
        }
    }
    // A form says where it comes from.
    for (path, form) in BUTTONS {
        let asked = lab.http.post(format!("{}{path}", lab.url)).form(form);
        assert_eq!(text(asked.header(COOKIE, &cookie)).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!((lab.issuer.clock().offset_seconds(), lab.issuer.controls().faults().len()), (0, 0));
}

#[tokio::test]
async fn a_decision_is_told_while_it_is_made_and_can_be_opened() {
    let lab = Lab::start().await;
    let cookie = lab.enter().await;
    let live = |query: &str| lab.get(&format!("/live{query}")).header(COOKIE, &cookie).send();
    let (mut all, mut denied) = (live("").await.unwrap(), live("?decision=denied").await.unwrap());
    lab.ask_in_vain().await;
    let told = all.chunk().await.unwrap().unwrap();
    let told = std::str::from_utf8(&told).unwrap();
    assert!(told.starts_with("event: decision\ndata: <tr class=\"refused\">"), "{told}");
    let id = lab.gate.decisions()[0].request_id.clone();
    assert!(told.contains(&format!("/decisions/{id}")), "{told}");

    let (status, html) = text(lab.get(&format!("/decisions/{id}")).header(COOKIE, &cookie)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains("<h1 class=\"refused\">") && html.contains(&id), "{html}");
    let (status, html) = text(lab.get("/").header(COOKIE, &cookie)).await;
    assert_eq!((status, html.matches(&format!("/decisions/{id}")).count()), (StatusCode::OK, 1));
    assert_eq!(
        text(lab.get("/decisions/other").header(COOKIE, &cookie)).await.0,
        StatusCode::NOT_FOUND
    );

    // It was none of those; the stream ends with the lab, and nothing was in it.
    lab.pages.stop().await;
    assert!(denied.chunk().await.unwrap_or_default().is_none());
}

#[tokio::test]
async fn buttons_steer_the_issuer() {
    let lab = Lab::start().await;
    let cookie = lab.enter().await;
    let press = async |path: &str, form: &[(&str, &str)]| {
        text(lab.post(path, form).header(COOKIE, &cookie)).await
    };
    let controls = lab.issuer.controls();
    assert_eq!(press("/issuers/0/clock", &[("move", "3600")]).await.0, StatusCode::SEE_OTHER);
    assert_eq!(press("/issuers/0/clock", &[("move", "-60")]).await.0, StatusCode::SEE_OTHER);
    assert_eq!(controls.clock().offset_seconds(), 3540);
    press("/issuers/0/clock", &[("move", "9223372036854775807")]).await;
    assert_eq!(controls.clock().offset_seconds(), 10 * 365 * 24 * 3600);
    press("/issuers/0/clock", &[("move", "0")]).await;
    assert_eq!(controls.clock().offset_seconds(), 0);

    assert_eq!(press("/issuers/0/faults", &[("fault", "expired")]).await.0, StatusCode::SEE_OTHER);
    let html = text(lab.get("/issuers").header(COOKIE, &cookie)).await.1;
    assert!(html.contains("<code>expired, once</code>"), "{html}");
    press("/issuers/0/faults/clear", &[]).await;
    assert_eq!(controls.faults(), []);

    for (path, form) in [
        ("/issuers/1/clock", &[("move", "1")][..]),
        ("/issuers/0/faults", &[("fault", "none such")]),
        ("/accounts/x/reset", &[]),
    ] {
        assert_eq!(press(path, form).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(press("/accounts/278805249149/close", &[]).await.0, StatusCode::BAD_GATEWAY);
}

#[tokio::test]
async fn decisions_are_forgotten_where_that_is_asked() {
    let lab = Lab::start().await;
    let cookie = lab.enter().await;
    lab.ask_in_vain().await;
    let pressed = lab.post("/decisions/clear", &[]).header(COOKIE, &cookie);
    assert_eq!(text(pressed).await.0, StatusCode::SEE_OTHER);
    assert_eq!(lab.gate.decisions().len(), 0);
}
