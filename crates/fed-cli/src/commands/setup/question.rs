//! One question at the terminal.

use crate::context::Context;
use crate::{Exit, Failure};

/// Asks until the answer is one. Enter alone is the default, where there is one.
pub(super) fn ask<T>(
    context: Context<'_>,
    question: &str,
    default: Option<&str>,
    check: impl Fn(&str) -> Result<T, String>,
) -> Result<T, Failure> {
    loop {
        let answer =
            context.host.terminal.ask(question).map_err(|error| {
                Failure::new(Exit::Unexpected, "could not ask").caused_by(&error)
            })?;
        let Some(answer) = answer else {
            return Err(Failure::new(Exit::Usage, "setup was not finished; nothing is written")
                .hint("begin again: `fed-cli setup`"));
        };
        let answer = match (answer.as_str(), default) {
            ("", Some(default)) => default,
            ("", None) => continue,
            (answer, _) => answer,
        };
        match check(answer) {
            Ok(value) => return Ok(value),
            Err(trouble) => context.say(&format!("{trouble}\n")),
        }
    }
}
