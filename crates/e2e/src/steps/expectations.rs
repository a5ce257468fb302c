//! What must have come out of the last command.

use anyhow::{Context as _, bail};
use cucumber::gherkin::Step;
use cucumber::then;
use serde_json::Value;

use super::{Outcome, doc_string, table};
use crate::debian;
use crate::world::World;

/// The exit status with which the aws CLI (version 1) says that it, or the service,
/// refused.
const REFUSED: i32 = 255;

#[then(regex = r"^it prints:$")]
async fn prints(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let output = world.success()?.clone();
    let found = output.stdout.trim_end_matches('\n');
    world.bindings.text(&expected, found, output.window)?;
    Ok(())
}

#[then(regex = r"^it prints the JSON:$")]
async fn prints_json(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let expected = serde_json::from_str(&expected).context("the expected JSON")?;
    let output = world.success()?.clone();
    let found: Value = serde_json::from_str(&output.stdout).with_context(|| output.describe())?;
    let compared = world.bindings.json(&expected, &found, output.window);
    compared.with_context(|| output.describe())?;
    Ok(())
}

#[then(regex = r"^it prints nothing$")]
async fn prints_nothing(world: &mut World) -> Outcome {
    let output = world.success()?;
    ensure!(output.stdout.is_empty() && output.stderr.is_empty(), "{}", output.describe());
    Ok(())
}

/// The service refused, and the aws CLI says so in exactly these words.
#[then(regex = r"^it is refused:$")]
async fn is_refused(world: &mut World, step: &Step) -> Outcome {
    let status = if world.debians_aws { debian::REFUSED } else { REFUSED };
    ends_with(world, status, step)
}

/// What fed-cli says when it could not do what it was asked to.
#[then(regex = r"^it exits with (\d+) and says:$")]
async fn exits(world: &mut World, status: i32, step: &Step) -> Outcome {
    ends_with(world, status, step)
}

/// An answer that is data, and yet no success: it is on standard output.
#[then(regex = r"^it exits with (\d+) and prints:$")]
async fn exits_and_prints(world: &mut World, status: i32, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let output = world.output()?.clone();
    ensure!(output.status == status, "expected exit status {status}: {}", output.describe());
    ensure!(output.stderr.is_empty(), "expected nothing on stderr: {}", output.describe());
    let found = output.stdout.trim_end_matches('\n');
    world.bindings.text(&expected, found, output.window)?;
    Ok(())
}

/// What a command tells the person, beside the data it printed.
#[then(regex = r"^it says:$")]
async fn says(world: &mut World, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let output = world.success()?.clone();
    world.bindings.text(&expected, output.stderr.trim_matches('\n'), output.window)?;
    Ok(())
}

fn ends_with(world: &mut World, status: i32, step: &Step) -> Outcome {
    let expected = world.localized(&doc_string(step)?);
    let output = world.output()?.clone();
    ensure!(output.status == status, "expected exit status {status}: {}", output.describe());
    ensure!(output.stdout.is_empty(), "expected nothing on stdout: {}", output.describe());
    let found = output.stderr.trim_matches('\n');
    world.bindings.text(&expected, found, output.window)?;
    Ok(())
}

/// The instances that describe-instances lists: the rows, no others, in the table's
/// columns.
#[then(regex = r"^it lists the instances?:$")]
async fn lists(world: &mut World, step: &Step) -> Outcome {
    let output = world.success()?.clone();
    let found = instances(&output.stdout)?;
    let expected = table(step)?;
    ensure!(
        found.len() == expected.len(),
        "expected {} instances, found {}: {}",
        expected.len(),
        found.len(),
        output.describe()
    );
    for (row, instance) in expected.iter().zip(&found) {
        for (column, value) in row {
            let pointer = format!("/{}", column.replace('.', "/"));
            let Some(Value::String(text)) = instance.pointer(&pointer) else {
                return Err(anyhow::anyhow!("no `{column}` in {instance}").into());
            };
            world.bindings.text(value, text, output.window).context(column.clone())?;
        }
    }
    Ok(())
}

#[then(regex = r"^it lists no instances$")]
async fn lists_none(world: &mut World) -> Outcome {
    let output = world.success()?;
    ensure!(instances(&output.stdout)?.is_empty(), "{}", output.describe());
    Ok(())
}

/// Neither output shows a token or a secret key: those of the scenario by their value,
/// others by the shape of a JWT.
#[then(regex = r"^no secret is shown$")]
async fn shows_no_secret(world: &mut World) -> Outcome {
    let output = world.output()?;
    let mut shown = format!("{}{}", output.stdout, output.stderr);
    if let Some(page) = &world.page {
        shown.push_str(&page.html);
    }
    for (name, secret) in world.secrets() {
        ensure!(!shown.contains(&secret), "{name} is shown: {}", output.describe());
    }
    // Shortened to `eyJhbG…` it is none any more.
    let jwt = regex::Regex::new(r"eyJ[A-Za-z0-9_-]+\.eyJ")?;
    ensure!(!jwt.is_match(&shown), "a JWT is shown: {}", output.describe());
    Ok(())
}

fn instances(stdout: &str) -> anyhow::Result<Vec<Value>> {
    let printed: Value = serde_json::from_str(stdout).context("expected JSON")?;
    // fed-cli has them in one list, EC2 in reservations.
    if let Some(instances) = printed["instances"].as_array() {
        return Ok(instances.clone());
    }
    let Some(reservations) = printed["Reservations"].as_array() else {
        bail!("expected `Reservations` in {printed}");
    };
    let lists = reservations.iter().filter_map(|one| one["Instances"].as_array());
    Ok(lists.flatten().cloned().collect())
}
