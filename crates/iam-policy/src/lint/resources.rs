//! Resources that the actions of a statement are never checked on.

use aws_model::{Action, ResourceType};

use super::Linter;
use super::view::View;
use super::vocabulary;
use crate::code::Code;
use crate::severity::Severity;

/// Longer than any ARN: not looked at.
const LONGEST_ARN: usize = 2048;

impl Linter<'_> {
    /// Only where every resource is an ARN and the actions are listed: elsewhere `*` or what
    /// is not named covers the rest.
    pub(super) fn resources(&mut self, view: &View<'_>) {
        let named = view.not_resource.is_none()
            && view.not_action.is_none()
            && !view.resources.is_empty()
            && view
                .resources
                .iter()
                .all(|(_, resource)| resource.starts_with("arn:") && resource.len() <= LONGEST_ARN);
        if !named {
            return;
        }
        let real = self.arns_of_no_resource(view);
        for (at, action) in &view.actions {
            let Some((service, name)) = action.split_once(':') else { continue };
            let Some(matching) = vocabulary::matching(service, name) else { continue };
            if self.is_full() || matching.is_empty() {
                continue;
            }
            let types = types_of(&matching);
            let exact = !name.contains(['*', '?']);
            if types.is_empty() && exact {
                if view.allows() {
                    self.no_resource_types(*at, action);
                }
            } else if real && !types.is_empty() && !covered(&types, view) {
                self.wrong_resource_type(*at, action, &types);
            }
        }
    }

    /// AWS asks for an action without resource types on `*`.
    fn no_resource_types(&mut self, at: u32, action: &str) {
        self.find(
            at,
            Code::NoResourceTypes,
            format!("`{action}` has no resource types, so an ARN in `Resource` does not cover it"),
            "move the action to a statement with \"Resource\": \"*\"",
        );
    }

    fn wrong_resource_type(&mut self, at: u32, action: &str, types: &[&'static ResourceType]) {
        let names: Vec<String> = types.iter().map(|one| format!("`{}`", one.name)).collect();
        let names = match names.as_slice() {
            [first, second, third, _, ..] => {
                format!("{first}, {second}, {third} and {} more types", names.len() - 3)
            }
            few => few.join(" or "),
        };
        let templates: Vec<String> =
            types.iter().take(3).map(|one| format!("`{}`", one.arn)).collect();
        self.find(
            at,
            Code::WrongResourceType,
            format!("`{action}` is checked on {names}, and no ARN under `Resource` can be of that"),
            format!("name resources such as {}", templates.join(" or ")),
        );
    }

    /// Complains of ARNs that no resource of the service can have; whether there are others.
    fn arns_of_no_resource(&mut self, view: &View<'_>) -> bool {
        let mut real = false;
        for (at, arn) in &view.resources {
            let service = arn.split(':').nth(2).unwrap_or_default();
            let authorization = vocabulary::authorization_of_arn(arn);
            let types = authorization.map_or(&[][..], |known| known.resource_types());
            let possible = |arn: &str| types.iter().any(|one| one.may_match(arn));
            if types.is_empty() || possible(arn) || others_have(view, arn) {
                real = true;
                continue;
            }
            let mended = variants(arn).into_iter().find(|(_, variant)| possible(variant));
            let hint = match mended {
                Some((what, variant)) => format!("{what}: `{variant}`"),
                None => format!(
                    "see the resource types of `{service}` in the Service Authorization Reference"
                ),
            };
            let code = Code::NoSuchResource;
            let severity = match is_rejected(arn) {
                true => Severity::Error,
                false => code.severity(),
            };
            let message = format!("no resource of `{service}` has an ARN such as `{arn}`");
            self.say(severity, *at, code, message, hint);
        }
        real
    }
}

/// Whether IAM itself rejects the ARN, in words of its own: "Resource … can not contain region
/// information."
fn is_rejected(arn: &str) -> bool {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(fields.as_slice(), [_, _, "s3" | "iam", region, ..] if !region.is_empty())
}

/// Whether an ARN can be of a type that the actions themselves are checked on, be it another
/// service's.
fn others_have(view: &View<'_>, arn: &str) -> bool {
    let actions = view.actions.iter().filter_map(|(_, action)| action.split_once(':'));
    let authorizations = actions.filter_map(|(prefix, _)| aws_model::authorization(prefix));
    authorizations.flat_map(|one| one.resource_types()).any(|one| one.may_match(arn))
}

fn covered(types: &[&'static ResourceType], view: &View<'_>) -> bool {
    types.iter().any(|one| view.resources.iter().any(|(_, arn)| one.may_match(arn)))
}

/// The types of all actions, each once.
fn types_of(actions: &[&'static Action]) -> Vec<&'static ResourceType> {
    let mut types: Vec<&'static ResourceType> = Vec::new();
    for resource in actions.iter().flat_map(|action| action.resource_types()) {
        if !types.iter().any(|known| std::ptr::eq(*known, resource.resource_type)) {
            types.push(resource.resource_type);
        }
    }
    types
}

/// The ARN with a region and an account where it had none and the other way round, and what
/// that mends.
fn variants(arn: &str) -> Vec<(String, String)> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let [arn, partition, service, region, account, resource] = fields.as_slice() else {
        return Vec::new();
    };
    let other = |field: &str| if field.is_empty() { "*" } else { "" };
    let says = |field: &str| if field.is_empty() { "a" } else { "no" };
    let (other_region, other_account) = (other(region), other(account));
    let written = |region: &str, account: &str| {
        format!("{arn}:{partition}:{service}:{region}:{account}:{resource}")
    };
    let a_region = format!("it has {} region", says(region));
    let an_account = format!("it has {} account", says(account)).replace("a account", "an account");
    let both = format!("{a_region} and{}", an_account.trim_start_matches("it has"));
    vec![
        (an_account, written(region, other_account)),
        (a_region, written(other_region, account)),
        (both, written(other_region, other_account)),
    ]
}
