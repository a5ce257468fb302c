//! fed-cli's configuration.

use cucumber::gherkin::Step;
use cucumber::given;

use super::{Outcome, doc_string};
use crate::world::World;

/// Where fed-cli looks for it below the home folder.
const CONFIG: &str = ".config/fed/config.toml";

impl World {
    /// The tutorial's profile: what a person would write, and where in this lab the
    /// issuer's discovery document is.
    fn profile(&self) -> Vec<(String, String)> {
        let lab = &self.stage.lab;
        let discovery = format!("{}/.well-known/openid-configuration", lab.issuer().url());
        let role_arn = format!("arn:aws:iam::{}:role/google-oidc-role", self.account);
        let secret_file = lab.client_secret_file().display().to_string();
        [
            ("issuer", "https://accounts.google.com"),
            ("discovery_url", &discovery),
            ("client_id", &self.client_id),
            ("client_secret_file", &secret_file),
            ("redirect_uri", &self.redirect_uri()),
            ("source", "browser"),
            ("role_arn", &role_arn),
            ("role_session_name", "google-oidc-session"),
            ("region", crate::stage::REGION),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), toml_text(value)))
        .collect()
    }

    fn write_profile(&self, changes: &str) -> anyhow::Result<()> {
        let mut lines = self.profile();
        for change in changes.lines().filter(|line| !line.trim().is_empty()) {
            let Some((name, value)) = change.split_once('=') else {
                anyhow::bail!("expected `name = value`, found `{change}`");
            };
            let (name, value) = (name.trim(), value.trim());
            lines.retain(|(known, _)| known != name);
            if !value.is_empty() {
                lines.push((name.to_owned(), value.to_owned()));
            }
        }
        let mut text = String::from("[profile.google]\n");
        for (name, value) in lines {
            text.push_str(&format!("{name} = {value}\n"));
        }
        self.write(CONFIG, &text)
    }
}

#[given(regex = r"^fed-cli's profile google$")]
async fn profile(world: &mut World) -> Outcome {
    world.write_profile("")?;
    Ok(())
}

/// The usual profile with these lines in the place of its own; a name without a value
/// leaves the line out.
#[given(regex = r"^fed-cli's profile google with:$")]
async fn profile_with(world: &mut World, step: &Step) -> Outcome {
    let changes = world.bindings.fill(&world.localized(&doc_string(step)?));
    world.write_profile(&changes)?;
    Ok(())
}

/// The profile takes the scenario's ID token from a file instead of the browser.
#[given(regex = r"^fed-cli's profile google, with that token$")]
async fn profile_with_token(world: &mut World) -> Outcome {
    let file = world.file("id_token").display().to_string();
    world.write_profile(&format!("source = \"file\"\ntoken_file = {}", toml_text(&file)))?;
    Ok(())
}

fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
