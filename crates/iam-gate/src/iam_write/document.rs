//! Policy documents that IAM refuses and emulators take.

use iam_policy::lint::{Code, lint};
use iam_policy::{Policy, PolicyKind};
use serde_json::Value;

use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::naming;
use crate::state::State;
use crate::trace::Trace;
use crate::wire::Parameters;

/// The policy document that an operation takes.
fn parameter(operation: &str) -> Option<(&'static str, PolicyKind)> {
    Some(match operation {
        "CreateRole" => ("AssumeRolePolicyDocument", PolicyKind::Trust),
        "UpdateAssumeRolePolicy" => ("PolicyDocument", PolicyKind::Trust),
        "CreatePolicy"
        | "CreatePolicyVersion"
        | "PutGroupPolicy"
        | "PutRolePolicy"
        | "PutUserPolicy" => ("PolicyDocument", PolicyKind::Identity),
        _ => return None,
    })
}

/// The document that a call brings.
pub(crate) fn brought<'p>(
    operation: &str,
    parameters: &'p Parameters,
) -> Option<(&'p str, PolicyKind)> {
    let (parameter, kind) = parameter(operation)?;
    Some((parameters.get(parameter).unwrap_or_default(), kind))
}

/// Refuses the documents that IAM refuses. What exactly is wrong, which IAM does not say,
/// goes to the decision log.
///
/// # Errors
/// `MalformedPolicyDocument`, 400.
pub(super) async fn check(
    state: &State,
    (operation, parameters): (&str, &Parameters),
    caller: &Caller,
    trace: &mut Trace,
) -> Result<(), ErrorResponse> {
    let Some((text, kind)) = brought(operation, parameters) else { return Ok(()) };
    holder_is_there(operation, parameters, caller).await?;
    let malformed = |message| Err(ErrorResponse::answered(400, "MalformedPolicyDocument", message));
    let policy = match Policy::parse(text, kind) {
        Ok(policy) => policy,
        Err(error) => {
            trace.refused(error.to_string());
            return malformed(words(error.finding().code, text, kind));
        }
    };
    if kind != PolicyKind::Trust {
        return Ok(());
    }
    if let Some(message) = principal_that_is_none(text) {
        return malformed(message);
    }
    if let Some(gone) = naming::nobody(state, caller, &policy).await? {
        return Err(names_nobody(&gone));
    }
    // Trust in an issuer that many share, without the claim that tells them apart.
    match lint(text, kind).into_iter().find(|finding| finding.code == Code::SharedIssuer) {
        Some(finding) => malformed(finding.message),
        None => Ok(()),
    }
}

/// IAM's answer to a trust policy that names a user or role who does not exist.
pub(crate) fn names_nobody(arn: &str) -> ErrorResponse {
    let message = format!("Invalid principal in policy: \"AWS\":\"{arn}\"");
    ErrorResponse::answered(400, "MalformedPolicyDocument", message)
}

/// Whoever is to hold an inline policy is told of before the policy is read.
async fn holder_is_there(
    operation: &str,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<(), ErrorResponse> {
    let reading = caller.account.reading();
    let name = |parameter: &str| parameters.get(parameter).unwrap_or_default();
    let (kind, name, is_there) = match operation {
        "PutGroupPolicy" => {
            let name = name("GroupName");
            ("group", name, reading.group(name).await?.is_some())
        }
        "PutRolePolicy" => {
            let name = name("RoleName");
            ("role", name, reading.role(name).await?.is_some())
        }
        "PutUserPolicy" => {
            let name = name("UserName");
            ("user", name, reading.user(name).await?.is_some())
        }
        _ => return Ok(()),
    };
    let message = || format!("The {kind} with name {name} cannot be found.");
    match is_there {
        true => Ok(()),
        false => Err(ErrorResponse::answered(404, "NoSuchEntity", message())),
    }
}

/// IAM's sentence for a principal that reads well and is nobody's: everybody by a bare `*`, and
/// the domain of all services.
fn principal_that_is_none(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    texts(&document, "Principal").find_map(|principal| match principal {
        ("Principal", "*") => {
            Some("AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".".to_owned())
        }
        ("Service", service @ ("amazonaws.com" | "aws.amazon.com" | "*")) => {
            Some(format!("Invalid principal in policy: \"SERVICE\":\"{service}\""))
        }
        _ => None,
    })
}

/// IAM's sentence for a fault, as far as its sentences are known.
fn words(code: Code, text: &str, kind: PolicyKind) -> String {
    let Ok(document) = serde_json::from_str::<Value>(text) else {
        return "This policy contains invalid Json".to_owned();
    };
    let known = match (kind, code) {
        (_, Code::DuplicateSid) => "Statement IDs (SID) in a single policy must be unique.",
        (_, Code::BadSid) => {
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the \
             regular expression [0-9A-Za-z]*"
        }
        (PolicyKind::Trust, Code::MissingPrincipal) => "Missing required field Principal",
        (PolicyKind::Trust, Code::MissingAction) => "Missing required field Action",
        (PolicyKind::Trust, Code::MissingEffect) => "Missing required field Effect",
        (PolicyKind::Trust, Code::ProhibitedResource) => "Has prohibited field Resource",
        (PolicyKind::Trust, Code::NotAnAssumeAction) => {
            "AssumeRole policy may only specify STS AssumeRole actions."
        }
        (PolicyKind::Trust, Code::BadPrincipal) => {
            let is_invalid = |kind: &str, text: &str| {
                Policy::parse(&document_of_principal(kind, text), PolicyKind::Trust).is_err()
            };
            let invalid = texts(&document, "Principal").find(|(kind, text)| is_invalid(kind, text));
            return match invalid {
                Some((kind @ ("AWS" | "Federated" | "Service"), text)) => {
                    let kind = kind.to_ascii_uppercase();
                    format!("Invalid principal in policy: \"{kind}\":\"{text}\"")
                }
                _ => "Syntax errors in policy.".to_owned(),
            };
        }
        (_, Code::ProhibitedPrincipal) => "Policy document should not specify a principal.",
        (_, Code::MissingAction) => "Policy statement must contain actions.",
        (_, Code::MissingResource) => "Policy statement must contain resources.",
        (_, Code::BadAction) => {
            let colons = |text: &str| text.bytes().filter(|byte| *byte == b':').count();
            match texts(&document, "Action").any(|(_, text)| colons(text) > 1) {
                true => "Actions/Condition can contain only one colon.",
                false => {
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
                }
            }
        }
        (_, Code::BadResource) => {
            let is_resource = |text: &str| text == "*" || text.splitn(6, ':').count() == 6;
            if let Some((_, text)) = texts(&document, "Resource").find(|(_, it)| !is_resource(it)) {
                return format!("Resource {text} must be in ARN format or \"*\".");
            }
            "Syntax errors in policy."
        }
        _ => "Syntax errors in policy.",
    };
    known.to_owned()
}

/// A trust policy for this principal alone.
fn document_of_principal(kind: &str, text: &str) -> String {
    serde_json::json!({ "Statement": {
        "Effect": "Allow", "Principal": { kind: text }, "Action": "sts:AssumeRole",
    }})
    .to_string()
}

/// The texts under an element, or under its `Not…`, of every statement, each with the name
/// that it stands under.
fn texts<'d>(document: &'d Value, element: &'d str) -> impl Iterator<Item = (&'d str, &'d str)> {
    fn items<'d>(name: &'d str, value: &'d Value) -> Vec<(&'d str, &'d str)> {
        match value {
            Value::String(text) => vec![(name, text)],
            Value::Array(several) => several.iter().flat_map(|it| items(name, it)).collect(),
            Value::Object(members) => {
                members.iter().flat_map(|(name, value)| items(name, value)).collect()
            }
            _ => Vec::new(),
        }
    }
    let statements = match document.get("Statement") {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let members = statements.iter().filter_map(Value::as_object).flatten();
    members
        .filter(move |(name, _)| name.strip_prefix("Not").unwrap_or(name) == element)
        .flat_map(|(name, value)| items(name, value))
}
