//! `completions`: what the shell needs to complete our command line.

use clap::Args;
use clap_complete::Shell;

use crate::context::{Context, Outcome};
use crate::{Exit, Failure};

/// Print a script that makes the shell complete fed-cli's command line.
///
/// For bash: fed-cli completions bash > ~/.local/share/bash-completion/completions/fed-cli
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Runs the command for this definition of the command line.
pub(crate) fn run(
    context: Context<'_>,
    arguments: &CompletionsArguments,
    mut definition: clap::Command,
) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut definition, "fed-cli", &mut script);
    let script = String::from_utf8(script).map_err(|error| {
        Failure::new(Exit::Unexpected, "could not write the completion script").caused_by(&error)
    })?;
    let script = match arguments.shell {
        Shell::Bash => for_bash(&script),
        Shell::Zsh => for_zsh(&script),
        Shell::Fish => format!("{script}{FISH}"),
        Shell::PowerShell => for_powershell(&script),
        _ => script,
    };
    context.verbatim(&script)?;
    Ok(Exit::Done)
}

/// The generated script gives its functions two names where the program's has a hyphen, one
/// where they are chosen and one where they are defined; and it knows no profile and no role.
fn for_bash(script: &str) -> String {
    let offer = |what: &str| {
        format!(
            "COMPREPLY=($(compgen -W \"$(\"$1\" profiles --{what} 2>/dev/null)\" -- \"${{cur}}\"))"
        )
    };
    let mut text = String::new();
    let mut of = None;
    for line in script.replace("fed__subcmd__cli__", "fed__cli__").lines() {
        match of {
            Some(what) if line.trim().starts_with("COMPREPLY=") => {
                text.push_str(&line.replace(line.trim(), &offer(what)));
            }
            _ => text.push_str(line),
        }
        text.push('\n');
        of = match line.trim() {
            "--profile)" | "-p)" => Some("names"),
            "--role)" => Some("roles"),
            _ => None,
        };
    }
    text
}

/// The generated script offers files for whatever it does not know.
fn for_zsh(script: &str) -> String {
    let mut text = String::new();
    for line in script.lines() {
        let what = if line.contains("'-p+[") || line.contains("'--profile=[") {
            ":NAME:_fed_cli_names'"
        } else if line.contains("'--role=[") {
            ":ROLE:_fed_cli_roles'"
        } else {
            ""
        };
        let known = if what.is_empty() {
            line.to_owned()
        } else {
            line.replace(":NAME:_default'", what).replace(":ROLE:_default'", what)
        };
        if line.starts_with("if [ \"$funcstack[1]\"") {
            text.push_str(ZSH);
        }
        text.push_str(&known);
        text.push('\n');
    }
    text
}

const ZSH: &str = "\
_fed_cli_names() {
    local -a offered
    offered=(${(f)\"$(fed-cli profiles --names 2>/dev/null)\"})
    compadd -a offered
}

_fed_cli_roles() {
    local -a offered
    offered=(${(f)\"$(fed-cli profiles --roles 2>/dev/null)\"})
    compadd -a offered
}

";

const FISH: &str = "\
complete -c fed-cli -s p -l profile -x -a '(fed-cli profiles --names 2>/dev/null)'
complete -c fed-cli -n '__fish_seen_subcommand_from assume console env exec' -l role -x \
-a '(fed-cli profiles --roles 2>/dev/null)'
";

/// What the generated script does not know is asked for before it.
fn for_powershell(script: &str) -> String {
    let begins = "param($wordToComplete, $commandAst, $cursorPosition)\n";
    script.replacen(begins, &format!("{begins}{POWERSHELL}"), 1)
}

const POWERSHELL: &str = "
    $words = @($commandAst.CommandElements | ForEach-Object { \"$_\" })
    $previous = if ($wordToComplete -eq '') { $words[-1] } else { $words[-2] }
    $asked = switch -CaseSensitive ($previous) {
        '-p' { '--names' }
        '--profile' { '--names' }
        '--role' { '--roles' }
    }
    if ($asked) {
        return fed-cli profiles $asked 2>$null |
            Where-Object { $_ -like \"$wordToComplete*\" } |
            ForEach-Object { [CompletionResult]::new($_, $_, [CompletionResultType]::ParameterValue, $_) }
    }
";
