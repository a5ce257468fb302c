//! What EC2 tags as it makes it: each tag is put on resources of one type, is a condition key of
//! the permissions on that type alone, and needs `ec2:CreateTags` on it.
//!
//! Source: EC2 user guide, "Grant permission to tag Amazon EC2 resources during creation".

use std::collections::{BTreeMap, BTreeSet};

use crate::request_tags::Tag;

/// The tags that a call puts on what it makes, by the type of that.
pub(super) struct Tagging {
    specifications: Vec<Specification>,
}

struct Specification {
    /// `None` where it does not say on what: then it may be on anything.
    kind: Option<String>,
    tags: Vec<Tag>,
}

impl Tagging {
    /// Reads what the call says and what each launch template says. The values of the first go
    /// before those of the next.
    pub(super) fn read<'p, S>(sources: impl IntoIterator<Item = S>) -> Self
    where
        S: Iterator<Item = (&'p str, &'p str)> + Clone,
    {
        let mut specifications = Vec::new();
        for source in sources {
            let stems: BTreeSet<&str> =
                source.clone().filter_map(|(name, _)| specification(name)).collect();
            for stem in stems {
                let members = source.clone().filter_map(|(name, value)| {
                    Some((name.strip_prefix(stem)?.strip_prefix('.')?, value))
                });
                specifications.push(Specification::of(members.collect()));
            }
        }
        Self { specifications }
    }

    /// The types that are tagged; `*` where one is not told.
    pub(super) fn kinds(&self) -> BTreeSet<&str> {
        let kinds = self.specifications.iter();
        kinds.map(|specification| specification.kind.as_deref().unwrap_or("*")).collect()
    }

    /// The tags that are put on a type, in each way in which they may be meant: where a key has
    /// several values, the first of them counts or the last. `None` where nothing is tagged.
    pub(super) fn on(&self, kind: &str) -> Option<Vec<Vec<Tag>>> {
        if self.specifications.is_empty() {
            return None;
        }
        let (mut first, mut last) = (BTreeMap::new(), BTreeMap::new());
        for specification in &self.specifications {
            if specification.kind.as_deref().is_some_and(|it| it != kind) {
                continue;
            }
            for (key, value) in &specification.tags {
                first.entry(key.clone()).or_insert_with(|| value.clone());
                last.insert(key.clone(), value.clone());
            }
        }
        let mut ways = vec![first.into_iter().collect::<Vec<_>>(), last.into_iter().collect()];
        ways.dedup();
        Some(ways)
    }
}

impl Specification {
    /// Of members such as `ResourceType`, `Tag.1.Key` and, in a launch template, `TagSet.1.Key`.
    fn of(members: BTreeMap<&str, &str>) -> Self {
        let kind = members.get("ResourceType").map(|kind| (*kind).to_owned());
        let keys = members.iter().filter_map(|(name, key)| {
            let stem = name.strip_suffix(".Key").filter(|stem| stem.starts_with("Tag"))?;
            let value = members.get(format!("{stem}.Value").as_str()).copied().unwrap_or_default();
            Some(((*key).to_owned(), Some(value.to_owned())))
        });
        Self { kind, tags: keys.collect() }
    }
}

/// The tag specification that a parameter is part of, such as `TagSpecification.1` of
/// `TagSpecification.1.Tag.2.Key`. Those in the data of a launch template are for later.
fn specification(name: &str) -> Option<&str> {
    let start =
        name.find("TagSpecification").filter(|_| !name.starts_with("LaunchTemplateData."))?;
    let end_of_part = |from: usize| name.get(from..)?.find('.').map(|at| from + at);
    // `TagSpecification`, `TagSpecifications` or `TagSpecificationSet`, then its number.
    let number = end_of_part(start).map_or(name.len(), |at| at + 1);
    name.get(..end_of_part(number).unwrap_or(name.len()))
}
