//! How a sign-in talks to the person.

use std::future::Future;
use std::io;
use std::pin::Pin;

use oidc_client::{Interaction, Notice};
use tokio::sync::oneshot;
use url::Url;

use crate::host::Host;

/// The host's terminal and browser.
pub(super) struct Talk<'a> {
    pub(super) host: &'a Host,
    /// The person wants to open the address elsewhere.
    pub(super) no_browser: bool,
}

impl Interaction for Talk<'_> {
    fn open_browser(&self, url: &Url) -> io::Result<()> {
        if self.no_browser {
            return Err(io::Error::other("not wanted"));
        }
        self.host.browser.open(url)
    }

    fn tell(&self, notice: &Notice<'_>) {
        let text = match notice {
            Notice::BrowserOpened { url } => format!(
                "Sign in in the browser that opens. If none does, open this address:\n\n  {url}\n"
            ),
            Notice::BrowserNotOpened { url, .. } if self.no_browser => {
                format!("To sign in, open this address:\n\n  {url}\n")
            }
            Notice::BrowserNotOpened { url, reason } => format!(
                "No browser could be opened ({reason}). To sign in, open this address:\n\n  {url}\n"
            ),
            Notice::EnterCode { verification_uri, user_code, expires_in } => format!(
                "Open this address on any machine and enter the code {user_code} within {} \
                 min:\n\n  {verification_uri}\n",
                expires_in.as_secs().div_ceil(60)
            ),
            Notice::PasteAddress { url } => format!(
                "Open this address on any machine and sign in:\n\n  {url}\n\nThe browser then ends \
                 up at an address of this machine that does not load: that is as it should be.\n\
                 Paste that address here:"
            ),
        };
        self.host.terminal.say(&text);
    }

    fn read_line(&self) -> Pin<Box<dyn Future<Output = io::Result<String>> + Send + '_>> {
        let terminal = self.host.terminal.clone();
        let (sender, receiver) = oneshot::channel();
        // A thread of its own: the runtime would wait for one of its own threads, which
        // may sit in a read that nobody ends.
        let spawned = std::thread::Builder::new().spawn(move || {
            let _ = sender.send(terminal.ask(""));
        });
        Box::pin(async move {
            spawned?;
            let line = receiver.await.map_err(io::Error::other)??;
            line.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
        })
    }
}
