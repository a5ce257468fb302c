//! Who acts.

use fed_types::{Arn, RoleArn};
use iam_policy::Principal;

use super::caller;
use crate::arguments::ActionArguments;
use crate::context::Context;
use crate::session::SESSION_NAME;
use crate::settings::Settings;
use crate::{Exit, Failure};

/// What stands for whoever the AWS credentials around us belong to.
const CALLER: &str = "caller";

/// A role's session, or a user.
pub(super) struct Actor {
    /// How a person knows it.
    name: String,
    /// As policies see it.
    pub(super) principal: Principal,
    /// What IAM is asked about.
    pub(super) entity: Entity,
    /// What narrows its session.
    pub(super) narrowed: Narrowed,
}

/// Where the policies of a session are to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Narrowed {
    /// A user's have none.
    Never,
    /// The profile's, which makes the session.
    ByProfile,
    /// Those of the command line: it is asked what a session of the role would do.
    ByOptions,
    /// Those that it was made with, which nobody tells.
    Already,
}

/// What carries the policies.
pub(super) enum Entity {
    /// The role of this name.
    Role(String),
    /// The user of this name.
    User(String),
}

impl Actor {
    /// The one named, else the role that the profile ends up with.
    pub(super) fn of(
        context: Context<'_>,
        settings: &Settings,
        arguments: &ActionArguments,
    ) -> Result<Self, Failure> {
        match arguments.principal.as_deref() {
            Some(CALLER) => Self::named(&caller::arn(context, settings)?, settings),
            Some(text) => Self::named(text, settings),
            None => {
                let role = settings.role(&context.host.files)?;
                let last = role.chain.last().unwrap_or(&role.role_arn);
                Ok(Self::session(last, settings, Narrowed::ByProfile))
            }
        }
    }

    fn named(text: &str, settings: &Settings) -> Result<Self, Failure> {
        if let Ok(role) = text.parse::<RoleArn>() {
            return Ok(Self::session(&role, settings, Narrowed::ByOptions));
        }
        let wrong = || {
            let what = "expected the ARN of a role, a role's session or a user";
            Failure::new(Exit::Usage, format!("{what} for `--principal`, found `{text}`"))
        };
        let principal = Principal::parse(text).map_err(|_| wrong())?;
        let resource = Arn::parse(text).map_err(|_| wrong())?.resource;
        let entity = match &principal {
            Principal::User { .. } => {
                Entity::User(resource.rsplit('/').next().unwrap_or_default().to_owned())
            }
            Principal::AssumedRole { .. } => {
                Entity::Role(resource.split('/').nth(1).unwrap_or_default().to_owned())
            }
            Principal::Root { .. } => {
                return Err(Failure::new(
                    Exit::Usage,
                    "what a root user may do is not explained: no policy of its own limits it",
                )
                .hint(
                    "service control policies of its organization do, and policies of resources: \
                     name a user or a role with `--principal`",
                ));
            }
            _ => return Err(wrong()),
        };
        let narrowed = match entity {
            Entity::Role(_) => Narrowed::Already,
            Entity::User(_) => Narrowed::Never,
        };
        Ok(Self { name: text.to_owned(), principal, entity, narrowed })
    }

    /// A session of the role, by the profile's name for it.
    fn session(role: &RoleArn, settings: &Settings, narrowed: Narrowed) -> Self {
        let partition = Arn::parse(role.as_str()).map_or("aws", |arn| arn.partition);
        let session = settings.profile.role_session_name.as_deref().unwrap_or(SESSION_NAME);
        let (account, name) = (role.account(), role.name());
        let arn = format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}");
        Self {
            name: role.as_str().to_owned(),
            principal: Principal::assumed_role(arn, role.as_str()),
            entity: Entity::Role(name.to_owned()),
            narrowed,
        }
    }

    /// The same with what IAM tells of the role: a session's ARN does not say its path.
    pub(super) fn told(mut self, arn: Option<&str>) -> Self {
        if let (Principal::AssumedRole { role_arn, .. }, Some(told)) = (&mut self.principal, arn) {
            role_arn.get_or_insert_with(|| told.into());
        }
        self
    }

    /// Whether it is a role's session.
    pub(super) fn is_role(&self) -> bool {
        matches!(self.entity, Entity::Role(_))
    }

    /// The account that it is of.
    pub(super) fn account(&self) -> &str {
        self.principal.account().unwrap_or_default()
    }

    /// Whether what IAM tells of is what acts: by its ARN, or, of a session, which does not tell
    /// its role's path, by partition, account and name.
    pub(super) fn is_of(&self, arn: &str) -> bool {
        if self.name() == arn {
            return true;
        }
        let (Principal::AssumedRole { role_arn: None, .. }, Entity::Role(name)) =
            (&self.principal, &self.entity)
        else {
            return false;
        };
        match (Arn::parse(self.name()), Arn::parse(arn)) {
            (Ok(session), Ok(role)) => {
                (session.partition, session.account) == (role.partition, role.account)
                    && role.resource.starts_with("role/")
                    && role.resource.rsplit('/').next() == Some(name)
            }
            _ => false,
        }
    }

    /// How a person knows it: a role by its own ARN.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}
