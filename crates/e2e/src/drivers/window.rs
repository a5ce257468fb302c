//! A window of Chromium's, and what a person does in it: open, read, press.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::time::timeout;
use url::Url;

use super::running_chromium::{Browser, PATIENCE};

/// Whoever waits looks again when the page has changed, and after so long at the latest.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The first element of a path that begins with `//`, or of a selector.
const FIND: &str = "(path) => path.startsWith('//') \
    ? document.evaluate(path, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue \
    : document.querySelector(path)";
/// Brings an element into view. Where its middle is, if it can be pressed there: if nothing else
/// lies over it.
const PLACE: &str = "(element) => { \
    element.scrollIntoView({ behavior: 'instant', block: 'center', inline: 'center' }); \
    const { x, y, width, height } = element.getClientRects()[0]; \
    const place = { x: x + width / 2, y: y + height / 2 }; \
    return element.contains(document.elementFromPoint(place.x, place.y)) ? place : null; }";
const CHANGE: &str = "(longest) => new Promise((changed) => { \
    new MutationObserver(changed).observe(document, \
        { attributes: true, characterData: true, childList: true, subtree: true }); \
    setTimeout(changed, longest); }).then(() => true)";

/// A window that shares nothing with others. Dropped, it closes.
pub(crate) struct Window {
    browser: Arc<Browser>,
    /// What it shares nothing of.
    context: String,
    /// By which its page is spoken to.
    session: String,
}

impl Window {
    /// Opens it.
    pub(super) async fn open_in(browser: Arc<Browser>) -> Result<Self> {
        let made = browser.call("Target.createBrowserContext", json!({})).await?;
        let context = text(&made["browserContextId"])?;
        let page = json!({ "url": "about:blank", "browserContextId": context });
        let made = browser.call("Target.createTarget", page).await?;
        let attached = json!({ "targetId": made["targetId"], "flatten": true });
        let attached = browser.call("Target.attachToTarget", attached).await?;
        let window = Self { browser, context, session: text(&attached["sessionId"])? };
        window.call("Page.enable", json!({})).await?;
        window.call("Page.setLifecycleEventsEnabled", json!({ "enabled": true })).await?;
        Ok(window)
    }

    /// Opens a page, and waits until it is loaded.
    pub(crate) async fn open(&self, url: &str) -> Result<()> {
        let opening = || format!("opening {url}");
        let opened = self.call("Page.navigate", json!({ "url": url })).await;
        let opened = opened.with_context(opening)?;
        if let Some(error) = opened["errorText"].as_str() {
            bail!("opening {url}: {error}");
        }
        // Another place on the same page is another address alone.
        let Some(document) = opened["loaderId"].as_str() else { return Ok(()) };
        let loaded = timeout(PATIENCE, self.browser.devtools.loaded(&self.session, document)).await;
        loaded.with_context(opening)?
    }

    /// Where it stands, once all that is there is loaded.
    pub(crate) async fn address(&self) -> Result<Url> {
        let here = "() => document.readyState === 'complete' ? location.href : null";
        let here = self.once_there(here, &[]).await?;
        Ok(text(&here).context("the page does not come to its end")?.parse()?)
    }

    /// What a person reads of the first element that the selector means, once it is there.
    pub(crate) async fn read(&self, selector: &str) -> Result<String> {
        let read = "(selector) => document.querySelector(selector)?.innerText ?? null";
        let found = self.once_there(read, &[selector.into()]).await?;
        text(&found).with_context(|| format!("no `{selector}` on the page"))
    }

    /// What a person reads of all such elements, a line each or more.
    pub(crate) async fn read_all(&self, selector: &str) -> Result<String> {
        let read = "(selector) => [...document.querySelectorAll(selector)]\
                    .map((one) => one.innerText).join('\\n') || null";
        let found = self.once_there(read, &[selector.into()]).await?;
        text(&found).with_context(|| format!("no `{selector}` on the page"))
    }

    /// Waits until what a person reads of the element is as the check wants it. A page that is left
    /// meanwhile cannot be read, and the next one is another.
    pub(crate) async fn until_read(
        &self,
        selector: &str,
        check: impl Fn(&str) -> Result<()>,
    ) -> Result<()> {
        let began = Instant::now();
        loop {
            let checked = self.read(selector).await.and_then(|text| check(&text));
            if checked.is_ok() || began.elapsed() > PATIENCE {
                return checked;
            }
            self.change().await;
        }
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, selector: &str) -> Result<bool> {
        let has = "(selector) => document.querySelector(selector) !== null";
        Ok(self.evaluate(has, &[selector.into()]).await? == true)
    }

    /// Waits until there is an element with this text, and tells how long that took.
    pub(crate) async fn until(&self, selector: &str, text: &str) -> Result<Duration> {
        let began = Instant::now();
        let there = "(selector, text) => [...document.querySelectorAll(selector)]\
                     .some((one) => one.innerText.includes(text)) || null";
        match self.once_there(there, &[selector.into(), text.into()]).await? {
            Value::Null => bail!("no `{selector}` with `{text}` in {PATIENCE:?}"),
            _ => Ok(began.elapsed()),
        }
    }

    /// Presses the first link that the selector means, and waits until it is followed.
    pub(crate) async fn follow(&self, selector: &str) -> Result<()> {
        let leads = "(selector) => document.querySelector(selector)?.href ?? null";
        let leads = self.once_there(leads, &[selector.into()]).await?;
        self.press(selector, selector).await?;
        let followed = "(address) => location.href === address \
                        && document.readyState === 'complete' || null";
        match self.once_there(followed, std::slice::from_ref(&leads)).await? {
            Value::Null => bail!("pressing `{selector}` does not lead to {leads}"),
            _ => Ok(()),
        }
    }

    /// Presses the first button, link or summary with this text.
    pub(crate) async fn press_text(&self, text: &str) -> Result<()> {
        let path = format!(
            "//*[self::button or self::a or self::summary][contains(normalize-space(.), '{text}')]"
        );
        self.press(&path, text).await
    }

    /// Opens the authorization URL, presses the account's button and waits until the
    /// application's page is there; answers what it reads.
    pub(crate) async fn sign_in(&self, url: &str, email: &str, until: &str) -> Result<String> {
        self.open(url).await?;
        self.press(&format!("//button[contains(., '{email}')]"), email).await?;
        let here = "(address) => location.href === address \
                    && document.readyState === 'complete' || null";
        match self.once_there(here, &[until.into()]).await? {
            Value::Null => bail!("the browser does not come to {until}"),
            _ => self.read("body").await,
        }
    }

    /// Presses an element with the mouse, as soon as it is there and nothing lies over it.
    async fn press(&self, path: &str, name: &str) -> Result<()> {
        let place =
            format!("(path) => {{ const it = ({FIND})(path); return it && ({PLACE})(it); }}");
        let place = self.once_there(&place, &[path.into()]).await?;
        let (Some(x), Some(y)) = (place["x"].as_f64(), place["y"].as_f64()) else {
            bail!("no `{name}` that can be pressed");
        };
        for (kind, count) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 1)] {
            let button = if count == 0 { "none" } else { "left" };
            let event = json!({
                "type": kind, "x": x, "y": y, "button": button, "clickCount": count,
            });
            self.call("Input.dispatchMouseEvent", event).await?;
        }
        Ok(())
    }

    /// What the function finds, or `null` if it finds nothing for too long. A page that is left
    /// meanwhile finds nothing.
    async fn once_there(&self, function: &str, arguments: &[Value]) -> Result<Value> {
        let began = Instant::now();
        loop {
            match self.evaluate(function, arguments).await {
                Ok(Value::Null) | Err(_) if began.elapsed() < PATIENCE => self.change().await,
                found => return found,
            }
        }
    }

    /// Waits until something on the page is another, but not long.
    async fn change(&self) {
        let longest = u64::try_from(LOOK_AGAIN.as_millis()).unwrap_or_default();
        if self.evaluate(CHANGE, &[longest.into()]).await.is_err() {
            // The page is being left.
            let _ = timeout(LOOK_AGAIN, self.browser.devtools.next_document()).await;
        }
    }

    /// What a function of JavaScript's answers, or its promise.
    pub(super) async fn evaluate(&self, function: &str, arguments: &[Value]) -> Result<Value> {
        self.evaluate_for(PATIENCE, function, arguments).await
    }

    /// The same, with another patience.
    pub(super) async fn evaluate_for(
        &self,
        patience: Duration,
        function: &str,
        arguments: &[Value],
    ) -> Result<Value> {
        let arguments: Vec<_> = arguments.iter().map(Value::to_string).collect();
        let expression = format!("({function})({})", arguments.join(", "));
        let asked = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
        });
        let devtools = &self.browser.devtools;
        let mut answer =
            devtools.call(Some(&self.session), "Runtime.evaluate", asked, patience).await?;
        if let Some(thrown) = answer["exceptionDetails"]["exception"]["description"].as_str() {
            bail!("the page has thrown {thrown}");
        }
        Ok(answer["result"]["value"].take())
    }

    /// What comes of a command to the page.
    pub(super) async fn call(&self, method: &str, parameters: Value) -> Result<Value> {
        self.browser.devtools.call(Some(&self.session), method, parameters, PATIENCE).await
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let context = json!({ "browserContextId": self.context });
        self.browser.devtools.tell("Target.disposeBrowserContext", context);
    }
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("expected a text, found {value}"))
}
