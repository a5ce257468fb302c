//! The limits of the names, paths and numbers that IAM's writes take.
//!
//! Source: the API model (botocore `iam/2010-05-08/service-2.json`); the sentences are what
//! IAM answers.

use iam_policy::sts::is_reserved_tag;

use super::required::lower_first;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;

/// Names of what is made or renamed, and their greatest lengths.
const NAMES: [(&str, &[&str], usize); 11] = [
    ("CreateUser", &["UserName"], 64),
    ("UpdateUser", &["NewUserName"], 64),
    ("CreateGroup", &["GroupName"], 128),
    ("UpdateGroup", &["NewGroupName"], 128),
    ("CreateRole", &["RoleName"], 64),
    ("CreateInstanceProfile", &["InstanceProfileName"], 128),
    ("CreatePolicy", &["PolicyName"], 128),
    ("PutUserPolicy", &["PolicyName"], 128),
    ("PutGroupPolicy", &["PolicyName"], 128),
    ("PutRolePolicy", &["PolicyName"], 128),
    ("CreateVirtualMFADevice", &["VirtualMFADeviceName"], 226),
];

/// Operations that take `MaxSessionDuration`, from an hour to half a day.
const SESSIONS: [&str; 2] = ["CreateRole", "UpdateRole"];

/// Operations that take `Description`, and whether only the letters of Latin-1.
const DESCRIBED: [(&str, bool); 4] = [
    ("CreatePolicy", false),
    ("CreateRole", true),
    ("UpdateRole", true),
    ("UpdateRoleDescription", true),
];
const LONGEST_DESCRIPTION: usize = 1000;

/// How many tags something may have.
const TAGS: usize = 50;

/// Refuses what is beyond its limits.
///
/// # Errors
/// `ValidationError`, 400, with the first fault.
pub(super) fn check(operation: &str, parameters: &Parameters) -> Result<(), ErrorResponse> {
    let named = NAMES.iter().filter(|(of, ..)| *of == operation);
    for (_, names, longest) in named {
        for name in *names {
            check_name(name, parameters.get(name), *longest, operation)?;
        }
    }
    if let Some((_, is_latin)) = DESCRIBED.iter().find(|(of, _)| *of == operation)
        && let Some(description) = parameters.get("Description")
    {
        check_description(description, *is_latin)?;
    }
    for name in ["Path", "NewPath"] {
        if let Some(path) = parameters.get(name) {
            check_path(path)?;
        }
    }
    if let Some(seconds) =
        parameters.get("MaxSessionDuration").filter(|_| SESSIONS.contains(&operation))
    {
        let limit = match seconds.parse::<u32>() {
            Ok(3600..=43_200) => return check_tags(operation, parameters),
            Ok(0..3600) => "greater than or equal to 3600",
            _ => "less than or equal to 43200",
        };
        return Err(constraint(
            &format!("Value '{seconds}' "),
            "maxSessionDuration",
            &format!("Member must have value {limit}"),
        ));
    }
    check_tags(operation, parameters)
}

fn constraint(value: &str, member: &str, constraint: &str) -> ErrorResponse {
    ErrorResponse::validation(format!(
        "1 validation error detected: {value}at '{member}' failed to satisfy constraint: \
         {constraint}"
    ))
}

fn check_name(
    parameter: &str,
    value: Option<&str>,
    longest: usize,
    operation: &str,
) -> Result<(), ErrorResponse> {
    let member = lower_first(parameter);
    let Some(value) = value else {
        return match operation.starts_with("Update") {
            true => Ok(()),
            false => Err(constraint("Value null ", &member, "Member must not be null")),
        };
    };
    let shown = format!("Value '{value}' ");
    if value.is_empty() {
        let limit = "Member must have length greater than or equal to 1";
        return Err(constraint(&shown, &member, limit));
    }
    if value.chars().count() > longest {
        let limit = format!("Member must have length less than or equal to {longest}");
        return Err(constraint(&shown, &member, &limit));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    match value.bytes().all(plain) {
        true => Ok(()),
        false => Err(ErrorResponse::validation(format!(
            "The specified value for {member} is invalid. It must contain only alphanumeric \
             characters and/or the following: +=,.@_-"
        ))),
    }
}

/// `/`, or printable characters between two slashes.
fn check_path(path: &str) -> Result<(), ErrorResponse> {
    if path.len() > 512 {
        let shown = format!("Value '{path}' ");
        let limit = "Member must have length less than or equal to 512";
        return Err(constraint(&shown, "path", limit));
    }
    let well_formed = path.starts_with('/')
        && path.ends_with('/')
        && !path.contains("//")
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    match well_formed {
        true => Ok(()),
        false => Err(ErrorResponse::validation(
            "The specified value for path is invalid. It must begin and end with / and contain \
             only alphanumeric characters and/or / characters.",
        )),
    }
}

fn check_description(description: &str, is_latin: bool) -> Result<(), ErrorResponse> {
    let shown = format!("Value '{description}' ");
    if description.chars().count() > LONGEST_DESCRIPTION {
        let limit = format!("Member must have length less than or equal to {LONGEST_DESCRIPTION}");
        return Err(constraint(&shown, "description", &limit));
    }
    let latin = |letter: char| matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{7e}' | '\u{a1}'..='\u{ff}');
    match is_latin && !description.chars().all(latin) {
        true => Err(constraint(
            &shown,
            "description",
            "Member must satisfy regular expression pattern: \
             [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*",
        )),
        false => Ok(()),
    }
}

fn check_tags(operation: &str, parameters: &Parameters) -> Result<(), ErrorResponse> {
    if !["Create", "Tag", "Upload"].iter().any(|verb| operation.starts_with(verb)) {
        return Ok(());
    }
    let keys = parameters
        .iter()
        .filter(|(name, _)| name.starts_with("Tags.member.") && name.ends_with(".Key"));
    let mut keys: Vec<String> = keys.map(|(_, key)| key.to_lowercase()).collect();
    if keys.len() > TAGS {
        let limit = format!("Member must have length less than or equal to {TAGS}");
        return Err(constraint("Value ", "tags", &limit));
    }
    let mut tags = parameters.iter().filter(|(name, _)| name.starts_with("Tags.member."));
    if tags.any(|(_, text)| is_reserved_tag(text)) {
        let reserved = "Tag keys and values that begin with 'aws:' are reserved.";
        return Err(ErrorResponse::answered(400, "InvalidInput", reserved));
    }
    keys.sort_unstable();
    match keys.is_sorted_by(|left, right| left < right) {
        true => Ok(()),
        false => Err(ErrorResponse::answered(
            400,
            "InvalidInput",
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(operation: &str, name: &str, value: &str) -> String {
        match check(operation, &Parameters::from([(name, value)])) {
            Err(ErrorResponse::Answered { status: 400, code, message })
                if code == "ValidationError" =>
            {
                message
            }
            other => panic!("{operation} {name} {value}: {other:?}"),
        }
    }

    #[test]
    fn names_beyond_their_limits_are_refused() {
        let long = "r".repeat(65);
        let detected = "1 validation error detected: Value";
        let failed = "failed to satisfy constraint: Member must";
        for (operation, name, value, expected) in [
            ("CreateRole", "Other", "x", format!("{detected} null at 'roleName' {failed} not be null")),
            ("CreateRole", "RoleName", "", format!("{detected} '' at 'roleName' {failed} have length greater than or equal to 1")),
            ("CreateRole", "RoleName", &long, format!("{detected} '{long}' at 'roleName' {failed} have length less than or equal to 64")),
            ("CreateUser", "UserName", "a b", "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-".to_owned()),
            ("UpdateGroup", "NewGroupName", "a/b", "The specified value for newGroupName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-".to_owned()),
            ("PutRolePolicy", "PolicyName", "ü", "The specified value for policyName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-".to_owned()),
            ("UpdateRole", "MaxSessionDuration", "3599", format!("{detected} '3599' at 'maxSessionDuration' {failed} have value greater than or equal to 3600")),
            ("UpdateRole", "MaxSessionDuration", "43201", format!("{detected} '43201' at 'maxSessionDuration' {failed} have value less than or equal to 43200")),
        ] {
            assert_eq!(refused(operation, name, value), expected);
        }
    }

    #[test]
    fn paths_begin_and_end_with_a_slash() {
        for path in ["a", "/a", "a/", "/a b/", "/ü/", "//", ""] {
            let message = refused("UpdateUser", "NewPath", path);
            assert!(message.starts_with("The specified value for path is invalid."), "{path}");
        }
        let message = refused("UpdateUser", "NewPath", &format!("/{}/", "a".repeat(511)));
        assert!(message.ends_with("length less than or equal to 512"));
    }

    #[test]
    fn what_keeps_the_limits_passes() {
        for (operation, name, value) in [
            ("CreateRole", "RoleName", "Rolle+=,.@_-1"),
            ("CreateUser", "UserName", "u"),
            ("UpdateUser", "NewPath", "/a/b/"),
            ("UpdateUser", "NewPath", "/"),
            ("UpdateRole", "MaxSessionDuration", "3600"),
            ("UpdateRole", "MaxSessionDuration", "43200"),
            ("GetRole", "RoleName", "not checked here"),
        ] {
            assert_eq!(check(operation, &Parameters::from([(name, value)])), Ok(()), "{value}");
        }
    }
}
