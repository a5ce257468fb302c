//! The roles that an EC2 call hands on, by any member that can name one.
//!
//! Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service"; the
//! members are those of the API model that name a role or an instance profile.

use crate::caller::Caller;
use crate::demand::Demand;
use crate::error_response::ErrorResponse;

/// What the name of a member ends in, and the service that gets the role.
const ROLES: [(&str, &str); 4] = [
    ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    ("DeliverCrossAccountRole", "vpc-flow-logs.amazonaws.com"),
    ("IamFleetRole", "spotfleet.amazonaws.com"),
    ("RoleName", "vmie.amazonaws.com"),
];

/// One `iam:PassRole` for each role among the parameters.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when a role cannot be read.
pub(super) async fn demands<'p>(
    caller: &Caller,
    parameters: impl Iterator<Item = (&'p str, &'p str)>,
) -> Result<Vec<Demand>, ErrorResponse> {
    let mut demands = Vec::new();
    for (name, value) in parameters {
        // A launch template passes its role when something is launched by it.
        if !name.starts_with("LaunchTemplateData.") {
            demands.extend(demand(caller, name, value).await?);
        }
    }
    Ok(demands)
}

async fn demand(caller: &Caller, name: &str, value: &str) -> Result<Option<Demand>, ErrorResponse> {
    let (account, reading) = (caller.account_id(), caller.account.reading());
    let last = name.rsplit('.').next().unwrap_or_default();
    let of_profile =
        name.ends_with("IamInstanceProfile.Name") || name.ends_with("IamInstanceProfile.Arn");
    let (role, service) = match ROLES.iter().find(|(member, _)| *member == last) {
        _ if of_profile => {
            let role = reading.role_of_profile(value).await?.map(|role| role.arn.clone());
            let unknown = || format!("arn:aws:iam::{account}:role/*");
            (role.unwrap_or_else(unknown), "ec2.amazonaws.com")
        }
        Some((_, service)) if value.starts_with("arn:") => (value.to_owned(), *service),
        Some((_, service)) => {
            let role = reading.role(value).await?.map(|role| role.arn.clone());
            (role.unwrap_or_else(|| format!("arn:aws:iam::{account}:role/{value}")), *service)
        }
        None => return Ok(None),
    };
    let mut demand = Demand::on("iam:PassRole", role);
    demand.context.set("iam:PassedToService", service);
    Ok(Some(demand))
}
