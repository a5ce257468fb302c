//! Programs that the commands run.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};
use std::sync::OnceLock;

use crate::failure::Failure;

/// The repository's root: as `cargo run` says, so that a clone that shares a build folder
/// with another works on its own files; by itself, where this program was built.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let xtask = told.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        xtask.parent().map(Path::to_owned).unwrap_or(xtask)
    })
}

/// Where cargo puts the programs it builds: beside this one.
pub(crate) fn built(program: &str) -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()
        .map_err(|error| Failure::new(format!("could not find this program's path: {error}")))?;
    Ok(here.with_file_name(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
}

/// The cargo that runs us, in the repository's root.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(arguments).current_dir(root());
    command
}

/// Says what is run, waits for it, and fails as it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = told(command);
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{line}` failed: {status}")).code(code(status)))
}

/// Runs `command` in this program's place, so that Ctrl-C, signals and the exit
/// status are its own. What runs for long and cleans up after itself is run so.
pub(crate) fn become_program(command: &mut Command) -> Result<ExitCode, Failure> {
    told(command);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        let error = command.exec();
        Err(not_started(command, &error))
    }
    #[cfg(not(unix))]
    {
        // The console sends Ctrl-C to the command as well.
        let status = command.status().map_err(|error| not_started(command, &error))?;
        Ok(ExitCode::from(if status.success() { 0 } else { code(status) }))
    }
}

/// Runs `command` and takes its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        let message = format!("`{}` failed: {}\n{}", line(command), output.status, told.trim_end());
        return Err(Failure::new(message).code(code(output.status)));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::new(format!("`{}` printed text that is not UTF-8", line(command))))
}

fn told(command: &Command) -> String {
    let line = line(command);
    eprintln!("$ {line}");
    line
}

/// The command as a person would type it in the root.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let shown = match program.strip_prefix(root()) {
        Ok(inside) => inside.display().to_string(),
        Err(_) => program.file_name().unwrap_or(command.get_program()).display().to_string(),
    };
    let arguments = command.get_args().map(|argument| {
        let text = argument.to_string_lossy();
        let plain =
            text.chars().all(|letter| letter.is_alphanumeric() || "-_./=:,@".contains(letter));
        if plain && !text.is_empty() { text.into_owned() } else { format!("{text:?}") }
    });
    std::iter::once(shown).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("could not run `{}`: {error}", line(command)))
}

fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return u8::try_from(128 + signal).unwrap_or(1);
        }
    }
    status.code().and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let mut command = Command::new(root().join("target/debug/e2e"));
        command.args(["--backend", "host", "--tags", "@tutorial and not @browser", ""]);
        let expected = "target/debug/e2e --backend host --tags \"@tutorial and not @browser\" \"\"";
        assert_eq!(line(&command).replace('\\', "/"), expected);
    }

    #[test]
    fn a_program_that_is_not_there_is_one_sentence() {
        let failure = run(&mut Command::new("no-such-program-here")).unwrap_err();
        let message = failure.to_string();
        assert!(message.starts_with("could not run `no-such-program-here`: "), "{message}");
        let failure = output(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(!failure.to_string().contains('\n'));
    }

    #[test]
    fn a_failing_cargo_names_its_line_and_status() {
        let failure = output(&mut cargo(["no-such-subcommand"])).unwrap_err().to_string();
        assert!(failure.starts_with("`cargo no-such-subcommand` failed: exit "), "{failure}");
    }
}
