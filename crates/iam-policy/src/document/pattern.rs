//! What actions and resources may look like.

/// The longest action pattern. The longest real one has 83 characters.
const MAX_ACTION: usize = 256;
/// The longest resource pattern: twice the longest ARN (2,048).
const MAX_RESOURCE: usize = 4096;

/// What a trust policy is about. Source: IAM user guide, "Creating a role using custom
/// trust policies"; "Pass session tags in AWS STS"; "Monitor and control actions taken
/// with assumed roles".
pub(super) const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:SetContext",
    "sts:SetSourceIdentity",
    "sts:TagSession",
];

/// Whether an action or resource is written as everything: stars alone, or `*:*`.
pub(crate) fn is_everything(text: &str) -> bool {
    text == "*:*" || (!text.is_empty() && text.bytes().all(|byte| byte == b'*'))
}

/// What IAM asks of an action: `*`, or a service prefix without wildcards, one colon, a
/// name.
pub(super) fn check_action(text: &str) -> Result<(), (String, &'static str)> {
    const HINT: &str = "write the service's prefix, a colon and the action: ec2:DescribeInstances";
    let shown = text.escape_debug();
    if text.len() > MAX_ACTION {
        return Err((format!("expected an action of at most {MAX_ACTION} characters"), HINT));
    }
    if is_everything(text) {
        return Ok(());
    }
    let Some((service, name)) = text.split_once(':') else {
        return Err((format!("expected `service:Action`, found `{shown}`"), HINT));
    };
    if service.is_empty()
        || !service.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    {
        return Err((
            format!(
                "expected a service's prefix of letters, digits and hyphens before the colon, found `{shown}`"
            ),
            "the service's prefix may not hold a wildcard",
        ));
    }
    if name.is_empty() || name.bytes().any(|byte| matches!(byte, b':' | ..=b' ' | 0x7f)) {
        return Err((format!("expected an action's name behind the colon, found `{shown}`"), HINT));
    }
    Ok(())
}

/// Stars alone, or something that begins like an ARN.
pub(super) fn is_resource(text: &str) -> bool {
    if text.len() > MAX_RESOURCE {
        return false;
    }
    if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
        return true;
    }
    text.starts_with("arn:") && text.bytes().filter(|byte| *byte == b':').count() >= 2
}

/// Whether a resource that begins like an ARN names one service. IAM refuses others:
/// `Resource vendor must be fully qualified and cannot contain regexes.`
pub(super) fn names_service(resource: &str) -> bool {
    resource.split(':').nth(2).is_none_or(|service| {
        !service.is_empty() && service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}
