//! Signing in with Google, as a browser would: over HTTP, or in Chromium.

use anyhow::{Context as _, Result};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::json;

use super::{Outcome, doc_string};
use crate::drivers::browser;
use crate::turns::{Held, TUTORIAL_PORT, TutorialPort};
use crate::world::{NOBODY, World};

/// The tutorial's person.
const ADA: &str = "ada@example.com";

impl World {
    /// Starts a command that wants a sign-in; answers the URL that it prints.
    async fn start(&mut self, who: &str, command: &str) -> Result<String> {
        let command = self.bindings.fill(&self.localized(command));
        let port = match self.port {
            TUTORIAL_PORT => Some(TutorialPort::take(&self.stage.cache).await?),
            _ => None,
        };
        let undisturbed = self.undisturbed().await;
        self.begin_typing(who);
        let mut running = self.surroundings(who)?.start(&command, "").await?;
        running.held = Held::new(port, undisturbed);
        let url = running.line(url).await?;
        self.running = Some(running);
        self.asked_to_open = Some(url.clone());
        Ok(url)
    }

    /// Waits for the end of the command that was started.
    async fn finish(&mut self) -> Result<()> {
        let running = self.running.take().context("nothing is running")?;
        let mut output = running.finish().await?;
        // What was asked for has been done; the features are about what came after it.
        if let Some(url) = self.asked_to_open.take() {
            let asked = format!("To sign in, open this address:\n\n  {url}\n\n");
            if let Some(after) = output.stderr.strip_prefix(&asked) {
                output.stderr = after.to_owned();
            }
        }
        self.keep(output);
        Ok(())
    }

    /// Ends the command as Ctrl-C would.
    async fn interrupt(&mut self) -> Result<()> {
        let running = self.running.take().context("nothing is running")?;
        let output = running.interrupt().await?;
        self.keep(output);
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
    let url = world.start(NOBODY, "fed-cli token --profile google --raw --no-browser").await?;
    let page = browser::sign_in(world.browser(), &url, email).await?;
    let (shown, told) = (page.text(), format!("You are signed in as {email}. "));
    ensure!(page.status == 200 && shown.contains(&told), "expected `{told}`, found `{shown}`");
    world.page = Some(page);
    world.signed_in = Some(email.to_owned());
    world.finish().await?;
    let token = world.success()?.stdout.trim().to_owned();
    let page = world.page.as_ref().map_or("", |page| &page.html);
    ensure!(!page.contains("eyJ") && !page.contains("ya29."), "the page shows a token: {page}");
    world.keep_token(&token)?;
    Ok(())
}

#[when(regex = r"^(I) run, and sign in with Google:$")]
#[when(regex = r"^(the administrator) runs, and signs in with Google:$")]
async fn run_and_sign_in(world: &mut World, who: String, step: &Step) -> Outcome {
    sign_in_while(world, &who, step, ADA).await
}

#[when(regex = r"^I run, and sign in with Google as (\S+@\S+):$")]
async fn run_and_sign_in_as(world: &mut World, email: String, step: &Step) -> Outcome {
    sign_in_while(world, NOBODY, step, &email).await
}

async fn sign_in_while(world: &mut World, who: &str, step: &Step, email: &str) -> Outcome {
    let url = world.start(who, &doc_string(step)?).await?;
    world.page = Some(browser::sign_in(world.browser(), &url, email).await?);
    world.signed_in = Some(email.to_owned());
    world.finish().await?;
    Ok(())
}

#[when(regex = r"^I run, and sign in with Google in Chromium:$")]
async fn run_and_sign_in_with_chromium(world: &mut World, step: &Step) -> Outcome {
    let chromium = world.stage.chromium.clone().context("there is no Chromium here")?;
    let asked = world.start(NOBODY, &doc_string(step)?).await?;
    let window = chromium.open().await?;
    // The page takes the code out of the address bar.
    let url = reqwest::Url::parse(&world.redirect_uri())?.join("/")?;
    let shown = window.sign_in(&asked, ADA, url.as_str()).await?;
    world.page = Some(browser::Page { url, status: 200, html: shown });
    world.signed_in = Some(ADA.to_owned());
    world.finish().await?;
    Ok(())
}

/// Opens what the command asks for, and leaves all else to later steps.
#[when(regex = r"^I run, and open what it asks for in Chromium:$")]
async fn run_and_open_in_chromium(world: &mut World, step: &Step) -> Outcome {
    let chromium = world.stage.chromium.clone().context("there is no Chromium here")?;
    let url = world.start(NOBODY, &doc_string(step)?).await?;
    let window = chromium.open().await?;
    window.open(&url).await?;
    world.window = Some(window);
    Ok(())
}

#[when(regex = r"^the command has ended$")]
async fn ended(world: &mut World) -> Outcome {
    world.finish().await?;
    world.success()?;
    Ok(())
}

#[when(regex = r"^I press Ctrl-C$")]
async fn interrupted(world: &mut World) -> Outcome {
    world.interrupt().await?;
    Ok(())
}

/// Opens the page that the command serves, signs in on it, and ends the command as
/// Ctrl-C would.
#[when(regex = r"^I run, sign in with Google at (\S+), and press Ctrl-C:$")]
async fn sign_in_on_served_page(world: &mut World, address: String, step: &Step) -> Outcome {
    let address = world.localized(&address);
    let url = world.start(NOBODY, &doc_string(step)?).await?;
    ensure!(url == address, "expected `{address}` to be served, found `{url}`");
    world.page = Some(browser::sign_in(world.browser(), &url, ADA).await?);
    world.signed_in = Some(ADA.to_owned());
    world.interrupt().await?;
    Ok(())
}

/// Opens the sign-in page of the command and goes no further.
#[when(regex = r"^I run, and open the sign-in page:$")]
async fn run_and_open(world: &mut World, step: &Step) -> Outcome {
    let url = world.start(NOBODY, &doc_string(step)?).await?;
    world.page = Some(browser::visit(&world.stage.http, &url).await?);
    world.finish().await?;
    Ok(())
}

/// Signs in, but brings the callback another query than the issuer's: the parameter is
/// replaced, or left out when there is no value.
#[when(
    regex = r#"^I run, and the callback comes with "([a-z_]+)" (?:replaced by "([^"]*)"|left out):$"#
)]
async fn forged_callback(world: &mut World, name: String, value: String, step: &Step) -> Outcome {
    let url = world.start(NOBODY, &doc_string(step)?).await?;
    let mut callback = browser::sign_in_up_to_callback(&world.stage.http, &url, ADA).await?;
    let mut query: Vec<(String, String)> = callback.query_pairs().into_owned().collect();
    ensure!(query.iter().any(|(known, _)| *known == name), "the callback has no `{name}`");
    query.retain(|(known, _)| *known != name);
    if !value.is_empty() {
        query.push((name, value));
    }
    callback.query_pairs_mut().clear().extend_pairs(query);
    world.page = Some(browser::visit(&world.stage.http, callback.as_str()).await?);
    world.finish().await?;
    Ok(())
}

/// A thief has the code of a sign-in that another run of fed-cli began, and brings it to
/// ours with our own state: PKCE (RFC 7636) ties a code to the run that asked for it.
#[when(regex = r"^I run, and the callback comes with the code of another sign-in:$")]
async fn injected_code(world: &mut World, step: &Step) -> Outcome {
    let command = doc_string(step)?;
    let http = world.stage.http.clone();
    let url = world.start(NOBODY, &command).await?;
    let stolen = browser::sign_in_up_to_callback(&http, &url, "grace@example.org").await?;
    let stolen = stolen.query_pairs().find(|(name, _)| name == "code");
    let stolen = stolen.context("the callback has no code")?.1.into_owned();
    // Dropped, the first run ends; its code has not been used.
    world.running = None;
    let url = world.start(NOBODY, &command).await?;
    let mut callback = browser::sign_in_up_to_callback(&http, &url, ADA).await?;
    let query: Vec<(String, String)> = callback
        .query_pairs()
        .map(|(name, value)| match &*name {
            "code" => (name.into_owned(), stolen.clone()),
            _ => (name.into_owned(), value.into_owned()),
        })
        .collect();
    callback.query_pairs_mut().clear().extend_pairs(query);
    world.page = Some(browser::visit(&http, callback.as_str()).await?);
    world.finish().await?;
    Ok(())
}

/// The sign-in is cancelled on Google's page.
#[when(regex = r"^I run, and cancel the sign-in:$")]
async fn cancelled(world: &mut World, step: &Step) -> Outcome {
    let url = world.start(NOBODY, &doc_string(step)?).await?;
    world.page = Some(browser::press(&world.stage.http, &url, "Cancel").await?);
    world.finish().await?;
    Ok(())
}

/// What the issuer does wrongly in its next answer to the scenario's client, in the words
/// of its own list of faults.
#[given(regex = r"^Google answers with (?:an? )?([a-z ]+)$")]
async fn answers_with(world: &mut World, fault: String) -> Outcome {
    // A scenario that is alone takes all faults back when it ends.
    world.stay_undisturbed().await;
    let url = format!("{}/_control/faults", world.stage.lab.issuer().url());
    let fault = fault.replace(' ', "_");
    let fault = json!({ "fault": fault, "times": 1, "client_id": world.client_id });
    let answer = world.stage.http.post(url).json(&fault).send().await?;
    let status = answer.status();
    ensure!(status.is_success(), "the issuer knows no such fault: {}", answer.text().await?);
    Ok(())
}

/// What a careful client would not have done, in the words of the issuer's own list. All
/// other scenarios end with a client that has made none.
#[then(
    regex = r"^Google has seen (the client|\S+\.apps\.googleusercontent\.com) make (?:no mistake|the mistake: ([a-z ]+))$"
)]
async fn has_made(world: &mut World, client: String, mistake: String) -> Outcome {
    let own = client == "the client";
    let client_id = if own { world.client_id.clone() } else { client };
    let found = world.stage.mistakes(&client_id);
    let expected: Vec<_> =
        Some(mistake).filter(|mistake| !mistake.is_empty()).into_iter().collect();
    ensure!(found == expected, "expected mistakes of {client_id}: {expected:?}, found {found:?}");
    if own {
        world.mistakes = found;
    } else {
        world.stage.answer_for(&client_id);
    }
    Ok(())
}

/// The page a person has before them, its tags left out.
#[then(regex = r"^the browser shows:$")]
async fn browser_shows(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
    let page = world.page.as_ref().context("the browser has opened nothing yet")?;
    let shown = page.text();
    world.bindings.text(&expected, &shown, (0, 0))?;
    Ok(())
}

/// After a change of keys, the new one is looked for, in vain.
#[given(regex = r"^Google has a new key, and hands out no keys$")]
async fn keyless(world: &mut World) -> Outcome {
    // Every client asks for the same keys.
    world.stay_alone().await;
    let control = format!("{}/_control", world.stage.lab.issuer().url());
    let http = &world.stage.http;
    http.post(format!("{control}/rotate")).json(&json!({})).send().await?.error_for_status()?;
    let fault = json!({ "fault": "jwks_failing", "status": 503 });
    http.post(format!("{control}/faults")).json(&fault).send().await?.error_for_status()?;
    Ok(())
}

/// A page that is, or holds, one JSON document.
#[then(regex = r"^the browser shows the JSON:$")]
async fn browser_shows_json(world: &mut World, step: &Step) -> Outcome {
    let expected = serde_json::from_str(&world.localized(&doc_string(step)?))?;
    let window = world.output.as_ref().map_or((0, 0), |output| output.window);
    let page = world.page.as_ref().context("the browser has opened nothing yet")?;
    let found = serde_json::from_str(&page.text());
    let found = found.with_context(|| format!("expected JSON, found {}", page.html))?;
    world.bindings.json(&expected, &found, window)?;
    Ok(())
}

fn url(line: &str) -> Option<String> {
    let start = line.find("http://").or_else(|| line.find("https://"))?;
    let url: String = line[start..].chars().take_while(|c| !c.is_whitespace()).collect();
    Some(url.trim_end_matches(['`', '.', ',']).to_owned())
}
