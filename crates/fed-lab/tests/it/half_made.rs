//! Accounts that were not made to the end, or are closed while they are made.

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use fed_lab::{LabError, RunningLabError, Seed, Token};

use crate::accounts::{EMPTY_ACCOUNT, from_outside, head, identity, lab_on, variable};

/// An emulator that takes nothing in, and can be slow at forgetting.
#[derive(Default)]
struct Stubborn {
    /// The credentials of all signed requests.
    asked: Mutex<Vec<String>>,
    /// Whether somebody waits for it to forget, and whether it may.
    forgetting: Mutex<(bool, bool)>,
    changed: Condvar,
    refuses: bool,
}

impl Stubborn {
    fn start(refuses: bool) -> (String, Arc<Self>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let emulator = Arc::new(Self { refuses, ..Self::default() });
        let shared = Arc::clone(&emulator);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.answer(stream));
            }
        });
        (url, emulator)
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (first, length, credential) = head(&mut reader);
        let Some(path) = first.split(' ').nth(1) else { return };
        let mut body = String::new();
        drop(reader.take(length).read_to_string(&mut body));
        if let Some(credential) = credential {
            self.asked.lock().unwrap().push(credential);
        }
        let (status, text) = match first.split(' ').next().unwrap() {
            "DELETE" => {
                let mut forgetting = self.forgetting.lock().unwrap();
                forgetting.0 = true;
                self.changed.notify_all();
                while !forgetting.1 {
                    forgetting = self.changed.wait(forgetting).unwrap();
                }
                (200, format!("forgotten {}\n", path.rsplit('/').next().unwrap()))
            }
            "POST" if self.refuses && body.contains("Action=Create") => {
                let error =
                    "<ErrorResponse><Error><Code>LimitExceeded</Code></Error></ErrorResponse>";
                (409, error.to_owned())
            }
            "POST" => (200, EMPTY_ACCOUNT.to_owned()),
            _ => (200, "{}".to_owned()),
        };
        let head =
            format!("HTTP/1.1 {status} OK\r\ncontent-type: text/xml\r\nconnection: close\r\n");
        let length = text.len();
        drop(stream.write_all(format!("{head}content-length: {length}\r\n\r\n{text}").as_bytes()));
    }

    fn forgets(&self) {
        self.forgetting.lock().unwrap().1 = true;
        self.changed.notify_all();
    }

    fn is_told_to_forget(&self) {
        let forgetting = self.forgetting.lock().unwrap();
        drop(self.changed.wait_while(forgetting, |forgetting| !forgetting.0).unwrap());
    }
}

#[tokio::test]
async fn an_account_that_could_not_be_filled_is_nobodys() {
    let (url, emulator) = Stubborn::start(true);
    emulator.forgets();
    let (lab, _home) = lab_on(&url).await;
    let outside = from_outside(&lab);
    let error = outside.new_account(Seed::Tutorial).await.unwrap_err();
    assert!(error.to_string().starts_with("tried to seed the account"), "{error}");
    assert_eq!(outside.status().await.unwrap().accounts, 1);
    let of_first = |credential: &&String| !credential.starts_with(lab.account_id().as_str());
    let asked = || emulator.asked.lock().unwrap().clone();
    let number = asked().iter().find(of_first).unwrap()[..12].to_owned();
    // Nobody signs in there: the emulator is not even asked for the role.
    let before = asked().len();
    let token = lab.token(&Token::google("ada@example.com")).unwrap();
    let role = format!("arn:aws:iam::{number}:role/google-oidc-role");
    let form = [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("RoleArn", role.as_str()),
        ("RoleSessionName", "somebody"),
        ("WebIdentityToken", token.expose()),
    ];
    let answer = reqwest::Client::new().post(lab.gate_url()).form(&form).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    assert_eq!(asked().len(), before);
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_closed_while_it_is_reset_stays_closed() {
    let (url, emulator) = Stubborn::start(false);
    let (lab, _home) = lab_on(&url).await;
    let account = lab.account().await.unwrap();
    let (resetting, id) = (from_outside(&lab), account.id.clone());
    let reset = tokio::spawn(async move { resetting.reset(Some(&id)).await });
    let waits = Arc::clone(&emulator);
    tokio::task::spawn_blocking(move || waits.is_told_to_forget()).await.unwrap();
    // Nobody is let in until it has been reset.
    let (status, text) = identity(&lab, &account).await;
    assert_eq!(status, 503, "{text}");
    let mut close = Box::pin(lab.close_account(&account));
    let is_begun = tokio::select! {
        biased;
        _ = &mut close => false,
        () = std::future::ready(()) => true,
    };
    assert!(is_begun);
    emulator.forgets();
    let again = reset.await.unwrap();
    close.await.unwrap();
    for account in [&account].into_iter().chain(again.as_ref().ok()) {
        let (status, text) = identity(&lab, account).await;
        assert_eq!(status, 403, "{text}");
        assert!(text.contains("<Code>InvalidClientTokenId</Code>"), "{text}");
    }
    let error = from_outside(&lab).reset(Some(&account.id)).await.unwrap_err();
    let unknown = |error: LabError| matches!(error, LabError::RunningLab(RunningLabError::Refused { error, .. }) if error.starts_with("expected an account of this lab"));
    assert!(unknown(error));
    lab.stop().await;
}

#[tokio::test]
async fn decisions_are_told_of_accounts_that_there_are() {
    let (url, emulator) = Stubborn::start(false);
    emulator.forgets();
    let (lab, _home) = lab_on(&url).await;
    let account = lab.account().await.unwrap();
    identity(&lab, &account).await;
    let key = std::fs::read_to_string(variable(&lab, "FED_LAB_CONTROL_KEY_FILE")).unwrap();
    let ask = async |id: &str| {
        let control = variable(&lab, "FED_LAB_CONTROL_URL");
        let url = format!("{control}/_lab/accounts/{id}/decisions");
        let answer = reqwest::Client::new().get(url).bearer_auth(&key).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<serde_json::Value>().await.unwrap())
    };
    let (status, told) = ask(account.id.as_str()).await;
    assert_eq!((status, told.as_array().unwrap().len()), (200, 1));
    // What was decided before a reset is still told.
    from_outside(&lab).reset(Some(&account.id)).await.unwrap();
    assert_eq!(ask(account.id.as_str()).await.1.as_array().unwrap().len(), 1);
    from_outside(&lab).close_account(&account.id).await.unwrap();
    for id in ["999999999999", account.id.as_str()] {
        let expected = serde_json::json!({
            "error": format!("expected an account of this lab, found `{id}`"),
            "hint": "fed-lab account new",
        });
        assert_eq!(ask(id).await, (404, expected));
    }
    lab.stop().await;
}
