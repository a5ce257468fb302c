//! What a sign-in needs of a person.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use url::Url;

use crate::redirect_uri::RedirectUri;

/// What a person is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice<'a> {
    /// A browser was opened at this address; should it not show, open it by hand.
    BrowserOpened {
        /// Where to sign in.
        url: &'a Url,
    },
    /// No browser could be opened: open this address by hand.
    BrowserNotOpened {
        /// Where to sign in.
        url: &'a Url,
        /// Why no browser.
        reason: &'a str,
    },
    /// Open the address on any machine and enter the code.
    EnterCode {
        /// The address.
        verification_uri: &'a Url,
        /// The code.
        user_code: &'a str,
        /// How long it can be entered.
        expires_in: Duration,
    },
    /// The browser has not come back for a while: an error may stand on its page.
    NothingYet {
        /// What must be registered at the issuer, letter by letter.
        redirect_uri: &'a RedirectUri,
        /// Whether its port is any free one, another each time.
        any_port: bool,
        /// Who the issuer must know.
        client_id: &'a str,
    },
    /// Somebody came to the redirect URI without the answer to this sign-in, and was turned
    /// away. It is waited for the true answer.
    TurnedAway {
        /// The OAuth error code that came, if it is one.
        error: Option<&'a str>,
    },
    /// Open the address on any machine, sign in, and paste the address the browser ends
    /// up at.
    PasteAddress {
        /// Where to sign in.
        url: &'a Url,
    },
}

/// The terminal and the browser, seen from a sign-in.
pub trait Interaction: Send + Sync {
    /// Opens the address in a browser.
    ///
    /// # Errors
    /// When there is none; the sign-in goes on, the person opens it by hand.
    fn open_browser(&self, url: &Url) -> io::Result<()>;

    /// Tells the person something.
    fn tell(&self, notice: &Notice<'_>);

    /// Reads one line, however long: addresses of 4,000 characters and more are pasted.
    ///
    /// # Errors
    /// When there is nothing to read from.
    fn read_line(&self) -> Pin<Box<dyn Future<Output = io::Result<String>> + Send + '_>>;
}
