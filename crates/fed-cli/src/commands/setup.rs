//! `setup`: from Google's client file to a profile that works.

mod aws_config;
mod section;

use std::path::{Path, PathBuf};

use clap::Args;
use oidc_client::{GoogleClientFile, GoogleClientKind, SignIn};

use crate::arguments::{AwsArguments, Options, SignInArguments};
use crate::config::{ConfigError, has_profile};
use crate::context::{Context, Outcome, block_on};
use crate::identity::{self, Renewal};
use crate::settings::{Settings, unreadable};
use crate::{Exit, Failure};

/// Write a profile, after signing in once to see that it works.
///
/// Reads Google's client_secret_….json, lets you sign in, shows what the issuer says about
/// you, and writes the profile. With --aws-profile, also a profile of that name for every
/// other AWS tool. Nothing that is there already is overwritten.
#[derive(Debug, Args)]
pub struct SetupArguments {
    /// Google's client_secret_….json; the profile refers to it, so leave it where it is
    #[arg(long, value_name = "FILE")]
    pub google_client_file: Option<PathBuf>,
    /// Role to assume
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Also write a profile of this name to ~/.aws/config
    #[arg(long, value_name = "NAME")]
    pub aws_profile: Option<String>,
    /// Write the profile without signing in first
    #[arg(long)]
    pub no_sign_in: bool,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

/// The name of the profile where none is given.
const PROFILE: &str = "google";

/// The issuer of Google's client files.
const GOOGLE: &str = "https://accounts.google.com";

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &SetupArguments) -> Outcome {
    let files = &context.host.files;
    let name = context.global.profile.clone().unwrap_or_else(|| PROFILE.to_owned());
    let path = context.global.config.as_deref().or(files.config()).map(Path::to_owned);
    let path = path.ok_or_else(|| {
        Failure::new(Exit::InvalidConfiguration, "there is no place for a configuration file")
            .hint("set `HOME`, or name a file with `--config`")
    })?;
    plain(&name, "--profile")?;
    if has_profile(files, &path, &name)? {
        let message = format!("profile `{name}` is in `{}` already", path.display());
        return Err(Failure::new(Exit::InvalidConfiguration, message)
            .hint("choose another name with `--profile NAME`, or edit the file"));
    }
    let settings = settings(context, arguments, &name)?;
    let aws_profile = match &arguments.aws_profile {
        Some(aws_profile) => Some(aws_config::check(context, aws_profile)?),
        None => None,
    };
    if arguments.no_sign_in {
        settings.client(context.host)?;
    } else {
        let sign_in =
            block_on(identity::sign_in(context, &settings, &settings.source()?, Renewal::Wanted))?;
        show(context, &sign_in);
        identity::keep(context, &settings, &sign_in)?;
    }
    section::append(context, &path, &section::text(&settings))?;
    context.say(&format!("profile `{name}` is in `{}`", path.display()));
    if let Some(aws_profile) = aws_profile {
        aws_config::write(context, &aws_profile, &settings)?;
    }
    context.say(&format!("next: fed-cli probe --profile {name}"));
    Ok(Exit::Done)
}

/// Refuses a name that would be something else in a section's head or on a command line.
fn plain(name: &str, option: &str) -> Result<(), Failure> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.@+=,".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) {
        return Ok(());
    }
    let message = format!("expected a name of letters, digits and `-_.@+=,` for `{option}`");
    Err(Failure::new(Exit::Usage, format!("{message}, found `{}`", name.escape_debug())))
}

/// The settings the profile will have: options, the client file, answers.
fn settings(
    context: Context<'_>,
    arguments: &SetupArguments,
    name: &str,
) -> Result<Settings, Failure> {
    let options =
        Options { sign_in: Some(&arguments.sign_in), role: None, aws: Some(&arguments.aws) };
    let mut settings = Settings::of_options(context.host, name, options.given());
    let profile = &mut settings.profile;
    if arguments.role_arn.is_some() {
        profile.role_arn.clone_from(&arguments.role_arn);
    }
    if let Some(file) = &arguments.google_client_file {
        let client = google_client(context, file)?;
        profile.issuer.get_or_insert_with(|| GOOGLE.to_owned());
        profile.client_id = Some(client.client_id);
        profile.client_secret_file = Some(absolute(&context.host.files.expand(file)));
        if client.kind == GoogleClientKind::Web && profile.redirect_uri.is_none() {
            profile.redirect_uri = client.redirect_uris.first().map(ToString::to_string);
        }
    }
    let terminal = &context.host.terminal;
    if terminal.is_interactive() {
        for (setting, question) in [
            (&mut profile.issuer, "Issuer of the ID tokens: "),
            (&mut profile.client_id, "OAuth client id: "),
            (&mut profile.role_arn, "Role to assume (ARN): "),
            (&mut profile.region, "AWS region: "),
        ] {
            if setting.is_none() {
                let answer = terminal.ask(question).map_err(|error| {
                    Failure::new(Exit::Unexpected, "could not ask").caused_by(&error)
                })?;
                *setting = answer.filter(|answer| !answer.is_empty());
            }
        }
    }
    settings.issuer()?;
    settings.role_arn()?;
    settings.region(&settings.aws(&context.host.environment)?)?;
    Ok(settings)
}

fn google_client(context: Context<'_>, file: &Path) -> Result<GoogleClientFile, ConfigError> {
    let key = "google_client_file";
    let text =
        context.host.files.read_secret(file).map_err(|error| unreadable(key, file, &error))?;
    GoogleClientFile::parse(text.expose()).map_err(|error| ConfigError::Invalid {
        key,
        why: error.to_string(),
        hint: error.hint(),
    })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What the issuer says, now that it is verified.
fn show(context: Context<'_>, sign_in: &SignIn) {
    let claims = sign_in.id_token.claims();
    context.say("signed in; the issuer says:");
    for name in ["iss", "aud", "sub", "email", "hd"] {
        if let Some(value) = claims.get(name) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            context.say(&format!("  {name:<6} {text}"));
        }
    }
}
