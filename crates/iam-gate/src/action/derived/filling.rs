//! Fills the variables of a type's ARN by the members that name them.

use aws_model::{ResourceType, Shape};
use serde_json::{Map, Value};

use super::reviewed;
use crate::api::Api;

/// A call, and where it is made.
pub(super) struct Place<'a> {
    pub(super) api: Api,
    /// By the model's names at the top, or by those on the wire where these are JSON's.
    pub(super) members: &'a Map<String, Value>,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
}

/// What a type's ARN is in a call.
pub(super) enum Filled {
    With {
        arns: Vec<String>,
        by: Vec<&'static str>,
    },
    /// The call names nothing of the type.
    NotNamed,
    /// It does, but not so that the ARN can be told.
    Unclear,
}

/// What stands for where the call is made.
const OF_PLACE: [&str; 3] = ["Partition", "Region", "Account"];

impl Place<'_> {
    /// The ARNs of a type that the call names.
    pub(super) fn fill(&self, kind: &'static ResourceType) -> Filled {
        let template = template(kind);
        if template.contains('*') {
            return Filled::Unclear;
        }
        let variables = variables(template);
        if let Some(found) = self.by_arn(kind, &variables) {
            return found;
        }
        let mut arns = vec![template.replace("${Partition}", "aws")];
        let mut by = Vec::new();
        arns[0] = arns[0].replace("${Region}", self.region).replace("${Account}", self.account);
        if is_account_id(template) {
            arns[0] = arns[0].replace("${AccountId}", self.account);
        }
        for variable in variables {
            let Some(member) = self.given(naming(self.api, kind, variable)) else {
                // Part of a name is no name: it may be another's.
                return Filled::NotNamed;
            };
            let values = texts(&self.members[member]);
            let lower = reviewed::is_in_lowercase(self.api.service.signing_name);
            let regional = reviewed::is_regional(self.api.service.signing_name, variable);
            let fits = |text: &&str| {
                let own = regional.then(|| text.strip_prefix(self.region)?.strip_prefix(':'));
                is_plain(own.flatten().unwrap_or(text))
                    && !(lower && text.bytes().any(|byte| byte.is_ascii_uppercase()))
            };
            let Some(values) = values.filter(|values| values.iter().all(fits)) else {
                return Filled::Unclear;
            };
            let hole = format!("${{{variable}}}");
            let each = |arn: &String| -> Vec<String> {
                values.iter().map(|text| arn.replace(&hole, text)).collect()
            };
            arns = arns.iter().flat_map(each).collect();
            by.push(member);
        }
        match by.is_empty() {
            true => Filled::NotNamed,
            false => Filled::With { arns, by },
        }
    }

    /// The ARNs themselves, by whatever member of the type holds them.
    fn by_arn(&self, kind: &'static ResourceType, variables: &[&str]) -> Option<Filled> {
        let named: Vec<&'static str> =
            variables.iter().flat_map(|variable| naming(self.api, kind, variable)).collect();
        let member =
            self.given(named.into_iter().chain(holding_arn(self.api, kind)).filter(|it| {
                let given = self.members.get(*it).and_then(texts);
                given.is_some_and(|texts| texts.iter().any(|text| text.starts_with("arn:")))
            }))?;
        let texts = texts(self.members.get(member)?)?;
        let lower = reviewed::is_in_lowercase(self.api.service.signing_name);
        let is_ours = is_account_id(template(kind));
        let is_here = |arn: &&str| {
            kind.matches(arn).is_some_and(|parts| {
                let of = |name: &str, here: &str| parts.get(name).is_none_or(|it| it == here);
                of("Partition", "aws")
                    && of("Region", self.region)
                    && of("Account", self.account)
                    && (!is_ours || of("AccountId", self.account))
                    && parts.iter().all(|(name, text)| {
                        OF_PLACE.contains(&name)
                            || (is_plain(text)
                                && !(lower && text.bytes().any(|it| it.is_ascii_uppercase())))
                    })
            })
        };
        // An ARN of another type may be one that another type of the action is for.
        Some(match texts.iter().all(is_here) {
            true => Filled::With {
                arns: texts.into_iter().map(str::to_owned).collect(),
                by: vec![member],
            },
            false => Filled::NotNamed,
        })
    }

    /// The ARN of all of a type.
    pub(super) fn all(&self, kind: &'static ResourceType) -> String {
        let arn = template(kind).replace("${Partition}", "aws");
        let arn = arn.replace("${Region}", self.region).replace("${Account}", self.account);
        variables(template(kind))
            .iter()
            .fold(arn, |arn, variable| arn.replace(&format!("${{{variable}}}"), "*"))
    }

    fn given(&self, names: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
        names.into_iter().find(|name| self.members.contains_key(*name))
    }
}

/// Whether the input has members for all variables of a type, or one for its ARN.
pub(super) fn may_fill(api: Api, kind: &'static ResourceType) -> bool {
    let variables = variables(template(kind));
    let by_name = variables.iter().all(|variable| !naming(api, kind, variable).is_empty());
    (by_name && !variables.is_empty()) || !holding_arn(api, kind).is_empty()
}

/// All members that may fill a variable of a type or hold its ARN.
pub(super) fn members(api: Api, kind: &'static ResourceType) -> Vec<&'static str> {
    let by_name = variables(template(kind)).into_iter().flat_map(|it| naming(api, kind, it));
    by_name.chain(holding_arn(api, kind)).collect()
}

/// Members that may fill a variable of a type, those that people have written down first.
fn naming(api: Api, kind: &ResourceType, variable: &str) -> Vec<&'static str> {
    let service = api.service.signing_name;
    let is_reviewed = |name: &str| reviewed::fills(api, kind.name, variable, name);
    let mut found = of_input(api, is_reviewed);
    found.extend(of_input(api, |name| {
        !is_reviewed(name)
            && !reviewed::is_apart(service, kind.name, name)
            && is_called_so(api, kind, variable, name)
    }));
    found
}

/// Whether a member's name says that it fills a variable of a type.
fn is_called_so(api: Api, kind: &ResourceType, variable: &str, member: &str) -> bool {
    let (wanted, name, kind_name) = (plain(variable), plain(member), plain(kind.name));
    if name == wanted {
        return true;
    }
    // What is made has a name of the caller's and an id of AWS's.
    let crosses = (wanted.ends_with("id") && name.ends_with("name"))
        || (wanted.ends_with("name") && name.ends_with("id"));
    if crosses || variables(template(kind)).len() != 1 {
        return false;
    }
    let of_kind = [kind_name.clone(), format!("{kind_name}name"), format!("{kind_name}id")];
    let stem = wanted.strip_suffix("name").or(wanted.strip_suffix("id")).unwrap_or(&wanted);
    let short = matches!(name.as_str(), "name" | "id");
    name == stem
        || of_kind.contains(&name)
        || name == format!("{kind_name}{wanted}")
        || (short && subject(api.operation.name) == kind_name)
}

/// Members that may hold ARNs of a type.
fn holding_arn(api: Api, kind: &ResourceType) -> Vec<&'static str> {
    let kind_name = plain(kind.name);
    let stems: Vec<String> = variables(template(kind))
        .into_iter()
        .map(plain)
        .map(|name| {
            name.strip_suffix("name").or(name.strip_suffix("id")).unwrap_or(&name).to_owned()
        })
        .collect();
    of_input(api, |name| {
        let holds = reviewed::holds_arns(api.service.signing_name, name);
        let name = plain(name);
        let stem = name.strip_suffix("arn").or(name.strip_suffix("arns"));
        let is_called_so = stem.is_some_and(|stem| {
            stem.is_empty()
                || stem == "resource"
                || stem == kind_name
                || stems.iter().any(|it| it == stem)
        });
        holds || is_called_so
    })
}

/// The members of the input that hold text, by the names that the tree has for them.
fn of_input(api: Api, wanted: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let members = api.service.input(api.operation).map(|structure| &structure.members);
    let is_text = |shape: Option<&Shape>| matches!(shape, Some(Shape::String(_)));
    let named =
        members.into_iter().flatten().filter(|member| match api.service.shape(member.shape) {
            Some(Shape::List(list)) => is_text(api.service.shape(list.element.shape)),
            shape => is_text(shape),
        });
    named.map(|member| member.name).filter(|name| wanted(name)).collect()
}

/// What an operation is about: `Cluster` of `DescribeCluster`.
fn subject(operation: &str) -> String {
    let verb = operation.char_indices().skip(1).find(|(_, letter)| letter.is_ascii_uppercase());
    plain(verb.and_then(|(at, _)| operation.get(at..)).unwrap_or_default())
}

fn template(kind: &ResourceType) -> &'static str {
    kind.arn.split(", ").next().unwrap_or(kind.arn)
}

/// Whether the account that an ARN is in is called `AccountId`, as some are in the reference.
fn is_account_id(template: &str) -> bool {
    template.contains(":${AccountId}:")
}

fn variables(template: &str) -> Vec<&str> {
    let pieces = template.split("${").skip(1).filter_map(|piece| piece.split('}').next());
    let is_of_place =
        |name: &&str| OF_PLACE.contains(name) || (*name == "AccountId" && is_account_id(template));
    pieces.filter(|name| !is_of_place(name)).collect()
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) => several.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// A name that nobody reads as a pattern, a path or part of an ARN.
fn is_plain(text: &str) -> bool {
    (1..=512).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
