//! What an action is checked on: a yes for a resource that AWS never asks about is none.
//!
//! Source: Service Authorization Reference, by `aws-model`.

use aws_model::Action;
use iam_policy::referred_arn;

use crate::{Exit, Failure};

/// Operations of S3 whose permission has another name, and that name.
/// Source: S3 user guide, "Required permissions for Amazon S3 API operations".
const OTHER_NAMES: [(&str, &str); 8] = [
    ("s3:CopyObject", "s3:PutObject"),
    ("s3:DeleteObjects", "s3:DeleteObject"),
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:HeadObject", "s3:GetObject"),
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("s3:ListObjectVersions", "s3:ListBucketVersions"),
    ("s3:ListObjects", "s3:ListBucket"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
];

/// What a condition key that was given says of one of the resources that a call is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// It has the value that was given.
    AsGiven,
    /// No request carries it there.
    Absent,
    /// It may be of another resource.
    Unknown,
}

/// A type of resources that an action is checked on.
pub(super) struct CheckedType {
    /// As the Service Authorization Reference calls it.
    pub(super) name: &'static str,
    /// The pattern of all of it in an account.
    pub(super) resources: String,
    /// Whether every call is on one; else those that name one.
    pub(super) always: bool,
}

/// What is known of an action.
pub(super) enum Known {
    /// Its service is none that the data has.
    Nothing,
    /// It is one.
    Action(&'static Action),
}

impl Known {
    /// Looks the action up.
    ///
    /// # Errors
    /// An action that its service does not have, by its other name where it has one.
    pub(super) fn of(action: &str) -> Result<Self, Failure> {
        let service = action.split(':').next().unwrap_or_default();
        if aws_model::authorization(service).is_none() {
            return Ok(Self::Nothing);
        }
        if let Some(known) = aws_model::action(action) {
            return Ok(Self::Action(known));
        }
        let other = OTHER_NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(action));
        let message = format!("`{action}` is no action of AWS (as of {})", aws_model::data_date());
        Err(
            match other.map(|(_, other)| (*other).to_owned()).or_else(|| nearest(service, action)) {
                Some(near) => Failure::new(Exit::Usage, message)
                    .hint(format!("did you mean `--action {near}`?")),
                None => Failure::new(Exit::Usage, message)
                    .hint("the Service Authorization Reference lists the actions of each service"),
            },
        )
    }

    /// Refuses a resource that the action is never checked on.
    ///
    /// # Errors
    /// The forms that it is checked on.
    pub(super) fn check(&self, action: &str, resource: &str) -> Result<(), Failure> {
        let Self::Action(known) = self else { return Ok(()) };
        let referred = referred_arn(resource);
        if resource == super::NO_RESOURCE || known.resource_type_of(&referred).is_some() {
            return Ok(());
        }
        let types = known.resource_types();
        if types.is_empty() {
            let message = format!("`{action}` is checked on no resource, so not on `{resource}`");
            return Err(Failure::new(Exit::Usage, message)
                .hint("leave `--resource` out: policies allow it on `\"Resource\": \"*\"` alone"));
        }
        let mut forms: Vec<_> =
            types.iter().map(|one| format!("`{}`", one.resource_type.arn)).collect();
        forms.dedup();
        let message = format!("`{action}` is never checked on `{resource}`");
        Err(Failure::new(Exit::Usage, message)
            .hint(format!("it is checked on {}", forms.join(", "))))
    }

    /// Refuses a condition key that no request for the action carries: its own service's, and
    /// a resource's tag where there is no resource.
    ///
    /// # Errors
    /// The key.
    pub(super) fn check_key(&self, action: &str, key: &str) -> Result<(), Failure> {
        let Self::Action(known) = self else { return Ok(()) };
        let of = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let of_service = of(key) == of(action) && !known.carries(key);
        let of_no_resource =
            self.knows_no_resources() && key.to_ascii_lowercase().starts_with("aws:resourcetag/");
        if !of_service && !of_no_resource {
            return Ok(());
        }
        let message = format!("no request for `{action}` carries the condition key `{key}`");
        Err(Failure::new(Exit::Usage, message)
            .hint(format!("leave `--context {key}=…` out: a condition on it is never met")))
    }

    /// Whether it is checked on no resource, so that policies allow it on `*` alone.
    pub(super) fn knows_no_resources(&self) -> bool {
        matches!(self, Self::Action(known) if known.resource_types().is_empty())
    }

    /// Whether what it is checked on names a resource: all buckets of an account name none.
    pub(super) fn names_some(&self) -> bool {
        let Self::Action(known) = self else { return true };
        known.resource_types().iter().any(|one| !one.resource_type.names_none())
    }

    /// The types that calls are checked on, where every call is on several: first those that
    /// it always is on, then those that it is on where it names one.
    pub(super) fn types(&self, partition: &str, account: &str) -> Vec<CheckedType> {
        let Self::Action(known) = self else { return Vec::new() };
        let named = known.resource_types().iter().filter(|one| !one.resource_type.names_none());
        let mut all: Vec<CheckedType> = Vec::new();
        for one in named {
            let known = [("Partition", partition), ("Account", account)];
            let resources = all_of(one.resource_type.arn, &known);
            let name = one.resource_type.name;
            if !all.iter().any(|it| it.name == name && it.resources == resources) {
                all.push(CheckedType { name, resources, always: one.required });
            }
        }
        all.sort_by_key(|one| !one.always);
        if all.iter().filter(|one| one.always).count() < 2 { Vec::new() } else { all }
    }

    /// The types of resources that a call is checked on as well, beside those that are named;
    /// none where none is named.
    pub(super) fn further<'a>(
        &self,
        resources: impl Iterator<Item = &'a str>,
    ) -> Vec<&'static str> {
        let Self::Action(known) = self else { return Vec::new() };
        let named = resources.filter_map(|arn| known.resource_type_of(&referred_arn(arn)));
        let named: Vec<&str> = named.map(|one| one.name).collect();
        if named.is_empty() {
            return Vec::new();
        }
        let types = known.resource_types().iter().filter(|one| one.required);
        types.map(|one| one.resource_type.name).filter(|name| !named.contains(name)).collect()
    }

    /// The types of which none is among the resources that are named, and that a call is checked on
    /// where it names one; none where it is not on several types.
    pub(super) fn where_named<'a>(
        &self,
        resources: impl Iterator<Item = &'a str>,
    ) -> Vec<&'static str> {
        let Self::Action(known) = self else { return Vec::new() };
        let named = resources.filter_map(|arn| known.resource_type_of(&referred_arn(arn)));
        let named: Vec<&str> = named.map(|one| one.name).collect();
        let types = self.types("", "").into_iter().filter(|one| !one.always);
        types.map(|one| one.name).filter(|name| !named.contains(name)).collect()
    }

    /// Whether a request for it carries the key where it is checked on this ARN.
    pub(super) fn carries_on(&self, key: &str, arn: &str) -> bool {
        let arn = referred_arn(arn);
        matches!(self, Self::Action(known) if known.carries_on(key, &arn))
    }

    /// What a given key says of the resource that is named, or of all where none is.
    pub(super) fn bearing(&self, key: &str, resource: &str) -> Bearing {
        let Self::Action(known) = self else { return Bearing::AsGiven };
        if resource == super::NO_RESOURCE {
            return bearing_on_any(known, key);
        }
        let resource = referred_arn(resource);
        if !known.carries(key) || known.carries_on(key, &resource) {
            Bearing::AsGiven
        } else if known.may_carry_on(key, &resource) {
            Bearing::Unknown
        } else {
            Bearing::Absent
        }
    }

    /// What a given key says of the further resources, which nobody named: what is not the
    /// call's own may be otherwise there.
    pub(super) fn bearing_on_further(&self, key: &str) -> Bearing {
        match self {
            Self::Action(known) if is_the_calls(known, key) => Bearing::AsGiven,
            Self::Action(_) => Bearing::Unknown,
            Self::Nothing => Bearing::AsGiven,
        }
    }
}

/// A template with the variables that are known, and a star for every other.
fn all_of(template: &str, known: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once("${").and_then(|(before, behind)| Some((before, behind.split_once('}')?)))
    {
        text.push_str(before);
        let value = known.iter().find(|(known, _)| *known == name);
        text.push_str(value.map_or("*", |(_, value)| value));
        rest = after;
    }
    text + rest
}

/// Whether what is named is no resource, but a pattern of some.
pub(super) fn stands_for_several(resource: &str) -> bool {
    resource.contains(['*', '?'])
}

/// One value cannot be told of several resources, nor of one that may not carry the key.
fn bearing_on_any(known: &Action, key: &str) -> Bearing {
    let required: Vec<_> = known.resource_types().iter().filter(|one| one.required).collect();
    let carried = match required.as_slice() {
        [] => known.resource_types().iter().all(|one| one.carries(key)),
        [one] => one.carries(key),
        _ => false,
    };
    let carried_by_none = !known.carries(key) && required.len() < 2;
    if is_the_calls(known, key) || carried || carried_by_none {
        Bearing::AsGiven
    } else {
        Bearing::Unknown
    }
}

/// Whether a key tells of the call and of nothing that it is on.
/// Source: IAM user guide, "AWS global condition context keys", "Properties of the resource".
fn is_the_calls(known: &Action, key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let of_the_resource = lower.starts_with("aws:resource") || lower.contains(":resourcetag/");
    !of_the_resource && (known.carries_itself(key) || !known.carries(key))
}

fn nearest(service: &str, action: &str) -> Option<String> {
    let (_, name) = action.split_once(':')?;
    let known = aws_model::authorization(service)?.actions();
    let near = fed_types::nearest(name, known.iter().map(|action| action.name))?;
    Some(format!("{}:{near}", service.to_ascii_lowercase()))
}
