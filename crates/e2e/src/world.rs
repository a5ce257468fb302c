//! One scenario's world: an AWS account, a home folder and a port of its own, the
//! people in it, and what they saw last.

mod typed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::debian;
use crate::drivers::aws::{AccessKey, Administrator};
use crate::drivers::browser::Page;
use crate::drivers::cli::{Output, Running, Surroundings, search_path};
use crate::drivers::window::Window;
use crate::expectation::Bindings;
use crate::google_auth;
use crate::stage::{REDIRECT_PATH, Stage, TUTORIAL_ACCOUNT};
use crate::turns::{Alone, TUTORIAL_PORT, Undisturbed};

/// The name under which commands of nobody in particular run.
pub(crate) const NOBODY: &str = "I";
/// Who may do everything in the scenario's account.
pub(crate) const ADMINISTRATOR: &str = "the administrator";

/// What a scenario knows.
#[derive(cucumber::World)]
#[world(init = Self::new)]
pub(crate) struct World {
    /// What it shares with the others.
    pub(crate) stage: Arc<Stage>,
    /// Its AWS account.
    pub(crate) account: String,
    /// Where its sign-ins come back to.
    pub(crate) port: u16,
    /// Its OAuth client, whose mistakes and faults are this scenario's alone.
    pub(crate) client_id: String,
    /// Its home folder, which is also where commands run.
    pub(crate) home: TempDir,
    /// The access keys of those who act in it.
    pub(crate) keys: BTreeMap<String, AccessKey>,
    /// Variables that its commands see beside the lab's, such as `ID_TOKEN`.
    pub(crate) variables: BTreeMap<String, String>,
    /// What placeholders stand for.
    pub(crate) bindings: Bindings,
    /// What an example is called otherwise in this scenario.
    pub(crate) replaced: Vec<(String, String)>,
    /// The last command that ended.
    pub(crate) output: Option<Output>,
    /// The command that still runs.
    pub(crate) running: Option<Running>,
    /// The address that the running command asked to be opened.
    pub(crate) asked_to_open: Option<String>,
    /// Whether commands go by the world's own names, with no endpoint.
    pub(crate) named: bool,
    /// Whether each `aws` is a process that has loaded it anew.
    pub(crate) aws_of_its_own: bool,
    /// Whether `aws` is Debian's.
    pub(crate) debians_aws: bool,
    /// Whether `python3` has Google's libraries.
    pub(crate) google_auth: bool,
    /// Whether texts are taken as they stand.
    pub(crate) verbatim: bool,
    /// The lab to itself, or undisturbed from one step to the next.
    pub(crate) turn: Option<Turn>,
    /// What the scenario says that Google has seen its client do wrong.
    pub(crate) mistakes: Vec<String>,
    /// The page the browser shows.
    pub(crate) page: Option<Page>,
    /// The browser that looks at pages.
    pub(crate) window: Option<Window>,
    /// When it began.
    pub(crate) began: Instant,
    /// What was typed so far, and what came of it.
    pub(crate) typed: Vec<run_page::Command>,
    /// Who types what still runs.
    pub(crate) typing: String,
    /// The account that was chosen on the issuer's page for the command that runs.
    pub(crate) signed_in: Option<String>,
    /// The decisions of the gate that were looked at.
    decided: BTreeSet<String>,
}

/// What a scenario keeps hold of over several steps.
pub(crate) enum Turn {
    Undisturbed { _held: Undisturbed },
    Alone { _held: Alone },
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("account", &self.account).finish_non_exhaustive()
    }
}

impl World {
    async fn new() -> Result<Self> {
        let stage = Stage::current()?;
        let home = tempfile::Builder::new().prefix("fed-e2e-").tempdir()?;
        let (account, port) = (stage.next_account(), stage.next_port()?);
        let client_id = format!("448771483088-{account:0>32}.apps.googleusercontent.com");
        let mut bindings = Bindings::default();
        let client_secret = std::fs::read_to_string(stage.lab.client_secret_file())?;
        bindings.bind("client secret", client_secret.trim());
        let client_secret_file = stage.lab.client_secret_file();
        bindings.bind("client secret file", &client_secret_file.to_string_lossy());
        bindings.bind("issuer url", stage.lab.issuer().url());
        bindings.bind("upstream url", stage.lab.upstream_url());
        bindings.bind("home", &home.path().to_string_lossy());
        Ok(Self {
            stage,
            account,
            port,
            client_id,
            home,
            keys: BTreeMap::new(),
            variables: BTreeMap::new(),
            bindings,
            replaced: Vec::new(),
            output: None,
            running: None,
            asked_to_open: None,
            turn: None,
            mistakes: Vec::new(),
            verbatim: false,
            named: false,
            aws_of_its_own: false,
            debians_aws: false,
            google_auth: false,
            page: None,
            window: None,
            began: Instant::now(),
            typed: Vec::new(),
            typing: String::new(),
            signed_in: None,
            decided: BTreeSet::new(),
        })
    }

    /// Begins the scenario in the surroundings that its tags name.
    ///
    /// Its account is made known to the gate: in an unknown one everything is refused,
    /// which would prove nothing.
    pub(crate) fn enter<'a>(&mut self, tags: impl Iterator<Item = &'a String>) {
        for tag in tags {
            match tag.as_str() {
                "verbatim" => self.verbatim = true,
                "names" => self.named = true,
                "debian-aws" => self.debians_aws = true,
                "google-auth" => self.google_auth = true,
                "tutorial" => {
                    self.port = TUTORIAL_PORT;
                    self.aws_of_its_own = true;
                }
                // The server is in another world.
                "sealed" => self.aws_of_its_own = true,
                "tutorial-account" => {
                    TUTORIAL_ACCOUNT.clone_into(&mut self.account);
                    self.stage.lab.client_id().clone_into(&mut self.client_id);
                }
                _ => {}
            }
        }
        self.stage.lab.register_client(&self.client_id, &self.redirect_uri());
        if let Ok(key) = self.stage.open_account(&self.account) {
            self.keys.insert(ADMINISTRATOR.to_owned(), key);
        }
    }

    /// Undoes what the scenario did to what all share; then the client's mistakes that it
    /// does not tell of, if there are any.
    pub(crate) fn leave(&mut self) -> Option<String> {
        if let Some(Turn::Alone { .. }) = self.turn {
            self.stage.lab.issuer().clear_faults();
            self.stage.lab.gate().clock().set_offset(0);
        }
        self.turn = None;
        let found = self.stage.mistakes(&self.client_id);
        self.stage.answer_for(&self.client_id);
        let expected = if self.mistakes.is_empty() { "none" } else { &self.mistakes.join(", ") };
        (found != self.mistakes).then(|| {
            format!(
                "expected mistakes of the OAuth client in Google's eyes: {expected}; found: {}",
                found.join(", ")
            )
        })
    }

    /// Has the lab undisturbed, unless this scenario sees to that already.
    pub(crate) async fn undisturbed(&self) -> Option<Undisturbed> {
        let held = self.turn.is_some() || self.running.is_some();
        if held { None } else { Some(self.stage.calm.undisturbed().await) }
    }

    /// Has the lab undisturbed to the end of the scenario.
    pub(crate) async fn stay_undisturbed(&mut self) {
        if let Some(held) = self.undisturbed().await {
            self.turn = Some(Turn::Undisturbed { _held: held });
        }
    }

    /// Has the lab to itself, until `turn` is empty again or the scenario ends.
    pub(crate) async fn stay_alone(&mut self) {
        self.turn = None;
        self.turn = Some(Turn::Alone { _held: self.stage.calm.alone().await });
    }

    /// A feature's text with this scenario's account, port and OAuth client in the place of
    /// the tutorial's.
    pub(crate) fn localized(&self, text: &str) -> String {
        if self.verbatim {
            return text.to_owned();
        }
        let (from, to) = (format!("127.0.0.1:{TUTORIAL_PORT}"), format!("127.0.0.1:{}", self.port));
        let text = text
            .replace(TUTORIAL_ACCOUNT, &self.account)
            .replace(&from, &to)
            .replace(self.stage.lab.client_id(), &self.client_id);
        self.replaced.iter().fold(text, |text, (from, to)| text.replace(from, to))
    }

    /// Where sign-ins come back to.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{REDIRECT_PATH}", self.port)
    }

    /// A file in the scenario's home.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file in the scenario's home, folders included.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.file(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text).with_context(|| format!("writing `{}`", path.display()))
    }

    /// The access key of `name`.
    pub(crate) fn key(&self, name: &str) -> Result<AccessKey> {
        let key = self.keys.get(name);
        key.cloned().with_context(|| format!("{name} has no access key in this scenario"))
    }

    /// The signed client of the administrator. The lab is not disturbed while it lives.
    pub(crate) async fn administrator<'a>(&self, stage: &'a Stage) -> Result<Administrator<'a>> {
        let key = self.key(ADMINISTRATOR)?;
        let (endpoint, region) = (stage.lab.gate_url(), crate::stage::REGION);
        let undisturbed = self.undisturbed().await;
        Ok(Administrator { http: &stage.http, endpoint, region, key, _undisturbed: undisturbed })
    }

    /// A client of the emulator itself, which takes the account's id for its key.
    pub(crate) fn smuggler<'a>(&self, stage: &'a Stage) -> Administrator<'a> {
        let (endpoint, region) = (stage.lab.upstream_url(), crate::stage::REGION);
        let (id, secret) = (self.account.clone(), "any".to_owned());
        let key = AccessKey { id, secret, session_token: None };
        Administrator { http: &stage.http, endpoint, region, key, _undisturbed: None }
    }

    /// What commands of `who` see.
    pub(crate) fn surroundings(&mut self, who: &str) -> Result<Surroundings> {
        let mut environment = self.stage.environment();
        // "I" have no key until I export one.
        if who != NOBODY || self.keys.contains_key(NOBODY) {
            let key = self.key(who)?;
            environment.push(("AWS_ACCESS_KEY_ID".to_owned(), key.id));
            environment.push(("AWS_SECRET_ACCESS_KEY".to_owned(), key.secret));
            if let Some(token) = key.session_token {
                environment.push(("AWS_SESSION_TOKEN".to_owned(), token));
            }
        }
        environment.extend(self.variables.clone());
        if self.named {
            environment.retain(|(name, _)| name != "AWS_ENDPOINT_URL");
            environment.extend(self.stage.lab.names_environment().iter().cloned());
        } else {
            // Nobody is spoken to by TLS: of this machine's authorities none has to be read.
            let authority = self.stage.lab_authority()?.display().to_string();
            environment.push(("SSL_CERT_FILE".to_owned(), authority));
        }
        if self.debians_aws {
            // It would say so in its errors.
            environment.retain(|(name, _)| name != "AWS_MAX_ATTEMPTS");
        }
        let aws = match (self.debians_aws, self.aws_of_its_own) {
            (true, _) => Path::new(debian::FOLDER),
            (_, true) => self.stage.lab.aws_cli().parent().context("aws is in no folder")?,
            (_, false) => self.stage.python.folder(),
        };
        let google_auth = match self.google_auth {
            true => Some(google_auth::folder().context("there is no google-auth-oauthlib here")?),
            false => None,
        };
        let folders = google_auth.as_deref().into_iter().chain([self.stage.programs.path(), aws]);
        let path = search_path(&folders.collect::<Vec<_>>());
        Ok(Surroundings { home: self.home.path().to_owned(), path, environment })
    }

    /// The browser's client: where commands go by names, it does too.
    pub(crate) fn browser(&self) -> &reqwest::Client {
        if self.named { &self.stage.named_http } else { &self.stage.http }
    }

    /// Runs a command as `who` and keeps what it printed.
    pub(crate) async fn run(&mut self, who: &str, command: &str, input: &str) -> Result<()> {
        let command = self.bindings.fill(&self.localized(command));
        let _undisturbed = self.undisturbed().await;
        self.begin_typing(who);
        let output = self.surroundings(who)?.run(&command, input).await?;
        self.keep(output);
        Ok(())
    }

    /// What the last command printed.
    pub(crate) fn output(&self) -> Result<&Output> {
        self.output.as_ref().context("nothing has been run yet")
    }

    /// What the last command printed, which was done.
    pub(crate) fn success(&self) -> Result<&Output> {
        let output = self.output()?;
        anyhow::ensure!(output.status == 0, "{}", output.describe());
        Ok(output)
    }
}
