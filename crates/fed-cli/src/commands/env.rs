//! `env`: the credentials as environment variables, for a shell or a file.

use clap::{Args, ValueEnum};

use super::exec::variables;
use crate::arguments::{AwsArguments, Options, RoleArguments, SignInArguments};
use crate::context::{Context, Outcome};
use crate::{Exit, render, session};

/// Print the credentials as environment variables, for a shell or a file.
///
/// In a POSIX shell: eval "$(fed-cli env)".
#[derive(Debug, Args)]
pub struct EnvArguments {
    /// For which shell or file
    #[arg(long, value_enum, default_value_t = USUAL, value_name = "FORMAT")]
    pub format: Format,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Which role.
    #[command(flatten)]
    pub role: RoleArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

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
    /// A .env file
    Dotenv,
    /// One JSON object
    Json,
}

/// The shell that most people have before them.
const USUAL: Format = if cfg!(windows) { Format::PowerShell } else { Format::Sh };

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &EnvArguments) -> Outcome {
    let options = Options {
        sign_in: Some(&arguments.sign_in),
        role: Some(&arguments.role),
        aws: Some(&arguments.aws),
    };
    let settings = context.settings(options)?;
    let entry = session::credentials(context, &settings)?;
    let variables = variables(context, &entry.credentials, &settings);
    context.data(&written(&variables, arguments.format))?;
    Ok(Exit::Done)
}

fn written(variables: &[(&'static str, String)], format: Format) -> String {
    let line = |(name, value): &(&'static str, String)| match format {
        Format::Sh => format!("export {name}='{}'\n", value.replace('\'', r"'\''")),
        Format::Fish => {
            format!("set -gx {name} '{}'\n", value.replace('\\', r"\\").replace('\'', r"\'"))
        }
        Format::PowerShell => format!("$Env:{name} = '{}'\n", value.replace('\'', "''")),
        Format::Cmd => format!("set \"{name}={}\"\r\n", value.replace('%', "%%")),
        Format::Dotenv | Format::Json => format!("{name}={value}\n"),
    };
    match format {
        Format::Json => {
            let object: serde_json::Map<String, serde_json::Value> = variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
                .collect();
            render::json(&object)
        }
        _ => variables.iter().map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_is_quoted_its_own_way() {
        let variables = [("A", r"a'b\c%d".to_owned())];
        for (format, text) in [
            (Format::Sh, "export A='a'\\''b\\c%d'\n"),
            (Format::Fish, "set -gx A 'a\\'b\\\\c%d'\n"),
            (Format::PowerShell, "$Env:A = 'a''b\\c%d'\n"),
            (Format::Cmd, "set \"A=a'b\\c%%d\"\r\n"),
            (Format::Dotenv, "A=a'b\\c%d\n"),
            (Format::Json, "{\n    \"A\": \"a'b\\\\c%d\"\n}\n"),
        ] {
            assert_eq!(written(&variables, format), text, "{format:?}");
        }
    }
}
