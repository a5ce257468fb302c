//! Which role, where there are several: by name, or from a list.

use fed_types::shell_line;

use crate::arguments::{Options, RoleSessionArguments};
use crate::config::{ConfigError, section_head};
use crate::context::Context;
use crate::environment::FED_ROLE_ARN;
use crate::settings::{Choice, Settings, role_names};
use crate::{Exit, Failure, render};

/// What can be chosen: a role of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    profile: String,
    role_arn: String,
}

/// The settings with one role: the one that is asked for, by ARN or name, else the profile's.
/// Where that leaves several, whoever sits at the terminal chooses.
///
/// # Errors
/// Exit status 2 where there are several and nobody can be asked, or nothing is chosen; 5 for a
/// role that is not there, and what is wrong with the configuration.
pub(crate) fn settings(
    context: Context<'_>,
    arguments: &RoleSessionArguments,
) -> Result<Settings, Failure> {
    let (options, wanted) = (arguments.options(), arguments.choice.role.as_deref());
    match context.settings(options) {
        Ok(settings) => of_profile(context, settings, wanted),
        Err(ambiguous @ ConfigError::Ambiguous { .. }) => {
            among_profiles(context, options, wanted, ambiguous)
        }
        Err(error) => Err(error.into()),
    }
}

fn of_profile(
    context: Context<'_>,
    mut settings: Settings,
    wanted: Option<&str>,
) -> Result<Settings, Failure> {
    let roles = candidates(&settings);
    let role_arn = match wanted {
        Some(arn) if arn.starts_with("arn:") => Some(arn.to_owned()),
        Some(name) => {
            let named = named(&roles, name);
            if named.is_empty() {
                return Err(no_such_role(&roles, name, &settings.name));
            }
            Some(one(context, named, "--role ACCOUNT/NAME")?.role_arn)
        }
        None if settings.profile.role_arn.is_some() || roles.is_empty() => None,
        None => Some(one(context, roles, "--role NAME")?.role_arn),
    };
    settings.profile.role_arn = role_arn.or(settings.profile.role_arn);
    Ok(settings)
}

/// No profile is named: the role may say which it is.
fn among_profiles(
    context: Context<'_>,
    options: Options<'_>,
    wanted: Option<&str>,
    ambiguous: ConfigError,
) -> Result<Settings, Failure> {
    let given = options.given().profile.role_arn;
    let is_given = given.is_some() || context.host.environment.text(FED_ROLE_ARN).is_some();
    if wanted.is_none() && is_given {
        // Whoever named a role is not asked for another one; whose sign-in, it does not say.
        return Err(ambiguous.into());
    }
    let profiles = Settings::every(context.host, context.global.config.as_deref())?;
    let all: Vec<Candidate> = profiles.iter().flat_map(candidates).collect();
    let fitting = match wanted {
        Some(name) => named(&all, name),
        None if context.host.terminal.is_interactive() => all.clone(),
        None => Vec::new(),
    };
    let chosen = match (fitting.is_empty(), wanted) {
        (true, Some(name)) if !name.starts_with("arn:") => {
            return Err(no_such_role(&all, name, "NAME"));
        }
        (true, _) => return Err(ambiguous.into()),
        (false, _) => one(context, fitting, "--profile NAME")?,
    };
    let choice =
        Choice { profile: Some(&chosen.profile), config: context.global.config.as_deref() };
    let mut settings = Settings::resolve(context.host, &choice, options.given())?;
    settings.profile.role_arn = Some(chosen.role_arn);
    Ok(settings)
}

/// The profile's own roles: `role_arn`, then `roles`. One that is laid over it is not among them.
fn candidates(settings: &Settings) -> Vec<Candidate> {
    let mut roles: Vec<Candidate> = Vec::new();
    for role_arn in settings.own_role_arn.iter().chain(settings.profile.roles.iter().flatten()) {
        let candidate = Candidate { profile: settings.name.clone(), role_arn: role_arn.clone() };
        if !roles.contains(&candidate) {
            roles.push(candidate);
        }
    }
    roles
}

/// Those that are called so: by ARN, by name, or by account and name.
fn named(roles: &[Candidate], name: &str) -> Vec<Candidate> {
    let is_called = |role: &&Candidate| {
        let (account, path) = role_names(&role.role_arn);
        let last = path.rsplit('/').next().unwrap_or_default();
        role.role_arn == name
            || [path.as_str(), last].into_iter().any(|it| it == name)
            || [path.as_str(), last].into_iter().any(|it| format!("{account}/{it}") == name)
    };
    roles.iter().filter(is_called).cloned().collect()
}

/// The only one, or the one that is chosen at the terminal.
fn one(
    context: Context<'_>,
    mut roles: Vec<Candidate>,
    option: &str,
) -> Result<Candidate, Failure> {
    if roles.len() > 1 {
        if !context.host.terminal.is_interactive() {
            let by_profile = option.starts_with("--profile");
            let word =
                |role: &Candidate| if by_profile { role.profile.clone() } else { role.word() };
            let names: Vec<String> = roles.iter().map(word).collect();
            return Err(Failure::new(
                Exit::Usage,
                "there are several roles, and nobody can be asked which",
            )
            .hint(format!("give `{option}`: there are `{}`", names.join("`, `"))));
        }
        return asked(context, roles);
    }
    roles.pop().ok_or_else(nothing_chosen)
}

/// Shows the list, and a shorter one for a part of a name, until one is chosen.
fn asked(context: Context<'_>, all: Vec<Candidate>) -> Result<Candidate, Failure> {
    let terminal = &context.host.terminal;
    let mut shown = all.clone();
    loop {
        context.say(&format!("Which role?\n\n{}", list(&shown)));
        let answer = terminal
            .ask("Number, or a part of the name: ")
            .map_err(|error| Failure::new(Exit::Unexpected, "could not ask").caused_by(&error))?;
        let Some(answer) = answer.filter(|answer| !answer.is_empty()) else {
            return Err(nothing_chosen());
        };
        // Twelve digits are an account.
        let is_short = answer.len() <= shown.len().to_string().len();
        let number = answer.parse::<usize>().ok().filter(|_| is_short);
        let number = number.and_then(|number| number.checked_sub(1));
        if let Some(chosen) = number.and_then(|number| shown.get(number)) {
            return Ok(chosen.clone());
        }
        match narrowed(&all, &answer).as_slice() {
            [] => context.say(&format!("nothing has `{answer}` in its name\n")),
            [chosen] => return Ok(chosen.clone()),
            several => shown = several.to_vec(),
        }
    }
}

/// Those with the text in profile, account or role; one that is called just so before others.
fn narrowed(all: &[Candidate], text: &str) -> Vec<Candidate> {
    let exact: Vec<Candidate> = all
        .iter()
        .filter(|it| it.profile == text || named(std::slice::from_ref(it), text).len() == 1)
        .cloned()
        .collect();
    if exact.len() == 1 {
        return exact;
    }
    let text = text.to_lowercase();
    let has =
        |it: &&Candidate| format!("{} {}", it.profile, it.role_arn).to_lowercase().contains(&text);
    all.iter().filter(has).cloned().collect()
}

fn list(roles: &[Candidate]) -> String {
    let width = roles.len().to_string().len();
    let rows: Vec<[String; 4]> = roles
        .iter()
        .enumerate()
        .map(|(index, role)| {
            let (account, name) = role_names(&role.role_arn);
            [format!("{:>width$}", index + 1), role.profile.clone(), account, name]
        })
        .collect();
    render::narrow_table(["", "PROFILE", "ACCOUNT", "ROLE"], &rows, render::COLUMNS)
}

fn nothing_chosen() -> Failure {
    Failure::new(Exit::Usage, "no role was chosen").hint("give `--role NAME`, or `--profile NAME`")
}

fn no_such_role(roles: &[Candidate], name: &str, profile: &str) -> Failure {
    let names: Vec<String> = roles.iter().map(Candidate::name).collect();
    let failure = Failure::new(Exit::InvalidConfiguration, format!("no role is called `{name}`"));
    match fed_types::did_you_mean(name, names.iter().map(String::as_str)) {
        Some(meant) => failure.hint(meant),
        None => failure.hint(format!(
            "add its ARN to `roles` in the section `{}`, or give the ARN: `{}`",
            section_head(profile),
            shell_line(["--role", &format!("arn:aws:iam::ACCOUNT:role/{name}")])
        )),
    }
}

impl Candidate {
    fn name(&self) -> String {
        let (_, path) = role_names(&self.role_arn);
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// What `--role` takes for it, whatever others are called.
    fn word(&self) -> String {
        let (account, path) = role_names(&self.role_arn);
        format!("{account}/{path}")
    }
}
