//! What is in an account beside its identities: buckets, instances, stacks, and what programs
//! put there.

use std::path::Path;

use iam_policy::PolicyKind;

use super::call::{CLOUDFORMATION, Call, EC2, Instances, Request, Script, Stack, add, form};
use super::document;
use super::section::Table;
use super::source::WorldError;
use crate::tutorial;

/// More instances than anybody's tests need.
const MOST_INSTANCES: u32 = 100;

/// The bucket with what is in it, and apart its policy, which may keep its maker out.
pub(super) fn bucket(
    table: &Table<'_>,
    folder: &Path,
    region: &str,
) -> Result<(Vec<Call>, Option<Call>), WorldError> {
    let name = table.needed("name")?;
    let s3 = |action, path, query, body| {
        let request = Request::S3 { action, path, query, body };
        Call { place: name.place.clone(), request }
    };
    let configuration = match region {
        "us-east-1" => String::new(),
        other => format!(
            "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <LocationConstraint>{other}</LocationConstraint></CreateBucketConfiguration>"
        ),
    };
    let mut calls = vec![s3("CreateBucket", name.text.clone(), "", configuration)];
    for (key, text) in table.table("objects") {
        calls.push(s3("PutObject", format!("{}/{key}", name.text), "", text.text));
    }
    let policy = match table.text("policy") {
        Some(given) => {
            let document = document::read(&given, folder, PolicyKind::Resource)?;
            Some(s3("PutBucketPolicy", name.text.clone(), "policy", document))
        }
        None => None,
    };
    Ok((calls, policy))
}

pub(super) fn instances(table: &Table<'_>) -> Result<Instances, WorldError> {
    let text = |name, without: &str| {
        table.text(name).map_or_else(|| without.to_owned(), |given| given.text)
    };
    let key_name = table.text("key_name").map(|given| given.text);
    let count = table.number("count", MOST_INSTANCES)?.unwrap_or(1).to_string();
    let parameters = [
        ("ImageId", &*text("image_id", tutorial::IMAGE_ID)),
        ("InstanceType", &text("instance_type", tutorial::INSTANCE_TYPE)),
        ("MinCount", &count),
        ("MaxCount", &count),
    ];
    let mut call = form(&table.place, EC2, "RunInstances", &parameters, &[]);
    add(&mut call, key_name.iter().map(|name| ("KeyName".to_owned(), name.clone())));
    let tags = table.table("tags");
    if !tags.is_empty() {
        let specification = "TagSpecification.1";
        add(&mut call, [(format!("{specification}.ResourceType"), "instance".to_owned())]);
        add(
            &mut call,
            tags.into_iter().enumerate().flat_map(|(at, (key, value))| {
                let tag = format!("{specification}.Tag.{}", at + 1);
                [(format!("{tag}.Key"), key), (format!("{tag}.Value"), value.text)]
            }),
        );
    }
    Ok(Instances { call, key_name })
}

pub(super) fn stack(table: &Table<'_>, folder: &Path) -> Result<Stack, WorldError> {
    let name = table.needed("name")?;
    let template = document::read_beside(&table.needed("template")?, folder)?;
    let parameters = [
        ("StackName", name.text.as_str()),
        ("TemplateBody", &template.text),
        ("Capabilities.member.1", "CAPABILITY_NAMED_IAM"),
        ("OnFailure", "DO_NOTHING"),
    ];
    let there_already = &["AlreadyExistsException"];
    let mut call = form(&name.place, CLOUDFORMATION, "CreateStack", &parameters, there_already);
    let given = table.table("parameters").into_iter().enumerate();
    add(
        &mut call,
        given.flat_map(|(at, (key, value))| {
            let member = format!("Parameters.member.{}", at + 1);
            [
                (format!("{member}.ParameterKey"), key),
                (format!("{member}.ParameterValue"), value.text),
            ]
        }),
    );
    Ok(Stack { name: name.text, call })
}

pub(super) fn script(table: &Table<'_>) -> Result<Script, WorldError> {
    let command: Vec<String> = table.texts("command").into_iter().map(|part| part.text).collect();
    match command.is_empty() {
        true => Err(table.place.error("expected a program in `command`, found none")),
        false => Ok(Script { place: table.place.clone(), command }),
    }
}
