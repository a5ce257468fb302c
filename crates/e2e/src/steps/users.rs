//! IAM users and their access keys.

use anyhow::Context as _;
use cucumber::gherkin::Step;
use cucumber::{given, when};
use serde_json::Value;

use super::{Outcome, doc_string};
use crate::drivers::aws::{AccessKey, element};
use crate::world::World;

#[given(regex = r"^the user ([a-z]+(?:-[a-z]+)*-user) with an access key$")]
async fn user(world: &mut World, name: String) -> Outcome {
    let stage = world.stage.clone();
    let administrator = world.administrator(&stage).await?;
    let user = [("UserName", name.as_str())];
    administrator.iam("CreateUser", &user).await?;
    let created = administrator.iam("CreateAccessKey", &user).await?;
    let id = element(&created, "AccessKeyId")?;
    let secret = element(&created, "SecretAccessKey")?;
    world.bindings.bind("access key id", &id);
    world.bindings.bind("secret access key", &secret);
    world.keys.insert(name, AccessKey { id, secret, session_token: None });
    Ok(())
}

#[given(regex = r"^([a-z-]+-user) has the inline policy:$")]
async fn inline_policy(world: &mut World, name: String, step: &Step) -> Outcome {
    let stage = world.stage.clone();
    let document = world.localized(&doc_string(step)?);
    let parameters =
        [("UserName", name.as_str()), ("PolicyName", "inline"), ("PolicyDocument", &document)];
    world.administrator(&stage).await?.iam("PutUserPolicy", &parameters).await?;
    Ok(())
}

#[given(regex = r"^([a-z-]+-user) has the policy ([A-Za-z0-9]+)$")]
async fn managed_policy(world: &mut World, name: String, policy: String) -> Outcome {
    let stage = world.stage.clone();
    let policy = format!("arn:aws:iam::aws:policy/{policy}");
    let parameters = [("UserName", name.as_str()), ("PolicyArn", &policy)];
    world.administrator(&stage).await?.iam("AttachUserPolicy", &parameters).await?;
    Ok(())
}

#[given(regex = r"^([a-z-]+-user) has the boundary ([A-Za-z0-9]+)$")]
async fn boundary(world: &mut World, name: String, policy: String) -> Outcome {
    let stage = world.stage.clone();
    let policy = format!("arn:aws:iam::aws:policy/{policy}");
    let parameters = [("UserName", name.as_str()), ("PermissionsBoundary", &policy)];
    world.administrator(&stage).await?.iam("PutUserPermissionsBoundary", &parameters).await?;
    Ok(())
}

#[when(regex = r"^the access key is (deactivated|deleted)$")]
#[given(regex = r"^the access key is (deactivated|deleted)$")]
async fn withdraw(world: &mut World, how: String) -> Outcome {
    let stage = world.stage.clone();
    let id = world.bindings.get("access key id").context("no access key so far")?.to_owned();
    let owner = world.keys.iter().find(|(_, key)| key.id == id).map(|(name, _)| name.clone());
    let owner = owner.context("nobody has the access key")?;
    let administrator = world.administrator(&stage).await?;
    let mut parameters = vec![("UserName", owner.as_str()), ("AccessKeyId", &id)];
    if how == "deleted" {
        administrator.iam("DeleteAccessKey", &parameters).await?;
    } else {
        parameters.push(("Status", "Inactive"));
        administrator.iam("UpdateAccessKey", &parameters).await?;
    }
    Ok(())
}

/// A secret of the right length that is not the right one.
#[given(regex = r"^([a-z-]+-user) mistypes the secret access key$")]
async fn wrong_secret(world: &mut World, name: String) -> Outcome {
    let key = world.keys.get_mut(&name).context("the user has no access key")?;
    let first = if key.secret.starts_with('x') { "y" } else { "x" };
    key.secret.replace_range(0..1, first);
    Ok(())
}

#[given(regex = r"^([a-z-]+-user) has an access key that AWS never issued$")]
async fn unknown_key(world: &mut World, name: String) -> Outcome {
    let (id, secret) = ("AKIAQQQQQQQQQQQQQQQQ".to_owned(), "q".repeat(40));
    world.keys.insert(name, AccessKey { id, secret, session_token: None });
    Ok(())
}

/// The administrator of an account of its own, who may do everything there.
#[given(regex = r"^the administrator of another account$")]
async fn stranger(world: &mut World) -> Outcome {
    let key = world.stage.open_account(&world.stage.next_account())?;
    world.keys.insert("a stranger".to_owned(), key);
    Ok(())
}

/// Keeps the access key that `create-access-key` just printed.
#[when(regex = r"^I note it as ([a-z-]+-user)'s access key$")]
async fn note_access_key(world: &mut World, name: String) -> Outcome {
    let printed: Value = serde_json::from_str(&world.success()?.stdout)?;
    let member = |name: &str| {
        let value = printed["AccessKey"][name].as_str().map(str::to_owned);
        value.with_context(|| format!("no `AccessKey.{name}` was printed"))
    };
    let key = AccessKey {
        id: member("AccessKeyId")?,
        secret: member("SecretAccessKey")?,
        session_token: None,
    };
    world.keys.insert(name, key);
    Ok(())
}
