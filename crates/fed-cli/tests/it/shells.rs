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

/// What bash offers for the last of these words.
fn offered(sealed: &Sealed, words: &[&str]) -> Option<Vec<String>> {
    let script = sealed.file("script", &sealed.run(&["completions", "bash"]).stdout);
    let program = sealed.home().join("fed-cli");
    if !program.exists() {
        std::os::unix::fs::symlink(crate::sealed::BINARY, &program).unwrap();
    }
    let (last, before) = words.split_last().unwrap();
    let previous = before.last().unwrap_or(&"fed-cli");
    let asked = format!(
        "source '{}'; COMP_WORDS=(fed-cli {}); COMP_CWORD={}; _fed__cli fed-cli '{last}' \
         '{previous}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script.display(),
        words.iter().map(|word| format!("'{word}' ")).collect::<String>(),
        words.len(),
    );
    let path = format!("{}:/usr/bin:/bin", sealed.home().display());
    let mut command = Command::new("bash");
    command.args(["--norc", "-c", &asked]).env_clear().envs(sealed.variables()).env("PATH", path);
    // Where there is no bash, there is nobody to ask.
    let output = command.stdin(Stdio::null()).output().ok()?;
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

#[test]
fn bash_completes_commands_options_values_and_profiles() {
    let sealed = Sealed::with_config("[profile.google]\n[profile.gitlab]\n[profile.other]\n");
    for (words, expected) in [
        (&["pol"][..], &["policy"][..]),
        (&["policy", "s"], &["simulate"]),
        (&["bootstrap", "pl"], &["plan"]),
        (&["credential-process", "--no-"], &["--no-browser"]),
        (&["login", "--so"], &["--source"]),
        (&["env", "--format", "po"], &["powershell"]),
        (&["exec", "--profile", "g"], &["gitlab", "google"]),
        (&["-p", "o"], &["other"]),
        (&["status", "-p", "n"], &[]),
    ] {
        let Some(offered) = offered(&sealed, words) else { return };
        assert_eq!(offered, expected, "{words:?}");
    }
}

#[test]
fn the_manual_page_has_every_command() {
    let outcome = Sealed::new().run(&["man"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    for text in [".TH fed-cli", "CREDENTIAL-PROCESS", "POLICY-LINT", "\\-\\-role\\-arn"] {
        assert!(outcome.stdout.contains(text), "{text}");
    }
}
