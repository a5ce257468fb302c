//! Each setting varied alone: whatever changes a result changes the name it is kept under.

use std::path::Path;

use fed_types::UnixTime;

use super::*;
use crate::arguments::GlobalArguments;
use crate::config::Profile;
use crate::environment::{Environment, FED_CONFIG, HOME};
use crate::host::Terminal;
use crate::settings::{Choice, Given};
use crate::{Host, identity};

/// Where a setting belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum In {
    /// It changes which tokens there are, and so everything.
    All,
    /// It says which person it is, among those who are signed in.
    Person,
    /// It changes what a token is exchanged for.
    Credentials,
    /// It changes how something is had, not what.
    Neither,
}

/// Every key with two values.
const TABLE: &[(&str, &str, &str, In)] = &[
    ("issuer", "'https://a.example'", "'https://b.example'", In::All),
    ("discovery_url", "'https://a.example/d'", "'https://b.example/d'", In::All),
    ("client_id", "'a'", "'b'", In::All),
    ("client_secret_file", "'one'", "'two'", In::Neither),
    ("client_secret_env", "'ONE'", "'TWO'", In::Neither),
    ("client_secret_command", "['one']", "['two']", In::Neither),
    ("client_key_file", "'one'", "'two'", In::Neither),
    ("client_key_id", "'a'", "'b'", In::Neither),
    ("client_certificate_file", "'one'", "'two'", In::Neither),
    ("token_endpoint_auth_method", "'client_secret_basic'", "'client_secret_post'", In::Neither),
    ("redirect_uri", "'http://127.0.0.1:1/'", "'http://127.0.0.1:2/'", In::Neither),
    ("hosted_domain", "'a.example'", "'b.example'", In::Person),
    ("account", "'ada@a.example'", "'bob@a.example'", In::Person),
    ("login_hint", "'ada'", "'bob'", In::Person),
    ("scopes", "['email']", "['email', 'groups']", In::All),
    ("authorization_parameters", "['audience=a']", "['audience=b']", In::All),
    ("trusted_audiences", "['a']", "['b']", In::All),
    ("acr_values", "['gold']", "['silver']", In::All),
    ("max_age", "'1h'", "'2h'", In::All),
    ("signing_algorithms", "['RS256']", "['ES256']", In::All),
    ("leeway", "'1m'", "'2m'", In::Neither),
    ("ca_bundle", "'one'", "'two'", In::Neither),
    ("source", "'browser'", "'device'", In::Credentials),
    ("token_file", "'one'", "'two'", In::Credentials),
    ("token_env", "'ONE'", "'TWO'", In::Credentials),
    ("token_command", "['a b']", "['a', 'b']", In::Credentials),
    ("store", "'file'", "'keyring'", In::Neither),
    ("audience", "'a'", "'b'", In::Credentials),
    (
        "role_arn",
        "'arn:aws:iam::111122223333:role/a'",
        "'arn:aws:iam::111122223333:role/b'",
        In::Credentials,
    ),
    ("roles", "['a']", "['b']", In::Neither),
    ("role_session_name", "'a'", "'b'", In::Credentials),
    ("region", "'us-east-1'", "'us-east-2'", In::Credentials),
    ("duration", "'1h'", "'2h'", In::Credentials),
    (
        "chain",
        "['arn:aws:iam::111122223333:role/a']",
        "['arn:aws:iam::111122223333:role/a', 'arn:aws:iam::111122223333:role/b']",
        In::Credentials,
    ),
    ("session_policy_file", "'one'", "'two'", In::Credentials),
    ("session_policy_arns", "['a b']", "['a', 'b']", In::Credentials),
    ("endpoint_url", "'http://127.0.0.1:1'", "'http://127.0.0.1:2'", In::Credentials),
];

/// A role, for what needs one.
const ROLE: &str = "role_arn = 'arn:aws:iam::111122223333:role/r'\n";

/// The names of the credentials, of a person's sign-in and of the choice among people.
type Names = (EntryKey, EntryKey, EntryKey);

/// Those under this configuration.
fn names(home: &Path, profile: &str, environment: &[(&str, &str)]) -> Names {
    names_of("p", home, profile, environment)
}

fn names_of(name: &str, home: &Path, profile: &str, environment: &[(&str, &str)]) -> Names {
    let path = home.join("config.toml");
    std::fs::write(&path, format!("[profile.{name}]\n{profile}\n")).unwrap();
    let places = [(HOME, home.to_str().unwrap()), (FED_CONFIG, path.to_str().unwrap())];
    let environment = Environment::new(places.into_iter().chain(environment.iter().copied()));
    let terminal = Terminal::of_this_process(&environment);
    let host = Host::of(environment, terminal, || UnixTime::from_seconds(0));
    let global = GlobalArguments::default();
    let context = Context { host: &host, global: &global };
    let settings = Settings::resolve(&host, &Choice::default(), Given::default()).unwrap();
    let holder = Holder::of_sign_in("i", "s");
    (
        of(context, &settings, &holder).unwrap(),
        identity::sign_in_key(context, &settings, "s"),
        identity::account_key(context, &settings),
    )
}

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("one"), "1").unwrap();
    std::fs::write(home.path().join("two"), "2").unwrap();
    home
}

#[test]
fn each_setting_alone_is_in_the_names_where_it_belongs() {
    let keys: Vec<&str> = TABLE.iter().map(|(key, ..)| *key).collect();
    assert_eq!(keys, Profile::KEYS, "a new setting needs a row");
    let home = home();
    for (key, one, other, belongs) in TABLE {
        let rest = if *key == "role_arn" { "" } else { ROLE };
        let with = |value: &str| names(home.path(), &format!("{rest}{key} = {value}"), &[]);
        let (first, second) = (with(one), with(other));
        let changed = (first.0 != second.0, first.1 != second.1, first.2 != second.2);
        let expected = match belongs {
            In::All => (true, true, true),
            In::Person => (true, false, true),
            In::Credentials => (true, false, false),
            In::Neither => (false, false, false),
        };
        assert_eq!(changed, expected, "{key}: (credentials, sign-in, account)");
    }
}

#[test]
fn what_a_setting_leads_to_is_in_the_name_too() {
    let home = home();
    let endpoint = |value| names(home.path(), ROLE, &[("AWS_ENDPOINT_URL_STS", value)]).0;
    assert_ne!(endpoint("http://127.0.0.1:1"), endpoint("http://127.0.0.1:2"));
    let policy = || names(home.path(), &format!("{ROLE}session_policy_file = 'one'"), &[]).0;
    let before = policy();
    std::fs::write(home.path().join("one"), "other").unwrap();
    assert_ne!(before, policy(), "another document in the same file");
    let client = |id: &str| {
        let file = format!(r#"{{"installed": {{"client_id": "{id}", "client_secret": "s"}}}}"#);
        std::fs::write(home.path().join("two"), file).unwrap();
        names(home.path(), &format!("{ROLE}client_secret_file = 'two'"), &[])
    };
    let (one, other) = (client("a"), client("b"));
    assert!(one.0 != other.0, "another client in the same file");
    assert!(one.1 != other.1 && one.2 != other.2, "another client in the same file");
}

#[test]
fn the_client_is_the_same_wherever_its_id_is_from() {
    let home = home();
    let file = r#"{"installed": {"client_id": "a", "client_secret": "s"}}"#;
    std::fs::write(home.path().join("two"), file).unwrap();
    let by_file = names(home.path(), &format!("{ROLE}client_secret_file = 'two'"), &[]);
    let by_key = names(home.path(), &format!("{ROLE}client_id = 'a'"), &[]);
    assert_eq!(by_file, by_key);
    assert_eq!(by_key.1.part("client"), Some("a"));
    assert_eq!(by_key.1.part("client_id"), None, "once");
}

#[test]
fn profiles_share_sign_ins_and_no_credentials() {
    let home = home();
    let (one, other) =
        (names_of("p", home.path(), ROLE, &[]), names_of("q", home.path(), ROLE, &[]));
    assert_ne!(one.0, other.0);
    assert_eq!((one.1, one.2), (other.1, other.2));
}

#[test]
fn another_person_is_another_sign_in() {
    let home = home();
    let (_, ada, choice) = names(home.path(), ROLE, &[]);
    assert_eq!(ada.part("subject"), Some("s"));
    assert_eq!(choice.part("subject"), None);
    assert_ne!(ada, choice);
}

#[test]
fn another_holder_is_another_name() {
    let home = home();
    let (name, ..) = names(home.path(), ROLE, &[]);
    assert_eq!(name.part("token_issuer"), Some("i"));
    assert_eq!(name.part("token_subject"), Some("s"));
    assert_eq!(name.part("token_sha256"), None, "tokens of sign-ins change at each renewal");
}
