//! How each service names its resources, and what it says of a name that is none.
//!
//! Source: the services' API references, by member.

use fed_types::AccountId;
use url::Url;

use super::arn::{Arn, is_arn};
use crate::error_response::ErrorResponse;

/// What a member's value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    AlarmArn,
    Alias,
    Key,
    LogGroup,
    LogGroupArn,
    LogGroupName,
    LogStream,
    Parameter,
    ParameterPath,
    Plain,
    QueueName,
    QueueUrl,
    Secret,
    SecretName,
    Stack,
    Subscription,
    Table,
    TableArn,
    Topic,
    TopicName,
}

/// Where a name stands.
pub(super) struct Place<'a> {
    pub(super) operation: &'a str,
    pub(super) region: &'a str,
    pub(super) own: &'a AccountId,
    pub(super) member: &'a str,
}

/// A name that is one.
pub(super) struct Found {
    pub(super) owner: AccountId,
    /// The one spelling that is forwarded, where there are several.
    pub(super) written: Option<String>,
}

impl Form {
    /// Reads a name.
    ///
    /// # Errors
    /// The service's own for a name that is none, or of another region or partition.
    pub(super) fn read(self, place: &Place<'_>, name: &str) -> Result<Found, ErrorResponse> {
        if self == Self::QueueUrl {
            return queue_url(place, name);
        }
        let owner = match is_arn(name) {
            true => self.of_arn(place, name),
            false => self.is_name(name).then(|| place.own.clone()),
        };
        let Some(owner) = owner else { return Err(self.absent(place, name)) };
        // LocalStack takes every `parameter/` out of an ARN.
        let path = name.split_once(":parameter/").map(|(_, path)| path);
        let written =
            path.filter(|_| self == Self::Parameter).map(|path| match path.contains('/') {
                true => format!("/{path}"),
                false => path.to_owned(),
            });
        Ok(Found { owner, written })
    }

    /// The account of an ARN that is exactly one of the call's region.
    fn of_arn(self, place: &Place<'_>, text: &str) -> Option<AccountId> {
        let arn = Arn::parse(text)?;
        let (service, crosses_accounts) = match self {
            Self::AlarmArn => ("cloudwatch", false),
            Self::Key => ("kms", true),
            Self::LogGroup | Self::LogGroupArn => ("logs", false),
            Self::Parameter => ("ssm", false),
            Self::Secret => ("secretsmanager", true),
            Self::Stack => ("cloudformation", false),
            Self::Table | Self::TableArn => ("dynamodb", true),
            Self::Subscription | Self::Topic => ("sns", true),
            _ => return None,
        };
        let of_dashboard = self == Self::AlarmArn && arn.region.is_empty();
        let here = arn.partition == "aws"
            && arn.service == service
            && (arn.region == place.region || of_dashboard);
        let owner: AccountId = arn.account.parse().ok()?;
        let reachable = crosses_accounts || owner == *place.own;
        (here && reachable && self.is_rest(arn.rest)).then_some(owner)
    }

    /// What stands behind the account in an ARN.
    fn is_rest(self, rest: &str) -> bool {
        let behind = |start: &str, is: fn(&str) -> bool| rest.strip_prefix(start).is_some_and(is);
        match self {
            Self::Key => behind("key/", is_key_id) || behind("alias/", is_alias),
            Self::LogGroup => behind("log-group:", is_log_group),
            Self::LogGroupArn => {
                let is_group = |name: &str| is_log_group(name.strip_suffix(":*").unwrap_or(name));
                behind("log-group:", is_group)
                    || TAGGED_IN_LOGS.iter().any(|start| behind(start, is_plain))
            }
            Self::Parameter => {
                behind("parameter/", |path| !path.starts_with('/') && is_parameter(path))
            }
            Self::Secret => behind("secret:", is_secret),
            Self::Stack => behind("stack/", |name| name.split('/').all(is_stack)),
            Self::Subscription => rest
                .split_once(':')
                .is_some_and(|(topic, id)| is_topic_name(topic) && within(id, 64, b"-")),
            Self::Table | Self::TableArn => behind("table/", |name| {
                // The label of a stream is a time.
                name.split('/').all(|part| within(part, 255, b"_.-:"))
            }),
            Self::Topic => is_topic(rest),
            _ => is_plain(rest),
        }
    }

    fn is_name(self, name: &str) -> bool {
        match self {
            Self::Alias => name.strip_prefix("alias/").is_some_and(is_alias),
            Self::Key => name.strip_prefix("alias/").map_or_else(|| is_key_id(name), is_alias),
            Self::LogGroup | Self::LogGroupName => is_log_group(name),
            Self::LogStream => is_plain(name) && !name.contains([':', '*']) && name.len() <= 512,
            Self::Parameter => is_parameter(name),
            Self::ParameterPath => {
                name == "/" || is_parameter(name.strip_suffix('/').unwrap_or(name))
            }
            Self::Plain => is_plain(name),
            Self::QueueName => is_queue(name),
            Self::Secret | Self::SecretName => is_secret(name),
            Self::Stack => name.starts_with(|it: char| it.is_ascii_alphabetic()) && is_stack(name),
            Self::Table => within(name, 255, b"_.-"),
            Self::TopicName => is_topic_name(name),
            Self::AlarmArn
            | Self::LogGroupArn
            | Self::QueueUrl
            | Self::Subscription
            | Self::TableArn
            | Self::Topic => false,
        }
    }

    /// What the service says where there is no such thing. Where AWS's sentence is not known,
    /// that of a resource that is not there.
    // Long: one arm a form, each AWS's sentence for it.
    fn absent(self, place: &Place<'_>, name: &str) -> ErrorResponse {
        let member = place.member;
        let constraint = |pattern: &str| {
            let member = lower_first(member);
            format!(
                "1 validation error detected: Value '{name}' at '{member}' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: {pattern}"
            )
        };
        let (code, message) = match self {
            Self::AlarmArn => ("ResourceNotFoundException", "Unknown resource".to_owned()),
            Self::Plain => ("ValidationError", constraint("[^\\p{Cntrl}]+")),
            Self::Key => (
                "NotFoundException",
                match Arn::parse(name).filter(|_| is_arn(name)) {
                    Some(arn) if arn.region != place.region => {
                        format!("Invalid arn {}", arn.region)
                    }
                    Some(_) => format!("Key '{name}' does not exist"),
                    None => format!("Invalid keyId '{name}'"),
                },
            ),
            Self::Alias if !name.starts_with("alias/") => {
                ("ValidationException", NO_ALIAS.to_owned())
            }
            // The pattern of the model admits it. Source: as moto and fakecloud have the sentence.
            Self::Alias if name.contains(':') => {
                ("ValidationException", format!("{name} contains invalid characters for an alias"))
            }
            Self::Alias => ("ValidationException", constraint("^[a-zA-Z0-9:/_-]+$")),
            Self::LogGroup | Self::LogGroupArn if is_arn(name) => {
                ("ResourceNotFoundException", "The specified log group does not exist.".to_owned())
            }
            Self::LogGroup | Self::LogGroupArn | Self::LogGroupName => {
                ("InvalidParameterException", constraint("[\\.\\-_/#A-Za-z0-9]+"))
            }
            Self::LogStream => ("InvalidParameterException", constraint("[^:*]*")),
            Self::Parameter | Self::ParameterPath if is_arn(name) => {
                ("ParameterNotFound", format!("Parameter {name} not found."))
            }
            Self::Parameter | Self::ParameterPath => (
                "ValidationException",
                "Invalid parameter name. Please use correct syntax for referencing a \
                 version/label <name>:<version/label>"
                    .to_owned(),
            ),
            Self::QueueName | Self::QueueUrl => (
                "InvalidParameterValue",
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in \
                 length"
                    .to_owned(),
            ),
            Self::Secret if is_arn(name) => (
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret.".to_owned(),
            ),
            Self::Secret | Self::SecretName => (
                "ValidationException",
                "Invalid name. Must be a valid name containing alphanumeric characters, or any \
                 of the following: -/_+=.@!"
                    .to_owned(),
            ),
            Self::Stack if is_arn(name) => {
                ("ValidationError", format!("Stack with id {name} does not exist"))
            }
            Self::Stack if place.operation == "CreateStack" => {
                ("ValidationError", constraint(STACK_NAME))
            }
            Self::Stack => {
                let pattern = format!("{STACK_NAME}|arn:[-a-zA-Z0-9:/._+]*");
                ("ValidationError", constraint(&pattern))
            }
            Self::Table | Self::TableArn if is_arn(name) => {
                ("ResourceNotFoundException", "Requested resource not found".to_owned())
            }
            Self::Table | Self::TableArn => ("ValidationException", constraint("[a-zA-Z0-9_.-]+")),
            Self::Subscription | Self::Topic => ("InvalidParameter", absent_topic(member, name)),
            Self::TopicName => ("InvalidParameter", "Invalid parameter: Topic Name".to_owned()),
        };
        ErrorResponse::answered(400, code, message)
    }
}

/// What has tags in CloudWatch Logs beside log groups. Source: CloudWatch Logs API reference,
/// TagResource.
const TAGGED_IN_LOGS: [&str; 4] =
    ["destination:", "delivery:", "delivery-source:", "delivery-destination:"];

/// What stacks are called. Source of the two sentences: hashicorp/terraform-provider-aws#42668 for
/// CreateStack, aws/aws-sam-cli#4979 and coreos/coreos-kubernetes#505 for the others.
const STACK_NAME: &str = "[a-zA-Z][-a-zA-Z0-9]*";

/// Source: KMS's recorded answer to CreateAlias.
const NO_ALIAS: &str = "Alias must start with the prefix \"alias/\". Please see \
                        https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";

/// Source: answers of SNS on record, by `Publish`, `Subscribe` and `Unsubscribe`.
fn absent_topic(member: &str, name: &str) -> String {
    let is_subscription = member == "SubscriptionArn";
    let reason = match name.splitn(6, ':').count() {
        6 if is_subscription => return "Invalid parameter: SubscriptionId".to_owned(),
        6 => return format!("Invalid parameter: {member}"),
        _ if is_subscription && name.is_empty() => "no value for required parameter".to_owned(),
        found => format!("An ARN must have at least 6 elements, not {found}"),
    };
    format!("Invalid parameter: {member} Reason: {reason}")
}

/// A queue's address: an account and a name, perhaps behind `/queue/REGION`. Written so that it
/// says the region that the call is for: emulators read the region out of other forms of it.
fn queue_url(place: &Place<'_>, text: &str) -> Result<Found, ErrorResponse> {
    let invalid = || {
        let message = format!("The address {text} is not valid for this endpoint.");
        ErrorResponse::answered(404, "InvalidAddress", message)
    };
    // The parser takes tabs and line ends out by itself.
    let url = Url::parse(text).ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_graphic()));
    let url = url.filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    let url = url.ok_or_else(invalid)?;
    let parts: Vec<&str> = url.path_segments().into_iter().flatten().collect();
    let (account, name) = match parts.as_slice() {
        [account, name] => (account, name),
        ["queue", region, account, name] if *region == place.region => (account, name),
        _ => return Err(invalid()),
    };
    let owner: AccountId = account.parse().map_err(|_| invalid())?;
    if !is_queue(name) || region_of_host(&url).is_some_and(|region| region != place.region) {
        return Err(invalid());
    }
    let written = format!("http://sqs.{}.amazonaws.com/{owner}/{name}", place.region);
    Ok(Found { owner, written: Some(written) })
}

/// The region in `sqs.REGION.…` and `REGION.queue.…`.
fn region_of_host(url: &Url) -> Option<&str> {
    let mut labels = url.host_str()?.split('.');
    let (first, second) = (labels.next()?, labels.next()?);
    let named = match (first, second) {
        ("sqs", region) => region,
        (region, "queue") => region,
        _ => return None,
    };
    crate::region::is_region(named).then_some(named)
}

fn within(name: &str, most: usize, further: &[u8]) -> bool {
    (1..=most).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || further.contains(&byte))
}

fn is_queue(name: &str) -> bool {
    name.len() <= 80 && within(name.strip_suffix(".fifo").unwrap_or(name), 80, b"-_")
}

fn is_topic_name(name: &str) -> bool {
    name.len() <= 256 && within(name.strip_suffix(".fifo").unwrap_or(name), 256, b"-_")
}

/// A topic, or an endpoint or application of mobile push.
fn is_topic(rest: &str) -> bool {
    match rest.starts_with("app/") || rest.starts_with("endpoint/") {
        true => rest.split('/').all(|part| within(part, 256, b"-_.")),
        false => is_topic_name(rest),
    }
}

fn is_secret(name: &str) -> bool {
    within(name, 519, b"/_+=.@!-")
}

fn is_key_id(name: &str) -> bool {
    within(name, 256, b"-_")
}

fn is_alias(name: &str) -> bool {
    within(name, 250, b"/_-")
}

fn is_log_group(name: &str) -> bool {
    within(name, 512, b"_-/.#")
}

fn is_stack(name: &str) -> bool {
    within(name, 256, b"-")
}

/// A name or path, a version or label behind it. No part of it is empty.
fn is_parameter(name: &str) -> bool {
    let (path, label) = match name.split_once(':') {
        Some((path, label)) => (path, Some(label)),
        None => (name, None),
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    // Behind this stands the name of a secret.
    let further: &[u8] = match path.starts_with("aws/reference/secretsmanager/") {
        true => b"_.-+=@!",
        false => b"_.-",
    };
    path.split('/').all(|part| within(part, 1011, further))
        && label.is_none_or(|label| within(label, 100, b"_.-"))
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.len() <= 1024 && !name.chars().any(char::is_control)
}

/// As validation names members.
fn lower_first(member: &str) -> String {
    let mut letters = member.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
