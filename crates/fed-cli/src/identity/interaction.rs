//! How a sign-in talks to the person.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use oidc_client::{Interaction, Notice};
use tokio::sync::oneshot;
use url::Url;

use crate::host::{Host, LongLines};

/// Puts the terminal back when nobody waits for a line any more, whether or not one came: the
/// thread that reads may sit there for good.
struct PutBack(Arc<LongLines>);

impl Drop for PutBack {
    fn drop(&mut self) {
        self.0.restore();
    }
}

/// What to look for in the browser: the issuer tells it there alone.
fn nothing_yet(redirect_uri: &str, any_port: bool, client_id: &str) -> String {
    let register = if any_port {
        "the client must admit any port of this machine (Google: type `Desktop app`),\n    \
         or set `redirect_uri` to the one that is registered"
            .to_owned()
    } else {
        format!("register exactly this one for the client:\n    {redirect_uri}")
    };
    format!(
        "Still waiting for the browser. If its page says\n\
         * redirect_uri_mismatch, or that the redirect URI is wrong or not registered:\n    \
         {register}\n\
         * invalid_client, or that the client is not known: check `client_id`:\n    \
         {client_id}\n\
         * somebody else's name: begin again with `--select-account`\n"
    )
}

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
            Notice::NothingYet { redirect_uri, any_port, client_id } => {
                nothing_yet(redirect_uri.as_str(), *any_port, client_id)
            }
            Notice::TurnedAway { error } => {
                let said = error.map(|error| format!(" and says `{error}`")).unwrap_or_default();
                format!(
                    "A page came back that does not answer this sign-in{said}: an older tab, \
                     perhaps. Still waiting for the true answer."
                )
            }
            Notice::PasteAddress { url } => format!(
                "Open this address on any machine and sign in:\n\n  {url}\n\nThe browser then ends \
                 up at an address of this machine that does not load:\nthat is as it should be. \
                 Paste that address here:"
            ),
            // A notice that this program does not know.
            _ => return,
        };
        self.host.terminal.say(&text);
    }

    fn read_line(&self) -> Pin<Box<dyn Future<Output = io::Result<String>> + Send + '_>> {
        let terminal = self.host.terminal.clone();
        // At once, so that what is pasted early is not cut either.
        let lines = Arc::new(terminal.long_lines());
        let put_back = PutBack(Arc::clone(&lines));
        Box::pin(async move {
            let _put_back = put_back;
            let (sender, receiver) = oneshot::channel();
            // A thread of its own: the runtime would wait for one of its own threads, which
            // may sit in a read that nobody ends.
            std::thread::Builder::new().spawn(move || {
                let line = terminal.read_long_line(&lines);
                if sender.send(line).is_err() {
                    tracing::debug!("a line that nobody waits for any more");
                }
            })?;
            let line = receiver.await.map_err(io::Error::other)??;
            line.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
        })
    }
}
