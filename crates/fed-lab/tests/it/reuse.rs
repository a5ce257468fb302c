//! `fed-lab exec --reuse`: commands in accounts of their own in a lab that runs.

use std::process::Output;

use crate::machine::Machine;
use crate::sealing::emulator;

/// A lab in the background, ended with the test.
struct Lab(Machine);

impl Lab {
    fn up(name: &str, emulator: &str) -> Self {
        let lab = Self(Machine::new());
        lab.another(name, emulator);
        lab
    }

    fn another(&self, name: &str, emulator: &str) {
        self.with(name, emulator, &[]);
    }

    fn with(&self, name: &str, emulator: &str, options: &[&str]) {
        let on = ["--backend", "external", "--endpoint", emulator, "--seed", "none"];
        let up = ["up", "--detach", "--name", name];
        let output = self.0.fed_lab(&[&up[..], &on, options].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn exec(&self, options: &[&str], script: &str) -> Output {
        let command = ["--", "/bin/sh", "-c", script];
        self.0.fed_lab(&[&["exec", "--reuse"], options, &command[..]].concat())
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.0.fed_lab(&["down", "--all"]);
    }
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn each_command_has_an_account_of_its_own_which_is_closed_after_it() {
    let lab = Lab::up("shop", &emulator());
    let script = "echo $FED_LAB_ACCOUNT_ID $FED_LAB_ADMIN_ACCESS_KEY_ID $AWS_ENDPOINT_URL \
                  ${AWS_ACCESS_KEY_ID-none}";
    let (one, other) = (said(&lab.exec(&[], script)), said(&lab.exec(&["--name", "shop"], script)));
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.split_whitespace().collect(), other.split_whitespace().collect());
    assert_ne!(one[0], other[0], "the same account");
    assert_ne!(one[1], other[1], "the same administrator");
    assert_eq!((one[2], one[3]), (other[2], "none"));
    let status: serde_json::Value =
        serde_json::from_str(&said(&lab.0.fed_lab(&["status", "--output", "json"]))).unwrap();
    assert_eq!(status["running"][0]["accounts"], 1, "the lab's first alone");
    assert_ne!(status["running"][0]["account"], one[0]);
}

#[test]
fn it_ends_as_the_command_does() {
    let lab = Lab::up("shop", &emulator());
    assert_eq!(lab.exec(&[], "exit 7").status.code(), Some(7));
    let missing = lab.0.fed_lab(&["exec", "--reuse", "--", "/nowhere/program"]);
    insta::assert_snapshot!(lab.0.seen(&missing), @r"
    error: tried to run `/nowhere/program`
      caused by: No such file or directory
    exit code 127
    ");
}

#[test]
fn of_several_labs_one_is_named_or_around() {
    let emulator = emulator();
    let lab = Lab::up("shop", &emulator);
    lab.another("till", &emulator);
    insta::assert_snapshot!(lab.0.seen(&lab.exec(&[], "true")), @r"
    error: expected one running lab, found 2: till, shop

    hint: choose one with --name NAME
    exit code 1
    ");
    let variables = said(&lab.0.fed_lab(&["env", "--name", "shop", "--format", "json"]));
    let variables: serde_json::Value = serde_json::from_str(&variables).unwrap();
    let mut inside =
        lab.0.command(&["exec", "--reuse", "--", "/bin/sh", "-c", "echo $FED_LAB_GATE_URL"]);
    let key_file = variables["FED_LAB_CONTROL_KEY_FILE"].as_str().unwrap();
    inside.env("FED_LAB_CONTROL_KEY_FILE", key_file);
    let gate = said(&inside.output().unwrap());
    assert_eq!(gate.trim(), variables["FED_LAB_GATE_URL"].as_str().unwrap());
}

#[test]
fn without_a_lab_nothing_runs_and_no_lab_is_described() {
    let machine = Machine::new();
    let none = machine.fed_lab(&["exec", "--reuse", "--", "/bin/true"]);
    insta::assert_snapshot!(machine.seen(&none), @r"
    error: expected a running lab, found none

    hint: start one in another terminal: fed-lab up
    exit code 1
    ");
    let options: [&[&str]; 4] =
        [&["--backend", "host"], &["--names"], &["--services", "s3"], &["--enforce", "audit"]];
    for option in options {
        let arguments = [&["exec", "--reuse"], option, &["--", "/bin/true"]].concat();
        let output = machine.fed_lab(&arguments);
        assert_eq!(output.status.code(), Some(2), "{option:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("'--reuse' cannot be used with '"), "{told}");
    }
}

/// The first account's role, and the profiles of whoever has some, are none of its business.
#[test]
fn a_command_has_nothing_of_the_first_account() {
    let lab = Lab(Machine::new());
    let role = "shop/till=arn:aws:iam::278805249149:role/till";
    lab.with("shop", &emulator(), &["--issuer", "eks", "--service-account", role]);
    let of_lab = said(&lab.0.fed_lab(&["env", "--format", "json"]));
    let of_lab: serde_json::Value = serde_json::from_str(&of_lab).unwrap();
    assert!(of_lab["AWS_ROLE_ARN"].is_string(), "{of_lab}");
    let profiles = of_lab["AWS_SHARED_CREDENTIALS_FILE"].as_str().unwrap();
    std::fs::write(profiles, "[first]\naws_access_key_id = AKIAFIRST\n").unwrap();

    let script = "echo ${AWS_ROLE_ARN-none} ${AWS_WEB_IDENTITY_TOKEN_FILE-none} \
                  $AWS_SHARED_CREDENTIALS_FILE; \
                  for file in $AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE \
                  $AWS_CREDENTIAL_PROFILES_FILE $BOTO_CONFIG; do \
                  test ! -s $file && echo '[own]' > $file && echo empty; done";
    let told = said(&lab.exec(&[], script));
    let (first, files) = told.split_once('\n').unwrap();
    let words: Vec<&str> = first.split(' ').collect();
    assert_eq!(words[..2], ["none", "none"]);
    assert_ne!(words[2], profiles);
    // Two variables name one file.
    assert_eq!(files, "empty\nempty\nempty\n");
    assert!(!std::path::Path::new(words[2]).exists(), "it is gone with the command");
    assert!(std::fs::read_to_string(profiles).unwrap().starts_with("[first]"));
}

/// Nobody in a lab of their own gets into another by mistake, whatever runs beside it.
#[test]
fn in_the_lab_of_one_command_there_is_no_other() {
    let emulator = emulator();
    let lab = Lab(Machine::new());
    lab.with("shop", &emulator, &["--issuer", "github-actions"]);
    let fed_lab = env!("CARGO_BIN_EXE_fed-lab");
    let within = |script: &str| {
        let own = ["exec", "--backend", "external", "--endpoint", &emulator, "--seed", "none"];
        lab.0.fed_lab(&[&own[..], &["--", "/bin/sh", "-c", script]].concat())
    };
    let env = said(&within(&format!("echo $FED_LAB_GATE_URL; {fed_lab} env --format json")));
    let (gate, env) = env.split_once('\n').unwrap();
    let env: serde_json::Value = serde_json::from_str(env).unwrap();
    assert_eq!(env["FED_LAB_GATE_URL"], gate);

    let refused = |arguments: &str| {
        let output = within(&format!("{fed_lab} {arguments} 2>&1 >/dev/null; echo $?"));
        said(&output)
    };
    insta::assert_snapshot!(refused("exec --reuse -- /bin/true"), @r"
    error: expected this shell to be in a lab that `fed-lab up` has started, found that it is in one that lasts as long as its command

    hint: what runs here is in that lab already, without `fed-lab exec`; --name NAME chooses another
    1
    ");
    insta::assert_snapshot!(refused("token github --repository acme/app"), @r"
    error: expected a running lab with the issuer `github-actions`, found none

    hint: start the lab with --issuer github-actions
    1
    ");
    let named =
        format!("{fed_lab} exec --reuse --name shop -- /bin/sh -c 'echo $FED_LAB_GATE_URL'");
    assert_ne!(said(&within(&named)).trim(), gate);
}
