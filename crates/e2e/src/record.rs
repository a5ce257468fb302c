//! What happened in a run, kept for its page: what scenarios typed and saw, and how long
//! everything took.

mod feature;
mod look;
mod secrets;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use cucumber::gherkin::{Feature, Scenario};
use run_page::{Phase, Run, RunPage, Template as _};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use self::feature::{Noted, chapters};
pub(crate) use self::look::obstacles;
use self::secrets::Secrets;
use crate::world::World;

/// The page's name in the folder of reports.
const FILE: &str = "run.html";

/// All that is kept of a run.
pub(crate) struct Record {
    began: Instant,
    began_at: OffsetDateTime,
    phases: RefCell<Vec<Phase>>,
    scenarios: RefCell<Vec<Noted>>,
    secrets: RefCell<Secrets>,
}

impl Record {
    /// From now on.
    pub(crate) fn begin() -> Self {
        Self {
            began: Instant::now(),
            began_at: OffsetDateTime::now_utc(),
            phases: RefCell::default(),
            scenarios: RefCell::default(),
            secrets: RefCell::default(),
        }
    }

    /// Notes a part of the time, which ends now.
    pub(crate) fn phase(&self, name: &str, began: Instant) {
        let phase = Phase { name: name.to_owned(), took: began.elapsed() };
        self.phases.borrow_mut().push(phase);
    }

    /// Notes a scenario that has ended. What it knows as secret is cut out of it here, and
    /// looked for in the page.
    pub(crate) fn scenario(
        &self,
        feature: &Feature,
        scenario: &Scenario,
        failure: Option<String>,
        world: Option<&mut World>,
    ) {
        let mut of_it = Secrets::default();
        let (mut commands, mut took) = (Vec::new(), std::time::Duration::ZERO);
        if let Some(world) = world {
            for (what, value) in world.secrets() {
                of_it.add(&what, &value);
            }
            took = world.began.elapsed();
            commands = std::mem::take(&mut world.typed);
            let places = places(world);
            let cut = |text: &mut String| {
                let elsewhere = |text: String, (place, name): &(String, &str)| {
                    text.replace(place.as_str(), name)
                };
                *text = of_it.cut(&places.iter().fold(std::mem::take(text), elsewhere));
            };
            for command in &mut commands {
                cut(&mut command.text);
                cut(&mut command.stdout);
                cut(&mut command.stderr);
            }
        }
        let scenario = run_page::Scenario {
            name: scenario.name.clone(),
            failure: failure.map(|text| of_it.cut(&text)),
            took,
            commands,
        };
        self.scenarios.borrow_mut().push(Noted::of(feature, scenario));
        self.secrets.borrow_mut().extend(of_it);
    }

    /// Writes the page into `folder`; its place.
    ///
    /// # Errors
    /// When a secret would be on it, or it cannot be written.
    pub(crate) fn write(
        &self,
        folder: &Path,
        backend: &str,
        left_out: Vec<String>,
    ) -> Result<PathBuf> {
        let began = self.began_at.replace_nanosecond(0)?.format(&Rfc3339)?;
        let run = Run {
            backend: backend.to_owned(),
            began,
            took: self.began.elapsed(),
            left_out,
            phases: self.phases.take(),
            chapters: chapters(self.scenarios.take()),
        };
        // A page of an earlier run must not be taken for this one's.
        let file = folder.join(FILE);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing `{}`", file.display()));
            }
            _ => {}
        }
        let html = RunPage::new(&run).render()?;
        let found = self.secrets.borrow().found_in(&html);
        if !found.is_empty() {
            bail!("the page of the run would show {}: it was not written", found.join(", "));
        }
        std::fs::write(&file, html).with_context(|| format!("writing `{}`", file.display()))?;
        Ok(file)
    }
}

/// Folders of this machine, and what is told in their place.
fn places(world: &World) -> Vec<(String, &'static str)> {
    let program = std::env::current_exe().ok();
    let beside = program.as_deref().and_then(Path::parent);
    let folders = [(world.home.path(), "~"), (&world.stage.cache, "…")];
    let folders = folders.into_iter().chain(beside.map(|folder| (folder, "…")));
    folders.map(|(folder, name)| (folder.to_string_lossy().into_owned(), name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_page_does_not_stay_where_the_new_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        std::fs::write(&file, "an earlier run").unwrap();
        let record = Record::begin();
        let secret = "0123456789-0123456789";
        record.secrets.borrow_mut().add("a password", secret);
        let shows_it = record.write(folder.path(), "host", vec![secret.to_owned()]);
        let refused = "the page of the run would show a password: it was not written";
        assert_eq!(shows_it.unwrap_err().to_string(), refused);
        assert!(!file.exists());
        record.write(folder.path(), "host", Vec::new()).unwrap();
        assert!(std::fs::read_to_string(&file).unwrap().contains("A run of the features"));
    }
}
