//! boto3 as a client: its typed exceptions, and what it reads of answers. It comes with the
//! aws CLI, in the same virtual environment.

use anyhow::{Context as _, Result, ensure};
use cucumber::gherkin::Step;
use cucumber::{then, when};
use serde_json::{Value, json};

use crate::steps::{Outcome, doc_string, table};
use crate::world::World;

const SCRIPT: &str = include_str!("boto3.py");

impl World {
    /// Makes the calls as `who`, in one process; answers what came of each.
    async fn boto3(&mut self, who: &str, calls: &[Value]) -> Result<Vec<Value>> {
        self.write("calls.py", SCRIPT)?;
        let command = format!("{} -I calls.py", self.stage.python.program());
        self.run(who, &command, &json!(calls).to_string()).await?;
        Ok(serde_json::from_str(&self.success()?.stdout)?)
    }

    fn call(&self, call: &str, parameters: &str) -> Result<Value> {
        let parameters = self.bindings.fill(&self.localized(parameters));
        let parameters: Value = serde_json::from_str(&parameters)
            .with_context(|| format!("expected JSON, found {parameters}"))?;
        Ok(json!({ "call": call, "parameters": parameters }))
    }
}

/// Every row is a call, and the exception it must end in: the name under which
/// `client.exceptions` has it, code, status and message.
#[then(regex = r"^boto3 raises for (me|the administrator|the session|[a-z-]+-user):$")]
async fn raises(world: &mut World, who: String, step: &Step) -> Outcome {
    let who = if who == "me" { crate::world::NOBODY } else { &who };
    let rows = table(step)?;
    let cell = |row: &[(String, String)], name: &str| {
        let cell = row.iter().find(|(column, _)| column == name);
        cell.map(|(_, text)| text.clone()).with_context(|| format!("expected a column `{name}`"))
    };
    let mut calls = Vec::new();
    for row in &rows {
        calls.push(world.call(&cell(row, "call")?, &cell(row, "parameters")?)?);
    }
    let outcomes = world.boto3(who, &calls).await?;
    ensure_same_number(&calls, &outcomes)?;
    let window = world.output()?.window;
    for (row, outcome) in rows.iter().zip(&outcomes) {
        let status: u16 = cell(row, "status")?.parse()?;
        let expected = json!({ "raised": {
            "exception": cell(row, "exception")?,
            "code": cell(row, "code")?,
            "status": status,
            "message": world.localized(&cell(row, "message")?),
        }});
        let compared = world.bindings.json(&expected, outcome, window);
        compared.with_context(|| {
            format!("{}: found {outcome}", cell(row, "call").unwrap_or_default())
        })?;
    }
    Ok(())
}

/// Makes one call and keeps what boto3 read, for `it prints the JSON`.
#[when(
    regex = r"^(the administrator|the session|[a-z-]+-user) calls ([a-z0-9]+\.[a-z_0-9]+) with boto3:$"
)]
async fn calls(world: &mut World, who: String, call: String, step: &Step) -> Outcome {
    let calls = [world.call(&call, &doc_string(step)?)?];
    let outcomes = world.boto3(&who, &calls).await?;
    ensure_same_number(&calls, &outcomes)?;
    let answer = outcomes[0].get("answer").with_context(|| format!("found {}", outcomes[0]))?;
    if let Some(output) = &mut world.output {
        output.stdout = answer.to_string();
    }
    Ok(())
}

fn ensure_same_number(calls: &[Value], outcomes: &[Value]) -> Result<()> {
    ensure!(calls.len() == outcomes.len(), "{} calls, {} outcomes", calls.len(), outcomes.len());
    Ok(())
}
