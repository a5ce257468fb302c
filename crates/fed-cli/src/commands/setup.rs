//! `setup`: from Google's client file to a profile that works.

mod aws_config;
mod dragged;
mod import;
mod preset;
mod question;
mod roles;
mod section;
mod wizard;

use std::path::{Path, PathBuf};

use clap::Args;
use fed_types::shell_line;
use oidc_client::{GoogleClientFile, SignIn};

use crate::advice::{NamedProfile, login, told};
use crate::arguments::{AwsArguments, Options, SignInArguments};
use crate::config::{ConfigError, Profile, has_profile};
use crate::context::{Context, Outcome, block_on};
use crate::identity::{self, Renewal};
use crate::settings::{Service, Settings, unreadable};
use crate::{Exit, Failure, session};

/// Write a profile, after signing in once to see that it works.
///
/// At a terminal it asks for what is not given and checks each answer at once: Google's
/// client_secret_….json or an issuer by its name, region, role. It lets you sign in, shows what
/// the issuer says about you, writes the profile, and asks AWS who you are with it. A profile for
/// every other AWS tool goes into ~/.aws/config; a section that is there keeps all that is in it,
/// and the file as it was is kept beside it. Nothing is overwritten.
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
    /// Take over profiles from a configuration of kubelogin (kubeconfig), aws-vault, granted
    /// (~/.aws/config) or saml2aws (~/.saml2aws), and say what stays behind; issuer and client
    /// may be given for all of them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["aws_profile", "role_arn"])]
    pub import: Option<PathBuf>,
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
    let path = place(context)?;
    if let Some(file) = &arguments.import {
        return take_over(context, arguments, file, &path);
    }
    let name = context.global.profile.clone().unwrap_or_else(|| PROFILE.to_owned());
    plain(&name, "--profile")?;
    if has_profile(&context.host.files, &path, &name)? {
        let message = format!("profile `{name}` is in `{}` already", path.display());
        return Err(Failure::new(Exit::InvalidConfiguration, message)
            .hint("choose another name with `--profile NAME`, or edit the file"));
    }
    let settings = settings(context, arguments, &name)?;
    let aws_profile = aws_profile(context, arguments, &name)?;
    let signs_in = settings.source()?.needs_person() && !arguments.no_sign_in;
    if signs_in {
        sign_in(context, &settings)?;
    } else if settings.source()?.needs_person() {
        settings.client(context.host)?;
    }
    // Certificate authorities of this shell's are no setting of the profile.
    let mut written = settings.clone();
    written.profile.ca_bundle = None;
    section::append(context, &path, &section::text(&written))?;
    context.say(&format!("profile `{name}` is in `{}`", path.display()));
    if let Some(aws_profile) = &aws_profile {
        aws_config::write(context, aws_profile, &settings)?;
    }
    if signs_in && context.host.terminal.is_interactive() {
        who_am_i(context, &settings)?;
    }
    tell_of_readers(context, &settings);
    let identity = ["aws", "sts", "get-caller-identity"];
    let exec = ["fed-cli", "exec", "--profile", &name, "--"];
    let next = shell_line(exec.into_iter().chain(identity));
    context.say(&format!("next: {next}"));
    Ok(Exit::Done)
}

/// Where the configuration file is, or will be.
fn place(context: Context<'_>) -> Result<PathBuf, Failure> {
    let path = context.global.config.as_deref().or(context.host.files.config());
    path.map(Path::to_owned).ok_or_else(|| {
        Failure::new(Exit::InvalidConfiguration, "there is no place for a configuration file")
            .hint("set `HOME`, or name a file with `--config`")
    })
}

/// The profile for other AWS tools: the one that is given, or, at a terminal, asked for.
fn aws_profile(
    context: Context<'_>,
    arguments: &SetupArguments,
    name: &str,
) -> Result<Option<aws_config::AwsProfile>, Failure> {
    if let Some(aws_profile) = &arguments.aws_profile {
        return aws_config::check(context, aws_profile).map(Some);
    }
    if !context.host.terminal.is_interactive() {
        return Ok(None);
    }
    let question =
        format!("Profile for the aws CLI and SDKs in ~/.aws/config [{name}], or `-` for none: ");
    question::ask(context, &question, Some(name), |answer| match answer {
        "-" => Ok(None),
        answer => aws_config::check(context, answer)
            .map(Some)
            .map_err(|failure| failure.render(false).unwrap_or_default()),
    })
}

/// Lets the person sign in, and shows what the issuer says.
fn sign_in(context: Context<'_>, settings: &Settings) -> Result<(), Failure> {
    let source = settings.source()?;
    let signed_in = identity::sign_in(context, settings, &source, Renewal::Wanted);
    let signed_in = block_on(signed_in).map_err(|failure| {
        // There is no profile yet that one could sign in with.
        failure.hint_instead("fed-cli login", "fed-cli setup")
    })?;
    show(context, &signed_in);
    identity::keep_or_warn(context, settings, &signed_in)
}

/// What AWS says to the credentials of the new profile.
fn who_am_i(context: Context<'_>, settings: &Settings) -> Result<(), Failure> {
    let entry = session::credentials(context, settings, None)?;
    let environment = &context.host.environment;
    let aws = settings.aws(environment)?;
    let config = aws.with_credentials(Service::Sts, &entry.credentials, context.host)?;
    let caller = block_on(async {
        iam_bootstrap::read_caller(&config)
            .await
            .map_err(|error| Failure::from_error(Exit::Unexpected, &error).advised(error.hint()))
    })?;
    context.say(&format!("it works; AWS says that you are\n  {}", caller.arn));
    Ok(())
}

/// Takes over what another tool's configuration says.
fn take_over(
    context: Context<'_>,
    arguments: &SetupArguments,
    file: &Path,
    path: &Path,
) -> Outcome {
    let text =
        context.host.files.read(file).map_err(|error| unreadable("--import", file, &error))?;
    let imported = import::read(&text, file)
        .map_err(|trouble| Failure::new(Exit::InvalidConfiguration, trouble))?;
    // All of them, before anything is written.
    for (name, _) in &imported.profiles {
        plain(name, "--import")?;
    }
    let mut written = Vec::new();
    for (name, found) in imported.profiles {
        if has_profile(&context.host.files, path, &name)? {
            context.say(&format!("left: profile `{name}` is in `{}` already", path.display()));
            continue;
        }
        let options =
            Options { sign_in: Some(&arguments.sign_in), role: None, aws: Some(&arguments.aws) };
        let mut given = options.given();
        let mut profile = found;
        profile.lay(std::mem::take(&mut given.profile));
        whole_paths(context, &mut profile);
        let settings = Settings::of_options(context.host, &name, given).with(profile);
        section::append(context, path, &section::text(&settings))?;
        written.push(name);
    }
    for left in &imported.left {
        context.say(&format!("left: {left}"));
    }
    match written.first() {
        Some(first) => context.say(&format!(
            "{} in `{}`: `{}`\nnext: {}",
            if written.len() == 1 { "a profile is" } else { "profiles are" },
            path.display(),
            written.join("`, `"),
            login(named(context, first)).trim_matches('`')
        )),
        None => context.say("nothing was taken over"),
    }
    Ok(Exit::Done)
}

/// The new profile, as a command line names it.
fn named<'a>(context: Context<'a>, name: &'a str) -> NamedProfile<'a> {
    NamedProfile { name, config: context.global.config.as_deref() }
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
    // The option's endpoint outranks the environment's; the profile has to have it, too.
    profile.endpoint_url.clone_from(&arguments.aws.endpoint_url);
    if arguments.role_arn.is_some() {
        profile.role_arn.clone_from(&arguments.role_arn);
    }
    whole_paths(context, profile);
    if let Some(file) = &arguments.google_client_file {
        wizard::take_google_client(context, &mut settings, file)?;
    }
    if context.host.terminal.is_interactive() {
        wizard::fill(context, &mut settings)?;
    }
    if settings.source()?.needs_person() {
        settings.issuer()?;
    }
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
        hint: error.hint().map(|hint| told(&hint, None)),
    })
}

/// A client file as a browser downloads it can be read by all users of the machine.
fn tell_of_readers(context: Context<'_>, settings: &Settings) {
    if let Some(path) = &settings.profile.client_secret_file
        && context.host.files.is_readable_by_others(path)
    {
        let mend = shell_line(["chmod", "600", &path.display().to_string()]);
        context.say(&format!("warning: others can read the client file:\n  {mend}"));
    }
}

/// What was typed is relative to where it was typed; the configuration file is elsewhere.
fn whole_paths(context: Context<'_>, profile: &mut Profile) {
    let typed = [&mut profile.client_secret_file, &mut profile.token_file];
    for path in typed.into_iter().flatten().filter(|path| **path != Path::new("-")) {
        *path = absolute(&context.host.files.expand(path));
    }
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
