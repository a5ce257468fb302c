//! The reference of the configuration file, from the keys themselves.

use std::fmt::Write as _;

use clap::Command;

use crate::config::Profile;

const HEAD: &str = "# Configuration\n
The file is `$FED_CONFIG`, else `$XDG_CONFIG_HOME/fed/config.toml` (`~/.config/fed/config.toml`; on \
macOS `~/Library/Application Support/fed/config.toml`, on Windows `%APPDATA%\\fed\\config.toml`). A \
section `[profile.NAME]` is a profile:\n
```toml
[profile.company]
issuer = \"https://accounts.google.com\"
client_secret_file = \"client_secret.json\"
role_arn = \"arn:aws:iam::111122223333:role/developer\"
region = \"eu-central-1\"
```\n
The profile is the one that `--profile` or `FED_PROFILE` names, else the one called `default`, else \
the only one. An option outranks an environment variable, and that the profile. Paths are relative \
to the file; `~/` is the home directory. A key that is not listed here is an error. No key holds a \
secret: those are in files, variables or commands that a key names.\n";

/// All keys, in their order, with the options of this definition of the command line.
pub(super) fn reference(definition: &Command) -> String {
    let mut text = HEAD.to_owned();
    for (key, kind, meaning, variables) in Profile::DOCUMENTED {
        let meaning = meaning.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(text, "\n## `{key}`\n\n{meaning}\n\n* Value: {kind}\n");
        if let Some(option) = option(definition, key) {
            let _ = writeln!(text, "* Option: `--{option}`");
        }
        if !variables.is_empty() {
            let _ = writeln!(text, "* Environment: `{}`", variables.join("`, `"));
        }
    }
    text
}

/// A command with every option that gives a setting, and none that only chooses among them.
const WITH_ALL: &str = "credential-process";

/// The option of the same name, or of the singular.
fn option(definition: &Command, key: &str) -> Option<String> {
    let name = key.replace('_', "-");
    let singular = name.strip_suffix('s').unwrap_or(&name).to_owned();
    let is_there = |option: &str| {
        definition
            .find_subcommand(WITH_ALL)
            .into_iter()
            .flat_map(Command::get_arguments)
            .any(|argument| argument.get_long() == Some(option))
    };
    [name, singular].into_iter().find(|option| is_there(option))
}
