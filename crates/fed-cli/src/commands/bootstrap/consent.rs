//! Whether a person wants a plan carried out.

use std::io;

use fed_types::RoleArn;
use iam_bootstrap::Plan;

use super::show;
use crate::context::Context;
use crate::{Exit, Failure};

/// Goes on where somebody says yes, or has said so by `--yes`. `undone` says what then did not
/// happen: `changed`, `removed`. An answer may take long, and so may a look: `look` makes the plan
/// once more, and where it is another one nobody said yes to that.
pub(super) fn obtain(
    context: Context<'_>,
    role: &RoleArn,
    plan: &Plan,
    yes: bool,
    undone: &str,
    look: impl FnOnce() -> Result<Plan, Failure>,
) -> Result<(), Failure> {
    let terminal = &context.host.terminal;
    let ask = || {
        context.say(show::text(plan).trim_end());
        terminal
            .ask(&format!("\nCarry this out in account {}, for `{role}`? [y/N] ", role.account()))
    };
    given(yes, terminal.is_interactive(), undone, ask)?;
    if look()? == *plan {
        return Ok(());
    }
    let meanwhile = if yes { "it was looked at" } else { "you were asked" };
    let message = format!("nothing was {undone}: the account changed while {meanwhile}");
    Err(Failure::new(Exit::Unexpected, message)
        .hint("run it again: it shows what is to be done now"))
}

fn given(
    yes: bool,
    can_be_asked: bool,
    undone: &str,
    ask: impl FnOnce() -> io::Result<Option<String>>,
) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !can_be_asked {
        let message = format!("nothing was {undone}: nobody can be asked without a terminal");
        return Err(Failure::new(Exit::Usage, message).hint(
            "look at what would happen with `bootstrap plan` or `destroy --dry-run`, then \
                   give `--yes`",
        ));
    }
    let answer = ask().map_err(|error| {
        Failure::new(Exit::Unexpected, "could not ask for confirmation").caused_by(&error)
    })?;
    match answer.unwrap_or_default().trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::new(Exit::Unexpected, format!("nothing was {undone}, as you wished"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answer: Option<&str>) -> Result<(), String> {
        given(false, true, "removed", || Ok(answer.map(str::to_owned)))
            .map_err(|failure| failure.message().to_owned())
    }

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["y", "Y", "yes", "YES", " yes "] {
            assert_eq!(answered(Some(yes)), Ok(()), "{yes}");
        }
        let no = Err("nothing was removed, as you wished".to_owned());
        for answer in [None, Some(""), Some(" "), Some("n"), Some("no"), Some("yesno"), Some("ja")]
        {
            assert_eq!(answered(answer), no, "{answer:?}");
        }
    }

    #[test]
    fn nobody_is_asked_where_nobody_can_answer() {
        let never = || -> io::Result<Option<String>> { Err(io::Error::other("asked")) };
        let refused = given(false, false, "changed", never).unwrap_err();
        assert_eq!(refused.exit, Exit::Usage);
        assert_eq!(
            refused.message(),
            "nothing was changed: nobody can be asked without a terminal"
        );
        assert_eq!(given(true, false, "changed", never), Ok(()));
        assert_eq!(given(true, true, "changed", never), Ok(()));
    }

    #[test]
    fn a_question_that_cannot_be_asked_is_no_yes() {
        let broken = || -> io::Result<Option<String>> { Err(io::Error::other("gone")) };
        let refused = given(false, true, "changed", broken).unwrap_err();
        assert_eq!(refused.message(), "could not ask for confirmation");
    }
}
