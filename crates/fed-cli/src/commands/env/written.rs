//! Variables in the languages of shells and files.

use clap::ValueEnum;

use crate::variables::Variables;
use crate::{Exit, Failure, render};

/// For which shell or file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// sh, bash, zsh
    Sh,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    PowerShell,
    /// cmd.exe
    Cmd,
    /// A .env file; it sets only, since it can unset nothing
    Dotenv,
    /// One JSON object of what is set
    Json,
}

/// The shell that most people have before them.
pub(super) const USUAL: Format = if cfg!(windows) { Format::PowerShell } else { Format::Sh };

/// What the shell has to read, or the file to hold.
///
/// # Errors
/// Exit status 5 for a value that the format has no way to write.
pub(super) fn written(variables: &Variables, format: Format) -> Result<String, Failure> {
    if format == Format::Json {
        let object: serde_json::Map<String, serde_json::Value> = variables
            .set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
            .collect();
        return Ok(render::json(&object));
    }
    let mut text = unset(&variables.unset, format);
    for (name, value) in &variables.set {
        let line = set(name, value, format).ok_or_else(|| {
            let message = format!("the value of `{name}` cannot be written in this format");
            Failure::new(Exit::InvalidConfiguration, message)
                .hint("take another one: `fed-cli env --format json`")
        })?;
        text.push_str(&line);
    }
    Ok(text)
}

/// What takes the variables out of the shell again.
///
/// # Errors
/// Exit status 2 for a format that cannot say it.
pub(super) fn without(names: &[String], format: Format) -> Result<String, Failure> {
    match unset(names, format) {
        text if text.is_empty() => {
            Err(Failure::new(Exit::Usage, "this format sets variables, and unsets none")
                .hint("take a shell's: `fed-cli env --unset --format sh`"))
        }
        text => Ok(text),
    }
}

fn unset(names: &[String], format: Format) -> String {
    match format {
        Format::Sh => format!("unset {}\n", names.join(" ")),
        Format::Fish => names.iter().map(|name| format!("set -e {name}\n")).collect(),
        Format::PowerShell => names
            .iter()
            .map(|name| format!("Remove-Item -ErrorAction SilentlyContinue Env:{name}\n"))
            .collect(),
        Format::Cmd => names.iter().map(|name| format!("set \"{name}=\"\r\n")).collect(),
        Format::Dotenv | Format::Json => String::new(),
    }
}

/// One assignment. `None`: the format cannot say it.
fn set(name: &str, value: &str, format: Format) -> Option<String> {
    if value.contains(char::is_control) {
        return None;
    }
    Some(match format {
        Format::Sh => format!("export {name}='{}'\n", value.replace('\'', r"'\''")),
        Format::Fish => {
            format!("set -gx {name} '{}'\n", value.replace('\\', r"\\").replace('\'', r"\'"))
        }
        Format::PowerShell => format!("$Env:{name} = '{}'\n", doubled(value)),
        // Inside quotes only a quote and a per cent sign mean something; a quote has no escape.
        Format::Cmd if value.contains('"') => return None,
        Format::Cmd => format!("set \"{name}={}\"\r\n", value.replace('%', "%%")),
        // Readers of such files agree on plain values, and on single quotes around all else.
        Format::Dotenv if value.chars().all(is_plain) => format!("{name}={value}\n"),
        Format::Dotenv if value.contains('\'') => return None,
        Format::Dotenv => format!("{name}='{value}'\n"),
        Format::Json => return None,
    })
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+/=-_.~:@,%?&".contains(character)
}

/// Every character that PowerShell takes for a single quote, twice (PowerShell language
/// specification 2.3.5.2).
fn doubled(value: &str) -> String {
    let mut text = String::new();
    for character in value.chars() {
        if matches!(character, '\'' | '\u{2018}'..='\u{201b}') {
            text.push(character);
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Variables {
        Variables { set: vec![("A", value.to_owned())], unset: vec!["B".into(), "C".into()] }
    }

    #[test]
    fn each_shell_is_quoted_its_own_way() {
        let variables = of(r"a'b\c%d");
        for (format, text) in [
            (Format::Sh, "unset B C\nexport A='a'\\''b\\c%d'\n"),
            (Format::Fish, "set -e B\nset -e C\nset -gx A 'a\\'b\\\\c%d'\n"),
            (
                Format::PowerShell,
                "Remove-Item -ErrorAction SilentlyContinue Env:B\n\
                 Remove-Item -ErrorAction SilentlyContinue Env:C\n$Env:A = 'a''b\\c%d'\n",
            ),
            (Format::Cmd, "set \"B=\"\r\nset \"C=\"\r\nset \"A=a'b\\c%%d\"\r\n"),
            (Format::Json, "{\n    \"A\": \"a'b\\\\c%d\"\n}\n"),
        ] {
            assert_eq!(written(&variables, format).unwrap(), text, "{format:?}");
        }
        assert_eq!(written(&of("a b#c"), Format::Dotenv).unwrap(), "A='a b#c'\n");
        assert_eq!(written(&of("http://h/?a=1&b"), Format::Dotenv).unwrap(), "A=http://h/?a=1&b\n");
    }

    #[test]
    fn powershell_knows_four_more_quotes() {
        let text = written(&of("a\u{2018}b\u{2019}c\u{201a}d\u{201b}"), Format::PowerShell);
        let quoted =
            "$Env:A = 'a\u{2018}\u{2018}b\u{2019}\u{2019}c\u{201a}\u{201a}d\u{201b}\u{201b}'\n";
        assert!(text.unwrap().ends_with(quoted));
    }

    #[test]
    fn what_a_format_cannot_say_is_not_written() {
        for (value, format) in [
            ("a\" & calc & rem \"", Format::Cmd),
            ("a\nLD_PRELOAD=x", Format::Dotenv),
            ("it's", Format::Dotenv),
            ("a\r\nb", Format::Cmd),
            ("a\nb", Format::Sh),
            ("a\u{85}b", Format::PowerShell),
            ("a\nb", Format::Fish),
        ] {
            let failure = written(&of(value), format).unwrap_err();
            assert_eq!(failure.exit, Exit::InvalidConfiguration, "{value:?} {format:?}");
            assert_eq!(failure.message(), "the value of `A` cannot be written in this format");
        }
    }
}
