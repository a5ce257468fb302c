//! Looking at a page in Chromium: at any width, in the dark, without a script.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use fantoccini::Locator;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::chromium::{PATIENCE, Window};

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// In pixels.
    pub(crate) width: u32,
    pub(crate) dark: bool,
}

impl Look {
    /// As a file is called.
    pub(crate) fn name(self) -> String {
        format!("{}{}", self.width, if self.dark { "-dark" } else { "" })
    }
}

/// A command of Chromium's own (Chrome DevTools Protocol).
#[derive(Debug)]
struct Own {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.name, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}

impl Window {
    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("opening {url}"))
    }

    /// Where it stands.
    pub(crate) async fn address(&self) -> Result<Url> {
        Ok(self.client.current_url().await?)
    }

    /// What a person reads of the first element that the selector means, once it is there.
    pub(crate) async fn read(&self, selector: &str) -> Result<String> {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        Ok(found.with_context(|| format!("no `{selector}` on the page"))?.text().await?)
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, selector: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(selector)).await?.is_empty())
    }

    /// Waits until there is an element with this text, and tells how long that took.
    pub(crate) async fn until(&self, selector: &str, text: &str) -> Result<std::time::Duration> {
        let began = Instant::now();
        loop {
            for element in self.client.find_all(Locator::Css(selector)).await? {
                // One that went meanwhile has no text.
                if element.text().await.is_ok_and(|found| found.contains(text)) {
                    return Ok(began.elapsed());
                }
            }
            if began.elapsed() > PATIENCE {
                bail!("no `{selector}` with `{text}` in {PATIENCE:?}");
            }
        }
    }

    /// Presses a link or a button.
    pub(crate) async fn press(&self, selector: &str) -> Result<()> {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(selector)).await;
        Ok(found.with_context(|| format!("no `{selector}` to press"))?.click().await?)
    }

    /// Has pages shown so from now on.
    pub(crate) async fn look(&self, look: Look) -> Result<()> {
        self.client.set_window_size(look.width, 900).await?;
        let metrics =
            json!({ "width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.own("Emulation.setDeviceMetricsOverride", metrics).await?;
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.own("Emulation.setEmulatedMedia", json!({ "features": features })).await
    }

    /// Has pages run their scripts, or not.
    pub(crate) async fn scripts(&self, run: bool) -> Result<()> {
        self.own("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await
    }

    /// Keeps a picture of all of the page.
    pub(crate) async fn picture(&self, file: &Path) -> Result<()> {
        let picture = self.client.screenshot().await?;
        std::fs::write(file, picture).with_context(|| format!("writing {}", file.display()))
    }

    /// Pixels by which the page is wider than its window.
    pub(crate) async fn too_wide(&self) -> Result<i64> {
        let script = "return document.documentElement.scrollWidth - window.innerWidth";
        let found = self.client.execute(script, Vec::new()).await?;
        found.as_i64().context("a page has a width")
    }

    /// What axe-core finds serious or critical on the page, each with the elements.
    pub(crate) async fn obstacles(&self, axe: &str) -> Result<Vec<String>> {
        self.client.execute(axe, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1]; \
                      axe.run().then(done, (error) => done({ error: String(error) }))";
        let found = self.client.execute_async(script, Vec::new()).await?;
        if found["passes"].as_array().is_none_or(Vec::is_empty) {
            bail!("axe-core looked at nothing: {}", found["error"]);
        }
        let all = found["violations"].as_array().context("axe-core lists violations")?;
        let bad =
            all.iter().filter(|one| matches!(one["impact"].as_str(), Some("serious" | "critical")));
        Ok(bad.map(|one| format!("{}: {}", one["help"], one["nodes"][0]["html"])).collect())
    }

    async fn own(&self, name: &'static str, parameters: Value) -> Result<()> {
        self.client.issue_cmd(Own { name, parameters }).await.with_context(|| name)?;
        Ok(())
    }
}
