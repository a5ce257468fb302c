//! Signing in with Google, as a browser would: over HTTP, or in Chromium.

use anyhow::{Context as _, Result};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::{Outcome, doc_string};
use crate::drivers::browser;
use crate::stage::TUTORIAL_PORT;
use crate::world::{NOBODY, World};

/// The tutorial's person.
const ADA: &str = "ada@example.com";

impl World {
    /// Starts a command that wants a sign-in; answers the URL that it prints.
    async fn start(&mut self, command: &str) -> Result<String> {
        let command = self.localized(command);
        if self.port == TUTORIAL_PORT {
            port_is_free()?;
        }
        let mut running = self.surroundings(NOBODY)?.start(&command, "").await?;
        let url = running.line(url).await?;
        self.running = Some(running);
        Ok(url)
    }

    /// Waits for the end of the command that was started.
    async fn finish(&mut self) -> Result<()> {
        let running = self.running.take().context("nothing is running")?;
        self.output = Some(running.finish().await?);
        Ok(())
    }
}

/// Gets the ID token that later commands use: `fed-cli token --raw`, and the browser.
#[given(regex = r"^I have signed in with Google$")]
#[when(regex = r"^I sign in with Google$")]
async fn signed_in(world: &mut World) -> Outcome {
    get_id_token(world, ADA).await
}

#[given(regex = r"^I have signed in with Google as (\S+@\S+)$")]
#[when(regex = r"^I sign in with Google as (\S+@\S+)$")]
async fn signed_in_as(world: &mut World, email: String) -> Outcome {
    get_id_token(world, &email).await
}

async fn get_id_token(world: &mut World, email: &str) -> Outcome {
    let url = world.start("fed-cli token --profile google --raw --no-browser").await?;
    world.page = Some(browser::sign_in(&world.stage.http, &url, email).await?);
    world.finish().await?;
    let token = world.success()?.stdout.trim().to_owned();
    world.keep_token(&token)?;
    Ok(())
}

#[when(regex = r"^I run, and sign in with Google:$")]
async fn run_and_sign_in(world: &mut World, step: &Step) -> Outcome {
    sign_in_while(world, step, ADA).await
}

#[when(regex = r"^I run, and sign in with Google as (\S+@\S+):$")]
async fn run_and_sign_in_as(world: &mut World, email: String, step: &Step) -> Outcome {
    sign_in_while(world, step, &email).await
}

async fn sign_in_while(world: &mut World, step: &Step, email: &str) -> Outcome {
    let url = world.start(&doc_string(step)?).await?;
    world.page = Some(browser::sign_in(&world.stage.http, &url, email).await?);
    world.finish().await?;
    Ok(())
}

#[when(regex = r"^I run, and sign in with Google in Chromium:$")]
async fn run_and_sign_in_with_chromium(world: &mut World, step: &Step) -> Outcome {
    let chromium = world.stage.chromium.clone().context("there is no Chromium here")?;
    let url = world.start(&doc_string(step)?).await?;
    let window = chromium.open().await?;
    let shown = window.sign_in(&url, ADA, &world.redirect_uri()).await?;
    window.close().await?;
    let url = reqwest::Url::parse(&world.redirect_uri())?;
    world.page = Some(browser::Page { url, status: 200, html: shown });
    world.finish().await?;
    Ok(())
}

/// Signs in, but brings the callback another query than the issuer's: the changes are
/// a table of parameter and value, an empty value leaving it out.
#[when(regex = r"^I run, and the callback comes with:$")]
async fn forged_callback(world: &mut World, step: &Step) -> Outcome {
    let command = step.docstring.clone();
    ensure!(command.is_none(), "the command is `fed-cli token --profile google --no-browser`");
    let url = world.start("fed-cli token --profile google --no-browser").await?;
    let mut callback = browser::sign_in_up_to_callback(&world.stage.http, &url, ADA).await?;
    let mut query: Vec<(String, String)> = callback.query_pairs().into_owned().collect();
    for row in super::table(step)? {
        let [(_, name), (_, value)] = row.as_slice() else {
            return Err(anyhow::anyhow!("expected the columns parameter and value").into());
        };
        query.retain(|(known, _)| known != name);
        if !value.is_empty() {
            query.push((name.clone(), value.clone()));
        }
    }
    callback.query_pairs_mut().clear().extend_pairs(query);
    world.page = Some(browser::visit(&world.stage.http, callback.as_str()).await?);
    world.finish().await?;
    Ok(())
}

/// The page a person has before them.
#[then(regex = r"^the browser shows:$")]
async fn browser_shows(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = world.page.as_ref().context("the browser has opened nothing yet")?;
    let shown = page.text();
    world.bindings.text(&expected, &shown, (0, 0))?;
    Ok(())
}

fn url(line: &str) -> Option<String> {
    let start = line.find("http://").or_else(|| line.find("https://"))?;
    let url: String = line[start..].chars().take_while(|c| !c.is_whitespace()).collect();
    Some(url.trim_end_matches(['`', '.', ',']).to_owned())
}

/// The tutorial's redirect URI names its port; nobody else may hold it.
fn port_is_free() -> Result<()> {
    let address = (std::net::Ipv4Addr::LOCALHOST, TUTORIAL_PORT);
    std::net::TcpListener::bind(address).map(drop).with_context(|| {
        format!(
            "the tutorial's redirect URI is on port {TUTORIAL_PORT}, which another program on \
             this machine listens on: end it, or run with `--tags 'not @tutorial'`"
        )
    })
}
