//! Accounts of a running lab, and who may ask for them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use fed_lab::{
    AccountError, Backend, Lab, LabAccount, LabError, PlacedIssuer, RunningLab, RunningLabError,
    Seed, Surroundings, Token,
};
use reqwest::{Method, RequestBuilder, StatusCode};

use crate::sealing::emulator;

/// A lab on an emulator that is made up.
pub(crate) async fn lab_on(url: &str) -> (Lab, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().to_owned();
    let surroundings = Surroundings::read(|name| match name {
        "FED_LAB_CACHE_DIR" => Some(cache.clone().into()),
        _ => None,
    });
    let endpoint = url.parse().unwrap();
    let lab = Lab::builder()
        .backend(Backend::External { endpoint })
        .surroundings(surroundings.unwrap())
        .issuer(PlacedIssuer::GithubActions)
        .start()
        .await;
    (lab.unwrap(), home)
}

/// The same lab as another process sees it.
pub(crate) fn from_outside(lab: &Lab) -> RunningLab {
    let environment = lab.environment();
    RunningLab::around(|name| {
        environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
    })
    .unwrap()
}

pub(crate) fn variable(lab: &Lab, name: &str) -> String {
    lab.environment().into_iter().find(|(known, _)| known == name).unwrap().1
}

/// Who the gate says that the administrator is, or how it refuses.
pub(crate) async fn identity(lab: &Lab, account: &LabAccount) -> (u16, String) {
    identity_at(&reqwest::Client::new(), lab.gate_url(), account).await
}

/// The same, asked by that client of whoever is at that address.
pub(crate) async fn identity_at(
    client: &reqwest::Client,
    url: &str,
    account: &LabAccount,
) -> (u16, String) {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let key = &account.administrator;
    let secret = key.secret_access_key.expose();
    let identity = Credentials::new(&key.access_key_id, secret, None, None, "test").into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("sts")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let url = format!("{url}/");
    let signable = SignableBody::Bytes(body.as_bytes());
    let request = SignableRequest::new("POST", &url, form.into_iter(), signable).unwrap();
    let (instructions, _) = sign(request, &parameters).unwrap().into_parts();
    let mut request = client.post(&url).header(form[0].0, form[0].1).body(body);
    for (name, value) in instructions.headers() {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn each_account_has_an_administrator_of_its_own_until_it_is_closed() {
    let (lab, _home) = lab_on(&forgetful("itself")).await;
    let outside = from_outside(&lab);
    let one = outside.new_account(Seed::Nothing).await.unwrap();
    let other = lab.account().await.unwrap();
    assert_ne!(one.id, other.id);
    assert_ne!(one.administrator, other.administrator);
    for account in [&one, &other] {
        let (status, text) = identity(&lab, account).await;
        assert_eq!(status, 200, "{text}");
        assert!(text.contains(&format!("<Arn>arn:aws:iam::{}:root</Arn>", account.id)), "{text}");
    }
    assert_eq!(outside.status().await.unwrap().accounts, 3);

    outside.close_account(&one.id).await.unwrap();
    let (status, text) = identity(&lab, &one).await;
    assert_eq!(status, 403, "{text}");
    assert!(text.contains("<Code>InvalidClientTokenId</Code>"), "{text}");
    assert_eq!(identity(&lab, &other).await.0, 200);
    lab.stop().await;
}

#[tokio::test]
async fn an_account_that_is_none_of_the_labs_is_neither_reset_nor_closed() {
    let (lab, _home) = lab_on(&emulator()).await;
    let outside = from_outside(&lab);
    let strange = "999999999999".parse().unwrap();
    let refused = |error: LabError| match error {
        LabError::RunningLab(RunningLabError::Refused { error, hint }) => (error, hint),
        other => panic!("{other}"),
    };
    let unknown = (
        "expected an account of this lab, found `999999999999`".to_owned(),
        Some("fed-lab account new".to_owned()),
    );
    assert_eq!(refused(outside.reset(Some(&strange)).await.unwrap_err()), unknown);
    assert_eq!(refused(outside.close_account(&strange).await.unwrap_err()), unknown);
    let first = lab.account_id();
    let (error, _) = refused(outside.close_account(first).await.unwrap_err());
    let expected = format!("`{first}` is the account that the lab began with, and ends with it");
    assert_eq!(error, expected);
    lab.stop().await;
}

#[tokio::test]
async fn an_emulator_that_cannot_forget_an_account_is_told() {
    let (lab, _home) = lab_on(&emulator()).await;
    let account = lab.account().await.unwrap();
    let error = lab.reset(&account.id).await.unwrap_err();
    let LabError::Account(AccountError::CannotForget(found)) = &error else { panic!("{error}") };
    assert_eq!(found, "it answered with 200");
    assert_eq!(identity(&lab, &account).await.0, 200, "nothing was taken out of it");
    lab.stop().await;
}

/// Says what an emulator of the lab's says when it has forgotten an account.
fn forgetful(account: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || forget(stream, account));
        }
    });
    url
}

fn forget(mut stream: TcpStream, account: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (first, length, _) = head(&mut reader);
    // Some connections are opened and never used.
    let Some(path) = first.split(' ').nth(1) else { return };
    drop(io::copy(&mut reader.take(length), &mut io::sink()));
    let asked = path.rsplit('/').next().unwrap();
    let (kind, text) = match first.split(' ').next().unwrap() {
        "DELETE" if account == "itself" => ("text/plain", format!("forgotten {asked}\n")),
        "DELETE" => ("text/plain", format!("forgotten {account}\n")),
        "POST" => ("text/xml", EMPTY_ACCOUNT.to_owned()),
        _ => ("application/json", "{}".to_owned()),
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n");
    let length = text.len();
    drop(stream.write_all(format!("{head}content-length: {length}\r\n\r\n{text}").as_bytes()));
}

/// A request's first line, how long its body is, and by which credential it is signed.
pub(crate) fn head(reader: &mut impl BufRead) -> (String, u64, Option<String>) {
    let (mut first, mut length, mut credential) = (String::new(), 0, None);
    drop(reader.read_line(&mut first));
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if let Some((_, after)) = line.split_once("Credential=") {
            credential = after.split(',').next().map(str::to_owned);
        }
        line.clear();
    }
    (first, length, credential)
}

/// What the gate reads of an account.
pub(crate) const EMPTY_ACCOUNT: &str = "<GetAccountAuthorizationDetailsResponse>\
    <GetAccountAuthorizationDetailsResult><IsTruncated>false</IsTruncated><UserDetailList/>\
    <GroupDetailList/><RoleDetailList/><Policies/></GetAccountAuthorizationDetailsResult>\
    </GetAccountAuthorizationDetailsResponse>";

#[tokio::test]
async fn a_reset_account_keeps_its_administrator() {
    let (lab, _home) = lab_on(&forgetful("itself")).await;
    let account = lab.account().await.unwrap();
    let reset = from_outside(&lab).reset(Some(&account.id)).await.unwrap();
    assert_eq!((&reset.id, &reset.administrator), (&account.id, &account.administrator));
    assert_eq!(identity(&lab, &account).await.0, 200);
    lab.stop().await;

    // Another account's forgetting is no success, and nobody is let in to what may be left.
    let (lab, _home) = lab_on(&forgetful("111111111111")).await;
    let account = lab.account().await.unwrap();
    let error = lab.reset(&account.id).await.unwrap_err();
    assert!(matches!(error, LabError::Account(AccountError::HalfForgotten(_))), "{error}");
    assert_eq!(identity(&lab, &account).await.0, 503);
    lab.stop().await;
}

#[tokio::test]
async fn the_control_endpoints_answer_nobody_without_their_key_and_no_web_page() {
    let (lab, _home) = lab_on(&emulator()).await;
    let url = format!("{}/_lab/accounts", variable(&lab, "FED_LAB_CONTROL_URL"));
    let key = std::fs::read_to_string(variable(&lab, "FED_LAB_CONTROL_KEY_FILE")).unwrap();
    let http = reqwest::Client::new();
    let good = || {
        let request = http.request(Method::POST, &url).body("{}");
        request.header("content-type", "application/json").bearer_auth(&key)
    };
    let bare = || http.request(Method::POST, &url).body("{}");
    let json = || bare().header("content-type", "application/json");
    let cases: [(&str, RequestBuilder, StatusCode); 11] = [
        ("no key", json(), StatusCode::UNAUTHORIZED),
        ("an empty key", json().bearer_auth(""), StatusCode::UNAUTHORIZED),
        ("part of the key", json().bearer_auth(&key[..63]), StatusCode::UNAUTHORIZED),
        ("another scheme", json().basic_auth(&key, Some("")), StatusCode::UNAUTHORIZED),
        ("two keys", good().header("authorization", "Bearer x"), StatusCode::UNAUTHORIZED),
        ("a web page", good().header("origin", "http://127.0.0.1"), StatusCode::FORBIDDEN),
        ("a page without origin", good().header("origin", "null"), StatusCode::FORBIDDEN),
        ("another name", good().header("host", "lab.example.com"), StatusCode::FORBIDDEN),
        ("another port", good().header("host", "127.0.0.1:1"), StatusCode::FORBIDDEN),
        ("a form", bare().bearer_auth(&key), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("unknown words", good().body("{\"sed\":\"none\"}"), StatusCode::BAD_REQUEST),
    ];
    for (what, request, expected) in cases {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), expected, "{what}");
        let text = answer.text().await.unwrap();
        assert!(!text.contains("AKIA") && !text.contains(&key), "{what}: {text}");
    }
    let stop = url.replace("accounts", "stop");
    let request = http.post(stop).header("content-type", "application/json").body("{}");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(from_outside(&lab).status().await.unwrap().accounts, 1);
    assert_eq!(good().send().await.unwrap().status(), StatusCode::CREATED);
    lab.stop().await;
}

#[tokio::test]
async fn tokens_are_signed_by_the_issuers_that_the_lab_has() {
    let (lab, _home) = lab_on(&emulator()).await;
    for token in [Token::google("ada@example.com"), Token::github("acme/app")] {
        assert_eq!(lab.token(&token).unwrap().expose().split('.').count(), 3);
    }
    let error = lab.token(&Token::gitlab("acme/app")).unwrap_err();
    assert!(matches!(error, LabError::NoSuchIssuer("gitlab")), "{error}");
    lab.stop().await;
}
