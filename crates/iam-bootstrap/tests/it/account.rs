//! An IAM that keeps state, and an STS that says whose it is, on a loopback port.

// Another crate tests with this file too, and finds these by where they are.
#[path = "account/call.rs"]
mod call;
#[path = "account/role.rs"]
mod role;
#[path = "account/user.rs"]
mod user;
#[path = "account/xml.rs"]
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::SystemTime;

use call::{caller, carry_out};
use fed_types::UnixTime;
use xml::{Answer, NOT_IN_USE, denied};

pub(crate) const ACCOUNT: &str = "278805249149";

/// A role as IAM keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) path: String,
    pub(crate) trust: String,
    pub(crate) max_session_duration: String,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: BTreeMap<String, String>,
    pub(crate) instance_profiles: BTreeSet<String>,
}

/// A user as IAM keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) access_keys: BTreeMap<String, Key>,
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: BTreeMap<String, String>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) password: bool,
    pub(crate) mfa_devices: BTreeSet<String>,
    pub(crate) ssh_public_keys: BTreeSet<String>,
    pub(crate) service_specific_credentials: BTreeSet<String>,
    pub(crate) signing_certificates: BTreeSet<String>,
}

/// An access key as IAM keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Whether anybody ever signed with it.
    pub(crate) used: bool,
    pub(crate) active: bool,
    pub(crate) created: UnixTime,
}

impl Key {
    /// Made now.
    pub(crate) fn new() -> Self {
        Self { used: false, active: true, created: SystemTime::now().into() }
    }

    /// Made by somebody, long ago.
    pub(crate) fn by_hand() -> Self {
        Self { created: UnixTime::from_seconds(1_000_000_000), ..Self::new() }
    }
}

/// A group and what its members may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: BTreeMap<String, String>,
}

/// An OIDC provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Provider {
    pub(crate) client_ids: BTreeSet<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// Everything that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) providers: BTreeMap<String, Provider>,
    /// Managed policies, ARN to document.
    pub(crate) policies: BTreeMap<String, String>,
    pub(crate) keys_made: usize,
}

/// What happens to one of the calls that change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The connection ends before it is carried out.
    Before,
    /// It is carried out, and the connection ends without an answer.
    After,
}

type Act = Box<dyn FnOnce(&mut State) + Send>;

#[derive(Default)]
struct Inner {
    state: State,
    calls: Vec<String>,
    /// The access keys that the calls were signed with.
    signers: Vec<String>,
    /// Calls that change something until the cut.
    cut: Option<(usize, Cut)>,
    /// The action that is carried out and never answered.
    hold: Option<&'static str>,
    /// Whether whoever meets the cut is left waiting, and for how many that came to pass.
    freezes: bool,
    frozen: usize,
    /// What somebody else does just before that many calls of this action were answered.
    meanwhile: Option<(&'static str, usize, Act)>,
    /// The action that is not allowed.
    denied: Option<&'static str>,
    /// The access key of another account.
    stranger: Option<&'static str>,
    held: Vec<TcpStream>,
}

/// The running account.
#[derive(Clone)]
pub(crate) struct Account {
    url: String,
    inner: Arc<(Mutex<Inner>, Condvar)>,
}

type Form = BTreeMap<String, String>;

impl Account {
    /// With nothing in it but AWS's own policies of these names.
    pub(crate) fn start(policies: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let account = Self { url, inner: Arc::default() };
        for name in policies {
            let arn = format!("arn:aws:iam::aws:policy/{name}");
            account.state().policies.insert(arn, "{\"Statement\": []}".to_owned());
        }
        let served = account.clone();
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                served.answer(stream.unwrap());
            }
        });
        account
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.0.lock().unwrap()
    }

    /// What is there; may be changed.
    pub(crate) fn state(&self) -> StateGuard<'_> {
        StateGuard(self.lock())
    }

    /// The actions asked for so far, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// The access keys that those were signed with, in the same order.
    pub(crate) fn signers(&self) -> Vec<String> {
        self.lock().signers.clone()
    }

    /// The actions so far that change something.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.calls().into_iter().filter(|action| changes(action)).collect()
    }

    /// Cuts the connection at the call number `after` (from 0) of those that change something.
    pub(crate) fn cut(&self, after: usize, cut: Cut) {
        self.lock().cut = Some((after, cut));
    }

    /// The same, but the connection stays: whoever asked waits for an answer until it is killed.
    pub(crate) fn freeze(&self, after: usize, cut: Cut) {
        let mut inner = self.lock();
        (inner.cut, inner.freezes, inner.frozen) = (Some((after, cut)), true, 0);
    }

    /// Waits until somebody is left without an answer.
    pub(crate) fn wait_until_frozen(&self) {
        drop(self.inner.1.wait_while(self.lock(), |inner| inner.frozen == 0).unwrap());
    }

    /// Cuts no more; whether the cut came to pass.
    pub(crate) fn mend(&self) -> bool {
        self.lock().cut.take().is_none()
    }

    /// Carries this action out and never answers it.
    pub(crate) fn hold(&self, action: Option<&'static str>) {
        self.lock().hold = action;
    }

    /// Lets somebody else act just before the first call of `action`.
    pub(crate) fn meanwhile(
        &self,
        action: &'static str,
        act: impl FnOnce(&mut State) + Send + 'static,
    ) {
        self.before(action, 1, act);
    }

    /// The same, just before the call number `number` (from 1) of `action`.
    pub(crate) fn before(
        &self,
        action: &'static str,
        number: usize,
        act: impl FnOnce(&mut State) + Send + 'static,
    ) {
        self.lock().meanwhile = Some((action, number, Box::new(act)));
    }

    /// Allows this action to nobody.
    pub(crate) fn deny(&self, action: Option<&'static str>) {
        self.lock().denied = action;
    }

    /// This access key is another account's.
    pub(crate) fn is_strangers(&self, access_key_id: &'static str) {
        self.lock().stranger = Some(access_key_id);
    }

    /// Waits until this action was asked for.
    pub(crate) fn wait_for(&self, action: &str) {
        let waiting = |inner: &mut Inner| !inner.calls.iter().any(|call| call == action);
        drop(self.inner.1.wait_while(self.lock(), waiting).unwrap());
    }

    fn answer(&self, mut stream: TcpStream) {
        let Some((signer, form)) = request(&mut stream) else { return };
        let action = form.get("Action").cloned().unwrap_or_default();
        let mut inner = self.lock();
        inner.calls.push(action.clone());
        let is_strangers = inner.stranger.is_some_and(|stranger| stranger == signer);
        inner.signers.push(signer);
        if let Some((on, number, act)) = inner.meanwhile.take() {
            match number {
                1 if on == action => act(&mut inner.state),
                _ => inner.meanwhile = Some((on, number - usize::from(on == action), act)),
            }
        }
        let mut answered = true;
        let mut carried_out = true;
        if changes(&action) {
            match inner.cut {
                Some((0, cut)) => {
                    inner.cut = None;
                    answered = false;
                    carried_out = cut == Cut::After;
                }
                Some((calls, cut)) => inner.cut = Some((calls - 1, cut)),
                None => {}
            }
        }
        let outcome = if is_strangers && action == "GetCallerIdentity" {
            Ok(caller("999999999999"))
        } else if inner.denied == Some(action.as_str()) {
            Err(denied(&action))
        } else if carried_out {
            carry_out(&mut inner.state, &action, &form)
        } else {
            Ok(String::new())
        };
        let freezes = !answered && inner.freezes;
        if freezes {
            inner.frozen += 1;
        }
        if freezes || inner.hold == Some(action.as_str()) {
            inner.held.push(stream);
        } else if answered {
            write(&mut stream, &action, outcome);
        }
        drop(inner);
        self.inner.1.notify_all();
    }
}

/// The state, locked.
pub(crate) struct StateGuard<'a>(MutexGuard<'a, Inner>);

impl std::ops::Deref for StateGuard<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        &self.0.state
    }
}

impl std::ops::DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.0.state
    }
}

fn changes(action: &str) -> bool {
    // What speaks JSON names no action.
    !action.is_empty() && !["Get", "List"].iter().any(|reads| action.starts_with(reads))
}

fn request(stream: &mut TcpStream) -> Option<(String, Form)> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let (mut length, mut signer) = (0, String::new());
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if let Some((_, rest)) = line.split_once("Credential=") {
            signer = rest.split('/').next()?.to_owned();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((signer, url::form_urlencoded::parse(&body).into_owned().collect()))
}

fn write(stream: &mut TcpStream, action: &str, outcome: Answer) {
    let (status, body) = match outcome {
        Ok(result) => (
            200,
            format!(
                "<{action}Response><{action}Result>{result}</{action}Result><ResponseMetadata>\
                 <RequestId>r</RequestId></ResponseMetadata></{action}Response>"
            ),
        ),
        Err((code, message)) => (
            match code {
                "NoSuchEntity" => 404,
                "AccessDenied" => 403,
                NOT_IN_USE => 400,
                _ => 409,
            },
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}\
                 </Message></Error><RequestId>r</RequestId></ErrorResponse>"
            ),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: \
         close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
