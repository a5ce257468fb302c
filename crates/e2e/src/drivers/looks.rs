//! Looking at a page in Chromium: at any width, in the dark, without a script.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::window::Window;

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

const AXE_RUN: &str = "() => axe.run({ resultTypes: ['violations'], iframes: false })\
    .then(({ passes, violations }) => ({ passes: passes.length, violations: violations\
    .map(({ help, impact, nodes }) => ({ help, impact, first: nodes[0].html })) }))";

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

impl Window {
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
        self.size(look.width, HEIGHT).await?;
        let scheme = if look.dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Has pages run their scripts, or not.
    pub(crate) async fn scripts(&self, run: bool) -> Result<()> {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await?;
        Ok(())
    }

    /// Keeps a picture of all of the page, or of the top of a very long one; and beside it one of
    /// less, which is small enough for documents.
    async fn picture(&self, look: Look, file: &Path) -> Result<()> {
        let height = self.evaluate("() => document.body.scrollHeight", &[]).await?;
        let height = height.as_u64().context("a page has a height")?;
        self.size(look.width, height.clamp(HEIGHT, HIGHEST_PICTURE)).await?;
        let picture = self.screenshot(json!({})).await?;
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
        let place = "(selector) => { const it = document.querySelector(selector); \
                     const { x, y, width, height } = it.getBoundingClientRect(); \
                     return { x: x + scrollX, y: y + scrollY, width, height, scale: 1 }; }";
        let mut place = self.evaluate(place, &[selector.into()]).await?;
        let height = place["height"].as_f64().context("an element has a height")?;
        place["height"] = json!(height.min(HIGHEST_GLANCE));
        let wanted = json!({
            "format": "webp",
            "quality": GLANCE_QUALITY,
            "clip": place,
            "captureBeyondViewport": true,
        });
        let picture = self.screenshot(wanted).await?;
        self.scrollbar("").await?;
        Ok(picture)
    }

    async fn screenshot(&self, wanted: Value) -> Result<Vec<u8>> {
        let shot = self.call("Page.captureScreenshot", wanted).await?;
        let data = shot["data"].as_str().context("a screenshot has data")?;
        Ok(STANDARD.decode(data)?)
    }

    async fn scrollbar(&self, overflow: &str) -> Result<()> {
        let set = "(overflow) => void (document.documentElement.style.overflow = overflow)";
        self.evaluate(set, &[overflow.into()]).await?;
        Ok(())
    }

    /// Pixels by which the page is wider than its window.
    pub(crate) async fn too_wide(&self) -> Result<i64> {
        let wider = "() => document.documentElement.scrollWidth - window.innerWidth";
        let found = self.evaluate(wider, &[]).await?;
        found.as_i64().context("a page has a width")
    }

    /// What axe-core finds serious or critical on the page, each with the elements.
    pub(crate) async fn obstacles(&self, axe: &str) -> Result<Vec<String>> {
        if self.evaluate("() => typeof axe", &[]).await? == "undefined" {
            self.evaluate(&format!("() => {{ {axe} }}"), &[]).await?;
        }
        let found = self.evaluate_for(AXE_PATIENCE, AXE_RUN, &[]).await?;
        if found["passes"].as_u64().is_none_or(|count| count == 0) {
            bail!("axe-core looked at nothing");
        }
        let all = found["violations"].as_array().context("axe-core lists violations")?;
        let bad =
            all.iter().filter(|one| matches!(one["impact"].as_str(), Some("serious" | "critical")));
        Ok(bad.map(|one| format!("{}: {}", one["help"], one["first"])).collect())
    }

    async fn size(&self, width: u32, height: u64) -> Result<()> {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }
}
