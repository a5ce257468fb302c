//! Chromium without a screen, one for all scenarios: each has windows of its own in it, which
//! share no cookie and no storage with any other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use tokio::sync::OnceCell;

use super::running_chromium::Browser;
use super::window::Window;
use crate::options::BrowserChoice;

const HINT: &str = "install Debian's `chromium`, or leave `--browser` out";

/// The browser of a run: started when the first window is wanted.
#[derive(Clone)]
pub(crate) struct Chromium {
    program: PathBuf,
    browser: Arc<OnceCell<Arc<Browser>>>,
}

impl Chromium {
    /// Looks for it, as far as the run wants it.
    ///
    /// # Errors
    /// When it is missing and the run requires it.
    pub(crate) fn find(choice: BrowserChoice) -> Result<Option<Self>> {
        if choice == BrowserChoice::Skip {
            return Ok(None);
        }
        let program = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find);
        match program {
            Some(program) => Ok(Some(Self { program, browser: Arc::default() })),
            None if choice == BrowserChoice::Auto => Ok(None),
            None => bail!("expected `chromium` on the PATH, found none\nhint: {HINT}"),
        }
    }

    /// The browser program, for messages.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }

    /// Opens a window.
    pub(crate) async fn open(&self) -> Result<Window> {
        let browser = self.browser.get_or_try_init(|| Browser::start(&self.program)).await?;
        Window::open_in(Arc::clone(browser)).await
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}
