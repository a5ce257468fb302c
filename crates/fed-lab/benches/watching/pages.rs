//! How soon the pages show what is decided.

use std::time::{Duration, Instant};

use fed_lab::Lab;
use reqwest::header::{COOKIE, ORIGIN, SET_COOKIE};
use reqwest::{Client, redirect};

use crate::client::{Line, percentile};
use crate::{Failure, KEPT, Watched};

/// Decisions that are waited for, and how often each page is opened.
const TIMES: usize = 50;
/// After so long a decision must be shown.
const MOST: Duration = Duration::from_millis(200);
/// The pages that show many decisions.
const PAGES: [&str; 3] = ["/", "/principals", "/learned"];

/// A browser that was let in.
struct Browser {
    http: Client,
    url: String,
    cookie: String,
}

/// A row for a page that is open, and one for each page that is opened.
pub(crate) async fn rows(watched: &Watched) -> Result<(), Failure> {
    let kept = watched.lab.gate().decisions().len();
    if kept != KEPT {
        return Err(format!("expected {KEPT} decisions to be kept, found {kept}").into());
    }
    let browser = Browser::let_in(&watched.lab).await?;
    let mut late = Vec::new();
    let row = |name: &str, times: &mut Vec<Duration>| {
        let (median, longest) = (percentile(times, 50), percentile(times, 100 - 1));
        println!(
            "| {name}, {kept} kept: median, longest | {:.1} ms, {:.1} ms | {} ms |",
            median.as_secs_f64() * 1e3,
            longest.as_secs_f64() * 1e3,
            MOST.as_millis()
        );
        longest
    };
    let longest = row(
        "a decision is on an open page, from its request on",
        &mut browser.told(watched).await?,
    );
    late.extend((longest > MOST).then(|| format!("an open page, {longest:?}")));
    for path in PAGES {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let start = Instant::now();
            browser.get(path).await?.error_for_status()?.text().await?;
            times.push(start.elapsed());
        }
        let longest = row(&format!("`{path}` is opened"), &mut times);
        late.extend((longest > MOST).then(|| format!("`{path}`, {longest:?}")));
    }
    match late.is_empty() {
        true => Ok(()),
        false => Err(format!("later than {MOST:?}: {}", late.join("; ")).into()),
    }
}

impl Browser {
    async fn let_in(lab: &Lab) -> Result<Self, Failure> {
        let address = lab.page_address()?;
        let (url, key) = address.expose().split_once("/#").ok_or("the address has no key")?;
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build()?;
        let entered = http.post(format!("{url}/enter")).header(ORIGIN, url);
        let answer = entered.form(&[("key", key)]).send().await?;
        let cookie = answer.headers().get(SET_COOKIE).ok_or("no cookie was given")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { http, url: url.to_owned(), cookie })
    }

    async fn get(&self, path: &str) -> Result<reqwest::Response, Failure> {
        let asked = self.http.get(format!("{}{path}", self.url)).header(COOKIE, &self.cookie);
        Ok(asked.send().await?)
    }

    /// How long after each request the page that is open is told of its decision.
    async fn told(&self, watched: &Watched) -> Result<Vec<Duration>, Failure> {
        let mut live = self.get("/live").await?.error_for_status()?;
        let mut line = Line::open(&watched.gate, watched.request.clone()).await?;
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let start = Instant::now();
            let (sent, told) = tokio::join!(line.send(), live.chunk());
            sent?;
            let told = told?.ok_or("the page is told no more")?;
            times.push(start.elapsed());
            if !told.starts_with(b"event: decision\ndata: <tr") {
                return Err(format!("expected a decision, found {told:?}").into());
            }
        }
        Ok(times)
    }
}
