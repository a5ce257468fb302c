//! The commands that give or use credentials, against an AWS that answers as told.

use crate::aws::{ASSUMED, Aws, INSTANCES, ec2_error, query_error};
use crate::sealed::Sealed;

/// `{"alg":"none"}` . `{"iss":"https://accounts.google.com","sub":"113632458324056836621",
/// "email":"ada@example.com","exp":4070908800}` . nothing: AWS judges it, and here AWS is ours.
const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSIsImV4cCI6NDA3MDkwODgwMH0.";

/// A profile that takes the token from a file and talks to `aws`.
fn sealed(aws: &Aws) -> Sealed {
    let config = format!(
        "[profile.google]\nissuer = 'https://accounts.google.com'\nsource = 'file'\n\
         token_file = 'token'\nrole_arn = 'arn:aws:iam::278805249149:role/google-oidc-role'\n\
         region = 'ap-northeast-2'\nendpoint_url = '{}'\n",
        aws.url()
    );
    let sealed = Sealed::with_config(&config);
    sealed.file(".config/fed/token", TOKEN);
    sealed
}

#[test]
fn assume_prints_what_the_aws_cli_prints() {
    let aws = Aws::answering(200, ASSUMED);
    insta::assert_snapshot!(sealed(&aws).transcript(&["assume"]));
    let requests = aws.requests();
    assert_eq!(requests.len(), 1);
    let request = requests.first().unwrap();
    assert!(request.contains("RoleSessionName=ada%40example.com"), "{request}");
}

#[test]
fn a_refusal_of_sts_ends_with_status_3_and_a_hint() {
    let body =
        query_error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    let aws = Aws::answering(403, &body);
    insta::assert_snapshot!(sealed(&aws).transcript(&["assume"]));
    assert_eq!(aws.requests().len(), 1, "a denial is not tried again");
}

#[test]
fn an_unreachable_sts_is_told_with_its_address() {
    let sealed = sealed(&Aws::answering(200, ""));
    let outcome = sealed.run(&["assume", "--endpoint-url", "http://127.0.0.1:9"]);
    assert_eq!(outcome.status, 1);
    assert!(outcome.stderr.starts_with("error: no answer from STS at `http://127.0.0.1:9`"));
    assert!(outcome.stderr.contains("\n\nhint: "), "{}", outcome.stderr);
}

#[test]
fn a_file_that_holds_no_token_is_a_mistake_of_configuration() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    sealed.file("garbage", "not.a.token");
    let words = ["assume", "--web-identity-token-file", "garbage"];
    insta::assert_snapshot!(sealed.transcript(&words));
    assert_eq!(aws.requests().len(), 0);
}

#[test]
fn credential_process_answers_from_the_store_the_second_time() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    let first = sealed.run(&["credential-process"]);
    let second = sealed.run(&["credential-process"]);
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(aws.requests().len(), 1);
    assert_eq!(
        first.stdout,
        "{\"Version\":1,\"AccessKeyId\":\"ASIAEXAMPLE\",\"SecretAccessKey\":\"canary-key\",\
         \"SessionToken\":\"canary-session\",\"Expiration\":\"2099-01-01T00:00:00Z\",\
         \"AccountId\":\"278805249149\"}\n"
    );
}

#[test]
fn other_settings_are_other_credentials() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    sealed.run(&["credential-process"]);
    sealed.run(&["credential-process", "--duration", "2h"]);
    sealed.run(&["credential-process", "--role-session-name", "other"]);
    assert_eq!(aws.requests().len(), 3);
}

#[test]
fn credential_process_never_signs_in() {
    let sealed = Sealed::with_config(
        "[profile.google]\nissuer = 'https://accounts.google.com'\nclient_id = 'c'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'ap-northeast-2'\n",
    );
    insta::assert_snapshot!(sealed.transcript(&["credential-process"]));
}

#[test]
fn env_speaks_every_shell() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws);
    for format in ["sh", "fish", "powershell", "cmd", "dotenv", "json"] {
        let name = format!("env-{format}");
        let transcript = sealed.transcript(&["env", "--format", format]);
        insta::assert_snapshot!(name, transcript.replace(aws.url(), "[AWS]"));
    }
}

#[test]
fn exec_gives_these_credentials_and_no_others() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = sealed(&aws)
        .env("PATH", "/usr/bin:/bin")
        .env("AWS_ACCESS_KEY_ID", "AKIAOTHER")
        .env("AWS_PROFILE", "other")
        .env("AWS_ROLE_ARN", "other")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "other")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "other");
    let outcome = sealed.run(&["exec", "--", "sh", "-c", "env | grep ^AWS_ | sort; exit 7"]);
    assert_eq!(outcome.status, 7, "{}", outcome.stderr);
    insta::assert_snapshot!(outcome.stdout.replace(aws.url(), "[AWS]"));
}

#[test]
fn exec_names_a_command_that_is_not_there() {
    let sealed = sealed(&Aws::answering(200, ASSUMED)).env("PATH", "/nonexistent");
    insta::assert_snapshot!(sealed.transcript(&["exec", "--", "no-such-command"]));
}

#[test]
fn probe_lists_or_tells_why_not() {
    let ec2 = Aws::answering(200, INSTANCES);
    let sealed = sealed(&Aws::answering(200, ASSUMED)).env("AWS_ENDPOINT_URL_EC2", ec2.url());
    insta::assert_snapshot!("probe-allowed", sealed.transcript(&["probe"]));
    insta::assert_snapshot!("probe-json", sealed.transcript(&["probe", "--output", "json"]));
}

#[test]
fn being_denied_is_an_answer_of_the_probe() {
    let reason = "You are not authorized to perform this operation. User: \
                  arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: \
                  ec2:DescribeInstances because no identity-based policy allows the \
                  ec2:DescribeInstances action";
    let ec2 = Aws::answering(403, &ec2_error("UnauthorizedOperation", reason));
    let sealed = sealed(&Aws::answering(200, ASSUMED)).env("AWS_ENDPOINT_URL_EC2", ec2.url());
    insta::assert_snapshot!("probe-denied", sealed.transcript(&["probe"]));
    insta::assert_snapshot!("probe-denied-json", sealed.transcript(&["probe", "--output", "json"]));
}

#[test]
fn bad_credentials_are_no_answer_of_the_probe() {
    let message = "AWS was not able to validate the provided access credentials";
    let ec2 = Aws::answering(401, &ec2_error("AuthFailure", message));
    let sealed = Sealed::new()
        .env("AWS_ENDPOINT_URL", ec2.url())
        .env("AWS_REGION", "ap-northeast-2")
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "canary-wrong");
    insta::assert_snapshot!(sealed.transcript(&["probe", "--credentials", "environment"]));
}

#[test]
fn status_shows_what_is_kept_and_logout_forgets_it() {
    let sealed = sealed(&Aws::answering(200, ASSUMED));
    assert!(sealed.transcript(&["status"]).contains("nothing is kept"));
    sealed.run(&["credential-process"]);
    assert_eq!(
        sealed.run(&["status"]).stdout,
        "WHO                    ISSUER               STATE      PROFILES  CREDENTIALS\n\
         113632458324056836621  accounts.google.com  presented  google    1 kept\n"
    );
    let status = sealed.run(&["status", "--output", "json"]).stdout;
    assert!(status.contains("\"access_key_id\": \"ASIAEXAMPLE\""), "{status}");
    assert!(!status.contains("canary"), "{status}");
    assert_eq!(
        sealed.run(&["logout"]).stderr,
        "the sign-in and the credentials of profile `google` are forgotten\n"
    );
    assert!(sealed.transcript(&["status"]).contains("nothing is kept"));
    assert_eq!(
        sealed.run(&["logout"]).stderr,
        "there was nothing to forget for profile `google`\n"
    );
}

#[test]
fn whoever_begins_is_told_how_and_whose_configuration_is_broken_is_not() {
    let begins = "there are no profiles; write one with `fed-cli setup`\n";
    for words in [&["status"][..], &["profiles"]] {
        let outcome = Sealed::new().run(words);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""), "{words:?}");
        assert!(outcome.stdout.ends_with(begins), "{words:?}: {}", outcome.stdout);
    }
    for command in ["login", "env", "assume", "console", "credential-process", "probe"] {
        let told = Sealed::new().run(&[command]);
        let hint = "there is no profile in `[HOME]/.config/fed/config.toml`: write one with \
                    `fed-cli setup`; or give `--";
        assert_eq!(told.status, 5, "{command}");
        assert!(told.stderr.contains(hint), "{command}: {}", told.stderr);
    }
    let broken = Sealed::with_config("[profile").run(&["status"]);
    assert!(broken.stderr.starts_with("warning: which profiles there are is not known: "));
    assert_eq!(broken.stdout, "nothing is kept\n");
}

#[test]
fn console_prints_an_address_that_signs_in() {
    let signin = Aws::answering(200, "{\"SigninToken\": \"canary-signin\"}");
    let sealed = sealed(&Aws::answering(200, ASSUMED)).env("AWS_ENDPOINT_URL_SIGNIN", signin.url());
    let outcome = sealed.run(&["console"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert_eq!(
        outcome.stdout,
        format!(
            "{}/federation?Action=login&Issuer=fed-cli&Destination=https%3A%2F%2Fconsole.aws.\
             amazon.com%2F&SigninToken=canary-signin\n",
            signin.url()
        )
    );
}

#[test]
fn console_sends_no_credentials_of_another_sts_to_amazon() {
    let aws = Aws::answering(200, ASSUMED);
    let outcome = sealed(&aws).run(&["console"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (5, ""));
    assert_eq!(
        outcome.stderr.replace(aws.url(), "[AWS]"),
        "error: the credentials come from `[AWS]`, and AWS's console takes only AWS's\n\nhint: \
         where that has a console of its own, say where it signs in: `AWS_ENDPOINT_URL_SIGNIN`\n"
    );
    assert_eq!(aws.requests().len(), 0, "told before anything is asked for");
}

#[test]
fn a_refused_console_sign_in_shows_no_secret() {
    let signin = Aws::answering(400, "canary-answer");
    let sealed = sealed(&Aws::answering(200, ASSUMED)).env("AWS_ENDPOINT_URL_SIGNIN", signin.url());
    let outcome = sealed.run(&["console"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (3, ""));
    assert!(outcome.stderr.contains("gives no console sign-in: status 400"), "{}", outcome.stderr);
    assert!(!outcome.stderr.contains("canary"), "{}", outcome.stderr);
}

#[test]
fn once_verbose_tells_what_is_done_and_no_more() {
    let aws = Aws::answering(200, ASSUMED);
    let sealed = Sealed::with_config(&format!(
        "[profile.ci]\nsource = 'env'\ntoken_env = 'TOK'\nregion = 'us-east-1'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nendpoint_url = '{}'\n",
        aws.url()
    ))
    .env("TOK", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIiwic3ViIjoicyIsImV4cCI6NDA3MDkwODgwMH0.x");
    for what in ["AWS gave new credentials", "kept credentials are used"] {
        let outcome = sealed.run(&["credential-process", "-v"]);
        assert_eq!(
            outcome.stderr,
            format!(
                " INFO fed_cli::session: {what} role=\"arn:aws:iam::278805249149:role/r\" \
                 until=2099-01-01T00:00:00Z\n"
            )
        );
    }
}
