//! Commands as a person types them.

use anyhow::Context as _;
use cucumber::gherkin::Step;
use cucumber::{given, then, when};

use super::{Outcome, doc_string};
use crate::drivers::aws::AccessKey;
use crate::world::{NOBODY, World};

/// Runs the command as that person: with their access key in the environment, or with
/// none for "I".
#[given(regex = r"^(I|the administrator|the session|a stranger|[a-z-]+-user) runs?:$")]
#[when(regex = r"^(I|the administrator|the session|a stranger|[a-z-]+-user) runs?:$")]
async fn run(world: &mut World, who: String, step: &Step) -> Outcome {
    let command = doc_string(step)?;
    world.run(&who, &command, "").await?;
    Ok(())
}

/// As [`run`], in preparation of what the scenario is about: it must be done.
#[given(regex = r"^(I|the administrator|the session|no-policy-user) ha(?:s|ve) run:$")]
async fn has_run(world: &mut World, who: String, step: &Step) -> Outcome {
    let command = doc_string(step)?;
    world.run(&who, &command, "").await?;
    world.success()?;
    Ok(())
}

/// Types the last command once more, where `aws` is a process that loads all of it.
#[then(regex = r"^a process of the aws CLI's own ends in the same way$")]
async fn ends_in_the_same_way(world: &mut World) -> Outcome {
    let served = world.output()?.clone();
    world.aws_of_its_own = true;
    let own = world.surroundings("no-policy-user")?.run(&served.command, "").await?;
    let (served, own) = (served.describe(), own.describe());
    ensure!(served == own, "expected what its own process does:\n{own}\nfound:\n{served}");
    Ok(())
}

/// Types the command, and an answer at each of its questions: the table's second column.
#[when(regex = r#"^I run "([^"]+)" and answer:$"#)]
async fn run_and_answer(world: &mut World, command: String, step: &Step) -> Outcome {
    let table = step.table.as_ref().context("expected a table of questions and answers")?;
    let mut input = String::new();
    for row in &table.rows {
        let [_, answer] = row.as_slice() else {
            return Err(anyhow::anyhow!("expected rows of a question and its answer").into());
        };
        let answer = match answer.as_str() {
            "{access key id}" | "{secret access key}" => {
                let name = answer.trim_matches(['{', '}']);
                world.bindings.get(name).with_context(|| format!("no {name} so far"))?
            }
            typed => typed,
        };
        input.push_str(answer);
        input.push('\n');
    }
    world.run(NOBODY, &command, &input).await?;
    let printed = world.success()?.stdout.clone();
    for row in &table.rows {
        let question = format!("{} [None]: ", row[0]);
        if !printed.contains(&question) {
            return Err(anyhow::anyhow!("it did not ask `{question}` but: {printed}").into());
        }
    }
    Ok(())
}

/// Exports the three values of the credentials just printed, as the tutorial does.
#[when(regex = r"^I export the credentials$")]
#[given(regex = r"^I export the credentials$")]
async fn export_credentials(world: &mut World) -> Outcome {
    let printed: serde_json::Value = serde_json::from_str(&world.success()?.stdout)?;
    let member = |name: &str| {
        let value = printed["Credentials"][name].as_str().map(str::to_owned);
        value.with_context(|| format!("no `Credentials.{name}` was printed"))
    };
    let key = AccessKey {
        id: member("AccessKeyId")?,
        secret: member("SecretAccessKey")?,
        session_token: Some(member("SessionToken")?),
    };
    world.keys.insert(NOBODY.to_owned(), key);
    Ok(())
}
