//! A prefix's condition keys, resource types and actions.

use crate::arn_template::ArnTemplate;
use crate::authorization::{
    AccessLevel, Action, ActionResource, ConditionKey, Decoded, KeyType, ResourceType,
};
use crate::pack::{self, Place};
use crate::text::{DamagedData, Line, non_empty};

/// Decodes a prefix's part of the pack.
pub(crate) fn authorization_at(of: &'static str, place: Place) -> Result<Decoded, DamagedData> {
    authorization(of, pack::part(of, place)?)
}

/// Decodes a prefix's data, which has keys before types, and types before actions.
pub(crate) fn authorization(of: &'static str, text: &'static str) -> Result<Decoded, DamagedData> {
    let mut keys = Vec::new();
    for (_, mut line) in Line::all(of, text).filter(|(kind, _)| *kind == "K") {
        keys.push(condition_key(&mut line)?);
    }
    let condition_keys: &'static [ConditionKey] = keys.leak();
    let mut types = Vec::new();
    for (_, mut line) in Line::all(of, text).filter(|(kind, _)| *kind == "R") {
        types.push(resource_type(&mut line, condition_keys)?);
    }
    let resource_types: &'static [ResourceType] = types.leak();
    let mut actions = Vec::new();
    for (kind, mut line) in Line::all(of, text) {
        match kind {
            "K" | "R" => {}
            "A" => actions.push(action(&mut line, condition_keys, resource_types)?),
            _ => return Err(line.damaged("a key, a type or an action")),
        }
    }
    Ok(Decoded { actions: actions.leak(), resource_types, condition_keys })
}

fn condition_key(line: &mut Line) -> Result<ConditionKey, DamagedData> {
    let name = line.field("a key")?;
    let key_type = match non_empty(line.field("a type or nothing")?) {
        Some(name) => Some(KeyType::of_name(name).ok_or_else(|| line.damaged("a type"))?),
        None => None,
    };
    Ok(ConditionKey { name, key_type })
}

fn resource_type(
    line: &mut Line,
    keys: &'static [ConditionKey],
) -> Result<ResourceType, DamagedData> {
    let name = line.field("a name")?;
    let arn = line.field("a template")?;
    let condition_keys = listed(line, keys)?;
    let template = ArnTemplate::new(arn, line.field("separators")?);
    Ok(ResourceType { name, arn, condition_keys, template })
}

fn action(
    line: &mut Line,
    keys: &'static [ConditionKey],
    types: &'static [ResourceType],
) -> Result<Action, DamagedData> {
    let name = line.field("a name")?;
    let access_level = match line.field("an access level")? {
        "L" => AccessLevel::List,
        "R" => AccessLevel::Read,
        "W" => AccessLevel::Write,
        "PW" => AccessLevel::PermissionsManagement,
        "TW" => AccessLevel::Tagging,
        _ => return Err(line.damaged("an access level")),
    };
    let condition_keys = listed(line, keys)?;
    let dependent_actions = names(line.field("dependent actions")?);
    let mut resources = Vec::new();
    for text in line.field("resource types")?.split('|').filter(|text| !text.is_empty()) {
        let resource = action_resource(text, keys, types);
        let mut resource = resource.ok_or_else(|| line.damaged("resource types"))?;
        resource.required |= ALWAYS.contains(&(name, resource.resource_type.name));
        resources.push(resource);
    }
    Ok(Action { name, access_level, condition_keys, dependent_actions, resources })
}

/// Types of an action that the reference marks as optional, and that calls are checked on all the
/// same: the root device of nearly every image is a volume. What an image with an instance store
/// does not need is asked for, too.
///
/// Source: EC2 user guide, "Example policies to control access the Amazon EC2 API", "Launch
/// instances (RunInstances)".
const ALWAYS: [(&str, &str); 1] = [("RunInstances", "volume")];

/// `NAME!;KEYS;ACTIONS`, the mark where the type always takes part.
fn action_resource(
    text: &'static str,
    keys: &'static [ConditionKey],
    types: &'static [ResourceType],
) -> Option<ActionResource> {
    let (name, rest) = text.split_once(';')?;
    let (numbers, actions) = rest.split_once(';')?;
    let required = name.ends_with('!');
    let name = name.trim_end_matches('!');
    Some(ActionResource {
        resource_type: types.iter().find(|known| known.name == name)?,
        required,
        condition_keys: numbered(numbers, keys)?,
        dependent_actions: names(actions),
    })
}

fn listed(
    line: &mut Line,
    keys: &'static [ConditionKey],
) -> Result<Vec<&'static ConditionKey>, DamagedData> {
    let numbers = line.field("numbers of keys")?;
    numbered(numbers, keys).ok_or_else(|| line.damaged("numbers of keys"))
}

fn numbered(text: &str, keys: &'static [ConditionKey]) -> Option<Vec<&'static ConditionKey>> {
    let numbers = text.split(',').filter(|number| !number.is_empty());
    numbers.map(|number| keys.get(number.parse::<usize>().ok()?)).collect()
}

fn names(text: &'static str) -> Vec<&'static str> {
    text.split(',').filter(|name| !name.is_empty()).collect()
}
