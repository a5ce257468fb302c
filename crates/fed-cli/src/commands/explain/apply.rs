//! `explain --apply`: puts a proposed trust policy on the role.

use fed_types::RoleArn;
use iam_bootstrap::TrustFacts;
use iam_policy::mend::Mend;

use super::facts::{Facts, document};
use crate::commands::bootstrap::{Administrator, failed};
use crate::context::{Context, Outcome, block_on};
use crate::settings::Settings;
use crate::{Exit, Failure};

/// Puts the first mend, if it is narrow and somebody says yes.
pub(super) fn apply(
    context: Context<'_>,
    settings: &Settings,
    facts: &Facts,
    mends: &[Mend],
    yes: bool,
) -> Outcome {
    let (role, shown) = (facts.role_arn(), facts.document());
    let Some(mend) = mends.first().filter(|mend| !mend.widens()) else {
        let message = "every change that admits the token lets in others as well";
        return Err(Failure::new(Exit::Denied, message)
            .hint("put the document yourself: `aws iam update-assume-role-policy`"));
    };
    let administrator = Administrator::of(context, settings, role)?;
    if !yes && !confirmed(context, role)? {
        context.say("nothing changed");
        return Ok(Exit::Denied);
    }
    block_on(async {
        let config = administrator.iam(context).await?;
        let there = iam_bootstrap::read_trust(&config, role.name()).await.map_err(failed)?;
        let is_it =
            |it: TrustFacts| it.role_arn == role.as_str() && document(&it.trust_policy) == shown;
        if !there.is_some_and(is_it) {
            let message = format!("nothing changed: `{role}` is not what it was a moment ago");
            return Err(Failure::new(Exit::Unexpected, message)
                .hint("run it again: it explains what is there now"));
        }
        let put = iam_bootstrap::put_trust_policy(&config, role.name(), &mend.document);
        put.await.map_err(failed)
    })?;
    context.say(&format!("put the trust policy of `{role}`: {}", mend.changes.join("; ")));
    Ok(Exit::Done)
}

fn confirmed(context: Context<'_>, role: &RoleArn) -> Result<bool, Failure> {
    let terminal = &context.host.terminal;
    if !terminal.is_interactive() {
        return Err(Failure::new(Exit::Usage, "nobody is there to be asked")
            .hint("add `--yes` to put the trust policy without a question"));
    }
    let question = format!("\nput this on `{}` in account {}? [y/N] ", role.name(), role.account());
    let answer = terminal.ask(&question).map_err(|error| {
        Failure::new(Exit::Unexpected, "could not ask for confirmation").caused_by(&error)
    })?;
    Ok(answer.is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes")))
}
