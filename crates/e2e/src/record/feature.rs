//! Scenarios in the order in which they are read, whatever order they ended in.

use std::path::{Path, PathBuf};

use cucumber::gherkin::Feature;
use run_page::{Chapter, Part, Scenario};

/// A scenario that ended.
pub(super) struct Noted {
    file: PathBuf,
    name: String,
    description: String,
    /// Those of a file, in its order.
    order: Vec<String>,
    scenario: Scenario,
}

impl Noted {
    pub(super) fn of(feature: &Feature, scenario: Scenario) -> Self {
        Self {
            file: feature.path.clone().unwrap_or_default(),
            name: feature.name.clone(),
            description: feature.description.clone().unwrap_or_default(),
            order: feature.scenarios.iter().map(|scenario| scenario.name.clone()).collect(),
            scenario,
        }
    }

    fn line(&self) -> usize {
        let is_it = |name: &String| *name == self.scenario.name;
        self.order.iter().position(is_it).unwrap_or(self.order.len())
    }
}

/// The whole tutorial, then its sections, then all else by the names of their files.
pub(super) fn chapters(mut noted: Vec<Noted>) -> Vec<Chapter> {
    noted.sort_by_key(|one| (rank(&one.file).0, one.file.clone(), one.line()));
    let mut chapters: Vec<(PathBuf, Chapter)> = Vec::new();
    for Noted { file, name, description, scenario, .. } in noted {
        match chapters.last_mut() {
            Some((last, chapter)) if *last == file => chapter.scenarios.push(scenario),
            _ => {
                let (_, part) = rank(&file);
                let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
                let scenarios = Vec::from([scenario]);
                chapters.push((file, Chapter { part, name, description, scenarios }));
            }
        }
    }
    chapters.into_iter().map(|(_, chapter)| chapter).collect()
}

fn rank(file: &Path) -> (u8, Part) {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
    if folder == "refusals" {
        (2, Part::Refusals)
    } else if name == "tutorial.feature" {
        (0, Part::Tutorial)
    } else if name.starts_with(|first: char| first.is_ascii_digit()) {
        (1, Part::Tutorial)
    } else {
        (3, Part::Further)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn noted(file: &str, order: &[&str], name: &str) -> Noted {
        let (failure, took, commands) = (None, Duration::ZERO, Vec::new());
        Noted {
            file: file.into(),
            name: file.to_owned(),
            description: "It is\n  about this.".to_owned(),
            order: order.iter().map(|name| (*name).to_owned()).collect(),
            scenario: Scenario { name: name.to_owned(), failure, took, commands },
        }
    }

    #[test]
    fn scenarios_are_read_in_their_order() {
        let found = chapters(Vec::from([
            noted("features/learn.feature", &["z"], "z"),
            noted("features/refusals/roles.feature", &["r"], "r"),
            noted("features/2_b.feature", &["second", "first"], "first"),
            noted("features/1_a.feature", &["a"], "a"),
            noted("features/2_b.feature", &["second", "first"], "second"),
            noted("features/tutorial.feature", &["whole"], "whole"),
        ]));
        let told = |chapter: &Chapter| {
            let names: Vec<_> = chapter.scenarios.iter().map(|one| one.name.as_str()).collect();
            format!("{:?} {} {}", chapter.part, chapter.name, names.join(","))
        };
        assert_eq!(
            found.iter().map(told).collect::<Vec<_>>(),
            [
                "Tutorial features/tutorial.feature whole",
                "Tutorial features/1_a.feature a",
                "Tutorial features/2_b.feature second,first",
                "Refusals features/refusals/roles.feature r",
                "Further features/learn.feature z",
            ]
        );
        assert_eq!(found[0].description, "It is about this.");
    }
}
