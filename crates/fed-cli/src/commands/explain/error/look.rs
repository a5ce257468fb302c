//! Commands that look further than an error's text, ready to be pasted: whatever comes from
//! the text is quoted, and nothing is named that the command would refuse.

mod resource_policy;

use aws_model::Action;
use fed_types::{Arn, commands_terminal, is_region, shell_line};
use iam_policy::Principal;
use iam_policy::aws_error::{AwsError, Decoded, PolicyType, Reason, Refused, Topic};

use self::resource_policy::its_policy;

/// The commands, the most telling first.
pub(super) fn further(
    error: &AwsError,
    decoded: Option<&Decoded>,
    profile: Option<&str>,
) -> Vec<String> {
    let mut commands = Vec::new();
    let refused = error.refused.as_ref().or(decoded.map(|decoded| &decoded.refused));
    match refused {
        Some(refused) => denied(refused, decoded, profile, &mut commands),
        None => of_topic(error, profile, &mut commands),
    }
    if let (Some(encoded), None) = (&error.encoded, decoded) {
        let decode = ["aws", "sts", "decode-authorization-message", "--encoded-message", encoded];
        commands.push(format!("{} --query DecodedMessage --output text", shell_line(decode)));
    }
    // What the terminal would obey is shown otherwise than it is: no command of it is right.
    commands.retain(|command| !command.chars().any(|c| commands_terminal(c) || c.is_control()));
    commands
}

fn denied(
    refused: &Refused,
    decoded: Option<&Decoded>,
    profile: Option<&str>,
    commands: &mut Vec<String>,
) {
    let resource = arn(refused);
    let account = account(refused.principal.as_deref());
    match &refused.reason {
        Reason::NoAllow(of) | Reason::ExplicitDeny(Some(of), _) => match of {
            PolicyType::ServiceControl | PolicyType::ResourceControl => {
                let owner = match of {
                    PolicyType::ResourceControl => account_of(resource.as_deref()).or(account),
                    _ => account,
                };
                commands.extend(organization(*of, &refused.reason, owner));
                return;
            }
            PolicyType::VpcEndpoint => {
                commands.push(
                    "aws ec2 describe-vpc-endpoints --query \
                     'VpcEndpoints[].[VpcEndpointId,ServiceName,PolicyDocument]'"
                        .to_owned(),
                );
                return;
            }
            PolicyType::Resource | PolicyType::Trust => {
                commands.extend(explain(refused, resource.as_deref(), decoded, profile));
                commands.extend(resource.as_deref().and_then(its_policy));
                return;
            }
            PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => {}
        },
        Reason::ExplicitDeny(None, _) | Reason::NotThereOrResource | Reason::Untold => {}
    }
    commands.extend(explain(refused, resource.as_deref(), decoded, profile));
}

/// `fed-cli explain --action …`, where that takes the action and who asked.
fn explain(
    refused: &Refused,
    resource: Option<&str>,
    decoded: Option<&Decoded>,
    profile: Option<&str>,
) -> Option<String> {
    let known = aws_model::action(&refused.action)?;
    let service = refused.action.split(':').next()?.to_ascii_lowercase();
    let principal = refused.principal.as_deref().filter(|text| is_explained(text))?;
    let mut words = fed_cli(profile);
    words.extend([
        "explain".to_owned(),
        "--action".to_owned(),
        format!("{service}:{}", known.name),
    ]);
    words.extend(["--principal".to_owned(), principal.to_owned()]);
    if let Some(resource) = resource.filter(|arn| known.resource_type_of(arn).is_some()) {
        words.extend(["--resource".to_owned(), resource.to_owned()]);
    }
    let context = decoded.iter().flat_map(|decoded| &decoded.context);
    for (key, value) in context.flat_map(|(key, values)| values.iter().map(move |it| (key, it))) {
        if is_taken(known, &service, key) {
            words.extend(["--context".to_owned(), format!("{key}={value}")]);
        }
    }
    Some(shell_line(words))
}

/// Whether `explain --action` takes somebody as the principal.
fn is_explained(principal: &str) -> bool {
    matches!(
        Principal::parse(principal),
        Ok(Principal::User { .. } | Principal::Role { .. } | Principal::AssumedRole { .. })
    )
}

/// Whether `explain --action` takes a condition key for the action.
fn is_taken(known: &Action, service: &str, key: &str) -> bool {
    let of_service = key.split(':').next().is_some_and(|of| of.eq_ignore_ascii_case(service));
    let is_resources = key.to_ascii_lowercase().starts_with("aws:resourcetag/");
    key.contains(':')
        && !key.contains(char::is_whitespace)
        && (!of_service || known.carries(key))
        && (!is_resources || !known.resource_types().is_empty())
}

fn fed_cli(profile: Option<&str>) -> Vec<String> {
    let mut words = vec!["fed-cli".to_owned()];
    words.extend(profile.into_iter().flat_map(|name| ["--profile".to_owned(), name.to_owned()]));
    words
}

/// What is named as an ARN: itself, or the role, user, group or policy of that name in the
/// caller's account. A region that would become another host names none.
fn arn(refused: &Refused) -> Option<String> {
    let named = refused.resource.as_deref()?;
    if let Ok(arn) = Arn::parse(named) {
        return (arn.region.is_empty() || is_region(arn.region)).then(|| named.to_owned());
    }
    let (kind, name) = named.split_once(' ')?;
    if kind == "policy" && Arn::parse(name).is_ok() {
        return Some(name.to_owned());
    }
    let caller = Arn::parse(refused.principal.as_deref()?).ok()?;
    matches!(kind, "role" | "user" | "group" | "policy")
        .then(|| format!("arn:{}:iam::{}:{kind}/{name}", caller.partition, caller.account))
}

fn account(arn: Option<&str>) -> Option<&str> {
    let account = Arn::parse(arn?).ok()?.account;
    (account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())).then_some(account)
}

fn account_of(resource: Option<&str>) -> Option<&str> {
    account(resource)
}

fn organization(of: PolicyType, reason: &Reason, account: Option<&str>) -> Option<String> {
    if let Reason::ExplicitDeny(_, Some(arn)) = reason {
        let id = arn.rsplit('/').next()?;
        return Some(shell_line(["aws", "organizations", "describe-policy", "--policy-id", id]));
    }
    let filter = match of {
        PolicyType::ServiceControl => "SERVICE_CONTROL_POLICY",
        _ => "RESOURCE_CONTROL_POLICY",
    };
    let words = ["aws", "organizations", "list-policies-for-target", "--target-id", account?];
    Some(format!("{} --filter {filter}", shell_line(words)))
}

fn of_topic(error: &AwsError, profile: Option<&str>, commands: &mut Vec<String>) {
    let explain = || {
        let mut words = fed_cli(profile);
        words.push("explain".to_owned());
        let role = error.role_arn.iter().flat_map(|arn| ["--role-arn".to_owned(), arn.clone()]);
        words.extend(role);
        shell_line(words)
    };
    let own = |command: &str| {
        let mut words = fed_cli(profile);
        words.push(command.to_owned());
        shell_line(words)
    };
    let providers = || "aws iam list-open-id-connect-providers".to_owned();
    let caller = || "aws sts get-caller-identity".to_owned();
    match error.topic {
        Topic::NotAdmitted
        | Topic::RolesClaim
        | Topic::SessionTags
        | Topic::Duration
        | Topic::SessionPolicy
        | Topic::Issuer
        | Topic::VerificationKey => commands.push(explain()),
        Topic::NoProvider | Topic::Audience | Topic::Thumbprint => {
            commands.extend([explain(), providers()]);
        }
        Topic::TokenForm | Topic::TokenExpired => commands.extend([own("token"), explain()]),
        Topic::SessionExpired => commands.push(own("status")),
        Topic::Clock | Topic::Region | Topic::Parameter => commands.push(own("doctor")),
        Topic::UnknownKey
        | Topic::WrongSignature
        | Topic::Unsigned
        | Topic::Root
        | Topic::OfASession
        | Topic::Denied
        | Topic::DeniedUntold => commands.push(caller()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        further(&AwsError::read(text).unwrap(), None, None)
    }

    const USER: &str = "User: arn:aws:iam::278805249149:user/u is not authorized to perform:";

    #[test]
    fn the_command_names_what_it_takes() {
        let explain = "fed-cli explain --action";
        let principal = "--principal arn:aws:iam::278805249149:user/u";
        for (action, on, command) in [
            (
                "iam:GetRole",
                " on resource: role r",
                format!(
                    "{explain} iam:GetRole {principal} --resource arn:aws:iam::278805249149:role/r"
                ),
            ),
            (
                "sqs:sendmessage",
                " on resource: arn:aws:sqs:us-east-1:278805249149:q",
                format!(
                    "{explain} sqs:SendMessage {principal} --resource arn:aws:sqs:us-east-1:278805249149:q"
                ),
            ),
            (
                "SNS:Publish",
                " on resource: +358401234567",
                format!("{explain} sns:Publish {principal}"),
            ),
            (
                "s3:ListBucket",
                " on resource: \"arn:aws:s3:::b\"",
                format!("{explain} s3:ListBucket {principal} --resource arn:aws:s3:::b"),
            ),
            (
                "s3:GetObject",
                " on resource: \"arn:aws:s3:::b/it's $(here)\"",
                format!(
                    "{explain} s3:GetObject {principal} --resource 'arn:aws:s3:::b/it'\\''s $(here)'"
                ),
            ),
            ("ec2:DescribeInstances", "", format!("{explain} ec2:DescribeInstances {principal}")),
            ("kms:CreateKey", " on resource: *", format!("{explain} kms:CreateKey {principal}")),
        ] {
            let because = format!("because no identity-based policy allows the {action} action");
            assert_eq!(of(&format!("{USER} {action}{on} {because}")), [command]);
        }
        // What `explain` would refuse is not proposed.
        let because = "because no identity-based policy allows the x:Y action";
        assert_eq!(of(&format!("{USER} nosuch:Action {because}")), [""; 0]);
        assert_eq!(
            of(&format!(
                "User: anonymous is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" {because}"
            )),
            [""; 0]
        );
    }

    #[test]
    fn policies_of_others_are_shown_by_their_own_command() {
        let denied = |on: &str, of: &str| of_denied(on, of);
        assert_eq!(
            denied("arn:aws:s3:::b/k", "a resource-based policy").last().unwrap(),
            "aws s3api get-bucket-policy --bucket b"
        );
        assert_eq!(
            denied("arn:aws:s3:::b/k", "a service control policy"),
            [
                "aws organizations list-policies-for-target --target-id 278805249149 --filter SERVICE_CONTROL_POLICY"
            ]
        );
        let arn = "a resource control policy: arn:aws:organizations::987654321098:policy/o-a/resource_control_policy/p-b";
        assert_eq!(
            denied("arn:aws:s3:::b/k", arn),
            ["aws organizations describe-policy --policy-id p-b"]
        );
        assert!(
            denied("arn:aws:s3:::b/k", "a VPC endpoint policy")[0]
                .starts_with("aws ec2 describe-vpc-endpoints")
        );
    }

    /// Neither of these commands may send a session's token to a host that an ARN makes up.
    #[test]
    fn a_region_that_is_another_host_is_in_no_command() {
        for region in ["evil.example#", "evil.example?x=", "EVIL"] {
            let on = format!("arn:aws:sqs:{region}:278805249149:q");
            let because = "because no resource-based policy allows the sqs:SendMessage action";
            let told = of(&format!("{USER} sqs:SendMessage on resource: \"{on}\" {because}"));
            assert_eq!(
                told,
                ["fed-cli explain --action sqs:SendMessage --principal \
                  arn:aws:iam::278805249149:user/u"]
            );
        }
    }

    fn of_denied(on: &str, policy: &str) -> Vec<String> {
        of(&format!("{USER} s3:GetObject on resource: \"{on}\" with an explicit deny in {policy}"))
    }

    #[test]
    fn a_role_that_the_text_names_is_explained() {
        let text = "role arn:aws:iam::278805249149:role/deploy: Not authorized to perform \
                    sts:AssumeRoleWithWebIdentity";
        let error = AwsError::read(text).unwrap();
        assert_eq!(
            further(&error, None, Some("ci")),
            ["fed-cli --profile ci explain --role-arn arn:aws:iam::278805249149:role/deploy"]
        );
    }

    #[test]
    fn keys_of_a_decoded_message_are_passed_on_where_they_are_taken() {
        let decoded = r#"{"explicitDeny": false, "context": {"principal": {"arn":
            "arn:aws:iam::278805249149:user/u"}, "action": "ec2:RunInstances",
            "resource": "arn:aws:ec2:us-east-1:278805249149:instance/*", "conditions": {"items": [
                {"key": "ec2:InstanceType", "values": {"items": [{"value": "m5.large"}]}},
                {"key": "ec2:NoSuchKey", "values": {"items": [{"value": "x"}]}},
                {"key": "aws:Region", "values": {"items": [{"value": "a'b"}]}}]}}}"#;
        let error = AwsError::read(decoded).unwrap();
        let commands = further(&error, error.decoded.as_ref(), None);
        assert_eq!(
            commands,
            ["fed-cli explain --action ec2:RunInstances --principal \
              arn:aws:iam::278805249149:user/u --resource \
              'arn:aws:ec2:us-east-1:278805249149:instance/*' --context \
              ec2:InstanceType=m5.large --context 'aws:Region=a'\\''b'"]
        );
    }
}
