//! Completion scripts and the manual page.

use std::process::{Command, Stdio};

use crate::sealed::Sealed;

#[test]
fn every_shell_gets_its_script() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let outcome = Sealed::new().run(&["completions", shell]);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""), "{shell}");
        assert!(outcome.stdout.contains("credential-process"), "{shell}");
    }
    assert_eq!(Sealed::new().run(&["completions", "tcsh"]).status, 2);
}

#[test]
fn bash_reads_its_script() {
    let sealed = Sealed::new();
    let script = sealed.file("script", &sealed.run(&["completions", "bash"]).stdout);
    let status = Command::new("bash").arg("-n").arg(&script).stdin(Stdio::null()).status();
    // Where there is no bash, there is nothing to read it.
    assert!(status.map_or(true, |status| status.success()));
}

#[test]
fn the_manual_page_has_every_command() {
    let outcome = Sealed::new().run(&["man"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    for text in [".TH fed-cli", "CREDENTIAL-PROCESS", "POLICY-LINT", "\\-\\-role\\-arn"] {
        assert!(outcome.stdout.contains(text), "{text}");
    }
}
