//! The tags that a call brings, wherever its service has it put them.

use roxmltree::Document;
use serde_json::{Map, Value};

use crate::call::{Input, S3Request};
use crate::input::Tree;
use crate::wire::Parameters;

/// A tag's key, and its value unless the call takes the tag away.
pub(crate) type Tag = (String, Option<String>);

/// Members that hold tags in the JSON protocols.
const MEMBERS: [&str; 2] = ["Tags", "tags"];
/// Members that hold the keys of tags.
const KEYS: [&str; 2] = ["TagKeys", "tagKeys"];

/// All tags of a call.
pub(crate) fn of(input: &Input) -> Vec<Tag> {
    match input {
        Input::Query(parameters) => of_query(parameters),
        Input::Json { members, .. } | Input::Tree(Tree { members, .. }) => of_json(members),
        Input::S3(request) => of_bucket(request),
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
        Input::S3(request) => is_create_bucket(request) && !is_without_tags(request),
    }
}

/// Tags of `Tags.member.N.Key` (Query), `Tag.N.Key` (SQS, EC2) and
/// `TagSpecification.N.Tag.M.Key` (EC2, also deeper and in the plural).
fn of_query(parameters: &Parameters) -> Vec<Tag> {
    let mut tags = Vec::new();
    for (name, key) in parameters.iter() {
        let Some(stem) = name.strip_suffix(".Key") else { continue };
        let of_tags = stem.starts_with("Tag.")
            || stem.starts_with("Tags.member.")
            || (stem.contains("TagSpecification") && stem.contains(".Tag."));
        // The tags in a launch template's data are for what is launched by it, later.
        if of_tags && !stem.starts_with("LaunchTemplateData.") {
            let value = parameters.get(&format!("{stem}.Value")).unwrap_or_default();
            tags.push((key.to_owned(), Some(value.to_owned())));
        }
    }
    for name in ["TagKeys", "TagKey"] {
        tags.extend(parameters.list(name).into_iter().map(|key| (key.to_owned(), None)));
    }
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
                let part = |upper: &str, lower: &str| {
                    tag.get(upper).or_else(|| tag.get(lower)).and_then(text)
                };
                match tag {
                    Value::String(key) => Some((key.clone(), None)),
                    _ => Some((part("Key", "TagKey")?, part("Value", "TagValue"))),
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

fn is_without_tags(request: &S3Request) -> bool {
    let body = std::str::from_utf8(&request.body).unwrap_or("?").trim();
    let tagless = |document: Document<'_>| {
        !document.descendants().any(|node| node.tag_name().name().starts_with("Tag"))
    };
    body.is_empty() || Document::parse(body).is_ok_and(tagless)
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
