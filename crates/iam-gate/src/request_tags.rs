//! The tags that a call brings, wherever its service has it put them.

use iam_policy::Context;
use roxmltree::Document;
use serde_json::{Map, Value};

use crate::call::{Input, S3Request};
use crate::input::Tree;
use crate::wire::Parameters;

/// A tag's key, and its value unless the call takes the tag away.
pub(crate) type Tag = (String, Option<String>);

/// Members that hold tags in the JSON protocols.
const MEMBERS: [&str; 3] = ["AddTags", "Tags", "tags"];
/// Members that hold the keys of tags.
const KEYS: [&str; 3] = ["RemoveTagKeys", "TagKeys", "tagKeys"];

/// How a tag's key and its value are called in a list of tags.
const KEY: [&str; 4] = ["Key", "key", "TagKey", "tagKey"];
const VALUE: [&str; 4] = ["Value", "value", "TagValue", "tagValue"];

/// All tags of a call.
pub(crate) fn of(input: &Input) -> Vec<Tag> {
    match input {
        Input::Query(parameters) => of_query(parameters),
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => of_json(members),
        Input::S3(request) => of_bucket(request),
    }
}

/// Sets the condition keys of tags: in the place of all those that are there.
pub(crate) fn describe(tags: &[Tag], context: &mut Context) {
    let is_of_tags = |key: &str| key.starts_with("aws:requesttag/") || key == "aws:tagkeys";
    let keys = context.iter().map(|(key, _)| key).filter(|key| is_of_tags(key));
    let keys: Vec<String> = keys.map(str::to_owned).collect();
    keys.iter().for_each(|key| context.remove(key));
    if !tags.is_empty() {
        context.set_all("aws:TagKeys", tags.iter().map(|(key, _)| key.as_str()));
    }
    for (key, value) in tags {
        if let Some(value) = value {
            context.set(format!("aws:RequestTag/{key}"), value.as_str());
        }
    }
}

/// Whether a call brings tags, be they readable or not.
pub(crate) fn are_given(input: &Input) -> bool {
    match input {
        Input::Query(parameters) => parameters.iter().any(|(name, _)| {
            matches!(name.split('.').next(), Some("Tag" | "Tags" | "tags" | "tag"))
        }),
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => {
            MEMBERS.iter().any(|name| match members.get(*name) {
                None | Some(Value::Null) => false,
                Some(Value::Array(list)) => !list.is_empty(),
                Some(Value::Object(map)) => !map.is_empty(),
                Some(_) => true,
            })
        }
        Input::S3(request) => {
            let says_nothing = request.body.trim_ascii().is_empty();
            is_create_bucket(request) && !says_nothing && !is_without_tags(&request.body)
        }
    }
}

/// Whether each tag that a call of the JSON protocols brings is one that [`of`] tells.
pub(crate) fn are_read(input: &Input) -> bool {
    let (Input::Json { members, .. } | Input::Tree(Tree { members, .. })) = input else {
        return true;
    };
    let lists = MEMBERS.iter().chain(&KEYS).filter_map(|name| members.get(*name));
    let given = lists.map(|value| match value {
        Value::Null => 0,
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        _ => 1,
    });
    given.sum::<usize>() == of_json(members).len()
}

/// Tags of `Tags.member.N.Key` (Query; some services have another word in the middle),
/// `Tag.N.Key` (SQS, EC2) and `TagSpecification.N.Tag.M.Key` (EC2, also deeper and in the
/// plural), and keys of `TagKeys.member.N` and `TagKey.N`.
fn of_query(parameters: &Parameters) -> Vec<Tag> {
    let mut tags = Vec::new();
    for (name, key) in parameters.iter() {
        let Some(stem) = name.strip_suffix(".Key") else { continue };
        let of_tags = stem.starts_with("Tag.")
            || stem.starts_with("Tags.")
            || (stem.contains("TagSpecification") && stem.contains(".Tag."));
        // The tags in a launch template's data are for what is launched by it, later.
        if of_tags && !stem.starts_with("LaunchTemplateData.") {
            let value = parameters.get(&format!("{stem}.Value")).unwrap_or_default();
            tags.push((key.to_owned(), Some(value.to_owned())));
        }
    }
    let keys = parameters
        .iter()
        .filter(|(name, _)| ["TagKeys.", "TagKey."].iter().any(|list| name.starts_with(list)));
    tags.extend(keys.map(|(_, key)| (key.to_owned(), None)));
    tags
}

/// Tags of a list of objects, a list of keys or one object, and of `TagKeys`.
fn of_json(members: &Map<String, Value>) -> Vec<Tag> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut tags = Vec::new();
    for name in MEMBERS {
        match members.get(name) {
            Some(Value::Object(map)) => {
                tags.extend(map.iter().map(|(key, value)| (key.clone(), text(value))));
            }
            Some(Value::Array(list)) => tags.extend(list.iter().filter_map(|tag| {
                let part = |names: [&str; 4]| names.iter().find_map(|name| tag.get(*name));
                match tag {
                    Value::String(key) => Some((key.clone(), None)),
                    _ => Some((part(KEY).and_then(text)?, part(VALUE).and_then(text))),
                }
            })),
            _ => {}
        }
    }
    for name in KEYS {
        let keys = members.get(name).and_then(Value::as_array).into_iter().flatten();
        tags.extend(keys.filter_map(text).map(|key| (key, None)));
    }
    tags
}

/// The tags of a bucket that is about to be made.
fn of_bucket(request: &S3Request) -> Vec<Tag> {
    match is_create_bucket(request) {
        true => of_xml(&request.body),
        false => Vec::new(),
    }
}

fn is_create_bucket(request: &S3Request) -> bool {
    request.operation_name() == "CreateBucket"
}

/// Whether a document of S3's has no tags.
pub(crate) fn is_without_tags(body: &[u8]) -> bool {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let is_of_tags = |name: &str| name.starts_with("Tag") && !matches!(name, "Tagging" | "TagSet");
    let tagless = |document: Document<'_>| {
        !document.descendants().any(|node| is_of_tags(node.tag_name().name()))
    };
    Document::parse(text).is_ok_and(tagless)
}

/// The `Tag` elements of a body of S3's.
pub(crate) fn of_xml(body: &[u8]) -> Vec<Tag> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let Ok(document) = Document::parse(text) else { return Vec::new() };
    let tags = document.descendants().filter(|node| node.tag_name().name() == "Tag");
    tags.filter_map(|tag| {
        let text = |name: &str| {
            let part = tag.children().find(|part| part.tag_name().name() == name)?;
            Some(part.text().unwrap_or_default().to_owned())
        };
        Some((text("Key")?, text("Value")))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn json_tags(members: &Value) -> (Vec<Tag>, bool) {
        let members = members.as_object().unwrap().clone();
        let input = Input::Json { target: "t".to_owned(), members };
        (of(&input), are_read(&input))
    }

    #[test]
    fn tags_are_read_in_every_spelling_or_told_to_be_unread() {
        let team = vec![("team".to_owned(), Some("red".to_owned()))];
        for tags in [
            json!([{ "Key": "team", "Value": "red" }]),
            json!([{ "key": "team", "value": "red" }]),
            json!([{ "TagKey": "team", "TagValue": "red" }]),
            json!([{ "tagKey": "team", "tagValue": "red" }]),
            json!({ "team": "red" }),
        ] {
            assert_eq!(json_tags(&json!({ "Tags": tags })), (team.clone(), true));
            assert_eq!(json_tags(&json!({ "tags": tags })), (team.clone(), true));
        }
        for tags in [json!([{ "name": "team" }]), json!([1]), json!("team")] {
            assert_eq!(json_tags(&json!({ "Tags": tags })), (Vec::new(), false), "{tags}");
        }
        let keys = vec![("team".to_owned(), None)];
        assert_eq!(json_tags(&json!({ "TagKeys": ["team"] })), (keys, true));
    }

    #[test]
    fn query_tags_are_read_whatever_stands_in_the_middle() {
        for stem in ["Tags.member.1", "Tags.Tag.1", "Tag.1", "TagSpecification.1.Tag.1"] {
            let pairs = [(format!("{stem}.Key"), "team"), (format!("{stem}.Value"), "red")];
            let parameters: Parameters =
                pairs.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
            let team = vec![("team".to_owned(), Some("red".to_owned()))];
            assert_eq!(of(&Input::Query(parameters)), team, "{stem}");
        }
        for name in ["TagKeys.member.1", "TagKeys.TagKey.1", "TagKey.1"] {
            let parameters: Parameters =
                [(name.to_owned(), "team".to_owned())].into_iter().collect();
            assert_eq!(of(&Input::Query(parameters)), [("team".to_owned(), None)], "{name}");
        }
    }
}
