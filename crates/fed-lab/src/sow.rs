//! Puts into an account what a world says of it, through the gate and as the account's
//! administrator. What is there already is left alone, so that an external emulator can be
//! given the same world twice.

use std::time::Duration;

use fed_types::Secret;
use iam_gate::AccessKey;

use crate::LabError;
use crate::administrator::{Administrator, CallError, element};
use crate::world::{CLOUDFORMATION, Call, Contents, EC2, IAM, Instances, Request, Stack};

/// How often a stack that is being made is looked at.
const POLL: Duration = Duration::from_millis(5);
/// How long one may take.
const STACK_PATIENCE: Duration = Duration::from_secs(60);

/// The key of a user that the world gives one.
pub(crate) struct UserKey {
    pub(crate) user: String,
    pub(crate) key: AccessKey,
}

/// Makes everything but what scripts do; the keys of users.
pub(crate) async fn sow(
    administrator: &Administrator<'_>,
    contents: &Contents,
) -> Result<Vec<UserKey>, LabError> {
    let sowing = Sowing { administrator, contents };
    // Each of them loads services of its own in the emulator.
    let (keys, (), ()) = futures::try_join!(
        sowing.identities(),
        sowing.in_turn(&contents.buckets),
        sowing.instances(),
    )?;
    sowing.in_turn(&contents.bucket_policies).await?;
    for stack in &contents.stacks {
        sowing.stack(stack).await?;
    }
    Ok(keys)
}

/// Runs the instances alone.
pub(crate) async fn instances(
    administrator: &Administrator<'_>,
    contents: &Contents,
) -> Result<(), LabError> {
    Sowing { administrator, contents }.instances().await
}

struct Sowing<'a> {
    administrator: &'a Administrator<'a>,
    contents: &'a Contents,
}

impl Sowing<'_> {
    async fn identities(&self) -> Result<Vec<UserKey>, LabError> {
        let mut keys = Vec::new();
        for call in &self.contents.identities {
            match &call.request {
                Request::AccessKey { user } => keys.push(self.access_key(call, user).await?),
                _ => self.make(call).await?,
            }
        }
        Ok(keys)
    }

    async fn in_turn(&self, calls: &[Call]) -> Result<(), LabError> {
        for call in calls {
            self.make(call).await?;
        }
        Ok(())
    }

    async fn make(&self, call: &Call) -> Result<(), LabError> {
        let (action, there_already, outcome) = match &call.request {
            Request::Form { service, action, parameters, there_already } => {
                let outcome = self.administrator.form(*service, action, parameters).await;
                (*action, *there_already, outcome)
            }
            Request::S3 { action, path, query, body } => {
                let outcome = self.administrator.put(path, query, body.clone()).await;
                (*action, &["BucketAlreadyOwnedByYou"][..], outcome)
            }
            Request::AccessKey { user } => return self.access_key(call, user).await.map(drop),
        };
        match outcome {
            Err(CallError::Answered { code, .. }) if there_already.contains(&code.as_str()) => {
                Ok(())
            }
            Err(error) => Err(self.failed(call, action, &error)),
            Ok(_) => Ok(()),
        }
    }

    async fn access_key(&self, call: &Call, user: &str) -> Result<UserKey, LabError> {
        let action = "CreateAccessKey";
        let parameters = [("UserName".to_owned(), user.to_owned())];
        let answer = self.administrator.form(IAM, action, &parameters).await;
        let answer = answer.map_err(|error| self.failed(call, action, &error))?;
        let (id, secret) = (element(&answer, "AccessKeyId"), element(&answer, "SecretAccessKey"));
        let (Some(access_key_id), Some(secret)) = (id, secret) else {
            return Err(LabError::Seed { action, answer: "no access key".to_owned() });
        };
        let secret_access_key = Secret::new(secret);
        let key = AccessKey { access_key_id, secret_access_key };
        Ok(UserKey { user: user.to_owned(), key })
    }

    /// Runs those whose key names no running instance has.
    async fn instances(&self) -> Result<(), LabError> {
        let Some(first) = self.contents.instances.first() else { return Ok(()) };
        let running = self.running_key_names(&first.call).await?;
        let is_new = |instances: &&Instances| {
            instances.key_name.as_ref().is_none_or(|name| !running.contains(name))
        };
        for instances in self.contents.instances.iter().filter(is_new) {
            self.make(&instances.call).await?;
        }
        Ok(())
    }

    async fn running_key_names(&self, call: &Call) -> Result<Vec<String>, LabError> {
        let action = "DescribeInstances";
        let filter = [
            ("Filter.1.Name".to_owned(), "instance-state-name".to_owned()),
            ("Filter.1.Value.1".to_owned(), "running".to_owned()),
        ];
        let answer = self.administrator.form(EC2, action, &filter).await;
        let answer = answer.map_err(|error| self.failed(call, action, &error))?;
        let document = roxmltree::Document::parse(&answer).ok();
        let names = document.iter().flat_map(|document| document.descendants());
        let names = names.filter(|node| node.tag_name().name() == "keyName");
        Ok(names.filter_map(|node| node.text().map(str::to_owned)).collect())
    }

    /// Makes a stack, and waits until it is whole.
    async fn stack(&self, stack: &Stack) -> Result<(), LabError> {
        self.make(&stack.call).await?;
        let whole = self.wait_for(stack);
        let outcome = tokio::time::timeout(STACK_PATIENCE, whole).await;
        outcome.unwrap_or_else(|_| {
            let waited = format!("nothing for {} s", STACK_PATIENCE.as_secs());
            Err(self.refused(&stack.call, "DescribeStacks", waited))
        })
    }

    async fn wait_for(&self, stack: &Stack) -> Result<(), LabError> {
        let action = "DescribeStacks";
        let parameters = [("StackName".to_owned(), stack.name.clone())];
        loop {
            let answer = self.administrator.form(CLOUDFORMATION, action, &parameters).await;
            let answer = answer.map_err(|error| self.failed(&stack.call, action, &error))?;
            let status = element(&answer, "StackStatus").unwrap_or_default();
            match status.as_str() {
                "CREATE_COMPLETE" | "UPDATE_COMPLETE" => return Ok(()),
                "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" => tokio::time::sleep(POLL).await,
                other => {
                    let reason = element(&answer, "StackStatusReason");
                    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
                    let became = format!("`{other}`{reason}");
                    return Err(self.refused(&stack.call, action, became));
                }
            }
        }
    }

    fn failed(&self, call: &Call, action: &'static str, error: &CallError) -> LabError {
        self.refused(call, action, error.to_string())
    }

    fn refused(&self, call: &Call, action: &'static str, answer: String) -> LabError {
        match self.contents.is_built_in {
            true => LabError::Seed { action, answer },
            false => {
                let message = format!("`{action}` was answered with {answer}");
                call.place.error(message).into()
            }
        }
    }
}
