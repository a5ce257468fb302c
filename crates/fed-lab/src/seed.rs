//! Puts the tutorial's role, user and instance into an account. What is there
//! already is left alone, so that an external emulator can be seeded twice.

use fed_types::AccountId;

use crate::query::{EC2, IAM, QueryClient, QueryError, element};
use crate::{LabError, tutorial};

/// The role, the user without permissions, and the instance.
pub(crate) async fn seed_tutorial(
    caller: &QueryClient,
    account: &AccountId,
) -> Result<(), LabError> {
    let trust = tutorial::trust_policy();
    let role = [("RoleName", tutorial::ROLE), ("AssumeRolePolicyDocument", &trust)];
    create(caller, account, "CreateRole", &role).await?;
    let policy = [("RoleName", tutorial::ROLE), ("PolicyArn", tutorial::ROLE_POLICY_ARN)];
    create(caller, account, "AttachRolePolicy", &policy).await?;
    create(caller, account, "CreateUser", &[("UserName", tutorial::USER)]).await?;
    seed_instance(caller, account).await
}

/// One `t2.micro` with the tutorial's key name.
pub(crate) async fn seed_instance(
    caller: &QueryClient,
    account: &AccountId,
) -> Result<(), LabError> {
    let filter = [
        ("Filter.1.Name", "key-name"),
        ("Filter.1.Value.1", tutorial::KEY_NAME),
        ("Filter.2.Name", "instance-state-name"),
        ("Filter.2.Value.1", "running"),
    ];
    let action = "DescribeInstances";
    let known = caller.call(account, EC2, action, &filter).await;
    if element(&known.map_err(|refusal| refused(action, &refusal))?, "instanceId").is_some() {
        return Ok(());
    }
    let instance = [
        ("ImageId", tutorial::IMAGE_ID),
        ("InstanceType", tutorial::INSTANCE_TYPE),
        ("KeyName", tutorial::KEY_NAME),
        ("MinCount", "1"),
        ("MaxCount", "1"),
    ];
    let action = "RunInstances";
    let started = caller.call(account, EC2, action, &instance).await;
    started.map(drop).map_err(|refusal| refused(action, &refusal))
}

async fn create(
    caller: &QueryClient,
    account: &AccountId,
    action: &'static str,
    parameters: &[(&str, &str)],
) -> Result<(), LabError> {
    match caller.call(account, IAM, action, parameters).await {
        Ok(_) => Ok(()),
        Err(QueryError::Code(_, code)) if code == "EntityAlreadyExists" => Ok(()),
        Err(refusal) => Err(refused(action, &refusal)),
    }
}

fn refused(action: &'static str, refusal: &QueryError) -> LabError {
    LabError::Seed { action, answer: refusal.to_string() }
}
