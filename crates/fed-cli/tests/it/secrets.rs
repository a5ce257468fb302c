//! Canary secrets: planted everywhere, looked for where they must not be.

use std::fs;
use std::path::{Path, PathBuf};

use crate::aws::{ASSUMED, Aws, query_error};
use crate::sealed::Sealed;

/// A token with a canary as its signature.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20iLCJzdWIiOiIxMTM2MzI0NTgzMjQwNTY4MzY2MjEiLCJleHAiOjQwNzA5MDg4MDB9.canary-token";

fn sealed(aws: &Aws) -> Sealed {
    let config = format!(
        "[profile.google]\nissuer = 'https://accounts.google.com'\nclient_id = 'c'\n\
         client_secret_file = 'secret'\nsource = 'file'\ntoken_file = 'token'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'ap-northeast-2'\n\
         endpoint_url = '{}'\n",
        aws.url()
    );
    let sealed = Sealed::with_config(&config);
    sealed.file(".config/fed/token", TOKEN);
    sealed.file(".config/fed/secret", "canary-secret");
    sealed
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.path().is_dir() { files(&entry.path(), found) } else { found.push(entry.path()) }
    }
}

#[test]
fn no_secret_is_in_logs_or_errors() {
    let message = format!("InvalidIdentityToken {TOKEN}");
    let refusing = Aws::answering(400, &query_error("InvalidIdentityToken", &message));
    let good = Aws::answering(200, ASSUMED);
    for (aws, words) in [
        (&good, vec!["credential-process", "-vvv"]),
        (&good, vec!["exec", "-vvv", "--", "/nonexistent"]),
        (&good, vec!["probe", "-vvv", "--endpoint-url", "http://127.0.0.1:9"]),
        (&refusing, vec!["assume", "-vvv"]),
        (&refusing, vec!["credential-process", "-vvv"]),
        (&refusing, vec!["probe", "-vvv"]),
    ] {
        let outcome = sealed(aws).run(&words);
        assert!(!outcome.stderr.contains("canary"), "{words:?}: {}", outcome.stderr);
    }
}

#[test]
fn a_malformed_client_file_is_not_repeated() {
    let sealed = sealed(&Aws::answering(200, ASSUMED));
    let file = sealed.file("client.json", "{\"web\": {\"client_secret\": \"canary-secret\"}}");
    let outcome = sealed.run(&[
        "token",
        "--source",
        "browser",
        "--client-secret-file",
        file.to_str().unwrap(),
    ]);
    assert_eq!(outcome.status, 5);
    assert!(!outcome.stderr.contains("canary"), "{}", outcome.stderr);
}

#[test]
fn what_is_kept_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let sealed = sealed(&Aws::answering(200, ASSUMED));
    assert_eq!(sealed.run(&["credential-process"]).status, 0);
    let state = sealed.home().join(".local/state/fed");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    let mut found = Vec::new();
    files(&state, &mut found);
    let secret: Vec<&PathBuf> = found
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap_or_default().contains("canary-key"))
        .collect();
    assert_eq!(secret.len(), 1, "{found:?}");
    for path in found {
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}
