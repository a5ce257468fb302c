//! `token`: the ID token and what it says.

use std::sync::Arc;

use clap::Args;
use oidc_client::{
    Offline, Prompt, Reveal, ServeObserver, ServedPage, SignIn, SignInError, report,
};
use serde_json::json;

use crate::arguments::{Options, SignInArguments};
use crate::context::{Context, Outcome, Person, block_on};
use crate::host::Terminal;
use crate::identity::{self, HostClock, Renewal};
use crate::settings::Settings;
use crate::{Exit, Failure, render};

/// Sign in and print the tokens and the ID token's claims.
///
/// Secrets are shortened unless --show-secrets is given. With --raw, only the ID token
/// is printed, and a sign-in that is still good is used again.
#[derive(Debug, Args)]
pub struct TokenArguments {
    /// Print the ID token alone, whole
    #[arg(long, conflicts_with = "show_secrets")]
    pub raw: bool,
    /// Print tokens whole
    #[arg(long)]
    pub show_secrets: bool,
    /// Serve a page on the redirect URI's host and port where anybody with a browser on
    /// this machine can sign in and see this, until Ctrl-C
    #[arg(long, conflicts_with = "raw")]
    pub serve: bool,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &TokenArguments) -> Outcome {
    let options = Options { sign_in: Some(&arguments.sign_in), ..Options::default() };
    let settings = context.settings(options)?;
    let source = settings.source()?;
    let reveal = if arguments.show_secrets { Reveal::Whole } else { Reveal::Shortened };
    if arguments.serve {
        return serve(context, &settings, reveal);
    }
    if arguments.raw || !source.needs_person() {
        let identity = block_on(identity::obtain(context, &settings, Person::MayBeAsked))?;
        if arguments.raw {
            context.verbatim(&format!("{}\n", identity.token.expose()))?;
        } else {
            let shown = match reveal {
                Reveal::Whole => identity.token.expose().to_owned(),
                Reveal::Shortened => format!("… ({} characters)", identity.token.expose().len()),
            };
            context.data(&render::json(&json!({
                "IDToken": shown,
                "IDTokenClaims": identity.claims,
            })))?;
        }
        return Ok(Exit::Done);
    }
    let signed_in = block_on(identity::sign_in(context, &settings, &source, Renewal::Welcome))?;
    identity::keep_or_warn(context, &settings, &signed_in)?;
    context.data(&render::json(&report(&signed_in, reveal)))?;
    Ok(Exit::Done)
}

/// Tells on stderr what happens on the page.
struct Teller(Terminal);

impl ServeObserver for Teller {
    fn signed_in(&self, sign_in: &SignIn) {
        self.0.say(&format!("`{}` signed in", sign_in.account()));
    }

    fn failed(&self, error: &SignInError) {
        self.0.say(&format!("a sign-in failed: {error}"));
    }
}

fn serve(context: Context<'_>, settings: &Settings, reveal: Reveal) -> Outcome {
    let redirect_uri = settings.redirect_uri()?;
    let (what, key, option) = ("redirect URI", "redirect_uri", "--redirect-uri");
    let redirect_uri = settings.required(redirect_uri.as_ref(), what, key, option)?;
    block_on(async {
        let party = identity::relying_party(context, settings).await?;
        let page = ServedPage::bind(redirect_uri).await.map_err(|error| {
            Failure::from_error(Exit::Unexpected, &error)
                .advised_for(error.hint(), settings.named())
        })?;
        context.say(&format!("open {} and sign in; Ctrl-C ends this", page.address()));
        let options = settings.authorization_options(Prompt::AsNeeded, Offline::No)?;
        let clock = Arc::new(HostClock(context.host.clock));
        let teller = Arc::new(Teller(context.host.terminal.clone()));
        let stop = async {
            // Where Ctrl-C cannot be listened to, it ends the process by itself.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        page.serve(Arc::new(party), options, reveal, clock, teller, stop).await;
        Ok(Exit::Done)
    })
}
