//! Members of EC2's calls that name what is another service's: a key, a bucket, a log group, a
//! certificate. AWS asks for permissions there, of which nothing is written down.
//!
//! Source: EC2 user guide, "Requirements for EBS encryption"; the members are those of the API
//! model that hold an ARN or name a key, a bucket or an address.

use crate::call::Call;
use crate::error_response::ErrorResponse;

/// What the names of members end in.
const MEMBERS: [&str; 5] = ["Bucket", "KmsKeyArn", "KmsKeyId", "ManifestUrl", "PresignedUrl"];

/// Members whose ARNs others have looked at, or that name nothing.
const KNOWN: [&str; 6] = [
    "IamInstanceProfile.Arn",
    "DeliverLogsPermissionArn",
    "DeliverCrossAccountRole",
    "IamFleetRole",
    "Description",
    "ClientToken",
];

/// Refuses a call that brings one; those that only look are let through.
pub(super) fn refuse<'p>(
    call: &Call,
    said: impl Iterator<Item = (&'p str, &'p str)>,
) -> Result<(), ErrorResponse> {
    let looks = ["Describe", "Get", "List", "Search"];
    if looks.iter().any(|verb| call.operation.starts_with(verb)) {
        return Ok(());
    }
    for (name, value) in said {
        let is_known = KNOWN.iter().any(|end| name.ends_with(end)) || name.contains("Tag.");
        let member = name.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.');
        let names = MEMBERS.iter().any(|end| member.ends_with(end));
        let is_own = value.is_empty() || value.starts_with("alias/aws/");
        let is_arn = value.starts_with("arn:") && !value.starts_with("arn:aws:ec2:");
        if (names && !is_own) || (is_arn && !is_known) {
            return Err(ErrorResponse::Undecidable(format!(
                "the gate does not know which permissions `{name}` needs in another service, so it \
                 cannot allow `{}`",
                call.action()
            )));
        }
    }
    Ok(())
}
