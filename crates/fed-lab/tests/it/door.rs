//! A lab that others than this machine reach: by which names, with what, and what they are refused.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use fed_lab::{
    DoorConfig, DoorListener, Lab, LabError, NamesError, RunningLab, Seed, request_to_lab,
};
use reqwest::{Certificate, Client, Method, StatusCode};

use crate::accounts::{identity_at, lab_on};
use crate::machine::Machine;
use crate::sealing::emulator;

/// A lab with a door on a free port of this machine's loopback, and where others find what they need.
struct Open {
    lab: Lab,
    address: SocketAddr,
    variables: BTreeMap<String, String>,
    _home: tempfile::TempDir,
    folder: tempfile::TempDir,
}

impl Open {
    async fn new() -> Self {
        let (mut lab, home) = lab_on(&emulator()).await;
        let folder = tempfile::tempdir().unwrap();
        let door = lab.open(listener(&["fed-lab", "localhost"], folder.path()).await).unwrap();
        let address = door.address();
        let text = fs::read_to_string(folder.path().join("lab.json")).unwrap();
        let variables = serde_json::from_str(&text).unwrap();
        Self { lab, address, variables, _home: home, folder }
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    /// A client that trusts the lab, and finds these names at the door.
    fn client(&self, names: &[&str]) -> Client {
        let pem = fs::read(&self.variables["FED_LAB_CA_FILE"]).unwrap();
        let trusted = Certificate::from_pem_bundle(&pem).unwrap();
        let client = Client::builder().no_proxy().tls_certs_only(trusted);
        let names = names.iter().fold(client, |client, name| client.resolve(name, self.address));
        names.build().unwrap()
    }

    fn key(&self) -> String {
        fs::read_to_string(&self.variables["FED_LAB_CONTROL_KEY_FILE"]).unwrap()
    }
}

async fn listener(names: &[&str], folder: &Path) -> DoorListener {
    let config = DoorConfig {
        address: "127.0.0.1:0".parse().unwrap(),
        names: names.iter().map(|name| name.parse().unwrap()).collect(),
        folder: Some(folder.to_owned()),
    };
    DoorListener::bind(config).await.unwrap()
}

#[tokio::test]
async fn who_has_what_was_handed_over_is_in_the_lab() {
    let open = Open::new().await;
    // By the name in the variables, which only a resolver would lead here.
    let named = |name: &str| open.variable(name).map(|it| it.replace("//fed-lab:", "//localhost:"));
    let lab = RunningLab::around(named).unwrap();
    let status = lab.status().await.unwrap();
    assert_eq!(status.account, open.variables["FED_LAB_ACCOUNT_ID"]);
    let account = lab.new_account(Seed::Nothing).await.unwrap();

    let client = open.client(&["fed-lab"]);
    let url = open.variable("AWS_ENDPOINT_URL").unwrap();
    assert_eq!(url, format!("https://fed-lab:{}", open.address.port()));
    let (status, answer) = identity_at(&client, &url, &account).await;
    assert_eq!(status, 200, "{answer}");
    let mut decisions = lab.decisions(false).await.unwrap();
    let decision = decisions.next().await.unwrap().unwrap();
    assert!(decision.to_string().contains(account.id.as_str()), "{decision}");

    let url = named("FED_LAB_GITHUB_ACTIONS_ISSUER_URL").unwrap();
    let token = request_to_lab(Method::POST, &format!("{url}/_control/token"), named).unwrap();
    let token = token.json(&serde_json::json!({})).send().await.unwrap();
    assert_eq!(token.status(), StatusCode::OK);
    assert!(token.text().await.unwrap().contains("id_token"));

    for absent in ["FED_LAB_UPSTREAM_URL", "AWS_CONFIG_FILE", "GCE_METADATA_HOST"] {
        assert_eq!(open.variable(absent), None, "{absent}");
    }
    open.lab.stop().await;
}

#[tokio::test]
async fn nobody_without_the_key_steers_it_through_the_door() {
    let open = Open::new().await;
    let client = open.client(&["fed-lab"]);
    let port = open.address.port();
    let bearer = format!("Bearer {}", open.key());
    let wrong = format!("Bearer {}", "0".repeat(64));
    for page in [
        "_gate/health",
        "_lab",
        "_control/health",
        "_issuers/token.actions.githubusercontent.com/_control/health",
    ] {
        let ask = |scheme: &str, header: Option<(&str, &str)>| {
            let request = client.get(format!("{scheme}://fed-lab:{port}/{page}"));
            let request =
                header.into_iter().fold(request, |it, (name, value)| it.header(name, value));
            async { request.send().await.unwrap() }
        };
        let refused = ask("https", None).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{page}");
        let told = "fed-lab: expected `Authorization: Bearer KEY` with the key in \
                    FED_LAB_CONTROL_KEY_FILE\n";
        assert_eq!(refused.text().await.unwrap(), told);
        let refused = ask("https", Some(("authorization", &wrong))).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{page}");
        let refused = ask("http", Some(("authorization", &bearer))).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{page}");
        let admitted = ask("https", Some(("authorization", &bearer))).await;
        assert_eq!(admitted.status(), StatusCode::OK, "{page}");
    }
    open.lab.stop().await;
}

#[tokio::test]
async fn names_lead_to_the_gate_and_to_issuers_by_certificates_of_their_own() {
    let open = Open::new().await;
    let port = open.address.port();
    let names = ["sts.eu-west-1.amazonaws.com", "accounts.google.com", "example.com", "fed-lab"];
    let client = open.client(&names);
    let account = open.lab.account().await.unwrap();
    let sts = format!("https://sts.eu-west-1.amazonaws.com:{port}");
    let (status, answer) = identity_at(&client, &sts, &account).await;
    // Signed for another region than the name's: it was the gate that read the name.
    assert_eq!(status, 403, "{answer}");
    assert!(answer.contains("Credential should be scoped to a valid region"), "{answer}");
    let plain = format!("http://fed-lab:{port}");
    assert_eq!(identity_at(&client, &plain, &account).await.0, 200);

    let discovery = "/.well-known/openid-configuration";
    let google = client.get(format!("https://accounts.google.com:{port}{discovery}"));
    let document = google.send().await.unwrap().text().await.unwrap();
    assert!(document.contains("https://oauth2.googleapis.com/token"), "{document}");
    let below = format!("{}{discovery}", open.variables["FED_LAB_ISSUER_URL"]);
    assert_eq!(client.get(below).send().await.unwrap().text().await.unwrap(), document);

    let nobody = client.get(format!("https://example.com:{port}/")).send().await.unwrap_err();
    assert!(nobody.is_connect(), "{nobody:?}");
    let other = client.get(format!("http://example.com:{port}/")).send().await.unwrap();
    assert_eq!(other.status(), StatusCode::MISDIRECTED_REQUEST);
    open.lab.stop().await;
}

#[tokio::test]
async fn what_was_handed_over_is_this_users_alone_and_gone_with_the_lab() {
    let open = Open::new().await;
    let files: Vec<_> = fs::read_dir(open.folder.path()).unwrap().flatten().collect();
    assert!(files.len() >= 7, "{files:?}");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.path().display());
    }
    open.lab.stop().await;
    assert_eq!(fs::read_dir(open.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_door_is_not_called_as_an_issuer_is() {
    let (mut lab, _home) = lab_on(&emulator()).await;
    let folder = tempfile::tempdir().unwrap();
    let name = "token.actions.githubusercontent.com";
    let Err(error) = lab.open(listener(&[name], folder.path()).await) else {
        panic!("the name of an issuer was taken")
    };
    assert!(matches!(&error, LabError::Names(NamesError::DoorNameTaken(_))), "{error}");
    lab.stop().await;
}

/// As a person starts it: it says who may come, and no key is told or on a command line.
#[test]
fn a_lab_that_others_reach_says_so() {
    let machine = Machine::new();
    let (url, shared) = (emulator(), machine.path("shared"));
    let shared = shared.to_str().unwrap();
    let up = ["up", "--detach", "--backend", "external", "--endpoint", &url, "--seed", "none"];
    let mut command = machine.command(
        &[&up[..], &["--name", "door", "--listen", "0.0.0.0:0", "--hand-over", shared]].concat(),
    );
    let output = command.stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{told}");
    let key = fs::read_to_string(machine.path("shared/control_key")).unwrap();
    let status = machine.fed_lab(&["status", "--name", "door", "--output", "json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    let process = &status["running"][0]["process"];
    let arguments = fs::read(format!("/proc/{process}/cmdline")).unwrap();
    let logs = machine.fed_lab(&["logs", "--name", "door"]);
    assert!(machine.fed_lab(&["down", "--name", "door"]).status.success());

    let warning = told.lines().find(|line| line.starts_with("warning: ")).unwrap();
    assert!(warning.starts_with("warning: the lab listens on 0.0.0.0:"), "{warning}");
    assert!(warning.ends_with(&format!("wants the key in {shared}/control_key")), "{warning}");
    assert_eq!(key.len(), 64);
    let said = [arguments, told.clone().into_bytes(), logs.stdout, logs.stderr].concat();
    assert!(!String::from_utf8_lossy(&said).contains(&key));
    assert_eq!(fs::read_dir(machine.path("shared")).unwrap().count(), 0, "it has ended");
}
