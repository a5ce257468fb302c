//! The names and ARNs in a call's input, parsed into their parts before anything is decided by
//! them.
//!
//! Emulators read more into a name than the services do: they take a slash off its end, the
//! path out of any URL, the last part of any ARN, and look in the region that the call is
//! signed for. So what is not exactly a name, or an ARN of the call's own region, is refused
//! here, and a call goes to the account whose resources it names.

mod arn;
mod form;
mod key;

use fed_types::AccountId;
use serde_json::Value;

use super::{Call, Input};
use crate::error_response::ErrorResponse;
use crate::input::Tree;
use form::{Form, Place};

/// Members that name resources of their own service.
#[rustfmt::skip]
const MEMBERS: &[(&str, Form, &[&str])] = &[
    ("cloudformation", Form::Stack, &["StackName", "StackId"]),
    ("dynamodb", Form::Table, &["TableName", KEYS]),
    ("dynamodb", Form::TableArn, &["ResourceArn", "TableArn"]),
    ("kms", Form::Key, &["KeyId", "SourceKeyId", "DestinationKeyId", "TargetKeyId"]),
    ("kms", Form::Alias, &["AliasName"]),
    ("logs", Form::LogGroupName, &["logGroupName", "logGroupNames"]),
    ("logs", Form::LogGroup, &["logGroupIdentifier", "logGroupIdentifiers"]),
    ("logs", Form::LogStream, &["logStreamName", "logStreamNames"]),
    ("monitoring", Form::Plain, &["AlarmName", "AlarmNames", "DashboardName", "DashboardNames"]),
    ("monitoring", Form::AlarmArn, &["ResourceARN"]),
    ("secretsmanager", Form::Secret, &["SecretId", "SecretIdList"]),
    ("secretsmanager", Form::SecretName, &["Name"]),
    ("sns", Form::Topic, &["TopicArn", "TargetArn", "ResourceArn"]),
    ("sns", Form::Subscription, &["SubscriptionArn"]),
    ("sqs", Form::QueueUrl, &["QueueUrl"]),
    ("sqs", Form::QueueName, &["QueueName"]),
];

/// Members whose names mean something else in other operations of the service.
const OF_OPERATION: &[(&str, &str, Form, &[&str])] = &[
    // Of PutDeliverySource it is another service's.
    ("logs", "Resource", Form::LogGroupArn, &["resourceArn"]),
    ("sns", "CreateTopic", Form::TopicName, &["Name"]),
    ("ssm", "Parameter", Form::Parameter, &["Name", "Names"]),
    ("ssm", "GetParametersByPath", Form::ParameterPath, &["Path"]),
];

/// The one member that names resources by its keys.
const KEYS: &str = "RequestItems";

/// Checks the names, writes those anew that have several spellings, and finds the account whose
/// resources they are.
///
/// # Errors
/// The service's own, where it has no such resource or name.
pub(crate) fn check_names(call: &mut Call, own: &AccountId) -> Result<AccountId, ErrorResponse> {
    check_elsewhere(call, own)?;
    key::check(call)?;
    let mut owner: Option<AccountId> = None;
    let of_service = MEMBERS.iter().filter(|(service, ..)| *service == call.service);
    let of_operation = OF_OPERATION.iter().filter(|(service, operation, ..)| {
        *service == call.service && call.operation.contains(operation)
    });
    let of_service = of_service.map(|(_, form, members)| (form, members));
    let of_operation = of_operation.map(|(_, _, form, members)| (form, members));
    for (form, members) in of_service.chain(of_operation) {
        for member in *members {
            let mut rewritten = Vec::new();
            for name in names(&call.input, member)? {
                let operation = call.operation.as_str();
                let place = Place { operation, region: &call.region, own, member };
                let found = form.read(&place, name)?;
                if owner.as_ref().is_some_and(|owner| *owner != found.owner) {
                    return Err(several_owners(call));
                }
                owner = Some(found.owner);
                rewritten.extend(found.written.map(|written| (name.to_owned(), written)));
            }
            for (given, written) in rewritten {
                replace(&mut call.input, member, &given, written);
            }
        }
    }
    Ok(owner.unwrap_or_else(|| own.clone()))
}

/// Members that have the emulator look at another resource than the one that is named beside
/// them: a queue's owner, and a change set by an ARN, whose stack is not in it.
fn check_elsewhere(call: &Call, own: &AccountId) -> Result<(), ErrorResponse> {
    let (member, is_elsewhere): (_, fn(&str, &AccountId) -> bool) = match call.service.as_str() {
        "sqs" => ("QueueOwnerAWSAccountId", |owner, own| owner != own.as_str()),
        "cloudformation" => ("ChangeSetName", |name, _| name.contains(':')),
        _ => return Ok(()),
    };
    match names(&call.input, member)?.iter().any(|value| is_elsewhere(value, own)) {
        false => Ok(()),
        true => Err(ErrorResponse::Undecidable(format!(
            "the gate cannot tell what `{member}` of `{}` leads to, so it cannot allow it",
            call.action()
        ))),
    }
}

fn several_owners(call: &Call) -> ErrorResponse {
    ErrorResponse::Undecidable(format!(
        "the gate asks one account at a time, and `{}` names resources of several",
        call.action()
    ))
}

/// The values of a member: a text, a list of texts, or the keys of an object.
fn names<'a>(input: &'a Input, member: &str) -> Result<Vec<&'a str>, ErrorResponse> {
    let wrong_type = || ErrorResponse::answered(400, "SerializationException", "");
    if let Input::Query(parameters) = input {
        return Ok(parameters.list(member));
    }
    let Some(members) = input.members() else { return Ok(Vec::new()) };
    match members.get(member) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(map)) if member == KEYS => Ok(map.keys().map(String::as_str).collect()),
        Some(Value::String(one)) if member != KEYS => Ok(vec![one]),
        Some(Value::Array(several)) if member != KEYS => {
            several.iter().map(|one| one.as_str().ok_or_else(wrong_type)).collect()
        }
        Some(_) => Err(wrong_type()),
    }
}

fn replace(input: &mut Input, member: &str, given: &str, written: String) {
    match input {
        Input::Query(parameters) => {
            *parameters = std::mem::take(parameters).with(member, &written);
        }
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => {
            match members.get_mut(member) {
                Some(Value::Array(several)) => {
                    for one in several.iter_mut().filter(|one| one.as_str() == Some(given)) {
                        *one = written.clone().into();
                    }
                }
                Some(one) => *one = written.into(),
                None => {}
            }
        }
        Input::S3(_) => {}
    }
}

#[cfg(test)]
mod tests;
