//! What EC2's operations need.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for
//! Amazon EC2"; the facts are in `data/ec2-operations.txt`.

mod resource;

use std::collections::BTreeSet;

use crate::call::Call;
use crate::caller::{Caller, Identity};
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::wire::Parameters;
use resource::{Part, is_id, kind_of_id, operation, resource_arn};

/// Parameters that name a resource otherwise than by its id, and the type it is of. Where
/// they name one that is there already, the gate cannot tell its id.
const NAMES: [(&str, &str); 5] = [
    ("GroupName", "security-group"),
    ("SecurityGroup", "security-group"),
    ("PublicIp", "elastic-ip"),
    ("LaunchTemplateName", "launch-template"),
    ("KeyPairId", "key-pair"),
];

/// The permissions that an EC2 operation needs; `None` when it is not mapped.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] when the call names a resource so that its id is not known.
pub(super) fn demands(
    call: &Call,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<Option<Vec<Demand>>, ErrorResponse> {
    let Some(parts) = operation(&call.operation) else { return Ok(None) };
    let place = Place { call, parameters, caller };
    if parts.is_empty() {
        return Ok(Some(vec![place.with_keys(Demand::without_resource(call.action()))]));
    }
    if !matches!(caller.identity, Identity::Root) {
        place.refuse_names(parts)?;
    }
    let mut demands: Vec<Demand> = place
        .resources(parts)
        .into_iter()
        .map(|arn| place.with_keys(Demand::on(call.action(), arn)))
        .collect();
    demands.extend(place.tagging());
    demands.extend(place.passing());
    Ok(Some(demands))
}

struct Place<'a> {
    call: &'a Call,
    parameters: &'a Parameters,
    caller: &'a Caller,
}

impl Place<'_> {
    fn arn(&self, kind: &str, id: &str) -> String {
        resource_arn(kind, &self.call.region, self.caller.account_id().as_str(), id)
    }

    fn with_keys(&self, mut demand: Demand) -> Demand {
        demand.context.set("ec2:Region", self.call.region.as_str());
        if let Some(kind) = self.parameters.get("InstanceType") {
            demand.context.set("ec2:InstanceType", kind);
        }
        demand
    }

    /// Every id in the call that is of a type the operation is authorized on; and for the
    /// types that always take part and of which none is named, all of the type, as AWS
    /// has it for what is about to be made.
    fn resources(&self, parts: &[Part]) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        let mut found = BTreeSet::new();
        let is_part = |kind: &str| parts.iter().any(|part| part.kind == kind);
        for (name, value) in self.parameters.iter() {
            let last = name.split('.').rfind(|part| part.parse::<u32>().is_err());
            let kind = match last.unwrap_or_default() {
                "KeyName" => Some("key-pair"),
                "GroupName" if is_part("placement-group") => Some("placement-group"),
                _ => kind_of_id(value),
            };
            if let Some(kind) = kind.filter(|kind| is_part(kind)) {
                found.insert(kind);
                named.insert(self.arn(kind, value));
            }
        }
        for part in parts.iter().filter(|part| part.always && !found.contains(part.kind)) {
            named.insert(self.arn(part.kind, "*"));
        }
        if named.is_empty() {
            named.insert("*".to_owned());
        }
        named
    }

    /// Refuses a call that names something that is there already so that the gate cannot
    /// tell its type and id: a Deny on it would not be seen.
    fn refuse_names(&self, parts: &[Part]) -> Result<(), ErrorResponse> {
        let makes = ["Create", "Import", "Allocate"];
        let tags = matches!(self.call.operation.as_str(), "CreateTags" | "DeleteTags");
        if !tags && makes.iter().any(|prefix| self.call.operation.starts_with(prefix)) {
            return Ok(());
        }
        let is_part = |kind: &str| parts.iter().any(|part| part.kind == kind);
        for (name, value) in self.parameters.iter() {
            let by_name = NAMES.iter().any(|(parameter, kind)| {
                name.split('.').any(|part| part == *parameter)
                    && is_part(kind)
                    && !(*parameter == "GroupName" && is_part("placement-group"))
            });
            let by_unknown_id =
                !name.contains("Tag.") && is_id(value) && kind_of_id(value).is_none();
            if by_name || by_unknown_id || (tags && name.starts_with("ResourceId") && !is_id(value))
            {
                return Err(ErrorResponse::Undecidable(format!(
                    "the gate cannot tell which resource `{name}` means, so it cannot allow \
                     `{}`",
                    self.call.action()
                )));
            }
        }
        Ok(())
    }

    /// What is tagged as it is made needs `ec2:CreateTags` too.
    fn tagging(&self) -> Vec<Demand> {
        let stems: BTreeSet<&str> =
            self.parameters.iter().filter_map(|(name, _)| tag_specification(name)).collect();
        let kinds: BTreeSet<&str> = stems
            .into_iter()
            .map(|stem| self.parameters.get(&format!("{stem}.ResourceType")).unwrap_or("*"))
            .collect();
        kinds
            .into_iter()
            .map(|kind| {
                let mut demand = Demand::on("ec2:CreateTags", self.arn(kind, "*"));
                demand.context.set("ec2:CreateAction", self.call.operation.as_str());
                demand.context.set("ec2:Region", self.call.region.as_str());
                demand
            })
            .collect()
    }

    /// An instance that gets a role needs `iam:PassRole` for it.
    fn passing(&self) -> Vec<Demand> {
        self.parameters
            .iter()
            .filter(|(name, _)| {
                name.ends_with("IamInstanceProfile.Name")
                    || name.ends_with("IamInstanceProfile.Arn")
            })
            .map(|(_, profile)| {
                let role = self.caller.snapshot.role_of_profile(profile);
                let arn = role.map_or_else(
                    || format!("arn:aws:iam::{}:role/*", self.caller.account_id()),
                    |role| role.arn.clone(),
                );
                let mut demand = Demand::on("iam:PassRole", arn);
                demand.context.set("iam:PassedToService", "ec2.amazonaws.com");
                demand
            })
            .collect()
    }
}

/// The tag specification that a parameter is part of, such as `TagSpecification.1` of
/// `TagSpecification.1.Tag.2.Key`. Those in the data of a launch template are for later.
fn tag_specification(name: &str) -> Option<&str> {
    let start =
        name.find("TagSpecification").filter(|_| !name.starts_with("LaunchTemplateData."))?;
    let end_of_part = |from: usize| name.get(from..)?.find('.').map(|at| from + at);
    // `TagSpecification`, `TagSpecifications` or `TagSpecificationSet`, then its number.
    let number = end_of_part(start).map_or(name.len(), |at| at + 1);
    name.get(..end_of_part(number).unwrap_or(name.len()))
}
