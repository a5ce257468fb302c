//! `setup --import`: profiles of other tools, taken over as far as they can be.

use crate::sealed::Sealed;

fn written(sealed: &Sealed) -> String {
    std::fs::read_to_string(sealed.home().join(".config/fed/config.toml")).unwrap_or_default()
}

#[test]
fn profiles_of_aws_vault_get_the_issuer_that_is_given() {
    let sealed = Sealed::new();
    let before = "[default]\nregion = eu-west-1\n\n[profile dev]\nsource_profile = default\n\
                  role_arn = arn:aws:iam::111122223333:role/dev\nmfa_serial = x\n\n[profile prod]\n\
                  role_arn = arn:aws:iam::444455556666:role/prod\nregion = us-east-1\n";
    let file = sealed.file(".aws/config", before);
    let words = [
        "setup",
        "--import",
        "~/.aws/config",
        "--issuer",
        "https://issuer.example",
        "--client-id",
        "c",
    ];
    insta::assert_snapshot!("import-aws-vault", sealed.transcript(&words));
    insta::assert_snapshot!("import-aws-vault-config", written(&sealed));
    assert_eq!(std::fs::read_to_string(file).unwrap(), before);
    let listed = sealed.run(&["profiles", "--names"]);
    assert_eq!(listed.stdout, "dev\nprod\n");
    let again = sealed.run(&words);
    assert_eq!(again.status, 0);
    assert!(again.stderr.contains("left: profile `dev` is in `[HOME]/"), "{}", again.stderr);
    assert!(again.stderr.ends_with("nothing was taken over\n"), "{}", again.stderr);
}

#[test]
fn secrets_of_a_kubeconfig_are_not_copied() {
    let sealed = Sealed::new();
    sealed.file(
        "kubeconfig",
        "users:\n- name: oidc\n  user:\n    exec:\n      command: kubectl\n      args: [oidc-login, \
         get-token, --oidc-issuer-url=https://issuer.example, --oidc-client-id=k, \
         --oidc-client-secret=canary]\n",
    );
    let text = sealed.transcript(&["setup", "--import", "kubeconfig"]);
    assert!(!text.contains("canary") && !written(&sealed).contains("canary"), "{text}");
    insta::assert_snapshot!("import-kubelogin", text);
    assert!(written(&sealed).contains("issuer = \"https://issuer.example\""));
}

#[test]
fn what_is_none_of_them_is_told() {
    let sealed = Sealed::new();
    sealed.file("other", "a: 1\n");
    insta::assert_snapshot!("import-nothing", sealed.transcript(&["setup", "--import", "other"]));
    assert_eq!(sealed.run(&["setup", "--import", "missing"]).status, 5);
    assert_eq!(written(&sealed), "");
}

#[test]
fn one_name_that_cannot_be_keeps_all_from_being_written() {
    let sealed = Sealed::new();
    let role = "role_arn = arn:aws:iam::111122223333:role/dev\n";
    sealed.file("aws", &format!("[profile dev]\n{role}[profile \"\"]\n{role}"));
    let outcome = sealed.run(&["setup", "--import", "aws"]);
    assert_eq!(
        (outcome.status, outcome.stderr.as_str()),
        (2, "error: expected a name of letters, digits and `-_.@+=,` for `--import`, found ``\n")
    );
    assert_eq!(written(&sealed), "");
}

#[test]
fn a_role_that_is_got_by_another_one_is_a_chain() {
    let sealed = Sealed::new();
    sealed.file(
        "aws",
        "[default]\nregion = eu-west-1\n[profile base]\nsource_profile = default\n\
         role_arn = arn:aws:iam::111122223333:role/base\n[profile dev]\nsource_profile = base\n\
         role_arn = arn:aws:iam::444455556666:role/dev\nregion =\nduration_seconds = x\n",
    );
    let outcome = sealed.run(&["setup", "--import", "aws"]);
    assert_eq!(outcome.status, 0);
    assert_eq!(
        outcome.stderr,
        "left: `base`: `source_profile`: an ID token takes its place\n\
         left: `dev`: `duration_seconds`: expected a number of seconds, found `x`\n\
         profiles are in `[HOME]/.config/fed/config.toml`: `base`, `dev`\n\
         next: fed-cli login --profile base\n"
    );
    assert_eq!(
        written(&sealed),
        "[profile.base]\nrole_arn = \"arn:aws:iam::111122223333:role/base\"\n\n[profile.dev]\n\
         role_arn = \"arn:aws:iam::111122223333:role/base\"\n\
         chain = [\"arn:aws:iam::444455556666:role/dev\"]\n"
    );
    assert_eq!(sealed.run(&["profiles", "--names"]).stdout, "base\ndev\n", "it can be read");
}
