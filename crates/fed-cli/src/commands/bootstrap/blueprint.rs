//! From options and settings to the blueprint.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use fed_types::{RoleArn, read_duration, shell_line};
use iam_bootstrap::{Blueprint, InlinePolicy, InvalidBlueprint, Provider};
use iam_policy::{Policy, PolicyKind};

use super::administrator::Administrator;
use crate::arguments::{AwsArguments, Options, SignInArguments};
use crate::config::ConfigError;
use crate::context::Context;
use crate::session;
use crate::settings::Settings;
use crate::{Exit, Failure};

/// Which role, and who may assume it.
#[derive(Debug, Args)]
pub struct BlueprintArguments {
    /// The role [env: FED_ROLE_ARN]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Who may assume the role: a token's sub, or a pattern that only your own have, such as
    /// repo:acme/app:*; may be repeated. Without it you sign in, and the subject just verified
    /// is taken
    #[arg(long = "subject", value_name = "SUB")]
    pub subjects: Vec<String>,
    /// The token's audience [default: the client id, for GitHub Actions and EKS
    /// sts.amazonaws.com]; may be repeated
    #[arg(long = "audience", value_name = "AUD")]
    pub audiences: Vec<String>,
    /// For Google: the token's aud, where it is not the client that signs in, as of a service
    /// account; may be repeated
    #[arg(long = "original-audience", value_name = "AUD")]
    pub original_audiences: Vec<String>,
    /// Managed policy to attach, by ARN, or by name if it is one of AWS's; may be repeated
    #[arg(long = "policy-arn", value_name = "ARN")]
    pub policy_arns: Vec<String>,
    /// Policy to put into the role; may be repeated
    #[arg(long = "inline-policy", value_name = "NAME=FILE", value_parser = named_file)]
    pub inline_policies: Vec<(String, PathBuf)>,
    /// How long sessions of the role may last at most, 1h to 12h
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = read_duration)]
    pub max_session_duration: Duration,
    /// Also a user without any policy, and an access key for it
    #[arg(
        long,
        value_name = "NAME",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "no-policy-user"
    )]
    pub no_policy_user: Option<String>,
    /// Who signs in where.
    #[command(flatten)]
    pub sign_in: SignInArguments,
    /// Where in AWS.
    #[command(flatten)]
    pub aws: AwsArguments,
}

fn named_file(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => {
            Ok((name.to_owned(), PathBuf::from(file)))
        }
        _ => Err(format!("expected `NAME=FILE`, found `{text}`")),
    }
}

impl BlueprintArguments {
    /// Profile, environment and these options together.
    pub(super) fn settings(&self, context: Context<'_>) -> Result<Settings, ConfigError> {
        let options = Options { sign_in: Some(&self.sign_in), role: None, aws: Some(&self.aws) };
        let mut settings = context.settings(options)?;
        if self.role_arn.is_some() {
            settings.profile.role_arn.clone_from(&self.role_arn);
        }
        Ok(settings)
    }

    /// The blueprint, whole and validated, once the credentials are known to be of the role's
    /// account. Signs in when no subject is named.
    pub(super) fn of_own_account(
        &self,
        context: Context<'_>,
        settings: &Settings,
        adopt: bool,
    ) -> Result<(Administrator, Blueprint), Failure> {
        let draft = self.draft(context, settings, adopt)?;
        let administrator = Administrator::of(context, settings, &draft.role)?;
        Ok((administrator, self.finished(context, settings, draft)?))
    }

    /// What the options and files say, validated as far as it goes.
    pub(super) fn draft(
        &self,
        context: Context<'_>,
        settings: &Settings,
        adopt: bool,
    ) -> Result<Blueprint, Failure> {
        let mut blueprint = self.outline(settings)?;
        blueprint.adopt = adopt;
        blueprint.inline_policies = self
            .inline_policies
            .iter()
            .map(|(name, file)| inline_policy(context, name, file))
            .collect::<Result<_, _>>()?;
        if !self.subjects.is_empty() {
            blueprint.validate().map_err(|error| invalid(&error))?;
        }
        Ok(blueprint)
    }

    /// With the subject of whoever signs in, where none is named.
    pub(super) fn finished(
        &self,
        context: Context<'_>,
        settings: &Settings,
        mut blueprint: Blueprint,
    ) -> Result<Blueprint, Failure> {
        if blueprint.subjects.is_empty() {
            self.pin_to_token(context, settings, &mut blueprint)?;
            blueprint.validate().map_err(|error| invalid(&error))?;
        }
        for warning in blueprint.warnings() {
            context.say(&format!("warning: {warning}"));
        }
        Ok(blueprint)
    }

    /// What is known without files and without signing in.
    fn outline(&self, settings: &Settings) -> Result<Blueprint, Failure> {
        let profile = &settings.profile;
        let role = settings.role_arn()?;
        let issuer = settings.required(profile.issuer.as_ref(), "issuer", "issuer", "--issuer")?;
        let provider = Provider::from_issuer(issuer).map_err(|error| invalid(&error))?;
        if let Some(value) =
            self.original_audiences.first().filter(|_| provider != Provider::Google)
        {
            let message = format!("only Google's tokens have an original audience: `{value}`");
            return Err(Failure::new(Exit::InvalidConfiguration, message)
                .hint("name what the tokens are for with `--audience`"));
        }
        let audiences = match (&profile.client_id, provider.default_audience()) {
            _ if !self.audiences.is_empty() => self.audiences.clone(),
            (Some(client_id), _) => vec![client_id.clone()],
            (None, Some(audience)) => vec![audience.to_owned()],
            (None, None) => Vec::new(),
        };
        let partition = partition(&role).to_owned();
        Ok(Blueprint {
            provider,
            audiences,
            original_audiences: self.original_audiences.clone(),
            subjects: self.subjects.clone(),
            max_session_duration: i32::try_from(self.max_session_duration.as_secs())
                .unwrap_or(i32::MAX),
            managed_policies: self
                .policy_arns
                .iter()
                .map(|policy| policy_arn(policy, &partition))
                .collect(),
            inline_policies: Vec::new(),
            user: self.no_policy_user.clone(),
            adopt: false,
            role,
        })
    }

    /// Takes subject and audience from a token of the person who runs this.
    fn pin_to_token(
        &self,
        context: Context<'_>,
        settings: &Settings,
        blueprint: &mut Blueprint,
    ) -> Result<(), Failure> {
        // A token that a machine presents is whatever stands in a file: only AWS verifies it.
        let source = settings.source()?;
        if !source.needs_person() {
            let message = format!(
                "no subject is named, and the token of the source `{}` is not verified here",
                source.name()
            );
            return Err(Failure::new(Exit::InvalidConfiguration, message).hint(
                "name who may assume the role with `--subject`, and what the tokens are for with \
                 `--audience`",
            ));
        }
        let claims = session::claims(context, settings)?;
        must_be_exact(blueprint.provider.condition_prefix(), claims.subject())?;
        blueprint.subjects = claims.subject().map(str::to_owned).into_iter().collect();
        if !self.audiences.is_empty() {
            return Ok(());
        }
        let audience: Vec<String> = claims.audience().into_iter().map(str::to_owned).collect();
        let pins = audiences(claims.authorized_party(), audience);
        (blueprint.audiences, blueprint.original_audiences) = pins;
        context.say(&format!(
            "pinned to the subject `{}`{}",
            blueprint.subjects.join("`, `"),
            claims.text("email").map_or_else(String::new, |email| format!(" ({email})"))
        ));
        Ok(())
    }
}

/// What a person is called must be no pattern of what others are called.
fn must_be_exact(prefix: &str, subject: Option<&str>) -> Result<(), Failure> {
    match subject.filter(|subject| subject.contains(['*', '?'])) {
        Some(subject) => Err(invalid(&InvalidBlueprint::Wildcard {
            key: format!("{prefix}:sub"),
            value: subject.to_owned(),
        })),
        None => Ok(()),
    }
}

/// What `:aud` and `:oaud` of a token are: AWS takes `azp` for the audience and `aud` for the
/// original one, which is pinned too where it differs.
fn audiences(authorized_party: Option<&str>, audience: Vec<String>) -> (Vec<String>, Vec<String>) {
    match authorized_party {
        Some(authorized_party) if audience != [authorized_party] => {
            (vec![authorized_party.to_owned()], audience)
        }
        Some(_) | None => (audience, Vec::new()),
    }
}

fn partition(role: &RoleArn) -> &str {
    role.as_str().split(':').nth(1).unwrap_or("aws")
}

/// `AmazonEC2FullAccess` is AWS's own policy of that name.
fn policy_arn(policy: &str, partition: &str) -> String {
    if policy.contains(':') {
        policy.to_owned()
    } else {
        format!("arn:{partition}:iam::aws:policy/{policy}")
    }
}

fn inline_policy(context: Context<'_>, name: &str, file: &Path) -> Result<InlinePolicy, Failure> {
    let failed = || {
        Failure::new(
            Exit::InvalidConfiguration,
            format!("inline policy `{name}` cannot be used: `{}`", file.display()),
        )
    };
    let document = context.host.files.read(file).map_err(|error| failed().caused_by(&error))?;
    match Policy::parse(&document, PolicyKind::Identity) {
        Ok(_) => Ok(InlinePolicy { name: name.to_owned(), document }),
        Err(error) => Err(failed().caused_by(&error).hint(format!(
            "see all of it with `{}`",
            shell_line(["fed-cli", "policy", "lint", &file.display().to_string()])
        ))),
    }
}

pub(super) fn invalid(error: &InvalidBlueprint) -> Failure {
    let failure = Failure::from_error(Exit::InvalidConfiguration, error);
    match error {
        InvalidBlueprint::NotPinned { key, .. } if key.ends_with(":aud") => {
            failure.hint(format!("{} with `--audience`", error.hint()))
        }
        _ => failure.advised(error.hint()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_for_another_audience_pins_both() {
        let named = |values: &[&str]| values.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            audiences(Some("1136"), named(&["https://aws.example"])),
            (named(&["1136"]), named(&["https://aws.example"]))
        );
        assert_eq!(audiences(Some("c"), named(&["c"])), (named(&["c"]), Vec::new()));
        assert_eq!(audiences(Some("c"), named(&["c", "d"])), (named(&["c"]), named(&["c", "d"])));
        assert_eq!(audiences(None, named(&["c"])), (named(&["c"]), Vec::new()));
    }

    #[test]
    fn a_subject_with_a_wildcard_is_not_pinned_to() {
        for subject in ["*", "auth0|*", "a?b"] {
            let refused = must_be_exact("issuer.example", Some(subject)).unwrap_err();
            assert_eq!(
                refused.message(),
                format!(
                    "expected an exact value for `issuer.example:sub`, found a wildcard in \
                     `{subject}`, which `StringEquals` compares literally"
                )
            );
        }
        assert_eq!(must_be_exact("issuer.example", Some("auth0|1136")), Ok(()));
        assert_eq!(must_be_exact("issuer.example", None), Ok(()));
    }

    #[test]
    fn a_bare_policy_name_is_one_of_awss() {
        assert_eq!(
            policy_arn("ReadOnlyAccess", "aws-cn"),
            "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"
        );
        let own = "arn:aws:iam::278805249149:policy/own";
        assert_eq!(policy_arn(own, "aws"), own);
    }

    #[test]
    fn a_named_file_has_a_name_and_a_file() {
        assert_eq!(named_file("a=b=c"), Ok(("a".to_owned(), PathBuf::from("b=c"))));
        for text in ["a", "=b", "a="] {
            assert_eq!(named_file(text), Err(format!("expected `NAME=FILE`, found `{text}`")));
        }
    }
}
