//! The reviewed facts of `data/reviewed.txt`.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::api::Api;

static LINES: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let text = include_str!("../../../data/reviewed.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_ascii_whitespace().collect()).collect()
});

fn lines<'k>(kind: &'k str) -> impl Iterator<Item = &'static [&'static str]> + use<'k> {
    LINES.iter().filter(move |line| line.first() == Some(&kind)).map(|line| &line[1..])
}

/// Whether a member of this name, which is no structure, names nothing.
pub(super) fn is_free(api: Api, member: &str) -> bool {
    names("free", api, member)
}

/// Whether a member of this name asks for permissions that nobody has written down.
pub(super) fn needs_more(api: Api, member: &str) -> bool {
    names("more", api, member)
}

/// Whether a structure of this name names nothing, whatever is in it.
pub(super) fn is_free_tree(api: Api, member: &str) -> bool {
    names("tree", api, member)
}

fn names(kind: &str, api: Api, member: &str) -> bool {
    lines(kind).any(|line| {
        line.split_first().is_some_and(|(of, names)| {
            (*of == "*" || *of == api.service.signing_name) && is_among(names, api, member)
        })
    })
}

/// Whether a member is one of those that are named, in any operation or in that of the call.
fn is_among(names: &[&str], api: Api, member: &str) -> bool {
    names.iter().any(|name| match name.split_once('.') {
        Some((operation, name)) => operation == api.operation.name && name == member,
        None => *name == member,
    })
}

/// Whether a member names nothing of a type, whatever it is called.
pub(super) fn is_apart(service: &str, resource_type: &str, member: &str) -> bool {
    of_three("apart", service, resource_type, member)
}

/// Whether a member that is not called so holds ARNs.
pub(super) fn holds_arns(service: &str, member: &str) -> bool {
    lines("arn").any(|line| {
        line.split_first().is_some_and(|(of, names)| *of == service && names.contains(&member))
    })
}

/// Whether a type is not what a call is about: the member that says of what type it is says
/// another.
pub(super) fn is_of_another(api: Api, resource_type: &str, members: &Map<String, Value>) -> bool {
    lines("chosen").any(|line| match line {
        [of, kind, member, value] => {
            *of == api.service.signing_name
                && *kind == resource_type
                && members.get(*member).is_some_and(|given| given != *value)
        }
        _ => false,
    })
}

/// Whether a call that names nothing of a type is on all of it.
pub(super) fn is_on_all(api: Api, resource_type: &str) -> bool {
    of_three("all", api.service.signing_name, resource_type, api.operation.name)
}

/// Whether a line of the kind says this of a service and what is second in it.
fn of_three(kind: &str, service: &str, second: &str, name: &str) -> bool {
    lines(kind).any(|line| match line {
        [of, known, names @ ..] => *of == service && *known == second && names.contains(&name),
        _ => false,
    })
}

/// The types of which one ARN can be only one.
pub(super) fn alternatives(service: &str, resource_type: &str) -> &'static [&'static str] {
    let of_service = lines("either").filter_map(|line| line.split_first());
    let mut sets = of_service.filter(|(of, _)| **of == service).map(|(_, types)| types);
    sets.find(|types| types.contains(&resource_type)).unwrap_or_default()
}

/// Who gets the role that a member names.
pub(super) fn role(service: &str, member: &str) -> Option<&'static str> {
    lines("role").find_map(|line| match line {
        [of, name, principal] if *of == service && *name == member => Some(*principal),
        _ => None,
    })
}

/// Whether no policy of its resources can deny.
pub(super) fn is_unpolicied(service: &str) -> bool {
    lines("unpolicied").any(|line| line.first() == Some(&service))
}

/// Whether its resources have policies that no action of its own sets.
pub(super) fn is_policied(service: &str) -> bool {
    lines("policied").any(|line| line.first() == Some(&service))
}

/// Whether its names are one in whatever case, so that only those in lowercase are taken.
pub(super) fn is_in_lowercase(service: &str) -> bool {
    lines("lowercase").any(|line| line.first() == Some(&service))
}

/// Whether what fills a variable begins with the region and a colon.
pub(super) fn is_regional(service: &str, variable: &str) -> bool {
    lines("regional").any(|line| line == [service, variable])
}

/// Whether a member fills a variable under another name, which may be a type's only one.
pub(super) fn fills(api: Api, resource_type: &str, variable: &str, member: &str) -> bool {
    let service = api.service.signing_name;
    let is_named = |line: &[&str]| match line {
        [of, known, names @ ..] => {
            *of == service && *known == resource_type && is_among(names, api, member)
        }
        _ => false,
    };
    of_three("variable", service, variable, member) || lines("named").any(is_named)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use aws_model::{Service, Shape, Structure};

    use super::*;

    #[test]
    fn every_line_says_something_of_a_service_that_there_is() {
        for line in LINES.iter().filter(|line| !line.is_empty()) {
            let service = line.get(1).copied().unwrap_or_default();
            let known = aws_model::services_signed_as(service).next().is_some();
            assert!(known || service == "*", "{line:?}");
            let words = match line.first().copied() {
                Some("free" | "more" | "tree") => line.len() > 2,
                Some("arn") => line.len() > 2,
                Some("all" | "apart" | "either" | "named") => line.len() > 3,
                Some("chosen") => line.len() == 5,
                Some("role" | "variable") => line.len() == 4,
                Some("regional") => line.len() == 3,
                Some("lowercase" | "policied" | "unpolicied") => line.len() == 2,
                _ => false,
            };
            assert!(words, "{line:?}");
        }
    }

    /// The names of all members below, as deep as facts are about.
    fn collect(
        service: &'static Service,
        structure: Option<&'static Structure>,
        depth: usize,
        known: &mut BTreeSet<&'static str>,
    ) {
        for member in structure.iter().flat_map(|structure| &structure.members) {
            known.insert(member.name);
            let shape = match service.shape(member.shape) {
                Some(Shape::List(list)) => service.shape(list.element.shape),
                shape => shape,
            };
            if let (Some(Shape::Structure(inner)), true) = (shape, depth < 3) {
                collect(service, Some(inner), depth + 1, known);
            }
        }
    }

    /// The names of members, of operations, and of members behind their operation's, that a line
    /// may have of a service.
    fn known(service: &str) -> BTreeSet<String> {
        let services = aws_model::services();
        let is_it =
            |it: &&Service| it.is_carried() && (service == "*" || it.signing_name == service);
        let mut known = BTreeSet::new();
        for service in services.iter().filter(is_it) {
            for operation in service.operations() {
                let mut members = BTreeSet::new();
                collect(service, service.input(operation), 0, &mut members);
                let of = |member: &&str| format!("{}.{member}", operation.name);
                known.extend(members.iter().map(of));
                known.extend(members.iter().map(|&member| member.to_owned()));
                known.insert(operation.name.to_owned());
            }
        }
        known
    }

    /// A fact about a member that no input has is none.
    #[test]
    fn every_member_is_in_some_input_of_its_service() {
        for line in LINES.iter().filter(|line| !line.is_empty()) {
            let names = match line[0] {
                "arn" | "free" | "more" | "tree" => &line[2..],
                "role" => &line[2..3],
                "all" | "apart" | "named" | "variable" => &line[3..],
                "chosen" => &line[3..4],
                _ => &[],
            };
            let known = known(line[1]);
            let unknown: Vec<_> = names.iter().filter(|name| !known.contains(**name)).collect();
            assert!(unknown.is_empty(), "{line:?}: {unknown:?}");
        }
    }

    /// A fact about a type that the reference does not have is none.
    #[test]
    fn every_type_is_in_the_reference_of_its_service() {
        for line in LINES.iter().filter(|line| !line.is_empty()) {
            let types = match line[0] {
                "all" | "apart" | "chosen" | "named" => &line[2..3],
                "either" => &line[2..],
                _ => &[],
            };
            let authorization =
                aws_model::services_signed_as(line[1]).find_map(Service::authorization);
            let known: BTreeSet<&str> = authorization
                .iter()
                .flat_map(|it| it.resource_types())
                .map(|kind| kind.name)
                .collect();
            let unknown: Vec<_> = types.iter().filter(|kind| !known.contains(**kind)).collect();
            assert!(unknown.is_empty(), "{line:?}: {unknown:?}");
        }
    }
}
