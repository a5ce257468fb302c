//! What the libraries say is to be done, in this program's words.

use std::path::Path;

use fed_types::{Hint, Step, shell_word};

/// A profile as a command line names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedProfile<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The configuration file, where it was named for this run.
    pub(crate) config: Option<&'a Path>,
}

/// The command that signs in for the profile, in backticks.
pub(crate) fn login(profile: NamedProfile<'_>) -> String {
    typed("login", Some(profile), &[])
}

fn typed(command: &'static str, profile: Option<NamedProfile<'_>>, more: &[&str]) -> String {
    let mut words = vec!["fed-cli".to_owned(), command.to_owned()];
    if let Some(NamedProfile { name, config }) = profile {
        let config = config.map(|path| option("--config", &path.display().to_string()));
        words.extend(config);
        words.push(option("--profile", name));
    }
    words.extend(more.iter().map(|&word| word.to_owned()));
    format!("`{}`", words.join(" "))
}

/// An option with its value, as a shell and the command line read it.
fn option(name: &'static str, value: &str) -> String {
    let between = if value.starts_with('-') { '=' } else { ' ' };
    format!("{name}{between}{}", shell_word(value))
}

/// The hint, each step of it as it is typed here, for this profile where one is known.
pub(crate) fn told(hint: &Hint, profile: Option<NamedProfile<'_>>) -> String {
    let typed = |command, more: &[&str]| typed(command, profile, more);
    hint.with_steps(|step| match step {
        Step::SignIn => typed("login", &[]),
        Step::SignInAs(account) => typed("login", &[&option("--account", account)]),
        Step::ChooseAccount => typed("login", &["--select-account"]),
        Step::Paste => typed("login", &["--source", "paste"]),
        Step::LookAtToken => typed("token", &[]),
        Step::LintPolicy => "`fed-cli policy lint FILE`".to_owned(),
        Step::LabAdministrator => "`export AWS_ACCESS_KEY_ID=$FED_LAB_ADMIN_ACCESS_KEY_ID \
             AWS_SECRET_ACCESS_KEY=$FED_LAB_ADMIN_SECRET_ACCESS_KEY`"
            .to_owned(),
        Step::KeepInFile => {
            format!("`store = \"file\"` in the profile, then {}", typed("login", &[]))
        }
        Step::OtherDirectory => "set `FED_STATE_DIR`".to_owned(),
        Step::TrustAuthority => {
            "`ca_bundle = \"FILE.pem\"` in the profile, or `AWS_CA_BUNDLE`".to_owned()
        }
        Step::Source(name) => format!("`source = \"{name}\"` in the profile"),
        _ => "see `--help`".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> NamedProfile<'_> {
        NamedProfile { name, config: None }
    }

    #[test]
    fn a_file_that_was_named_is_named_again() {
        let config = Some(Path::new("/my;files/fed.toml"));
        let elsewhere = NamedProfile { name: "p", config };
        assert_eq!(login(elsewhere), "`fed-cli login --config '/my;files/fed.toml' --profile p`");
        assert_eq!(
            told(&Hint::to("do", Step::Paste), Some(elsewhere)),
            "do: `fed-cli login --config '/my;files/fed.toml' --profile p --source paste`"
        );
    }

    #[test]
    fn each_step_is_typed_for_the_profile() {
        for (step, typed) in [
            (Step::SignIn, "`fed-cli login --profile 'o;p'`"),
            (
                Step::SignInAs("$(id)@example.com".to_owned()),
                "`fed-cli login --profile 'o;p' --account '$(id)@example.com'`",
            ),
            (Step::ChooseAccount, "`fed-cli login --profile 'o;p' --select-account`"),
            (Step::Paste, "`fed-cli login --profile 'o;p' --source paste`"),
            (Step::LookAtToken, "`fed-cli token --profile 'o;p'`"),
            (Step::LintPolicy, "`fed-cli policy lint FILE`"),
            (
                Step::KeepInFile,
                "`store = \"file\"` in the profile, then `fed-cli login --profile 'o;p'`",
            ),
            (Step::OtherDirectory, "set `FED_STATE_DIR`"),
            (Step::TrustAuthority, "`ca_bundle = \"FILE.pem\"` in the profile, or `AWS_CA_BUNDLE`"),
            (Step::Source("gitlab"), "`source = \"gitlab\"` in the profile"),
        ] {
            assert_eq!(told(&Hint::to("do", step), Some(named("o;p"))), format!("do: {typed}"));
        }
        assert_eq!(told(&Hint::sign_in_again(), None), "sign in again: `fed-cli login`");
        assert_eq!(login(named("-x")), "`fed-cli login --profile=-x`");
        assert_eq!(told(&Hint::from("wait"), Some(named("p"))), "wait");
    }
}
