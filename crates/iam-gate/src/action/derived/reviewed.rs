//! The reviewed facts of `data/reviewed.txt`.

use std::sync::LazyLock;

static LINES: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let text = include_str!("../../../data/reviewed.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split_ascii_whitespace().collect()).collect()
});

fn lines<'k>(kind: &'k str) -> impl Iterator<Item = &'static [&'static str]> + use<'k> {
    LINES.iter().filter(move |line| line.first() == Some(&kind)).map(|line| &line[1..])
}

/// Whether a member of this name, which is no structure, names nothing.
pub(super) fn is_free(service: &str, member: &str) -> bool {
    names("free", service, member)
}

/// Whether a structure of this name names nothing, whatever is in it.
pub(super) fn is_free_tree(service: &str, member: &str) -> bool {
    names("tree", service, member)
}

fn names(kind: &str, service: &str, member: &str) -> bool {
    lines(kind).any(|line| {
        line.split_first()
            .is_some_and(|(of, names)| (*of == "*" || *of == service) && names.contains(&member))
    })
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

/// The member that fills a variable under another name.
pub(super) fn variable(service: &str, variable: &str) -> Option<&'static str> {
    lines("variable").find_map(|line| match line {
        [of, known, member] if *of == service && *known == variable => Some(*member),
        _ => None,
    })
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
                Some("free" | "tree") => line.len() > 2,
                Some("role" | "variable") => line.len() == 4,
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

    /// A fact about a member that no input has is none.
    #[test]
    fn every_member_is_in_some_input_of_its_service() {
        for line in LINES.iter().filter(|line| !line.is_empty()) {
            let names = match line[0] {
                "free" | "tree" => &line[2..],
                "role" => &line[2..3],
                "variable" => &line[3..4],
                _ => &[],
            };
            let services = aws_model::services().iter().filter(|service| {
                service.is_carried() && (line[1] == "*" || service.signing_name == line[1])
            });
            let mut known = BTreeSet::new();
            for service in services {
                for operation in service.operations() {
                    collect(service, service.input(operation), 0, &mut known);
                }
            }
            let unknown: Vec<_> = names.iter().filter(|name| !known.contains(*name)).collect();
            assert!(unknown.is_empty(), "{line:?}: {unknown:?}");
        }
    }
}
