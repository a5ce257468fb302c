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

const PROFILES: &str = "[profile.google]\nrole_arn = 'arn:aws:iam::000000000001:role/developer'\n\
    [profile.gitlab]\nroles = ['arn:aws:iam::000000000001:role/ci/deployer', \
    'arn:aws:iam::000000000002:role/developer']\n[profile.other]\n";

/// Runs a shell that has our script, with our program in its path; nothing where there is no such
/// shell.
fn with_script(shell: &str, name: &str, before: &str, after: &str) -> Option<String> {
    let sealed = Sealed::with_config(PROFILES);
    let script = sealed.file("script", &sealed.run(&["completions", name]).stdout);
    std::os::unix::fs::symlink(crate::sealed::BINARY, sealed.home().join("fed-cli")).unwrap();
    let asked = before.replace("SCRIPT", &script.display().to_string()) + after;
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", sealed.home().display());
    let mut command = Command::new(shell);
    command.args(["-c", &asked]).env_clear().envs(sealed.variables()).env("PATH", path);
    let output = command.stdin(Stdio::null()).output().ok()?;
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn fish_completes_profiles_and_roles() {
    for (line, expected) in [
        ("fed-cli login --profile g", "gitlab\ngoogle\n"),
        ("fed-cli status -p o", "other\n"),
        ("fed-cli exec --role d", "deployer\ndeveloper\n"),
    ] {
        let after = format!("complete -C '{line}' | string replace -r '\\t.*' ''");
        let Some(offered) = with_script("fish", "fish", "source SCRIPT; ", &after) else { return };
        assert_eq!(offered, expected, "{line}");
    }
}

#[test]
fn zsh_completes_profiles_and_roles() {
    // `compadd` only works in a completion: here it prints what it would offer.
    let before = "autoload -U compinit; compinit -D -u; source SCRIPT; \
                  compadd() { print -l -- \"${(@P)2}\" }; ";
    for (function, expected) in
        [("_fed_cli_names", "gitlab\ngoogle\nother\n"), ("_fed_cli_roles", "deployer\ndeveloper\n")]
    {
        let Some(offered) = with_script("zsh", "zsh", before, function) else { return };
        assert_eq!(offered, expected, "{function}");
    }
    let script = Sealed::new().run(&["completions", "zsh"]).stdout;
    for line in script.lines() {
        assert!(!line.contains("'--profile=[") || line.contains(":_fed_cli_names'"), "{line}");
        assert!(!line.contains("'--role=[") || line.contains(":_fed_cli_roles'"), "{line}");
    }
}

#[test]
fn powershell_asks_for_profiles_and_roles() {
    let script = Sealed::new().run(&["completions", "powershell"]).stdout;
    assert_eq!(script.matches("fed-cli profiles $asked").count(), 1);
    let before = "& { . SCRIPT }; ";
    let complete = "(TabExpansion2 -inputScript 'fed-cli login --profile g' -cursorColumn 25)\
                    .CompletionMatches.CompletionText";
    let Some(offered) = with_script("pwsh", "powershell", before, complete) else { return };
    assert_eq!(offered, "gitlab\ngoogle\n");
}

#[test]
fn bash_completes_commands_options_values_and_profiles() {
    let sealed = Sealed::with_config(PROFILES);
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
        (&["exec", "--role", "d"], &["deployer", "developer"]),
    ] {
        let Some(offered) = offered(&sealed, words) else { return };
        assert_eq!(offered, expected, "{words:?}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let sealed = Sealed::new();
    assert_eq!(sealed.run(&["man", "--directory", "pages"]).status, 0);
    let page = |name: &str| {
        std::fs::read_to_string(sealed.home().join("pages").join(name)).unwrap_or_default()
    };
    let root = page("fed-cli.1");
    assert_eq!(root, sealed.run(&["man"]).stdout);
    for section in ["NAME", "SYNOPSIS", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS"] {
        assert!(
            root.contains(&format!(".SH \"{section}\""))
                || root.contains(&format!(".SH {section}\n")),
            "{section}"
        );
    }
    assert!(!root.contains("EXTRA"), "what is there has a name");
    // Every page that the program's own names is there.
    let mut named = 0;
    for line in root.lines().filter(|line| line.starts_with("fed\\-cli\\-")) {
        let name = line.split('(').next().unwrap().replace('\\', "");
        assert!(page(&format!("{name}.1")).contains(".SH NAME"), "{name}");
        named += 1;
    }
    assert!(named > 15, "{named}");
    let plan = sealed.run(&["man", "bootstrap", "plan"]).stdout;
    assert_eq!(plan, page("fed-cli-bootstrap-plan.1"));
    assert!(plan.contains("\\-\\-detailed\\-exitcode"), "{plan}");
    let unknown = sealed.run(&["man", "bootstrap", "plans"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.starts_with("error: there is no command `plans`\n"));
}

#[test]
fn the_reference_has_every_key() {
    let text = Sealed::new().run(&["profiles", "--keys"]).stdout;
    for expected in [
        "## `issuer`\n\nThe `iss` of the tokens.\n\n* Value: text\n* Option: `--issuer`\n",
        "* Option: `--session-policy-arn`\n",
        "* Value: a list of texts\n",
        "* Environment: `AWS_REGION`, `AWS_DEFAULT_REGION`\n",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    // What the file is said to take is what it takes.
    for key in text.lines().filter_map(|line| line.strip_prefix("## `")) {
        let key = key.trim_end_matches('`');
        let sealed = Sealed::with_config(&format!("[profile.a]\n{key} = 7\n"));
        let told = sealed.run(&["profiles"]).stderr;
        assert!(told.contains(&format!("for `{key}`, found integer")), "{key}: {told}");
    }
}

#[test]
fn the_reference_names_the_options_that_give_a_key_and_no_others() {
    let text = Sealed::new().run(&["profiles", "--keys"]).stdout;
    let option = |key: &str| {
        let section = text.split("\n## ").find(|it| it.starts_with(&format!("`{key}`\n"))).unwrap();
        section.lines().find_map(|line| line.strip_prefix("* Option: ")).map(str::to_owned)
    };
    assert_eq!(option("roles"), None, "`profiles --roles` lists them, `--role` takes one");
    assert_eq!(option("issuer").as_deref(), Some("`--issuer`"));
    assert_eq!(option("session_policy_arns").as_deref(), Some("`--session-policy-arn`"));
    assert_eq!(option("endpoint_url").as_deref(), Some("`--endpoint-url`"));
}
