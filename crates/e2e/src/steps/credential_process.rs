//! AWS tools that get their credentials from fed-cli: `credential_process` in
//! `~/.aws/config`.

use anyhow::{Context as _, Result};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::Value;

use super::{Outcome, doc_string};
use crate::world::World;

/// What Google offers for download when the OAuth client is made.
#[given(regex = r#"^Google's client file "([^"]+)"$"#)]
async fn client_file(world: &mut World, name: String) -> Outcome {
    let secret = world.bindings.get("client secret").context("no client secret")?.to_owned();
    let file = serde_json::json!({ "web": {
        "client_id": &world.client_id,
        "client_secret": secret,
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "redirect_uris": [world.redirect_uri()],
    } });
    world.write(&name, &file.to_string())?;
    Ok(())
}

#[given(regex = r"^the AWS profile google, whose credential_process is fed-cli$")]
async fn aws_profile(world: &mut World) -> Outcome {
    world.write(
        ".aws/config",
        "[profile google]\ncredential_process = fed-cli credential-process --profile google\n",
    )?;
    Ok(())
}

/// Runs a Python program with the boto3 that the aws CLI's own botocore is from.
#[when(regex = r"^(I|the administrator) runs? the Python program:$")]
async fn python(world: &mut World, who: String, step: &Step) -> Outcome {
    let program = doc_string(step)?;
    world.write("program.py", &format!("{program}\n"))?;
    let command = format!("{} -I program.py", world.stage.python.program());
    world.run(&who, &command, "").await?;
    Ok(())
}

/// Makes the credentials that fed-cli keeps so much older: what it would find had it been
/// asked for them this long ago.
#[given(regex = r"^(\d+) minutes have passed since fed-cli got its credentials$")]
#[when(regex = r"^(\d+) minutes have passed since fed-cli got its credentials$")]
async fn time_passed(world: &mut World, minutes: i64) -> Outcome {
    let (path, mut document) = kept_credentials(world)?;
    for pointer in ["/entry/expiration", "/entry/obtained"] {
        let moment = document.pointer_mut(pointer).with_context(|| format!("no `{pointer}`"))?;
        let seconds = moment.as_i64().with_context(|| format!("`{pointer}` is no number"))?;
        *moment = (seconds - 60 * minutes).into();
    }
    std::fs::write(path, document.to_string())?;
    Ok(())
}

/// The one entry of credentials in the scenario's store.
fn kept_credentials(world: &World) -> Result<(std::path::PathBuf, Value)> {
    let folder = world.file(".local/state/fed");
    for entry in std::fs::read_dir(&folder).context("fed-cli keeps nothing")? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("credentials-") && name.ends_with(".json") {
            let text = std::fs::read_to_string(&path)?;
            return Ok((path, serde_json::from_str(&text)?));
        }
    }
    anyhow::bail!("fed-cli keeps no credentials")
}

/// The gate's log counts the exchanges that came to credentials.
#[then(regex = r"^the role was assumed (once|twice)$")]
async fn assumed(world: &mut World, times: String) -> Outcome {
    let role = format!("arn:aws:iam::{}:role/google-oidc-role", world.account);
    let decisions = world.stage.lab.gate().decisions();
    let exchanges = decisions.iter().filter(|decision| {
        decision.action.as_deref() == Some("sts:AssumeRoleWithWebIdentity")
            && decision.resource.as_deref() == Some(role.as_str())
            && decision.status == 200
    });
    let (found, expected) = (exchanges.count(), if times == "once" { 1 } else { 2 });
    ensure!(found == expected, "expected {expected} exchanges in the gate's log, found {found}");
    Ok(())
}
