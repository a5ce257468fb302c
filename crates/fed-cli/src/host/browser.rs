//! Opens a URL as people expect it: `BROWSER` first, then the platform's way.

use std::io;
use std::process::{Command, Stdio};

use url::Url;

use crate::environment::{BROWSER, Environment};

/// The commands that may open a URL, in the order they are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    candidates: Vec<Vec<String>>,
}

/// What a platform offers.
const PLATFORM: &[&[&str]] = if cfg!(target_os = "macos") {
    &[&["open"]]
} else if cfg!(windows) {
    &[&["rundll32.exe", "url.dll,FileProtocolHandler"]]
} else {
    &[&["xdg-open"], &["wslview"]]
};

impl Browser {
    /// `BROWSER` may hold several commands with a colon between them, each with
    /// arguments; `%s` stands for the URL, which is else put last.
    pub fn of(environment: &Environment) -> Self {
        let candidates = match environment.text(BROWSER) {
            Some(commands) => split(commands),
            None => PLATFORM
                .iter()
                .map(|words| words.iter().map(|word| (*word).to_owned()).collect())
                .collect(),
        };
        Self { candidates }
    }

    /// Starts the first command that can be started, and does not wait for it.
    ///
    /// # Errors
    /// When none can be started, or the first says at once that it failed.
    pub fn open(&self, url: &Url) -> io::Result<()> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "no browser is configured");
        for words in &self.candidates {
            match start(words, url) {
                Ok(()) => return Ok(()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// What stands between two commands in `BROWSER`; on Windows the colon belongs to drives.
const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

fn split(commands: &str) -> Vec<Vec<String>> {
    commands.split(SEPARATOR).map(words).filter(|words| !words.is_empty()).collect()
}

/// The words of a command; quotes hold one together that has spaces.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in command.chars() {
        match (quote, character) {
            (Some(end), _) if character == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

fn start(words: &[String], url: &Url) -> io::Result<()> {
    let (program, arguments) = words
        .split_first()
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no browser is configured"))?;
    let mut command = Command::new(program);
    let mut placed = false;
    for argument in arguments {
        placed |= argument.contains("%s");
        command.arg(argument.replace("%s", url.as_str()));
    }
    if !placed {
        command.arg(url.as_str());
    }
    // Its chatter is not ours: stdout is data.
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    // Waited for aside, so that it leaves no zombie while we serve the callback.
    std::thread::Builder::new().spawn(move || child.wait()).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_outranks_the_platform() {
        let browser = |value: &str| Browser::of(&Environment::new([(BROWSER, value)])).candidates;
        assert_eq!(browser("firefox"), [["firefox"]]);
        let two = format!("a --new %s{SEPARATOR}b");
        assert_eq!(browser(&two), [vec!["a", "--new", "%s"], vec!["b"]]);
        assert_eq!(browser("'/my programs/b' -x"), [vec!["/my programs/b", "-x"]]);
        assert_eq!(browser("\"/my programs/b\""), [vec!["/my programs/b"]]);
        assert!(!browser("").is_empty(), "empty is unset");
        assert_eq!(browser(&SEPARATOR.to_string()).len(), 0);
    }

    #[test]
    fn a_browser_that_is_not_there_is_an_error() {
        let two = format!("/nonexistent/browser{SEPARATOR}/nonexistent/two");
        let browser = Browser::of(&Environment::new([(BROWSER, two)]));
        let url = Url::parse("https://issuer.example/authorize").unwrap();
        assert_eq!(browser.open(&url).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
