//! What a call needs beside the action that is asked about: to tag what it makes, to pass tags and
//! a source identity to a session, and whatever else its reference names.
//!
//! Source: Service Authorization Reference, dependent actions; IAM user guide, "Pass session tags
//! in AWS STS"; EC2 user guide, "Grant permission to tag resources during creation"; the API
//! references of the operations for their tags.

use aws_model::{AccessLevel, Action};
use iam_policy::checked_arn;

use super::NO_RESOURCE;
use super::checked_on::Known;
use crate::arguments::ActionArguments;

/// Another permission that the same call needs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// `service:Action`
    pub(super) action: String,
    /// What it is checked on: resources that are named, or `*`.
    pub(super) on: Vec<String>,
    /// Whether it is written down that the call needs it.
    pub(super) is_certain: bool,
}

/// Actions whose tags need another one, for which that is documented.
#[rustfmt::skip]
const TAGGING: [(&str, &str); 22] = [
    ("cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"),
    ("dynamodb:CreateTable", "dynamodb:TagResource"),
    ("iam:CreateInstanceProfile", "iam:TagInstanceProfile"),
    ("iam:CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"),
    ("iam:CreatePolicy", "iam:TagPolicy"),
    ("iam:CreateRole", "iam:TagRole"),
    ("iam:CreateSAMLProvider", "iam:TagSAMLProvider"),
    ("iam:CreateUser", "iam:TagUser"),
    ("iam:CreateVirtualMFADevice", "iam:TagMFADevice"),
    ("iam:UploadServerCertificate", "iam:TagServerCertificate"),
    ("kms:CreateKey", "kms:TagResource"),
    ("kms:ReplicateKey", "kms:TagResource"),
    ("lambda:CreateFunction", "lambda:TagResource"),
    ("logs:CreateLogGroup", "logs:TagResource"),
    ("s3:CreateBucket", "s3:TagResource"),
    ("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
    ("sns:CreateTopic", "sns:TagResource"),
    ("sqs:CreateQueue", "sqs:TagQueue"),
    ("ssm:PutParameter", "ssm:AddTagsToResource"),
    ("states:CreateStateMachine", "states:TagResource"),
    ("sts:AssumeRole", "sts:TagSession"),
    ("sts:GetFederationToken", "sts:TagSession"),
];

/// Actions whose calls can name a role, or an instance profile, that a service then acts as.
/// Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service", and the
/// API references of the operations.
const PASSING: [&str; 20] = [
    "batch:RegisterJobDefinition",
    "cloudformation:CreateStack",
    "cloudformation:UpdateStack",
    "codebuild:CreateProject",
    "codepipeline:CreatePipeline",
    "ec2:AssociateIamInstanceProfile",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:RunInstances",
    "ecs:RegisterTaskDefinition",
    "ecs:RunTask",
    "eks:CreateCluster",
    "events:PutTargets",
    "glue:CreateJob",
    "iam:AddRoleToInstanceProfile",
    "lambda:CreateFunction",
    "lambda:UpdateFunctionConfiguration",
    "sagemaker:CreateModel",
    "sns:SetTopicAttributes",
    "states:CreateStateMachine",
    "states:UpdateStateMachine",
];

/// A tag of the request, as its reference knows the key.
const REQUEST_TAG: &str = "aws:RequestTag/key";
/// The permission to set a source identity, and the key that says one is set.
const SOURCE_IDENTITY: (&str, &str) = ("sts:SetSourceIdentity", "sts:SourceIdentity");

/// The permissions that the call needs beside its own, as it is told.
pub(super) fn of(known: &Known, action: &str, arguments: &ActionArguments) -> Vec<Needed> {
    let mut needed = Vec::new();
    if passes_tags(arguments) {
        needed.extend(tagging(known, action, &arguments.resources));
    }
    let (permission, key) = SOURCE_IDENTITY;
    let sets = arguments.context.iter().any(|(given, _)| given.eq_ignore_ascii_case(key));
    if sets && action.eq_ignore_ascii_case("sts:AssumeRole") {
        needed.push(Needed {
            action: permission.to_owned(),
            on: or_none(arguments.resources.clone()),
            is_certain: true,
        });
    }
    needed
}

/// What a yes does not answer, in words.
pub(super) fn unanswered(known: &Known, action: &str, arguments: &ActionArguments) -> Vec<String> {
    let Known::Action(own) = known else { return Vec::new() };
    let mut notes = Vec::new();
    let tagging = tagging(known, action, &[]);
    let is_told = passes_tags(arguments) || passes_none(arguments);
    if let (Some(tagging), false) = (&tagging, is_told) {
        let needs = if tagging.is_certain { "needs" } else { "may need" };
        notes.push(format!(
            "with tags the call {needs} `{}` too, which is answered with `--context \
             aws:RequestTag/KEY=VALUE`",
            tagging.action
        ));
    }
    let answered = tagging.map(|tagging| tagging.action).unwrap_or_default();
    let mut others = dependent(own, action);
    others.retain(|other| !other.eq_ignore_ascii_case(&answered));
    if !others.is_empty() {
        notes.push(format!(
            "the call may need `{}` too, which is not answered here: explain each with `--action`",
            others.join("`, `")
        ));
    }
    notes
}

/// The actions that its reference says a call may need, and what passes a role.
fn dependent(action: &Action, name: &str) -> Vec<&'static str> {
    let of_resources = action.resource_types().iter().flat_map(|one| &one.dependent_actions);
    let mut all: Vec<&'static str> =
        action.dependent_actions.iter().chain(of_resources).copied().collect();
    let passes = PASSING.iter().any(|it| it.eq_ignore_ascii_case(name));
    all.extend(passes.then_some("iam:PassRole"));
    all.sort_unstable();
    all.dedup();
    all
}

/// The permission that tags of the call need: as it is documented, or what of its service tags.
fn tagging(known: &Known, action: &str, resources: &[String]) -> Option<Needed> {
    let Known::Action(own) = known else { return None };
    let service = action.split(':').next().unwrap_or_default();
    let documented = TAGGING.iter().find(|(making, _)| making.eq_ignore_ascii_case(action));
    let tags_alone = own.access_level == AccessLevel::Tagging;
    let may_pass = own.carries(REQUEST_TAG) && !takes_no_tags(service, own.name);
    if documented.is_none() && (tags_alone || !may_pass) {
        return None;
    }
    let of_ec2 = service.eq_ignore_ascii_case("ec2").then_some("ec2:CreateTags");
    let (name, is_certain) = match documented.map(|(_, tagging)| *tagging).or(of_ec2) {
        Some(name) => (name.to_owned(), true),
        None => (likely(service, own)?, false),
    };
    let carries = |arn: &&String| own.carries_on(REQUEST_TAG, arn);
    let on = resources.iter().filter(carries);
    let on = or_none(on.map(|arn| checked_arn(&name, arn).into_owned()).collect());
    Some(Needed { action: name, on, is_certain })
}

/// Whether the model has no member of the call that could hold tags: its reference lists the key
/// all the same for some that change what is there, as `ec2:StopInstances`.
fn takes_no_tags(service: &str, operation: &str) -> bool {
    let Some(service) = aws_model::service(&service.to_ascii_lowercase()) else { return false };
    let input = service.operation(operation).and_then(|operation| service.input(operation));
    input.is_some_and(|input| !input.members.iter().any(|member| member.name.contains("Tag")))
}

/// The one action of a service that tags what the call is on, where there is but one.
fn likely(service: &str, own: &Action) -> Option<String> {
    let types: Vec<&str> = own.resource_types().iter().map(|one| one.resource_type.name).collect();
    let tags = |other: &&Action| {
        other.access_level == AccessLevel::Tagging
            && other.carries(REQUEST_TAG)
            && (types.is_empty()
                || other.resource_types().iter().any(|one| types.contains(&one.resource_type.name)))
    };
    let mut all = aws_model::authorization(service)?.actions().iter().filter(tags);
    let one = all.next()?;
    all.next().is_none().then(|| format!("{}:{}", service.to_ascii_lowercase(), one.name))
}

fn or_none(on: Vec<String>) -> Vec<String> {
    if on.is_empty() { vec![NO_RESOURCE.to_owned()] } else { on }
}

/// Whether it is said that the request passes tags.
fn passes_tags(arguments: &ActionArguments) -> bool {
    arguments.context.iter().any(|(key, _)| {
        let key = key.to_ascii_lowercase();
        key == "aws:tagkeys" || key.starts_with("aws:requesttag/")
    })
}

fn passes_none(arguments: &ActionArguments) -> bool {
    arguments.context_absent.iter().any(|key| key.eq_ignore_ascii_case("aws:TagKeys"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needed(action: &str) -> Option<(String, bool)> {
        let known = Known::of(action).ok()?;
        let tagging = tagging(&known, action, &[])?;
        Some((tagging.action, tagging.is_certain))
    }

    #[test]
    fn what_makes_something_with_tags_needs_to_tag_it() {
        for (making, tagging) in TAGGING {
            assert_eq!(needed(making), Some((tagging.to_owned(), true)), "{making}");
            assert!(Known::of(tagging).is_ok_and(|it| matches!(it, Known::Action(_))), "{tagging}");
        }
        assert_eq!(needed("ec2:RunInstances"), Some(("ec2:CreateTags".to_owned(), true)));
        assert_eq!(needed("ec2:CreateVolume"), Some(("ec2:CreateTags".to_owned(), true)));
        let likely = Some(("ecr:TagResource".to_owned(), false));
        assert_eq!(needed("ecr:CreateRepository"), likely);
        for other in [
            "ec2:CreateTags",
            "ec2:DescribeInstances",
            "ec2:StopInstances",
            "ec2:TerminateInstances",
            "s3:GetObject",
            "sqs:SendMessage",
        ] {
            assert_eq!(needed(other), None, "{other}");
        }
        assert!(TAGGING.is_sorted() && PASSING.is_sorted());
        for passing in PASSING {
            assert!(Known::of(passing).is_ok_and(|it| matches!(it, Known::Action(_))), "{passing}");
        }
    }
}
