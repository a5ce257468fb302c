//! Which of several settings counts: option before environment before profile.

use crate::aws::{ASSUMED, Aws};
use crate::scripted::{at_a_terminal, through_pipes};
use crate::sealed::Sealed;

const PROFILE: &str = "issuer = 'http://127.0.0.1:9'\nclient_id = 'c'\n\
    role_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'us-east-1'\n";

/// The source that `doctor` names for a person at a terminal.
fn source(sealed: &Sealed, words: &[&str]) -> String {
    let seen = at_a_terminal(sealed, &[&["doctor", "--offline"], words].concat(), &[]);
    assert_eq!((seen.status, seen.stderr.as_str()), (0, ""));
    named(&seen.stdout)
}

fn named(report: &str) -> String {
    let line = report.lines().find_map(|line| line.split_once("token source: "));
    line.map(|(_, source)| source.to_owned()).unwrap_or_default()
}

fn over_ssh() -> Sealed {
    Sealed::with_config(&format!("[profile.google]\n{PROFILE}")).env("SSH_CONNECTION", "a 1 b 2")
}

#[test]
fn over_ssh_a_person_pastes() {
    assert_eq!(source(&over_ssh(), &[]), "paste");
}

#[test]
fn whoever_has_a_browser_or_says_how_is_believed_over_ssh() {
    assert_eq!(source(&over_ssh().env("DISPLAY", ":10"), &[]), "browser");
    assert_eq!(source(&over_ssh().env("BROWSER", "lynx"), &[]), "browser");
    assert_eq!(source(&over_ssh(), &["--no-browser"]), "browser");
    assert_eq!(source(&over_ssh(), &["--source", "device"]), "device");
    let here = Sealed::with_config(&format!("[profile.google]\n{PROFILE}"));
    assert_eq!(source(&here, &[]), "browser");
}

#[test]
fn a_script_over_ssh_pastes_nothing() {
    let seen = through_pipes(&over_ssh(), &["doctor", "--offline"], &[]);
    assert_eq!(named(&seen.stdout), "browser");
}

/// What `doctor` says of a thing, with these variables and words.
fn says(what: &str, variables: &[(&str, &str)], words: &[&str]) -> String {
    let config = format!("[profile.one]\n{PROFILE}[profile.two]\n{PROFILE}");
    let sealed = variables
        .iter()
        .fold(Sealed::with_config(&config), |sealed, (name, value)| sealed.env(name, *value));
    let report = sealed.run(&[&["doctor", "--offline"], words].concat()).stdout;
    let line = report.lines().find_map(|line| line.split_once(&format!("{what}: ")));
    line.map(|(_, says)| says.to_owned()).unwrap_or_default()
}

#[test]
fn option_before_environment_before_profile() {
    let one = ("FED_PROFILE", "one");
    for (what, variables, words, expected) in [
        ("profile", &[one][..], &[][..], "`one`"),
        ("profile", &[one], &["--profile", "two"], "`two`"),
        ("AWS", &[one], &[], "region `us-east-1`"),
        ("AWS", &[one, ("AWS_DEFAULT_REGION", "eu-west-1")], &[], "region `eu-west-1`"),
        (
            "AWS",
            &[one, ("AWS_DEFAULT_REGION", "eu-west-1"), ("AWS_REGION", "eu-west-2")],
            &[],
            "region `eu-west-2`",
        ),
        (
            "AWS",
            &[one, ("AWS_REGION", "eu-west-2")],
            &["--region", "eu-west-3"],
            "region `eu-west-3`",
        ),
        ("role", &[one], &[], "`arn:aws:iam::278805249149:role/r`"),
        (
            "role",
            &[one, ("FED_ROLE_ARN", "arn:aws:iam::278805249149:role/e")],
            &[],
            "`arn:aws:iam::278805249149:role/e`",
        ),
        ("token source", &[one], &["--source", "device"], "device"),
        ("token source", &[one], &["--web-identity-token-file", "x"], "file"),
        ("issuer", &[one], &["--issuer", "http://127.0.0.1:8"], "`http://127.0.0.1:8`"),
        ("OAuth client", &[one], &["--client-id", "d"], "`d`, without a secret"),
    ] {
        assert_eq!(says(what, variables, words), expected, "{variables:?} {words:?}");
    }
}

#[test]
fn the_option_before_the_services_endpoint_before_that_of_all_before_the_profiles() {
    let [option, service, all, profile] = [(); 4].map(|()| Aws::answering(200, ASSUMED));
    let config = format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        profile.url()
    );
    // {"iss":"i","sub":"s","exp":4070908800}
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x";
    let asked = || [&option, &service, &all, &profile].map(|aws| aws.requests().len());
    let sealed = Sealed::with_config(&config).env("TOK", token);
    assert_eq!((sealed.run(&["assume"]).status, asked()), (0, [0, 0, 0, 1]));
    let sealed = sealed.env("AWS_ENDPOINT_URL", all.url());
    assert_eq!((sealed.run(&["assume"]).status, asked()), (0, [0, 0, 1, 1]));
    let sealed = sealed.env("AWS_ENDPOINT_URL_STS", service.url());
    assert_eq!((sealed.run(&["assume"]).status, asked()), (0, [0, 1, 1, 1]));
    let words = ["assume", "--endpoint-url", option.url()];
    assert_eq!((sealed.run(&words).status, asked()), (0, [1, 1, 1, 1]));
}

#[test]
fn an_option_silences_the_profiles_other_ways() {
    let config = "[profile.ci]\nsource = 'command'\ntoken_command = ['false']\n\
                  client_secret_env = 'NOT_SET'\n";
    let sealed = Sealed::with_config(config);
    let file = sealed.file("token", "nonsense").display().to_string();
    let outcome = sealed.run(&["token", "--raw", "--web-identity-token-file", &file]);
    let told = outcome.stderr.lines().next().unwrap_or_default();
    assert_eq!(told, "error: the file `[HOME]/token` holds no ID token");
}

#[test]
fn a_configuration_that_was_named_must_be_there() {
    let sealed = Sealed::new().env("FED_CONFIG", "/nonexistent.toml");
    let outcome = sealed.run(&["assume"]);
    assert_eq!(outcome.status, 5);
    assert!(
        outcome
            .stderr
            .starts_with("error: could not read the configuration file `/nonexistent.toml`"),
        "{}",
        outcome.stderr
    );
}
