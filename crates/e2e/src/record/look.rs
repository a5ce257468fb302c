//! Looking at the page of the run itself, as the features look at the others.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::drivers::axe;
use crate::drivers::chromium::Chromium;
use crate::drivers::looks::LOOKS;

/// The diagram of an exchange.
const EXCHANGE: &str = "details[open] .sequence";

/// What keeps people from reading the page, of that file, at any width, in the dark and by a
/// screen reader; pictures of it are kept in `pictures`. Nothing is looked at without axe-core.
pub(crate) async fn obstacles(
    chromium: &Chromium,
    file: &Path,
    pictures: &Path,
) -> Result<Vec<String>> {
    let Some(script) = axe::script() else { return Ok(Vec::new()) };
    let script = std::fs::read_to_string(script)?;
    let file = file.canonicalize()?;
    let url = url::Url::from_file_path(&file).ok().context("the page has no address")?;
    let window = chromium.open().await?;
    let mut found = Vec::new();
    for look in LOOKS {
        window.look(look).await?;
        window.open(url.as_str()).await?;
        found.extend(window.inspect("run", look, &script, Some(pictures)).await?);
        if window.has(EXCHANGE).await? {
            let picture = pictures.join(format!("exchange-{}.webp", look.name()));
            window.picture_of(EXCHANGE, &picture).await?;
        }
    }
    Ok(found)
}
