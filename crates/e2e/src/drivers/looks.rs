//! Looking at a page in Chromium: at any width, in the dark, without a script.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::Locator;
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand};
use serde_json::{Value, json};
use url::{ParseError, Url};

use super::chromium::{PATIENCE, Window};

/// As on a phone, by day and at night, in a window beside another, and on a screen. axe-core is
/// slow: once in each colours, narrow and wide, is enough.
pub(crate) const LOOKS: [Look; 5] = [
    Look { width: 320, dark: false, axe: false },
    Look { width: 320, dark: true, axe: true },
    Look { width: 768, dark: false, axe: false },
    Look { width: 1280, dark: false, axe: true },
    Look { width: 1280, dark: true, axe: false },
];

/// What axe-core may take for the longest page, on a machine that is busy with builds.
const AXE_PATIENCE: Duration = Duration::from_secs(180);

/// Of a window, in pixels.
const HEIGHT: u64 = 900;
const HIGHEST_PICTURE: u64 = 3000;
/// Of what documents show, lossy and small.
const HIGHEST_GLANCE: f64 = 1200.0;
const GLANCE_QUALITY: u8 = 75;

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// In pixels.
    pub(crate) width: u32,
    pub(crate) dark: bool,
    /// Whether axe-core looks, too.
    pub(crate) axe: bool,
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
        }
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, selector: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(selector)).await?.is_empty())
    }

    /// Waits until there is an element with this text, and tells how long that took.
    pub(crate) async fn until(&self, selector: &str, text: &str) -> Result<Duration> {
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

    /// Presses the first button, link or summary with this text.
    pub(crate) async fn press_text(&self, text: &str) -> Result<()> {
        let path = format!(
            "//*[self::button or self::a or self::summary][contains(normalize-space(.), '{text}')]"
        );
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::XPath(&path)).await;
        Ok(found.with_context(|| format!("no `{text}` to press"))?.click().await?)
    }

    /// What is wrong with the page that is open, looked at so; a picture of it is kept where there
    /// is a folder for it.
    pub(crate) async fn inspect(
        &self,
        name: &str,
        look: Look,
        axe: &str,
        pictures: Option<&Path>,
    ) -> Result<Vec<String>> {
        self.look(look).await?;
        if let Some(folder) = pictures {
            std::fs::create_dir_all(folder)?;
            self.picture(look, &folder.join(format!("{name}-{}.png", look.name()))).await?;
        }
        let mut found = if look.axe { self.obstacles(axe).await? } else { Vec::new() };
        let wider = self.too_wide().await?;
        if wider > 0 {
            found.push(format!("it is {wider} pixels wider than the window"));
        }
        Ok(found.into_iter().map(|what| format!("{name} at {}: {what}", look.name())).collect())
    }

    /// Has pages shown so from now on.
    pub(crate) async fn look(&self, look: Look) -> Result<()> {
        self.client.set_window_size(look.width, 900).await?;
        self.size(look.width, HEIGHT).await?;
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.own("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Has pages run their scripts, or not.
    pub(crate) async fn scripts(&self, run: bool) -> Result<()> {
        self.own("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await?;
        Ok(())
    }

    /// Keeps a picture of all of the page, or of the top of a very long one; and beside it one of
    /// less, which is small enough for documents.
    async fn picture(&self, look: Look, file: &Path) -> Result<()> {
        let script = "return document.querySelector('body').scrollHeight";
        let height = self.client.execute(script, Vec::new()).await?;
        let height = height.as_u64().context("a page has a height")?;
        self.size(look.width, height.clamp(HEIGHT, HIGHEST_PICTURE)).await?;
        let picture = self.client.screenshot().await?;
        self.size(look.width, HEIGHT).await?;
        let glance = self.glance("body").await?;
        std::fs::write(file, picture).with_context(|| format!("writing {}", file.display()))?;
        let file = file.with_extension("webp");
        std::fs::write(&file, glance).with_context(|| format!("writing {}", file.display()))
    }

    /// Keeps a small picture of the first element that the selector means.
    pub(crate) async fn picture_of(&self, selector: &str, file: &Path) -> Result<()> {
        let picture = self.glance(selector).await?;
        std::fs::write(file, picture).with_context(|| format!("writing {}", file.display()))
    }

    /// A small picture of a part of the page, or of its top, without the page's scrollbar.
    async fn glance(&self, selector: &str) -> Result<Vec<u8>> {
        self.scrollbar("hidden").await?;
        let script = "const it = document.querySelector(arguments[0]); \
                      const { x, y, width, height } = it.getBoundingClientRect(); \
                      return { x: x + scrollX, y: y + scrollY, width, height, scale: 1 };";
        let mut place = self.client.execute(script, vec![json!(selector)]).await?;
        let height = place["height"].as_f64().context("an element has a height")?;
        place["height"] = json!(height.min(HIGHEST_GLANCE));
        let wanted = json!({
            "format": "webp",
            "quality": GLANCE_QUALITY,
            "clip": place,
            "captureBeyondViewport": true,
        });
        let shot = self.own("Page.captureScreenshot", wanted).await?;
        self.scrollbar("").await?;
        let data = shot["data"].as_str().context("a screenshot has data")?;
        Ok(STANDARD.decode(data)?)
    }

    async fn scrollbar(&self, overflow: &str) -> Result<()> {
        let script = "document.documentElement.style.overflow = arguments[0]";
        self.client.execute(script, vec![json!(overflow)]).await?;
        Ok(())
    }

    /// Pixels by which the page is wider than its window.
    pub(crate) async fn too_wide(&self) -> Result<i64> {
        let script = "return document.documentElement.scrollWidth - window.innerWidth";
        let found = self.client.execute(script, Vec::new()).await?;
        found.as_i64().context("a page has a width")
    }

    /// What axe-core finds serious or critical on the page, each with the elements.
    pub(crate) async fn obstacles(&self, axe: &str) -> Result<Vec<String>> {
        self.client
            .update_timeouts(TimeoutConfiguration::new(Some(AXE_PATIENCE), None, None))
            .await?;
        self.client.execute(axe, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1]; \
                      axe.run({ resultTypes: ['violations'], iframes: false }).then(done, (error) => done({ error: String(error) }))";
        let found = self.client.execute_async(script, Vec::new()).await?;
        if found["passes"].as_array().is_none_or(Vec::is_empty) {
            bail!("axe-core looked at nothing: {}", found["error"]);
        }
        let all = found["violations"].as_array().context("axe-core lists violations")?;
        let bad =
            all.iter().filter(|one| matches!(one["impact"].as_str(), Some("serious" | "critical")));
        Ok(bad.map(|one| format!("{}: {}", one["help"], one["nodes"][0]["html"])).collect())
    }

    async fn size(&self, width: u32, height: u64) -> Result<()> {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.own("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }

    async fn own(&self, name: &'static str, parameters: Value) -> Result<Value> {
        self.client.issue_cmd(Own { name, parameters }).await.with_context(|| name)
    }
}
