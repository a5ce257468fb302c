//! Chromium's own protocol (Chrome DevTools Protocol) over two pipes: commands go in, answers and
//! events come out, each a JSON text that a zero ends.
//!
//! Source: Chrome DevTools Protocol, "Using the Chrome DevTools Protocol", `--remote-debugging-pipe`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

/// Who waits for the answer to which command.
type Waiting = Arc<Mutex<BTreeMap<u64, oneshot::Sender<Value>>>>;

/// A connection to a browser. Dropped, the pipe closes and the browser ends.
pub(super) struct Devtools {
    commands: mpsc::UnboundedSender<Value>,
    waiting: Waiting,
    documents: watch::Receiver<Vec<Document>>,
    last: AtomicU64,
}

/// What a page has shown, in the order in which it was opened.
struct Document {
    session: String,
    id: String,
    loaded: bool,
}

impl Devtools {
    /// Begins to write to the one pipe and to read from the other.
    pub(super) fn new(
        input: impl AsyncWrite + Send + Unpin + 'static,
        output: impl AsyncBufRead + Send + Unpin + 'static,
    ) -> Self {
        let (commands, sent) = mpsc::unbounded_channel();
        let (opened, documents) = watch::channel(Vec::new());
        let waiting = Waiting::default();
        tokio::spawn(write(input, sent));
        tokio::spawn(read(output, Arc::clone(&waiting), opened));
        Self { commands, waiting, documents, last: AtomicU64::new(0) }
    }

    /// What comes of a command to the browser, or to the page of that session.
    ///
    /// # Errors
    /// When it is refused, or not answered in time.
    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
        patience: Duration,
    ) -> Result<Value> {
        let (answered, answer) = oneshot::channel();
        let id = self.send(session, method, parameters, Some(answered));
        let answer = timeout(patience, answer).await;
        self.waiting().remove(&id);
        let answer = answer.with_context(|| format!("{method} takes more than {patience:?}"))?;
        let mut answer = answer.with_context(|| format!("{method}: Chromium has ended"))?;
        match answer["error"]["message"].as_str() {
            Some(message) => bail!("{method}: {message}"),
            None => Ok(answer["result"].take()),
        }
    }

    /// Sends a command whose answer nobody waits for.
    pub(super) fn tell(&self, method: &str, parameters: Value) {
        self.send(None, method, parameters, None);
    }

    /// Waits until that document of the session is loaded, or one for which it was left.
    pub(super) async fn loaded(&self, session: &str, document: &str) -> Result<()> {
        let is_loaded = |all: &Vec<Document>| {
            let of_it = all.iter().filter(|one| one.session == session);
            of_it.skip_while(|one| one.id != document).any(|one| one.loaded)
        };
        let mut documents = self.documents.clone();
        documents.wait_for(is_loaded).await.context("Chromium has ended")?;
        Ok(())
    }

    /// Waits until any document is opened or loaded.
    pub(super) async fn next_document(&self) {
        let mut documents = self.documents.clone();
        // Where Chromium has ended, whoever waits is told by the next command.
        let _ = documents.changed().await;
    }

    fn send(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
        answered: Option<oneshot::Sender<Value>>,
    ) -> u64 {
        let id = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let mut command = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        if let Some(answered) = answered {
            self.waiting().insert(id, answered);
        }
        if self.commands.send(command).is_err() {
            // Nobody writes any more: nobody will answer.
            self.waiting().remove(&id);
        }
        id
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, oneshot::Sender<Value>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(
    mut input: impl AsyncWrite + Unpin,
    mut commands: mpsc::UnboundedReceiver<Value>,
) -> std::io::Result<()> {
    while let Some(command) = commands.recv().await {
        let mut text = command.to_string().into_bytes();
        text.push(0);
        input.write_all(&text).await?;
        input.flush().await?;
    }
    Ok(())
}

/// Hands answers to whom waits for them, and notes which documents there are.
async fn read(
    mut output: impl AsyncBufRead + Unpin,
    waiting: Waiting,
    opened: watch::Sender<Vec<Document>>,
) {
    let mut text = Vec::new();
    while output.read_until(0, &mut text).await.is_ok_and(|count| count > 0) {
        let told: Value =
            serde_json::from_slice(text.strip_suffix(&[0]).unwrap_or(&text)).unwrap_or_default();
        text.clear();
        if let Some(id) = told["id"].as_u64() {
            let answered = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            // Who gave up waiting is gone.
            let _ = answered.map(|answered| answered.send(told));
        } else if told["method"] == "Page.lifecycleEvent" {
            opened.send_if_modified(|documents| note(documents, &told));
        }
    }
    waiting.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Notes what happened to a document; whether it was of any interest.
fn note(documents: &mut Vec<Document>, told: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (session, id) = (text(&told["sessionId"]), text(&told["params"]["loaderId"]));
    let known = documents.iter_mut().find(|one| one.session == session && one.id == id);
    match (told["params"]["name"].as_str(), known) {
        (Some("init"), None) => documents.push(Document { session, id, loaded: false }),
        (Some("load"), Some(document)) => document.loaded = true,
        _ => return false,
    }
    true
}
