//! The lab's own pages, in Chromium.

use std::time::Duration;

use anyhow::{Context as _, Result};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::{Outcome, doc_string};
use crate::drivers::axe;
use crate::drivers::looks::LOOKS;
use crate::drivers::window::Window;
use crate::world::World;

const PAGES: [&str; 5] = ["/", "/principals", "/issuers", "/world", "/learned"];
/// What the page may take to show what was decided. It takes a fifth of a second where nothing
/// else is going on; `cargo xtask bench` measures.
const SOON: Duration = Duration::from_secs(5);

impl World {
    pub(super) fn window(&self) -> Result<&Window> {
        self.window.as_ref().context("no page was opened")
    }
}

#[given(regex = r"^the lab's pages in Chromium, with what ([a-z-]+-user) asks$")]
async fn opened(world: &mut World, name: String) -> Outcome {
    let who = format!("{}:user/{name}", world.account);
    enter(world, &format!("/?principal={who}")).await
}

#[given("the lab's page of what was learned in Chromium")]
async fn learned(world: &mut World) -> Outcome {
    enter(world, "/learned").await
}

#[when("I open the page of that decision in Chromium")]
async fn decision(world: &mut World) -> Outcome {
    let all = world.stage.lab.gate().decisions();
    let account = world.account.parse()?;
    let last = all.iter().rev().find(|record| record.is_about(&account));
    let id = last.context("nothing was decided about this account")?.request_id.clone();
    enter(world, &format!("/decisions/{id}")).await
}

/// Opens a page of the lab in a browser that was let in for it.
async fn enter(world: &mut World, page: &str) -> Outcome {
    let chromium = world.stage.chromium.clone().context("there is no Chromium here")?;
    let window = chromium.open().await?;
    let address = world.stage.lab.page_address()?;
    window.open(address.expose()).await?;
    window.read("#rows").await?;
    let here = window.address().await?;
    ensure!(here.fragment().is_none(), "the key stays in the address: {here}");
    window.open(here.join(page)?.as_str()).await?;
    world.window = Some(window);
    Ok(())
}

#[then(regex = r"^the page shows at once:$")]
async fn shows(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let window = world.window()?;
    for line in expected.lines() {
        let took = window.until("#rows tr", line).await?;
        ensure!(took < SOON, "it took {took:?} to show `{line}`");
    }
    Ok(())
}

#[when(regex = r"^I press the decision on ([a-z0-9-]+:[A-Za-z]+)$")]
async fn press(world: &mut World, action: String) -> Outcome {
    let window = world.window()?;
    window.until("#rows a", &action).await?;
    window.follow("#rows a").await?;
    Ok(())
}

#[then(regex = r"^the page has, one after the other:$")]
async fn has(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let one_after_the_other = |text: &str| {
        let mut rest = text;
        for line in expected.lines().map(str::trim) {
            let found = rest.split_once(line);
            rest = found.with_context(|| format!("expected `{line}` next in:\n{text}"))?.1;
        }
        Ok(())
    };
    Ok(world.window()?.until_read("main", one_after_the_other).await?)
}

#[then(regex = r"^its policy is marked at:$")]
async fn marked(world: &mut World, step: &Step) -> Outcome {
    let expected = doc_string(step)?;
    let marked = world.window()?.read_all("details[open] mark").await?;
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    };
    ensure!(lines(&marked) == lines(&expected), "expected `{expected}`, found marked:\n{marked}");
    Ok(())
}

#[then(regex = r"^every page can be read at any width, in the dark and by a screen reader$")]
async fn readable(world: &mut World) -> Outcome {
    let window = world.window()?;
    let here = window.address().await?;
    let mut found = Vec::new();
    for path in PAGES.into_iter().chain([here.path()]) {
        window.open(here.join(path)?.as_str()).await?;
        let first = path.split('/').find(|part| !part.is_empty());
        found.extend(obstacles(world, first.unwrap_or("all")).await?);
    }
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

/// What is wrong with the page that is open, however it is looked at.
async fn obstacles(world: &World, name: &str) -> Result<Vec<String>> {
    let script = axe::script().context("there is no axe-core here")?;
    let script = std::fs::read_to_string(script)?;
    let (window, pictures) = (world.window()?, world.stage.pictures.as_deref());
    let mut found = Vec::new();
    for look in LOOKS {
        found.extend(window.inspect(name, look, &script, pictures).await?);
    }
    Ok(found)
}

/// Whatever page is open, as it is: one that is shown once cannot be opened again.
#[then(
    regex = r"^this page, the ([a-z-]+), can be read at any width, in the dark and by a screen reader$"
)]
async fn this_readable(world: &mut World, name: String) -> Outcome {
    let found = obstacles(world, &name).await?;
    ensure!(found.is_empty(), "{}", found.join("\n"));
    Ok(())
}

#[when(regex = r#"^I press "([^"']+)"$"#)]
async fn press_text(world: &mut World, text: String) -> Outcome {
    world.window()?.press_text(&text).await?;
    Ok(())
}

#[then(regex = r"^the address holds no code$")]
async fn no_code(world: &mut World) -> Outcome {
    let here = world.window()?.address().await?;
    ensure!(here.query().is_none(), "the address is {here}");
    Ok(())
}

#[then(regex = r"^without scripts every page is complete after a reload$")]
async fn without_scripts(world: &mut World) -> Outcome {
    let window = world.window()?;
    let here = window.address().await?;
    let mut complete = Vec::new();
    for path in PAGES.into_iter().chain([here.path()]) {
        let url = here.join(path)?;
        window.open(url.as_str()).await?;
        let headings = window.read("main h1").await?;
        window.scripts(false).await?;
        window.open(url.as_str()).await?;
        complete.push((path, headings == window.read("main h1").await?));
        // What only a script could work is not shown without one.
        let shown = window.read("main").await?;
        complete.push((path, !shown.contains("Pause")));
        window.scripts(true).await?;
    }
    let lacking: Vec<_> = complete.iter().filter(|(_, is_complete)| !is_complete).collect();
    ensure!(lacking.is_empty(), "{lacking:?}");
    Ok(())
}
