//! AWS's and the issuers' own names, in a lab with `--names`. Whatever is not the lab's is
//! refused by the proxy, so nothing here sends anything off this machine.

use std::fs;
use std::net::TcpListener;

use crate::machine::Machine;
use crate::sealing::{emulator, exec_with};

fn named(machine: &Machine, options: &[&str], script: &str) -> (String, String) {
    let options = [&["--names"], options].concat();
    exec_with(machine, &options, &["/bin/sh", "-c", script], |_| ())
}

#[test]
fn the_names_of_aws_are_the_gate() {
    let machine = Machine::new();
    for host in ["sts.amazonaws.com", "sts.ap-northeast-2.amazonaws.com", "sts.us-east-1.api.aws"] {
        let script = format!("/usr/bin/curl -sS https://{host}/");
        let (stdout, stderr) = named(&machine, &[], &script);
        assert!(
            stdout.contains("<Code>MissingAuthenticationToken</Code>"),
            "{host}: {stdout}{stderr}"
        );
    }
}

#[test]
fn the_names_of_issuers_are_theirs() {
    let machine = Machine::new();
    let options = ["--issuer", "github-actions,gitlab,eks,https://login.example.com/a"];
    for (issuer, keys) in [
        ("https://accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs"),
        (
            "https://token.actions.githubusercontent.com",
            "https://token.actions.githubusercontent.com/.well-known/jwks",
        ),
        ("https://gitlab.com", "https://gitlab.com/oauth/discovery/keys"),
        (
            "https://oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F",
            "https://oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F/keys",
        ),
        ("https://login.example.com/a", "https://login.example.com/a/oauth2/v3/certs"),
    ] {
        let script = format!(
            "/usr/bin/curl -sSf {issuer}/.well-known/openid-configuration && echo && \
             /usr/bin/curl -sSf {keys}"
        );
        let (stdout, stderr) = named(&machine, &options, &script);
        let (document, keys_found) = stdout.split_once('\n').unwrap_or_default();
        let document: serde_json::Value = serde_json::from_str(document).expect(&stderr);
        assert_eq!((&document["issuer"], &document["jwks_uri"]), (&issuer.into(), &keys.into()));
        assert!(keys_found.contains(r#""kty":"RSA""#), "{keys_found}");
    }
    // Nobody steers an issuer by its name.
    let script = "/usr/bin/curl -sS https://accounts.google.com/_control/token --json '{}'";
    let (stdout, _) = named(&machine, &[], script);
    let refusal = r#"{"error":"expected the Host header to be the issuer's own address"}"#;
    assert_eq!(stdout, refusal);
}

#[test]
fn all_else_is_refused_told_and_written_down() {
    let machine = Machine::new();
    let script = "/usr/bin/curl -s https://example.com/; echo $?; \
        /usr/bin/curl -s https://signin.aws.amazon.com/federation; echo $?; \
        /usr/bin/curl -sS http://example.com/ -w '%{http_code}'; \
        /usr/bin/curl -sS -o /dev/null https://sts.amazonaws.com/";
    let (stdout, stderr) = named(&machine, &[], script);
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines[..2], ["56", "56"], "{stdout}");
    let reason =
        "example.com is not in the lab; fed-lab --allow-host example.com lets it be reached";
    assert_eq!(lines[2..4], [format!("fed-lab: {reason}").as_str(), "403"], "{stdout}");
    assert_eq!(lines.len(), 4, "{stdout}");
    let refused = "refused: example.com:443: ";
    assert!(stderr.contains(&format!("{refused}{reason}\n")), "{stderr}");
    let console = "refused: signin.aws.amazon.com:443: signin.aws.amazon.com: the lab has no \
        console, and keys of the lab have no business at AWS's\n";
    assert!(stderr.contains(console), "{stderr}");
    assert!(!stderr.contains("sts.amazonaws.com"), "{stderr}");
}

#[test]
fn each_connection_is_one_line() {
    let machine = Machine::new();
    let script = "/usr/bin/curl -s -o /dev/null https://sts.amazonaws.com/; \
        /usr/bin/curl -s https://example.com/; /bin/cat $FED_LAB_CONNECTIONS_FILE";
    let (stdout, _) = named(&machine, &[], script);
    let line = |line: &str| -> (String, u64, String) {
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| read[name].as_str().unwrap().to_owned();
        (text("host"), read["port"].as_u64().unwrap(), text("led"))
    };
    let lines: Vec<_> = stdout.lines().map(line).collect();
    let expected = [("sts.amazonaws.com", "gate"), ("example.com", "refused")];
    let expected = expected.map(|(host, led)| (host.to_owned(), 443, led.to_owned()));
    assert_eq!(lines, expected);
}

/// The authority is trusted where the variables say so, and nowhere else.
#[test]
fn nobody_trusts_the_authority_unasked() {
    let machine = Machine::new();
    let script = "/usr/bin/env -u CURL_CA_BUNDLE -u SSL_CERT_FILE /usr/bin/curl -s \
        https://sts.amazonaws.com/; echo $?; \
        /usr/bin/curl -s -o /dev/null --cacert $FED_LAB_CA_FILE https://sts.amazonaws.com/; \
        echo $?; /usr/bin/stat -c %a $FED_LAB_CA_FILE";
    let (stdout, _) = named(&machine, &[], script);
    assert_eq!(stdout, "60\n0\n600\n");
}

#[test]
fn a_command_has_no_endpoint_and_no_proxy_of_the_persons() {
    let machine = Machine::new();
    let own = machine.path("own.pem");
    fs::write(&own, "# mine\n").unwrap();
    let script = "echo ${AWS_ENDPOINT_URL-none} $NO_PROXY $no_proxy; \
        test $HTTPS_PROXY = $FED_LAB_PROXY_URL && test $all_proxy = $FED_LAB_PROXY_URL && echo led; \
        /usr/bin/head -n 1 $AWS_CA_BUNDLE; /usr/bin/grep -c BEGIN $AWS_CA_BUNDLE; \
        /usr/bin/curl -s -o /dev/null --cacert $AWS_CA_BUNDLE https://sts.amazonaws.com/; echo $?";
    let command = ["/bin/sh", "-c", script];
    let (stdout, _) = exec_with(&machine, &["--names"], &command, |fed_lab| {
        fed_lab.env("AWS_ENDPOINT_URL", "https://sts.amazonaws.com");
        fed_lab.env("NO_PROXY", "*").env("no_proxy", ".amazonaws.com");
        fed_lab.env("HTTPS_PROXY", "http://127.0.0.1:9").env("all_proxy", "http://127.0.0.1:9");
        fed_lab.env("AWS_CA_BUNDLE", &own);
    });
    let lab = "127.0.0.1,localhost,::1";
    assert_eq!(stdout, format!("none {lab} {lab}\nled\n# mine\n1\n0\n"));
    assert_eq!(fs::read_to_string(own).unwrap(), "# mine\n");
}

#[test]
fn python_is_in_the_same_world() {
    let machine = Machine::new();
    let python = "import urllib.request as r; \
        print(r.urlopen('https://accounts.google.com/.well-known/openid-configuration').status)";
    let script = format!("/usr/bin/env python3 -c \"{python}\"");
    let (stdout, stderr) =
        exec_with(&machine, &["--names"], &["/bin/sh", "-c", &script], |fed_lab| {
            fed_lab.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        });
    assert_eq!(stdout, "200\n", "{stderr}");
}

/// A host that is let out is reached as it is, past the lab's authority.
#[test]
fn a_host_that_is_let_out_is_reached() {
    let machine = Machine::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut client, _) = listener.accept().unwrap();
        let mut read = [0; 3];
        client.read_exact(&mut read).unwrap();
        client.write_all(b"HTTP/1.0 200 OK\r\n\r\nreached\n").unwrap();
        read
    });
    let script = format!(
        "/usr/bin/curl -s -x $FED_LAB_PROXY_URL --noproxy '' http://localhost:{port}/; \
         /usr/bin/curl -s -x $FED_LAB_PROXY_URL --noproxy '' http://127.0.0.1:{port}/"
    );
    let (stdout, _) = named(&machine, &["--allow-host", "localhost"], &script);
    let refused = "fed-lab: 127.0.0.1 is not in the lab; fed-lab --allow-host 127.0.0.1 lets it \
        be reached\n";
    assert_eq!(stdout, format!("reached\n{refused}"));
    assert_eq!(&server.join().unwrap(), b"GET");
}

#[test]
fn what_cannot_be_let_out_and_what_cannot_be_trusted() {
    let machine = Machine::new();
    let refused = |arguments: &[&str], bundle: Option<&str>| {
        let mut fed_lab = machine.command(arguments);
        if let Some(bundle) = bundle {
            fed_lab.env("AWS_CA_BUNDLE", bundle);
        }
        machine.seen(&fed_lab.output().unwrap())
    };
    let aws = ["up", "--names", "--allow-host", "*.amazonaws.com"];
    insta::assert_snapshot!(refused(&aws, None), @r"
    error: invalid value '*.amazonaws.com' for '--allow-host <HOST>': expected a host that is not AWS's, found `*.amazonaws.com`

    For more information, try '--help'.
    exit code 2
    ");
    let metadata = ["up", "--names", "--allow-host", "169.254.169.254"];
    insta::assert_snapshot!(refused(&metadata, None), @r"
    error: invalid value '169.254.169.254' for '--allow-host <HOST>': expected a host's name, or this machine's `127.0.0.1`, found `169.254.169.254`

    For more information, try '--help'.
    exit code 2
    ");
    let endpoint = emulator();
    let lab = ["exec", "--backend", "external", "--endpoint", &endpoint, "--seed", "none"];
    let names = [&lab[..], &["--names", "--", "/bin/false"]].concat();
    let missing = machine.path("missing.pem").display().to_string();
    insta::assert_snapshot!(refused(&names, Some(&missing)), @r"
    error: tried to read the certificates in `[home]/missing.pem` (AWS_CA_BUNDLE)
      caused by: No such file or directory

    hint: unset AWS_CA_BUNDLE, or have it name a file of certificates
    exit code 5
    ");
}

#[test]
fn a_name_leads_to_one_place() {
    let machine = Machine::new();
    let issuers = |list: &str| machine.seen(&machine.fed_lab(&["up", "--names", "--issuer", list]));
    insta::assert_snapshot!(issuers("https://sts.amazonaws.com"), @r"
    error: expected with `--names` an issuer whose host is not AWS's, found `https://sts.amazonaws.com`

    hint: leave the issuer out, or give it another host; without --names any issuer will do
    exit code 5
    ");
    insta::assert_snapshot!(issuers("https://a.example.com/x,https://a.example.com:8443/y"), @r"
    error: expected with `--names` one issuer of each host, found `https://a.example.com/x` and `https://a.example.com:8443/y`

    hint: leave the issuer out, or give it another host; without --names any issuer will do
    exit code 5
    ");
    // Where no name leads anywhere, both have their place.
    let list = ["--issuer", "https://a.example.com/x,https://a.example.com/y"];
    let (stdout, _) = exec_with(&machine, &list, &["/bin/echo", "runs"], |_| ());
    assert_eq!(stdout, "runs\n");
}
