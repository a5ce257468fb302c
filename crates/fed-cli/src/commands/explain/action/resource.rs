//! The resources that a call is on: their own policies and tags, from a file, live, or unknown.

mod live;

use fed_types::Arn;
use iam_policy::{
    NamedPolicy, Policy, PolicyKind, checked_arn, may_have_policy, needs_resource_policy,
};

use super::NO_RESOURCE;
use super::checked_on::stands_for_several;
use crate::arguments::ActionArguments;
use crate::commands::explain::policy_file::from_file;
use crate::context::{Context, block_on};
use crate::settings::Settings;
use crate::{Exit, Failure};

/// A resource.
#[derive(Debug)]
pub(super) struct Resource {
    /// Or `*`.
    pub(super) arn: String,
    pub(super) policy: ItsPolicy,
    /// Whether its service told the policy to the credentials around us. A bucket's is told to
    /// nobody of another account, so that it is of theirs.
    pub(super) is_read_live: bool,
    /// All its tags; `None` where they are not known.
    pub(super) tags: Option<Vec<(String, String)>>,
}

/// The resource's own policy.
#[derive(Debug)]
pub(super) enum ItsPolicy {
    /// Nobody looked.
    Unknown,
    /// It could not be read.
    Unread,
    /// It has none.
    None,
    /// This one.
    Is(NamedPolicy),
}

impl ItsPolicy {
    pub(super) fn known(&self) -> Option<&NamedPolicy> {
        match self {
            Self::Is(policy) => Some(policy),
            Self::Unknown | Self::Unread | Self::None => None,
        }
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown | Self::Unread)
    }

    /// What was read; a policy that is none is not guessed.
    fn of(name: &str, document: Option<&str>, kind: PolicyKind) -> Result<Self, String> {
        match document.filter(|text| !text.is_empty()) {
            None => Ok(Self::None),
            Some(text) => match Policy::parse(text, kind) {
                Ok(policy) => Ok(Self::Is(NamedPolicy::new(name, policy))),
                Err(error) => Err(format!("the policy of `{name}` is malformed: {error}")),
            },
        }
    }
}

/// Those that the arguments name, each with what is known of it. What could not be read is a
/// note.
pub(super) fn read(
    context: Context<'_>,
    settings: &Settings,
    arguments: &ActionArguments,
    action: &str,
    notes: &mut Vec<String>,
) -> Result<Vec<Resource>, Failure> {
    let checked = |arn: &String| checked_arn(action, arn).into_owned();
    let mut arns: Vec<String> = arguments.resources.iter().map(checked).collect();
    arns.dedup();
    for (given, asked) in arguments.resources.iter().zip(&arns).filter(|(one, it)| one != it) {
        notes.push(format!("`{action}` is checked on `{asked}`, not on `{given}`"));
    }
    if arns.is_empty() {
        arns.push(NO_RESOURCE.to_owned());
    }
    let unknown =
        |arn| Resource { arn, policy: ItsPolicy::Unknown, is_read_live: false, tags: None };
    let mut resources: Vec<Resource> = arns.into_iter().map(unknown).collect();
    // Files alone: AWS is not asked.
    if arguments.policy_files.is_empty() {
        block_on(async {
            for resource in resources.iter_mut().filter(|one| one.arn != NO_RESOURCE) {
                if let Err(why) = live::read(context, settings, action, resource).await {
                    notes.push(why);
                }
            }
            Ok(())
        })?;
    }
    if let Some(path) = &arguments.resource_policy_file {
        let kind = kind(action, &resources[0].arn);
        resources[0].policy = ItsPolicy::Is(from_file(context, path, kind)?);
    }
    Ok(resources)
}

/// Refuses a policy of what has none of its own.
///
/// # Errors
/// What it is said to be of.
pub(super) fn check_may_have_policy(
    action: &str,
    arguments: &ActionArguments,
) -> Result<(), Failure> {
    let resource = arguments.resources.first().map_or(NO_RESOURCE, String::as_str);
    // That of a role is asked when it is assumed.
    let may_have = may_have_policy(action, resource) || needs_resource_policy(action);
    if arguments.resource_policy_file.is_none() || may_have {
        return Ok(());
    }
    let what = match resource {
        NO_RESOURCE => format!("what `{action}` is on"),
        arn => format!("`{arn}`"),
    };
    let message = format!("{what} has no policy of its own, found `--resource-policy-file`");
    Err(Failure::new(Exit::Usage, message)
        .hint("leave it out: the policies of who asks decide, which `--policy-file` gives"))
}

/// What to say of those whose own policy was not read.
pub(super) fn unread<'r>(
    resources: &'r [Resource],
    action: &'r str,
    no_others: bool,
) -> impl Iterator<Item = String> + 'r {
    let is_unread = move |one: &&Resource| {
        one.arn != NO_RESOURCE
            && match one.policy {
                ItsPolicy::Unread => true,
                ItsPolicy::Unknown => !no_others && may_have_policy(action, &one.arn),
                ItsPolicy::None | ItsPolicy::Is(_) => false,
            }
    };
    resources.iter().filter(is_unread).map(|one| {
        format!("a policy of `{}` itself was not read: it can still allow or deny it", one.arn)
    })
}

/// The bucket that the ARN is of, or in; `None` where it is none's alone.
fn bucket<'a>(arn: &Arn<'a>) -> Option<&'a str> {
    let name = arn.resource.split('/').next().unwrap_or_default();
    let of_a_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_name =
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(of_a_name);
    // The ARNs of access points name a region and an account.
    let is_bucket = arn.service == "s3" && arn.region.is_empty() && arn.account.is_empty();
    (is_name && is_bucket).then_some(name)
}

/// A role's own policy says who assumes it.
fn kind(action: &str, arn: &str) -> PolicyKind {
    let of_sts = action.to_ascii_lowercase().starts_with("sts:");
    let is_role =
        Arn::parse(arn).is_ok_and(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    if of_sts && is_role { PolicyKind::Trust } else { PolicyKind::Resource }
}
