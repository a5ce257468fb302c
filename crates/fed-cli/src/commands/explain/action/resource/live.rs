//! A resource's own policy and tags, as its service tells them now.

use fed_types::Arn;
use iam_policy::PolicyKind;
use serde_json::{Value, json};

use super::{ItsPolicy, Resource, bucket, kind, stands_for_several};
use crate::commands::explain::ask::{Asker, Refused, answer_text, entries};
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
    let known = ["iam", "ec2", "s3", "sqs", "sns", "kms", "secretsmanager", "dynamodb"];
    if !known.contains(&arn.service) {
        return Ok(());
    }
    if stands_for_several(&text) && bucket(&arn).is_none() {
        // Nothing of EC2 and of IAM has a policy, save the trust policies of roles.
        if arn.service != "ec2"
            && (arn.service != "iam" || kind(action, &text) == PolicyKind::Trust)
        {
            resource.policy = ItsPolicy::Unread;
        }
        return Ok(());
    }
    resource.policy = ItsPolicy::Unread;
    let asker = Asker::of(context, settings).await.map_err(|why| unread(&text, &why))?;
    let live = Live { asker, arn, text: &text };
    let (policy, tags) = tokio::join!(live.policy(action), live.tags());
    let mut why = Vec::new();
    match policy {
        Ok(policy) => {
            resource.policy = policy;
            resource.is_read_live = true;
        }
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
                policy_of(entries(&answer, "Attribute", "Name", "Value")?)
            }
            "sns" => {
                let parameters = [("TopicArn", self.text)];
                let answer = self.query(SNS, "GetTopicAttributes", &parameters).await?;
                // A topic always has one.
                let policy = policy_of(entries(&answer, "entry", "key", "value")?);
                Some(policy.ok_or("SNS does not tell the topic's policy")?)
            }
            "dynamodb" => self.table_policy().await?,
            "kms" => {
                let question = json!({"KeyId": self.text, "PolicyName": "default"});
                let answer = self.json("TrentService.GetKeyPolicy", &question).await?;
                // A key always has one.
                let policy = told(&answer, "Policy");
                Some(policy.ok_or("KMS does not tell the key's policy")?)
            }
            _ => {
                let question = json!({"SecretId": self.text});
                let answer = self.json("secretsmanager.GetResourcePolicy", &question).await?;
                is_of_a_secret(&answer, "GetResourcePolicy")?;
                match answer.get("ResourcePolicy") {
                    None | Some(Value::Null) => None,
                    Some(Value::String(policy)) => Some(policy.clone()),
                    Some(_) => return Err(otherwise("GetResourcePolicy")),
                }
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
                self.of_iam("GetRole", "RoleName").await?;
                self.query(IAM, "ListRoleTags", &[("RoleName", name)]).await?
            }
            ("iam", "user") => {
                let name = name.rsplit('/').next().unwrap_or_default();
                self.of_iam("GetUser", "UserName").await?;
                self.query(IAM, "ListUserTags", &[("UserName", name)]).await?
            }
            ("ec2", _) if self.arn.account.len() == 12 => {
                let filter = [("Filter.1.Name", "resource-id"), ("Filter.1.Value.1", name)];
                let answer = self.query(EC2, "DescribeTags", &filter).await?;
                let more = answer_text(&answer, "nextToken").is_some_and(|it| !it.is_empty());
                let tags = entries(&answer, "item", "key", "value")?;
                return Ok((!more).then_some(tags));
            }
            ("sqs", _) => {
                let url = self.queue_url();
                let answer = self.query(SQS, "ListQueueTags", &[("QueueUrl", &url)]).await?;
                return entries(&answer, "Tag", "Key", "Value").map(Some);
            }
            ("sns", _) => {
                self.query(SNS, "ListTagsForResource", &[("ResourceArn", self.text)]).await?
            }
            ("kms", "key") => {
                let question = json!({"KeyId": self.text});
                let answer = self.json("TrentService.ListResourceTags", &question).await?;
                let list = answer.get("Tags").ok_or_else(|| otherwise("ListResourceTags"))?;
                let tags = json_tags(list, "TagKey", "TagValue", "ListResourceTags")?;
                let whole = answer.get("Truncated").is_none_or(|it| it == &Value::Bool(false));
                return Ok(whole.then_some(tags));
            }
            ("secretsmanager", _) => {
                let question = json!({"SecretId": self.text});
                let answer = self.json("secretsmanager.DescribeSecret", &question).await?;
                is_of_a_secret(&answer, "DescribeSecret")?;
                // One without tags may be told without the list.
                let none = json!([]);
                let list = answer.get("Tags").unwrap_or(&none);
                return json_tags(list, "Key", "Value", "DescribeSecret").map(Some);
            }
            _ => return Ok(None),
        };
        // What does not come whole is not known.
        let more = answer_text(&answer, "IsTruncated").as_deref() == Some("true");
        let tags = entries(&answer, "member", "Key", "Value")?;
        Ok((!more).then_some(tags))
    }

    async fn trust_policy(&self) -> Result<Option<String>, String> {
        let answer = self.of_iam("GetRole", "RoleName").await?;
        let encoded = answer_text(&answer, "AssumeRolePolicyDocument");
        let encoded = encoded.filter(|text| !text.is_empty());
        // A role always has one.
        let encoded = encoded.ok_or("IAM does not tell the role's trust policy")?;
        Ok(Some(iam_bootstrap::decoded(&encoded)))
    }

    /// The role or user itself: IAM is asked by name, and another account's may have the same.
    async fn of_iam(&self, action: &str, parameter: &str) -> Result<String, String> {
        let name = self.arn.resource.rsplit('/').next().unwrap_or_default();
        let answer = self.query(IAM, action, &[(parameter, name)]).await?;
        if answer_text(&answer, "Arn").as_deref() == Some(self.text) {
            return Ok(answer);
        }
        let kind = self.arn.resource.split('/').next().unwrap_or_default();
        Err(format!("the {kind} of that name in the account of these credentials is another"))
    }

    async fn bucket_policy(&self) -> Result<Option<String>, String> {
        let bucket = bucket(&self.arn).ok_or("it is of no bucket whose policy could be read")?;
        self.asker.get_bucket_policy(bucket, &self.region()).await
    }

    /// A table's policy bears on its indexes; a stream has one of its own.
    async fn table_policy(&self) -> Result<Option<String>, String> {
        const OPERATION: &str = "GetResourcePolicy";
        let is_stream = self.arn.resource.contains("/stream/");
        let table = match self.arn.resource.split_once("/index/") {
            Some((table, _)) if !is_stream => self.text.replace(self.arn.resource, table),
            _ => self.text.to_owned(),
        };
        let question = json!({"ResourceArn": table});
        match self.json("DynamoDB_20120810.GetResourcePolicy", &question).await {
            Ok(answer) => told(&answer, "Policy").map(Some).ok_or_else(|| otherwise(OPERATION)),
            Err(Refused { code: Some(code), .. }) if code == "PolicyNotFoundException" => Ok(None),
            Err(refused) => Err(refused.into()),
        }
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
    ) -> Result<String, String> {
        let service = self.arn.service;
        self.asker.query(service, &self.region(), version, action, parameters).await
    }

    async fn json(&self, target: &str, question: &Value) -> Result<Value, Refused> {
        self.asker.json(self.arn.service, &self.region(), target, question).await
    }
}

fn told(answer: &Value, name: &str) -> Option<String> {
    answer.get(name)?.as_str().map(str::to_owned)
}

/// The policy among a queue's or a topic's attributes.
fn policy_of(attributes: Vec<(String, String)>) -> Option<String> {
    attributes.into_iter().find(|(name, _)| name == "Policy").map(|(_, policy)| policy)
}

/// Every answer about a secret names it: what does not is none, and says nothing of what it lacks.
fn is_of_a_secret(answer: &Value, operation: &str) -> Result<(), String> {
    told(answer, "ARN").map(drop).ok_or_else(|| otherwise(operation))
}

fn otherwise(operation: &str) -> String {
    format!("`{operation}` is not answered as it should be")
}

fn json_tags(
    list: &Value,
    key: &str,
    value: &str,
    operation: &str,
) -> Result<Vec<(String, String)>, String> {
    let tags = list.as_array().ok_or_else(|| otherwise(operation))?.iter();
    tags.map(|tag| told(tag, key).zip(told(tag, value)).ok_or_else(|| otherwise(operation)))
        .collect()
}
