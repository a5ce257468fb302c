//! A resource's own policy and tags, as its service tells them now.

use fed_types::Arn;
use iam_policy::PolicyKind;
use serde_json::{Value, json};

use super::ask::{Asker, answer_text, entries};
use super::{ItsPolicy, Resource, kind};
use crate::context::Context;
use crate::settings::Settings;

/// Reads them, as far as this knows how to ask; the rest stays unknown.
///
/// # Errors
/// In words, what could not be read.
pub(super) async fn read(
    context: Context<'_>,
    settings: &Settings,
    action: &str,
    resource: &mut Resource,
) -> Result<(), String> {
    let text = resource.arn.clone();
    let Ok(arn) = Arn::parse(&text) else { return Ok(()) };
    let known = ["iam", "ec2", "s3", "sqs", "sns", "kms", "secretsmanager"];
    if !known.contains(&arn.service) {
        return Ok(());
    }
    resource.policy = ItsPolicy::Unread;
    let asker = Asker::of(context, settings).await.map_err(|why| unread(&text, &why))?;
    let live = Live { asker, arn, text: &text };
    let (policy, tags) = tokio::join!(live.policy(action), live.tags());
    let mut why = Vec::new();
    match policy {
        Ok(policy) => resource.policy = policy,
        Err(error) => why.push(error),
    }
    match tags {
        Ok(tags) => resource.tags = tags,
        Err(error) => why.push(error),
    }
    why.dedup();
    if why.is_empty() { Ok(()) } else { Err(unread(&text, &why.join("; "))) }
}

fn unread(arn: &str, why: &str) -> String {
    format!("could not read all of `{arn}`: {why}")
}

struct Live<'a> {
    asker: Asker<'a>,
    arn: Arn<'a>,
    text: &'a str,
}

const SQS: &str = "2012-11-05";
const SNS: &str = "2010-03-31";
const IAM: &str = "2010-05-08";
const EC2: &str = "2016-11-15";

impl Live<'_> {
    async fn policy(&self, action: &str) -> Result<ItsPolicy, String> {
        let kind = kind(action, self.text);
        let document = match self.arn.service {
            // Its trust policy is asked when it is assumed; nothing else of IAM has a policy.
            "iam" if kind == PolicyKind::Trust => self.trust_policy().await?,
            "iam" | "ec2" => None,
            "s3" => self.bucket_policy().await?,
            "sqs" => {
                let url = self.queue_url();
                let parameters = [("QueueUrl", url.as_str()), ("AttributeName.1", "Policy")];
                let answer = self.query(SQS, "GetQueueAttributes", &parameters).await?;
                answer
                    .and_then(|xml| entries(&xml, "Attribute", "Name", "Value").pop())
                    .map(|it| it.1)
            }
            "sns" => {
                let parameters = [("TopicArn", self.text)];
                let answer = self.query(SNS, "GetTopicAttributes", &parameters).await?;
                let attributes = answer.map(|xml| entries(&xml, "entry", "key", "value"));
                let mut attributes = attributes.into_iter().flatten();
                attributes.find(|(name, _)| name == "Policy").map(|(_, policy)| policy)
            }
            "kms" => {
                let question = json!({"KeyId": self.text, "PolicyName": "default"});
                let answer = self.json("TrentService.GetKeyPolicy", &question).await?;
                // A key always has one.
                let policy = answer.and_then(|answer| told(&answer, "Policy"));
                Some(policy.ok_or("KMS does not tell the key's policy")?)
            }
            _ => {
                let question = json!({"SecretId": self.text});
                let answer = self.json("secretsmanager.GetResourcePolicy", &question).await?;
                answer.and_then(|answer| told(&answer, "ResourcePolicy"))
            }
        };
        ItsPolicy::of(self.text, document.as_deref(), kind)
    }

    /// All tags; `None` where they are not asked for: a bucket's count for conditions only where
    /// its owner switched that on, an image may be of another account.
    async fn tags(&self) -> Result<Option<Vec<(String, String)>>, String> {
        let (kind, name) = self.arn.resource.split_once('/').unwrap_or((self.arn.resource, ""));
        let answer = match (self.arn.service, kind) {
            ("iam", "role") => {
                let name = name.rsplit('/').next().unwrap_or_default();
                self.query(IAM, "ListRoleTags", &[("RoleName", name)]).await?
            }
            ("iam", "user") => {
                let name = name.rsplit('/').next().unwrap_or_default();
                self.query(IAM, "ListUserTags", &[("UserName", name)]).await?
            }
            ("ec2", _) if self.arn.account.len() == 12 => {
                let filter = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", name)];
                let answer = self.query(EC2, "DescribeTags", &filter).await?;
                return Ok(answer.map(|xml| entries(&xml, "item", "key", "value")));
            }
            ("sqs", _) => {
                let url = self.queue_url();
                let answer = self.query(SQS, "ListQueueTags", &[("QueueUrl", &url)]).await?;
                return Ok(answer.map(|xml| entries(&xml, "Tag", "Key", "Value")));
            }
            ("sns", _) => {
                self.query(SNS, "ListTagsForResource", &[("ResourceArn", self.text)]).await?
            }
            ("kms", "key") => {
                let question = json!({"KeyId": self.text});
                let answer = self.json("TrentService.ListResourceTags", &question).await?;
                return Ok(answer.map(|answer| json_tags(&answer, "TagKey", "TagValue")));
            }
            ("secretsmanager", _) => {
                let question = json!({"SecretId": self.text});
                let answer = self.json("secretsmanager.DescribeSecret", &question).await?;
                return Ok(answer.map(|answer| json_tags(&answer, "Key", "Value")));
            }
            _ => return Ok(None),
        };
        match answer {
            // What does not come whole is not known.
            Some(xml) if answer_text(&xml, "IsTruncated").as_deref() == Some("true") => Ok(None),
            Some(xml) => Ok(Some(entries(&xml, "member", "Key", "Value"))),
            None => Ok(None),
        }
    }

    async fn trust_policy(&self) -> Result<Option<String>, String> {
        let name = self.arn.resource.rsplit('/').next().unwrap_or_default();
        let answer = self.query(IAM, "GetRole", &[("RoleName", name)]).await?;
        let xml = answer.ok_or("there is no such role")?;
        if answer_text(&xml, "Arn").as_deref() != Some(self.text) {
            return Err(
                "the role of that name in the account of these credentials is another".to_owned()
            );
        }
        let encoded = answer_text(&xml, "AssumeRolePolicyDocument").unwrap_or_default();
        let decoded = iam_bootstrap::decoded(&encoded);
        Ok(Some(decoded))
    }

    async fn bucket_policy(&self) -> Result<Option<String>, String> {
        let bucket = self.arn.resource.split('/').next().unwrap_or_default();
        self.asker.get_bucket_policy(bucket, &self.region()).await
    }

    fn queue_url(&self) -> String {
        let Arn { region, account, resource, .. } = self.arn;
        format!("https://sqs.{region}.amazonaws.com/{account}/{resource}")
    }

    /// IAM is in one region for all; a bucket's ARN does not say.
    fn region(&self) -> String {
        match (self.arn.service, self.arn.region) {
            ("iam", _) => "us-east-1".to_owned(),
            (_, "") => self.asker.region.clone(),
            (_, region) => region.to_owned(),
        }
    }

    async fn query(
        &self,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Option<String>, String> {
        let service = self.arn.service;
        self.asker.query(service, &self.region(), version, action, parameters).await
    }

    async fn json(&self, target: &str, question: &Value) -> Result<Option<Value>, String> {
        self.asker.json(self.arn.service, &self.region(), target, question).await
    }
}

fn told(answer: &Value, name: &str) -> Option<String> {
    answer.get(name)?.as_str().map(str::to_owned)
}

fn json_tags(answer: &Value, key: &str, value: &str) -> Vec<(String, String)> {
    let tags = answer.get("Tags").and_then(Value::as_array).into_iter().flatten();
    tags.filter_map(|tag| Some((told(tag, key)?, told(tag, value)?))).collect()
}
