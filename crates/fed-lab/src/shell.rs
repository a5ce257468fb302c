//! Variables set and unset in the languages of shells.

use clap::ValueEnum;

/// For which shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// sh, bash, zsh
    Sh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
    /// cmd.exe
    Cmd,
    /// One JSON object; what is to be unset is null
    Json,
    /// A file of variables, as Docker and dotenv read it; it can unset nothing
    Dotenv,
}

/// The shell that most people have before them.
pub(crate) const USUAL: Format = if cfg!(windows) { Format::PowerShell } else { Format::Sh };

/// What is done to a shell's environment.
pub(crate) struct Changes {
    pub(crate) unset: Vec<String>,
    pub(crate) set: Vec<(String, String)>,
    /// Goes before everything else on the search path.
    pub(crate) first_on_path: Option<String>,
}

impl Changes {
    /// What the shell has to read.
    pub(crate) fn written(&self, format: Format) -> String {
        if format == Format::Json {
            return self.json();
        }
        if format == Format::Dotenv {
            return self.set.iter().map(|(name, value)| dotenv(name, value)).collect();
        }
        let mut text = self.unset(format);
        for (name, value) in &self.set {
            text.push_str(&match format {
                Format::Fish => format!("set -gx {name} {}\n", fish(value)),
                Format::PowerShell => format!("$Env:{name} = {}\n", powershell(value)),
                Format::Cmd => format!("set \"{name}={}\"\r\n", value.replace('%', "%%")),
                Format::Sh | Format::Json | Format::Dotenv => {
                    format!("export {name}={}\n", sh(value))
                }
            });
        }
        if let Some(folder) = &self.first_on_path {
            text.push_str(&match format {
                Format::Fish => format!("set -gx PATH {} $PATH\n", fish(folder)),
                Format::PowerShell => {
                    let between = "[IO.Path]::PathSeparator";
                    format!("$Env:PATH = {} + {between} + $Env:PATH\n", powershell(folder))
                }
                Format::Cmd => format!("set \"PATH={};%PATH%\"\r\n", folder.replace('%', "%%")),
                Format::Sh | Format::Json | Format::Dotenv => {
                    format!("export PATH={}:\"$PATH\"\n", sh(folder))
                }
            });
        }
        text
    }

    fn unset(&self, format: Format) -> String {
        let each = |line: fn(&String) -> String| self.unset.iter().map(line).collect();
        match format {
            Format::Fish => each(|name| format!("set -e {name}\n")),
            Format::PowerShell => {
                each(|name| format!("Remove-Item -ErrorAction SilentlyContinue Env:{name}\n"))
            }
            Format::Cmd => each(|name| format!("set \"{name}=\"\r\n")),
            // Without a name it is an error to zsh.
            Format::Sh | Format::Json | Format::Dotenv if self.unset.is_empty() => String::new(),
            Format::Sh | Format::Json | Format::Dotenv => {
                format!("unset {}\n", self.unset.join(" "))
            }
        }
    }

    fn json(&self) -> String {
        let unset = self.unset.iter().map(|name| (name.clone(), serde_json::Value::Null));
        let set = self.set.iter().map(|(name, value)| (name.clone(), value.clone().into()));
        let object: serde_json::Map<_, _> = unset.chain(set).collect();
        format!("{:#}\n", serde_json::Value::Object(object))
    }
}

/// Bare as long as every reader takes it so: Docker keeps quotes as part of the value.
fn dotenv(name: &str, value: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./:=+@%,&?~".contains(sign);
    match value.chars().all(plain) {
        true => format!("{name}={value}\n"),
        false => format!("{name}={}\n", sh(value)),
    }
}

/// In single quotes, inside which a POSIX shell takes every character as it is.
fn sh(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

/// Doubled where PowerShell takes them for the end, the typographic ones too.
fn powershell(value: &str) -> String {
    let quoted: String = value
        .chars()
        .flat_map(|sign| {
            let twice = matches!(sign, '\'' | '\u{2018}'..='\u{201b}');
            std::iter::repeat_n(sign, if twice { 2 } else { 1 })
        })
        .collect();
    format!("'{quoted}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes() -> Changes {
        Changes {
            unset: vec!["AWS_PROFILE".to_owned(), "AWS_ENDPOINT_URL_STS".to_owned()],
            set: vec![("AWS_REGION".to_owned(), "it's $(x) 50% \\".to_owned())],
            first_on_path: Some("/c/cli".to_owned()),
        }
    }

    #[test]
    fn where_nothing_is_unset_nothing_says_so() {
        let changes = Changes { unset: Vec::new(), first_on_path: None, ..changes() };
        assert_eq!(changes.written(Format::Sh), "export AWS_REGION='it'\\''s $(x) 50% \\'\n");
    }

    #[test]
    fn every_shell_unsets_before_it_sets() {
        let written = |format| changes().written(format);
        assert_eq!(
            written(Format::Sh),
            "unset AWS_PROFILE AWS_ENDPOINT_URL_STS\nexport AWS_REGION='it'\\''s $(x) 50% \\'\n\
             export PATH='/c/cli':\"$PATH\"\n"
        );
        assert_eq!(
            written(Format::Fish),
            "set -e AWS_PROFILE\nset -e AWS_ENDPOINT_URL_STS\n\
             set -gx AWS_REGION 'it\\'s $(x) 50% \\\\'\nset -gx PATH '/c/cli' $PATH\n"
        );
        assert_eq!(
            written(Format::PowerShell),
            "Remove-Item -ErrorAction SilentlyContinue Env:AWS_PROFILE\n\
             Remove-Item -ErrorAction SilentlyContinue Env:AWS_ENDPOINT_URL_STS\n\
             $Env:AWS_REGION = 'it''s $(x) 50% \\'\n\
             $Env:PATH = '/c/cli' + [IO.Path]::PathSeparator + $Env:PATH\n"
        );
        assert_eq!(
            written(Format::Cmd),
            "set \"AWS_PROFILE=\"\r\nset \"AWS_ENDPOINT_URL_STS=\"\r\n\
             set \"AWS_REGION=it's $(x) 50%% \\\"\r\nset \"PATH=/c/cli;%PATH%\"\r\n"
        );
        assert_eq!(written(Format::Dotenv), "AWS_REGION='it'\\''s $(x) 50% \\'\n");
        assert_eq!(dotenv("A", "http://127.0.0.1:1/?a=1&b=+/"), "A=http://127.0.0.1:1/?a=1&b=+/\n");
        let json: serde_json::Value = serde_json::from_str(&written(Format::Json)).unwrap();
        let expected = serde_json::json!({
            "AWS_PROFILE": null, "AWS_ENDPOINT_URL_STS": null, "AWS_REGION": "it's $(x) 50% \\"
        });
        assert_eq!(json, expected);
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_back_what_was_written() {
        let script = format!(
            "{}printf '%s|%s|%s' \"$AWS_REGION\" \"${{AWS_PROFILE-none}}\" \"$PATH\"",
            changes().written(Format::Sh)
        );
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .env("AWS_PROFILE", "prod")
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(printed, "it's $(x) 50% \\|none|/c/cli:/usr/bin:/bin");
    }
}
