//! What the terminal shows of `credential-process`, whose stderr an SDK reads: some swallow it,
//! and others repeat it.
#![cfg(target_os = "linux")]

use crate::pty::Pty;
use crate::sealed::Sealed;

#[test]
fn the_terminal_is_told_what_to_do_and_nothing_that_an_sdk_may_repeat() {
    let sealed = Sealed::with_config(
        "[profile.google]\nissuer = 'https://issuer.example'\nclient_id = 'client'\n\
         role_arn = 'arn:aws:iam::278805249149:role/r'\nregion = 'us-east-1'\n",
    );
    let swallowed = "credential-process --profile google 2>stderr";
    assert_eq!(
        Pty::run(&sealed, swallowed).ends(),
        (4, "fed-cli: run `fed-cli login --profile google`\n".to_owned())
    );
    let whole = std::fs::read_to_string(sealed.home().join("stderr")).unwrap();
    let message = "error: somebody has to sign in for profile `google`\n\n";
    assert_eq!(whole, format!("{message}hint: run `fed-cli login --profile google`\n"));
    // Where nobody reads stderr but the person, nothing is added.
    let (status, seen) = Pty::run(&sealed, "credential-process --profile google").ends();
    assert_eq!((status, seen.as_str()), (4, whole.as_str()));
}
