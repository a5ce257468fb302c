//! What EC2's operations need.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for
//! Amazon EC2"; the facts are in `data/ec2-operations.txt`.

mod elsewhere;
mod launch_template;
mod passing;
mod resource;
mod tagging;

use std::collections::BTreeSet;

use crate::call::Call;
use crate::caller::{Caller, Identity};
use crate::demand::Demand;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::wire::Parameters;
use launch_template::LaunchTemplate;
use resource::{Part, is_id, kind_of_arn, kind_of_id, operation, resource_arn};
use tagging::Tagging;

/// Parameters that name a resource otherwise than by its id, and the type it is of: the gate
/// cannot tell its id.
const NAMES: [(&str, &str); 5] = [
    ("GroupName", "security-group"),
    ("SecurityGroup", "security-group"),
    ("SecurityGroupSet", "security-group"),
    ("PublicIp", "elastic-ip"),
    ("KeyPairId", "key-pair"),
];

/// Operations whose `GroupName` is that of what they make.
const MAKES_GROUP: [&str; 2] = ["CreatePlacementGroup", "CreateSecurityGroup"];

/// What members are called that hold what somebody has written: it may look like an id and
/// be none. Names that end in `Name` likewise.
const FREE_TEXT: [&str; 7] =
    ["ClientToken", "Comment", "Description", "NextToken", "UserData", "Value", "Key"];

/// Whether an operation is in the tables.
pub(super) fn is_mapped(name: &str) -> bool {
    operation(name).is_some()
}

/// The permissions that an EC2 operation needs; `None` when it is not mapped.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] when the call names a resource so that its id is not known;
/// what stands against reading the launch templates it names.
pub(super) async fn demands(
    state: &State,
    call: &Call,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<Option<Vec<Demand>>, ErrorResponse> {
    let Some(parts) = operation(&call.operation) else { return Ok(None) };
    let unbound =
        matches!(caller.identity, Identity::Root) && !state.organization.binds(caller.account_id());
    let templates = match unbound {
        true => Vec::new(),
        false => launch_template::read(state, call, parameters, caller).await?,
    };
    let place = Place::of(call, parameters, templates, caller);
    if !unbound {
        elsewhere::refuse(call, place.said())?;
    }
    let mut demands = match parts {
        [] => place.with_tags(place.with_keys(Demand::without_resource(call.action())), "*"),
        _ => {
            if !matches!(caller.identity, Identity::Root) {
                place.refuse_names(parts)?;
            }
            place.on_resources(&call.action(), parts)
        }
    };
    // A fleet launches at once, by the caller's own permissions.
    if let ("CreateFleet", Some(parts)) = (call.operation.as_str(), operation("RunInstances")) {
        demands.extend(place.on_resources("ec2:RunInstances", parts));
    }
    demands.extend(place.tagging_demands());
    demands.extend(passing::demands(caller, place.said()).await?);
    Ok(Some(demands))
}

struct Place<'a> {
    call: &'a Call,
    parameters: &'a Parameters,
    templates: Vec<LaunchTemplate>,
    tagging: Tagging,
    caller: &'a Caller,
}

impl<'a> Place<'a> {
    fn of(
        call: &'a Call,
        parameters: &'a Parameters,
        templates: Vec<LaunchTemplate>,
        caller: &'a Caller,
    ) -> Self {
        let own: Vec<(&str, &str)> = parameters.iter().collect();
        let mut sources = vec![own];
        sources.extend(templates.iter().map(|template| {
            template.data.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
        }));
        let tagging = Tagging::read(sources.iter().map(|source| source.iter().copied()));
        Self { call, parameters, templates, tagging, caller }
    }

    fn arn(&self, kind: &str, id: &str) -> String {
        resource_arn(kind, &self.call.region, self.caller.account_id().as_str(), id)
    }

    /// What the call says, and what its launch templates say where it says nothing.
    fn said(&self) -> impl Iterator<Item = (&str, &str)> {
        let first = |name: &str| {
            let first = name.split('.').next().unwrap_or_default();
            first.strip_suffix("Set").unwrap_or(first).to_owned()
        };
        let given: BTreeSet<String> = self.parameters.iter().map(|(name, _)| first(name)).collect();
        let templates = self.templates.iter().flat_map(|template| &template.data);
        let templates = templates.filter(move |(name, _)| {
            name.starts_with("TagSpecification") || !given.contains(&first(name))
        });
        let templates = templates.map(|(name, value)| (name.as_str(), value.as_str()));
        self.parameters.iter().chain(templates)
    }

    fn with_keys(&self, mut demand: Demand) -> Demand {
        demand.context.set("ec2:Region", self.call.region.as_str());
        let kind = self.said().find(|(name, _)| *name == "InstanceType");
        if let Some((_, kind)) = kind {
            demand.context.set("ec2:InstanceType", kind);
        }
        demand
    }

    fn on_resources(&self, action: &str, parts: &[Part]) -> Vec<Demand> {
        let resources = self.resources(parts).into_iter();
        let on = |arn: String| {
            let kind = kind_of_arn(&arn).to_owned();
            self.with_tags(self.with_keys(Demand::on(action, arn)), &kind)
        };
        resources.flat_map(on).collect()
    }

    /// Every id in the call that is of a type the operation is authorized on; and for the
    /// types that always take part and of which none is named, all of the type, as AWS
    /// has it for what is about to be made.
    fn resources(&self, parts: &[Part]) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        let mut found = BTreeSet::new();
        let is_part = |kind: &str| parts.iter().any(|part| part.kind == kind);
        for (name, value) in self.said() {
            let kind = match last(name) {
                "KeyName" => Some("key-pair"),
                "GroupName" if is_part("placement-group") => Some("placement-group"),
                member if is_free_text(member) => None,
                _ => kind_of_id(value),
            };
            if let Some(kind) = kind.filter(|kind| is_part(kind)) {
                found.insert(kind);
                named.insert(self.arn(kind, value));
            }
        }
        for template in &self.templates {
            let id = template.id.as_deref().unwrap_or("*");
            if is_part("launch-template") {
                found.insert("launch-template");
                named.insert(self.arn("launch-template", id));
            }
        }
        let tagged = self.tagging.kinds();
        let makes = |kind: &str| tagged.contains(kind) || (kind == "volume" && self.maps_volumes());
        let takes_part = |part: &&Part| part.always || makes(part.kind);
        for part in parts.iter().filter(takes_part).filter(|part| !found.contains(part.kind)) {
            named.insert(self.arn(part.kind, "*"));
        }
        if named.is_empty() {
            named.insert("*".to_owned());
        }
        named
    }

    /// Whether a launch says which volumes it makes.
    fn maps_volumes(&self) -> bool {
        self.said().any(|(name, _)| name.contains("BlockDeviceMapping") && name.contains(".Ebs."))
    }

    /// Refuses a call that names something that is there already so that the gate cannot
    /// tell its type and id: a Deny on it would not be seen.
    fn refuse_names(&self, parts: &[Part]) -> Result<(), ErrorResponse> {
        let operation = self.call.operation.as_str();
        let tags = matches!(operation, "CreateTags" | "DeleteTags");
        let makes = ["Create", "Import", "Allocate"];
        let makes = !tags && makes.iter().any(|prefix| operation.starts_with(prefix));
        let is_part = |kind: &str| parts.iter().any(|part| part.kind == kind);
        for (name, value) in self.said() {
            let by_name = NAMES.iter().any(|(parameter, kind)| {
                name.split('.').any(|part| part == *parameter)
                    && is_part(kind)
                    && !(*parameter == "GroupName"
                        && (is_part("placement-group") || MAKES_GROUP.contains(&operation)))
            });
            let by_unknown_id = !makes
                && !name.contains("Tag.")
                && !is_free_text(last(name))
                && is_id(value)
                && kind_of_id(value).is_none();
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
    fn tagging_demands(&self) -> Vec<Demand> {
        let tagged = self.tagging.kinds().into_iter().map(|kind| {
            let mut demand = Demand::on("ec2:CreateTags", self.arn(kind, "*"));
            demand.context.set("ec2:CreateAction", self.call.operation.as_str());
            demand.context.set("ec2:Region", self.call.region.as_str());
            self.with_tags(demand, kind)
        });
        tagged.flatten().collect()
    }

    /// The demand with the tags that the call puts on what it is about, as often as they may be
    /// meant in several ways.
    fn with_tags(&self, demand: Demand, kind: &str) -> Vec<Demand> {
        match self.tagging.on(kind) {
            None => vec![demand],
            Some(ways) => {
                let with = |tags| Demand { tags: Some(tags), ..demand.clone() };
                ways.into_iter().map(with).collect()
            }
        }
    }
}

/// The member that a parameter is of: the last part of its name that is no number.
fn last(name: &str) -> &str {
    name.split('.').rfind(|part| part.parse::<u32>().is_err()).unwrap_or_default()
}

/// Whether a member holds what somebody has written, which names nothing.
fn is_free_text(member: &str) -> bool {
    member.ends_with("Name") || FREE_TEXT.contains(&member)
}
