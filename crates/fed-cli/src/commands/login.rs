//! `login`: sign in now, so that later commands need not ask.

use clap::Args;

use crate::arguments::{Options, SignInArguments};
use crate::context::{Context, Outcome, block_on};
use crate::identity::{self, Lasting, Renewal};
use crate::{Exit, Failure, session};

/// Sign in now, so that later commands need not ask.
///
/// Where the issuer gives a refresh token, it is kept, and credentials are renewed
/// without you until you log out.
#[derive(Debug, Args)]
pub struct LoginArguments {
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &LoginArguments) -> Outcome {
    let options = Options { sign_in: Some(&arguments.sign_in), ..Options::default() };
    let settings = context.settings(options)?;
    let source = settings.source()?;
    if !source.needs_person() {
        return Err(Failure::new(
            Exit::Usage,
            format!(
                "nobody signs in for profile `{}`: its token comes from elsewhere",
                settings.name
            ),
        )
        .hint("use the credentials at once, for example with `fed-cli exec -- COMMAND`"));
    }
    let signed_in = block_on(identity::sign_in(context, &settings, &source, Renewal::Wanted))?;
    let account = signed_in.account();
    let lasts = match (identity::keep(context, &settings, &signed_in)?, &signed_in.refresh_token) {
        (Lasting::Renewed, _) => "its refresh token is kept",
        (Lasting::IdToken, Some(_)) => "it ends with its ID token",
        (Lasting::IdToken, None) => {
            "the issuer gave no refresh token, so it ends with its ID token"
        }
        (Lasting::Nothing(trouble), _) => {
            let message = format!("signed in as `{account}`, but nothing of it is kept: {trouble}");
            return Err(Failure::new(Exit::Unexpected, message).hint(
                "see that `HOME` or `FED_STATE_DIR` is a place with room that can be written",
            ));
        }
    };
    // An account that was named for this sign-in is the profile's from now on.
    let profile = context.settings(Options::default())?;
    identity::use_for(context, &profile, signed_in.id_token.subject());
    session::forget_credentials(context, &settings, &[])?;
    context.say(&format!("signed in as `{account}`; {lasts}"));
    Ok(Exit::Done)
}
