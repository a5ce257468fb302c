//! The roles that an EC2 call hands on, by any member that can name one.
//!
//! Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service"; the
//! members are those of the API model that name a role or an instance profile.

use crate::caller::Caller;
use crate::demand::Demand;

/// What the name of a member ends in, and the service that gets the role.
const ROLES: [(&str, &str); 4] = [
    ("DeliverLogsPermissionArn", "vpc-flow-logs.amazonaws.com"),
    ("DeliverCrossAccountRole", "vpc-flow-logs.amazonaws.com"),
    ("IamFleetRole", "spotfleet.amazonaws.com"),
    ("RoleName", "vmie.amazonaws.com"),
];

/// One `iam:PassRole` for each role among the parameters.
pub(super) fn demands<'p>(
    caller: &Caller,
    parameters: impl Iterator<Item = (&'p str, &'p str)>,
) -> Vec<Demand> {
    // A launch template passes its role when something is launched by it.
    let parameters = parameters.filter(|(name, _)| !name.starts_with("LaunchTemplateData."));
    parameters.filter_map(|(name, value)| demand(caller, name, value)).collect()
}

fn demand(caller: &Caller, name: &str, value: &str) -> Option<Demand> {
    let account = caller.account_id();
    let last = name.rsplit('.').next().unwrap_or_default();
    let of_profile =
        name.ends_with("IamInstanceProfile.Name") || name.ends_with("IamInstanceProfile.Arn");
    let (role, service) = match ROLES.iter().find(|(member, _)| *member == last) {
        _ if of_profile => {
            let role = caller.snapshot.role_of_profile(value).map(|role| role.arn.clone());
            let unknown = || format!("arn:aws:iam::{account}:role/*");
            (role.unwrap_or_else(unknown), "ec2.amazonaws.com")
        }
        Some((_, service)) if value.starts_with("arn:") => (value.to_owned(), *service),
        Some((_, service)) => {
            let role = caller.snapshot.role(value).map(|role| role.arn.clone());
            (role.unwrap_or_else(|| format!("arn:aws:iam::{account}:role/{value}")), *service)
        }
        None => return None,
    };
    let mut demand = Demand::on("iam:PassRole", role);
    demand.context.set("iam:PassedToService", service);
    Some(demand)
}
