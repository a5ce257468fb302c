//! Sign-in and AWS calls where everything is reached through a proxy: SOCKS and HTTP, with a
//! password, names looked up there, certificates of the network's own authority.

use fake_issuer::{Client, Clock, Issuer, IssuerConfig};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::aws::{ASSUMED, Aws, INSTANCES, query_error};
use crate::issuer::redirected;
use crate::network::{IN_URL, Network, Speaks};
use crate::scripted::{Seen, answering};
use crate::sealed::Sealed;

const REDIRECT_URI: &str = "http://127.0.0.1:3000/auth/google/callback";

/// The configuration of somebody in production: not one address of this machine is in it.
const CONFIG: &str = "[profile.corp]\nissuer = 'https://accounts.google.com'\n\
    client_id = 'client'\nclient_secret_env = 'SECRET'\naccount = 'ada@example.com'\n\
    redirect_uri = 'http://127.0.0.1:3000/auth/google/callback'\nsource = 'paste'\n\
    region = 'eu-central-1'\nrole_arn = 'arn:aws:iam::278805249149:role/r'\n";

/// An issuer, AWS and a network with both.
struct Place {
    issuer: Issuer,
    network: Network,
    aws: Aws,
    sealed: Sealed,
    runtime: Runtime,
}

fn place(
    speaks: Speaks,
    on: &str,
    variables: &dyn Fn(&Network) -> Vec<(&'static str, String)>,
) -> Place {
    let runtime = Runtime::new().unwrap();
    let mut config = IssuerConfig::google(Clock::system());
    config.clients = vec![Client::web("client", "canary-secret", REDIRECT_URI)];
    let issuer = runtime.block_on(Issuer::start(config)).unwrap();
    let aws = Aws::answering_by_action(&[
        ("AssumeRoleWithWebIdentity", 200, ASSUMED.to_owned()),
        ("DescribeInstances", 200, INSTANCES.to_owned()),
        ("", 403, query_error("AccessDenied", "no")),
    ]);
    let network = Network::start(
        speaks,
        on,
        &[
            ("accounts.google.com", issuer.url()),
            ("oauth2.googleapis.com", issuer.url()),
            ("www.googleapis.com", issuer.url()),
            ("sts.eu-central-1.amazonaws.com", aws.url()),
            ("ec2.eu-central-1.amazonaws.com", aws.url()),
        ],
    );
    let mut sealed = Sealed::with_config(CONFIG).env("SECRET", "canary-secret");
    let bundle = sealed.file("corp.pem", network.authority());
    sealed = sealed.env("AWS_CA_BUNDLE", bundle.display().to_string());
    for (name, value) in variables(&network) {
        sealed = sealed.env(name, value);
    }
    Place { issuer, network, aws, sealed, runtime }
}

impl Place {
    /// Ada opens the address on her own machine, which reaches the issuer in its own way.
    fn login(&self) -> Seen {
        let url = self.issuer.url().to_owned();
        answering(&self.sealed, &["login"], move |said| {
            let shown = said.replace("https://accounts.google.com", &url);
            Some(format!("{}\n", redirected(&shown)?))
        })
    }

    fn stop(self) {
        let Self { issuer, runtime, .. } = self;
        runtime.block_on(issuer.stop());
    }
}

/// Signs in, gets credentials, uses and gives back, and nothing else was asked for.
fn works(place: Place) {
    let signed_in = place.login();
    assert_eq!(signed_in.status, 0, "{}", signed_in.stderr);
    assert!(signed_in.stderr.contains("signed in as `ada@example.com`"), "{}", signed_in.stderr);
    let probed = place.sealed.run(&["probe", "--output", "json"]);
    assert_eq!(probed.status, 0, "{}", probed.stderr);
    assert!(probed.stdout.contains("i-0123456789abcdef0"), "{}", probed.stdout);
    let gone = place.sealed.run(&["logout"]);
    assert_eq!((gone.status, gone.stderr.contains("warning")), (0, false), "{}", gone.stderr);
    for text in [&signed_in.stderr, &probed.stderr, &probed.stdout, &gone.stderr] {
        assert!(!text.contains("canary"), "{text}");
    }
    assert_eq!(
        place.network.asked(),
        [
            "accounts.google.com:443",
            "ec2.eu-central-1.amazonaws.com:443",
            "oauth2.googleapis.com:443",
            "sts.eu-central-1.amazonaws.com:443",
            "www.googleapis.com:443",
        ]
    );
    assert_eq!(place.aws.requests().len(), 2);
    place.stop();
}

fn one(
    name: &'static str,
    scheme: &'static str,
) -> impl Fn(&Network) -> Vec<(&'static str, String)> {
    move |network| vec![(name, format!("{scheme}://{IN_URL}@{}", network.address()))]
}

#[test]
fn everything_goes_through_a_socks_proxy_with_a_password() {
    works(place(Speaks::Socks, "127.0.0.1", &one("ALL_PROXY", "socks5h")));
}

#[test]
fn a_socks_proxy_is_named_for_https_alone() {
    works(place(Speaks::Socks, "127.0.0.1", &one("https_proxy", "socks5h")));
}

#[test]
fn everything_goes_through_an_http_proxy_with_a_password() {
    works(place(Speaks::Http, "127.0.0.1", &one("HTTPS_PROXY", "http")));
}

#[test]
fn a_proxy_is_reached_by_ipv6() {
    for (speaks, scheme) in [(Speaks::Socks, "socks5h"), (Speaks::Http, "http")] {
        works(place(speaks, "::1", &one("ALL_PROXY", scheme)));
    }
}

/// Every text that a person sees of a failure.
fn refused(place: &Place, words: &[&str]) -> String {
    let outcome = place.sealed.run(words);
    assert_ne!(outcome.status, 0, "{}", outcome.stdout);
    assert!(!outcome.stderr.contains("canary"), "{}", outcome.stderr);
    outcome.stderr
}

#[test]
fn a_wrong_password_is_told_and_not_shown() {
    for (speaks, scheme) in [(Speaks::Socks, "socks5h"), (Speaks::Http, "http")] {
        let wrong = move |network: &Network| {
            vec![("ALL_PROXY", format!("{scheme}://ada:canary-wrong@{}", network.address()))]
        };
        let place = place(speaks, "127.0.0.1", &wrong);
        let told = refused(&place, &["-vvv", "login", "--no-browser"]);
        assert!(told.contains("no answer from `https://accounts.google.com/"), "{told}");
        assert!(told.contains("hint: check the network and any proxy"), "{told}");
        let told = refused(&place, &["-vvv", "assume", "--web-identity-token-file", "-"]);
        assert!(told.contains("standard input holds no ID token"), "{told}");
        let token = place.sealed.file("token", TOKEN);
        let token = token.display().to_string();
        let told = refused(&place, &["-vvv", "assume", "--web-identity-token-file", &token]);
        assert!(told.contains("no answer from STS at"), "{told}");
        assert!(place.network.asked().is_empty(), "{:?}", place.network.asked());
        assert!(place.aws.requests().is_empty());
        place.stop();
    }
}

/// `{"iss":"i","sub":"s","exp":4070908800}`
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";

#[test]
fn exceptions_are_asked_directly_and_the_authority_must_be_named() {
    let socks = one("ALL_PROXY", "socks5h");
    let place = place(Speaks::Socks, "127.0.0.1", &socks);
    let sealed = Sealed::with_config(CONFIG);
    let token = place.sealed.file("token", TOKEN).display().to_string();
    let words = ["assume", "--web-identity-token-file", &token];
    let (name, value) = socks(&place.network).remove(0);
    // Nobody trusts the network's authority who is not told of it.
    let distrusted = sealed.env(name, &value).run(&words);
    assert_eq!(distrusted.status, 1, "{}", distrusted.stderr);
    assert!(
        distrusted.stderr.contains(
            "hint: its certificate is of no authority that is trusted here; if your network has \
             one of its own, name it: `ca_bundle = \"FILE.pem\"` in the profile, or `AWS_CA_BUNDLE`"
        ),
        "{}",
        distrusted.stderr
    );
    assert_eq!(place.network.asked(), ["sts.eu-central-1.amazonaws.com:443"]);
    let direct = Sealed::with_config(CONFIG).env(name, value).env("NO_PROXY", ".invalid").run(&[
        "assume",
        "--web-identity-token-file",
        &token,
        "--endpoint-url",
        "https://sts.invalid",
    ]);
    assert_eq!(direct.status, 1, "{}", direct.stderr);
    assert!(
        direct.stderr.contains("no answer from STS at `https://sts.invalid`"),
        "{}",
        direct.stderr
    );
    assert_eq!(place.network.asked().len(), 1, "{:?}", place.network.asked());
    place.stop();
}

#[test]
fn plain_http_to_another_machine_goes_through_socks_too() {
    let place = place(Speaks::Socks, "127.0.0.1", &one("http_proxy", "socks5h"));
    let token = place.sealed.file("token", TOKEN).display().to_string();
    let outcome = place.sealed.run(&[
        "assume",
        "--web-identity-token-file",
        &token,
        "--endpoint-url",
        "http://sts.eu-central-1.amazonaws.com:4566",
    ]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let answer: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(answer["Credentials"]["AccessKeyId"], "ASIAEXAMPLE");
    assert_eq!(place.network.asked(), ["sts.eu-central-1.amazonaws.com:4566"]);
    place.stop();
}
