//! `fed-lab env`: exports for the running lab.

use std::process::ExitCode;

use fed_lab::{LabError, Surroundings, running_labs};

/// Prints POSIX shell exports for the lab that was started last.
pub(crate) fn env(surroundings: &Surroundings) -> Result<ExitCode, LabError> {
    let running = running_labs(&surroundings.cache_dir);
    if running.len() > 1 {
        anstream::eprintln!("{} labs are running; this is the one started last.", running.len());
    }
    let environment = running.into_iter().next().ok_or(LabError::NoRunningLab)?;
    for (name, value) in environment {
        anstream::println!("export {name}={}", quote(&value));
    }
    Ok(ExitCode::SUCCESS)
}

/// In single quotes, inside which a POSIX shell takes every character as it is.
fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_written() {
        for (value, quoted) in
            [("", "''"), ("a b", "'a b'"), ("$(x)`y`", "'$(x)`y`'"), ("it's", r"'it'\''s'")]
        {
            assert_eq!(quote(value), quoted);
        }
    }
}
