//! The questions of `setup`, each answer checked as it is typed.

use std::path::Path;

use oidc_client::{GoogleClientKind, Issuer};

use super::preset::Preset;
use super::question::ask;
use super::{dragged, google_client, roles};
use crate::Failure;
use crate::config::ConfigError;
use crate::context::{Context, block_on};
use crate::identity;
use crate::settings::Settings;

/// What is asked first.
const FIRST: &str = "Google's client_secret_….json (drag it here); or who else signs you in: GitHub,\n\
                     GitLab, Entra, Okta, Auth0, Keycloak; or any issuer's https:// address: ";

/// Asks for what is not given yet.
///
/// # Errors
/// Exit status 2 where the input ends before all is answered.
pub(super) fn fill(context: Context<'_>, settings: &mut Settings) -> Result<(), Failure> {
    if settings.profile.issuer.is_none() && settings.source()?.needs_person() {
        issuer(context, settings)?;
    }
    if settings.source()?.needs_person() && settings.client_id(&context.host.files).is_none() {
        client(context, settings)?;
    }
    if settings.profile.region.is_none() {
        let region = ask(context, "AWS region, such as eu-central-1: ", None, |answer| {
            let mut tried = settings.clone();
            tried.profile.region = Some(answer.to_owned());
            let checked = tried.aws(&context.host.environment);
            checked.map(|_| answer.to_owned()).map_err(|error| error.to_string())
        })?;
        settings.profile.region = Some(region);
    }
    if settings.profile.role_arn.is_none() {
        settings.profile.role_arn = Some(roles::ask(context, settings)?);
    }
    Ok(())
}

/// Who signs people in: by file, by name or by address.
fn issuer(context: Context<'_>, settings: &mut Settings) -> Result<(), Failure> {
    let given = ask(context, FIRST, None, |answer| first_answer(context, settings, answer))?;
    match given {
        First::Known(found) => *settings = *found,
        First::Named(preset) => {
            if preset == Preset::Github {
                settings.profile.source = Some("github-actions".to_owned());
            }
            match (preset.issuer(), preset.question()) {
                (Some(issuer), _) => settings.profile.issuer = Some(issuer.to_owned()),
                (None, Some(question)) => {
                    let checked = |answer: &str| {
                        let issuer = (question.issuer)(answer)?;
                        reachable(context, settings, &issuer)
                    };
                    let issuer = ask(context, question.asks, question.default, checked)?;
                    settings.profile.issuer = Some(issuer);
                }
                (None, None) => {}
            }
        }
    }
    Ok(())
}

/// What the first answer is.
enum First {
    /// All that the client file, or the issuer's address, says.
    Known(Box<Settings>),
    /// An issuer's name.
    Named(Preset),
}

fn first_answer(context: Context<'_>, settings: &Settings, answer: &str) -> Result<First, String> {
    if let Some(preset) = Preset::named(answer) {
        return Ok(First::Named(preset));
    }
    let mut found = settings.clone();
    if answer.starts_with("https://") || answer.starts_with("http://") {
        found.profile.issuer = Some(reachable(context, settings, answer)?);
        return Ok(First::Known(Box::new(found)));
    }
    let path = dragged::path(answer);
    if !context.host.files.expand(&path).is_file() {
        return Err(format!("there is no file `{}`, and no issuer of that name", path.display()));
    }
    take_google_client(context, &mut found, &path).map_err(|error| in_one(&error.into()))?;
    Ok(First::Known(Box::new(found)))
}

/// Takes over what Google's client file says.
pub(super) fn take_google_client(
    context: Context<'_>,
    settings: &mut Settings,
    file: &Path,
) -> Result<(), ConfigError> {
    let client = google_client(context, file)?;
    let path = super::absolute(&context.host.files.expand(file));
    let profile = &mut settings.profile;
    profile.issuer.get_or_insert_with(|| super::GOOGLE.to_owned());
    profile.client_id = Some(client.client_id);
    if client.kind == GoogleClientKind::Web && profile.redirect_uri.is_none() {
        profile.redirect_uri = client.redirect_uris.first().map(|uri| uri.as_str().to_owned());
    }
    profile.client_secret_file = Some(path);
    Ok(())
}

/// The issuer, if its discovery document is there and is its own.
fn reachable(context: Context<'_>, settings: &Settings, issuer: &str) -> Result<String, String> {
    let issuer = Issuer::parse(issuer).map_err(|error| format!("{error}: {}", error.hint()))?;
    let mut tried = settings.clone();
    tried.profile.issuer = Some(issuer.as_str().to_owned());
    // Discovery is the same for every client.
    tried.profile.client_id = Some("setup".to_owned());
    tried.profile.client_secret_file = None;
    block_on(async { identity::relying_party(context, &tried).await })
        .map(|_| issuer.as_str().to_owned())
        .map_err(|failure| in_one(&failure))
}

fn in_one(failure: &Failure) -> String {
    failure
        .render(false)
        .map_or_else(|| failure.in_one_line(), |text| text.trim_start_matches("error: ").to_owned())
}

/// The client's id, secret and redirect URI.
fn client(context: Context<'_>, settings: &mut Settings) -> Result<(), Failure> {
    let is_google = settings.issuer().is_ok_and(|issuer| issuer.is_google());
    if is_google {
        let question = "Google's client_secret_….json (drag it here): ";
        let found = ask(context, question, None, |answer| {
            let mut found = settings.clone();
            let taken = take_google_client(context, &mut found, &dragged::path(answer));
            taken.map(|()| found).map_err(|error| in_one(&error.into()))
        })?;
        *settings = found;
        return Ok(());
    }
    let id = ask(context, "OAuth client id: ", None, |answer| {
        if answer.contains(char::is_whitespace) || answer.starts_with('-') {
            return Err("expected a client id, which is one word".to_owned());
        }
        Ok(answer.to_owned())
    })?;
    settings.profile.client_id = Some(id);
    let question = "File with the client's secret (Enter: it has none): ";
    settings.profile.client_secret_file = ask(context, question, Some("-"), |answer| {
        if answer == "-" {
            return Ok(None);
        }
        let path = super::absolute(&context.host.files.expand(&dragged::path(answer)));
        let read = context.host.files.read_secret(&path);
        read.map(|_| Some(path.clone()))
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))
    })?;
    let question = "Redirect URI registered for it (Enter: any port of this machine): ";
    settings.profile.redirect_uri = ask(context, question, Some("-"), |answer| {
        if answer == "-" {
            return Ok(None);
        }
        let mut tried = settings.clone();
        tried.profile.redirect_uri = Some(answer.to_owned());
        tried.redirect_uri().map(|_| Some(answer.to_owned())).map_err(|error| error.to_string())
    })?;
    Ok(())
}
