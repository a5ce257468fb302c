//! Roles, their trust and their policies, and the instance they may see.

use cucumber::gherkin::Step;
use cucumber::given;
use serde_json::json;

use super::{Outcome, doc_string};
use crate::drivers::aws::element;
use crate::world::World;

const GOOGLE: &str = "accounts.google.com";

impl World {
    async fn create_role(&mut self, name: &str, trust: &str) -> Result<(), anyhow::Error> {
        let stage = self.stage.clone();
        let parameters = [("RoleName", name), ("AssumeRolePolicyDocument", trust)];
        let created = self.administrator(&stage).await?.iam("CreateRole", &parameters).await?;
        self.bindings.bind("role id", &element(&created, "RoleId")?);
        Ok(())
    }

    /// A trust policy for Google with these conditions of `StringEquals`.
    fn trust(&self, conditions: &[(&str, &str)]) -> String {
        let conditions: serde_json::Map<_, _> = conditions
            .iter()
            .map(|(key, value)| (format!("{GOOGLE}:{key}"), json!(value)))
            .collect();
        let mut statement = json!({
            "Effect": "Allow",
            "Principal": { "Federated": GOOGLE },
            "Action": "sts:AssumeRoleWithWebIdentity",
        });
        if !conditions.is_empty() {
            statement["Condition"] = json!({ "StringEquals": conditions });
        }
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }
}

#[given(regex = r"^the role ([a-z-]+), which trusts the OAuth client$")]
async fn role_for_client(world: &mut World, name: String) -> Outcome {
    let trust = world.trust(&[("aud", &world.client_id)]);
    world.create_role(&name, &trust).await?;
    Ok(())
}

#[given(regex = r#"^the role ([a-z-]+), which trusts the OAuth client and the subject "([^"]+)"$"#)]
async fn role_for_subject(world: &mut World, name: String, subject: String) -> Outcome {
    let trust = world.trust(&[("aud", &world.client_id), ("sub", &subject)]);
    world.create_role(&name, &trust).await?;
    Ok(())
}

#[given(regex = r"^the role ([a-z-]+) with the trust policy:$")]
async fn role_with_trust(world: &mut World, name: String, step: &Step) -> Outcome {
    let trust = world.localized(&doc_string(step)?);
    world.create_role(&name, &trust).await?;
    Ok(())
}

#[given(regex = r"^the role ([a-z-]+) has the policy ([A-Za-z0-9]+)$")]
async fn managed_policy(world: &mut World, name: String, policy: String) -> Outcome {
    let stage = world.stage.clone();
    let policy = format!("arn:aws:iam::aws:policy/{policy}");
    let parameters = [("RoleName", name.as_str()), ("PolicyArn", &policy)];
    world.administrator(&stage).await?.iam("AttachRolePolicy", &parameters).await?;
    Ok(())
}

#[given(regex = r"^the role ([a-z-]+) has the inline policy:$")]
async fn inline_policy(world: &mut World, name: String, step: &Step) -> Outcome {
    let stage = world.stage.clone();
    let document = world.localized(&doc_string(step)?);
    let parameters =
        [("RoleName", name.as_str()), ("PolicyName", "inline"), ("PolicyDocument", &document)];
    world.administrator(&stage).await?.iam("PutRolePolicy", &parameters).await?;
    Ok(())
}

#[given(regex = r"^the role ([a-z-]+) has the boundary ([A-Za-z0-9]+)$")]
async fn boundary(world: &mut World, name: String, policy: String) -> Outcome {
    let stage = world.stage.clone();
    let policy = format!("arn:aws:iam::aws:policy/{policy}");
    let parameters = [("RoleName", name.as_str()), ("PermissionsBoundary", &policy)];
    world.administrator(&stage).await?.iam("PutRolePermissionsBoundary", &parameters).await?;
    Ok(())
}

#[given(regex = r"^sessions of the role ([a-z-]+) last at most (\d+) seconds$")]
async fn maximum_duration(world: &mut World, name: String, seconds: String) -> Outcome {
    let stage = world.stage.clone();
    let parameters = [("RoleName", name.as_str()), ("MaxSessionDuration", &seconds)];
    world.administrator(&stage).await?.iam("UpdateRole", &parameters).await?;
    Ok(())
}

/// Written straight into the emulator, which takes what IAM, and so the gate, would not.
#[given(regex = r"^behind the gate's back, the role ([a-z-]+) with the trust policy:$")]
async fn smuggled_role(world: &mut World, name: String, step: &Step) -> Outcome {
    let stage = world.stage.clone();
    let trust = world.localized(&doc_string(step)?);
    let parameters = [("RoleName", name.as_str()), ("AssumeRolePolicyDocument", &trust)];
    world.smuggler(&stage).iam("CreateRole", &parameters).await?;
    Ok(())
}

/// The tutorial's `t2.micro` with the key name `ssup2`.
#[given(regex = r"^the tutorial's instance$")]
async fn instance(world: &mut World) -> Outcome {
    let stage = world.stage.clone();
    // It is signed by the lab's clock, which others move.
    let undisturbed = world.undisturbed().await;
    stage.lab.seed_instance(&world.account.parse()?).await?;
    drop(undisturbed);
    let listed = world.administrator(&stage).await?.ec2("DescribeInstances", &[]).await?;
    world.bindings.bind("instance id", &element(&listed, "instanceId")?);
    Ok(())
}
