//! Asks the emulator about a resource.

use std::sync::Arc;

use fed_types::AccountId;
use iam_policy::PolicyKind;
use serde_json::{Map, Value, json};

use super::log_policies::merged;
use super::reference::Kind;
use super::{Found, Reference, Resource};
use crate::account::{Accounts, Answered, CompiledPolicy, Documents};
use crate::call::{Call, Input, S3Request};
use crate::error_response::ErrorResponse;
use crate::protocol::Protocol;
use crate::upstream::{Answer, Upstream};
use crate::wire::Parameters;

/// Codes that say that there is no such thing. Source: the services' API references.
const ABSENT: [&str; 8] = [
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "NonExistentQueue",
    "NotFound",
    "NotFoundException",
    "PolicyNotFoundException",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
];

/// What it takes to ask.
pub(super) struct Reader {
    pub(super) upstream: Arc<Upstream>,
    pub(super) documents: Arc<Documents>,
    pub(super) accounts: Arc<Accounts>,
}

/// Reads a resource and its policy.
pub(super) async fn read(reader: &Reader, reference: &Reference) -> Result<Found, ErrorResponse> {
    let question = Question { reader, reference };
    let found = match reference.kind {
        Kind::Bucket => question.bucket().await?,
        Kind::Key => question.key().await?,
        Kind::LogGroup => question.log_group().await?,
        Kind::Queue => question.queue().await?,
        Kind::Secret => question.secret().await?,
        Kind::Table => question.table().await?,
        Kind::Topic => question.topic().await?,
    };
    Ok(found.map(Arc::new))
}

struct Question<'a> {
    reader: &'a Reader,
    reference: &'a Reference,
}

impl Question<'_> {
    fn resource(&self, policy: Option<&str>) -> Resource {
        Resource {
            arn: None,
            owner: self.reference.account.clone(),
            region: None,
            tags: Vec::new(),
            policy: policy.filter(|text| !text.is_empty()).map(|text| self.compile(text)),
        }
    }

    fn compile(&self, text: &str) -> CompiledPolicy {
        self.reader.documents.compile(&self.reference.name, text, PolicyKind::Resource)
    }

    async fn queue(&self) -> Result<Option<Resource>, ErrorResponse> {
        let Reference { account, region, name, .. } = self.reference;
        let question = json!({
            "QueueUrl": format!("http://sqs.{region}.amazonaws.com/{account}/{name}"),
            "AttributeNames": ["Policy"],
        });
        let answer = self.ask("sqs", "AmazonSQS.GetQueueAttributes", question).await?;
        Ok(answer.map(|answer| self.resource(text(&answer, &["Attributes", "Policy"]))))
    }

    async fn topic(&self) -> Result<Option<Resource>, ErrorResponse> {
        const OPERATION: &str = "GetTopicAttributes";
        let parameters = Parameters::from([
            ("Action", OPERATION),
            ("Version", "2010-03-31"),
            ("TopicArn", &self.reference.name),
        ]);
        let protocol = Protocol::of_query("sns");
        let answer = self.send("sns", OPERATION, protocol, Input::Query(parameters)).await?;
        if self.is_absent(&answer, OPERATION)? {
            return Ok(None);
        }
        let answered = Answered::read(&answer, OPERATION)?;
        let policy = answered
            .entries("Attributes")
            .into_iter()
            .find(|(key, _)| *key == "Policy")
            .map(|(_, policy)| policy);
        Ok(Some(self.resource(policy)))
    }

    /// The key that an id, an ARN or an alias means. Its policy must be there: it alone lets
    /// anybody use the key.
    async fn key(&self) -> Result<Option<Resource>, ErrorResponse> {
        let question = json!({ "KeyId": self.reference.name });
        let Some(answer) = self.ask("kms", "TrentService.DescribeKey", question).await? else {
            return Ok(None);
        };
        let arn =
            text(&answer, &["KeyMetadata", "Arn"]).ok_or_else(|| self.unclear("DescribeKey"))?;
        let question = json!({ "KeyId": arn, "PolicyName": "default" });
        let answer = self.ask("kms", "TrentService.GetKeyPolicy", question).await?;
        let policy = answer
            .as_ref()
            .and_then(|answer| text(answer, &["Policy"]))
            .ok_or_else(|| self.unclear("GetKeyPolicy"))?;
        let policy = self.reader.documents.compile(arn, policy, PolicyKind::Resource);
        Ok(Some(Resource {
            arn: Some(arn.to_owned()),
            owner: owner_in(arn).unwrap_or_else(|| self.reference.account.clone()),
            policy: Some(policy),
            ..self.resource(None)
        }))
    }

    async fn secret(&self) -> Result<Option<Resource>, ErrorResponse> {
        let question = json!({ "SecretId": self.reference.name });
        let answer = self.ask("secretsmanager", "secretsmanager.DescribeSecret", question).await?;
        let Some(answer) = answer else { return Ok(None) };
        let arn = text(&answer, &["ARN"]).ok_or_else(|| self.unclear("DescribeSecret"))?;
        let question = json!({ "SecretId": arn });
        let policy =
            self.ask("secretsmanager", "secretsmanager.GetResourcePolicy", question).await?;
        let policy = policy.as_ref().and_then(|answer| text(answer, &["ResourcePolicy"]));
        Ok(Some(Resource {
            arn: Some(arn.to_owned()),
            owner: owner_in(arn).unwrap_or_else(|| self.reference.account.clone()),
            tags: tags(&answer),
            ..self.resource(policy)
        }))
    }

    async fn table(&self) -> Result<Option<Resource>, ErrorResponse> {
        let question = json!({ "ResourceArn": self.reference.name });
        let answer = self.ask("dynamodb", "DynamoDB_20120810.GetResourcePolicy", question).await?;
        Ok(answer.map(|answer| self.resource(text(&answer, &["Policy"]))))
    }

    /// Policies of CloudWatch Logs are the account's, each for the log groups it names: all
    /// of them in one.
    async fn log_group(&self) -> Result<Option<Resource>, ErrorResponse> {
        let answer = self.ask("logs", "Logs_20140328.DescribeResourcePolicies", json!({})).await?;
        let policies = answer.as_ref().and_then(|answer| answer.get("resourcePolicies"));
        let policies = policies.and_then(Value::as_array).into_iter().flatten();
        let documents = policies.map(|it| it.get("policyDocument").and_then(Value::as_str));
        let merged = merged(documents).ok_or_else(|| self.unclear("DescribeResourcePolicies"))?;
        Ok(Some(self.resource(Some(&merged))))
    }

    /// A bucket tells its policy to the account that owns it, or, where the emulator tells it to
    /// everybody, is listed among the buckets of that account alone. Names are the same for all
    /// accounts, so the others are asked when it is not the caller's.
    async fn bucket(&self) -> Result<Option<Resource>, ErrorResponse> {
        let own = &self.reference.account;
        let others = self.reader.accounts.ids().into_iter().filter(|account| account != own);
        for owner in std::iter::once(own.clone()).chain(others) {
            let request = S3Request::policy_of(&self.reference.name, &owner)?;
            let answer = self.ask_s3(&owner, "GetBucketPolicy", request).await?;
            let policy = match (answer.status, code(&answer).as_deref()) {
                (200, _) => Some(std::str::from_utf8(&answer.body).unwrap_or_default()),
                (404, Some("NoSuchBucketPolicy")) => None,
                (404, Some("NoSuchBucket")) => return Ok(None),
                (403, _) => continue,
                _ => return Err(self.unclear("GetBucketPolicy")),
            };
            if !self.is_listed(&owner).await? {
                continue;
            }
            let region = Some(self.bucket_region(&owner).await?);
            return Ok(Some(Resource { owner, region, ..self.resource(policy) }));
        }
        Err(ErrorResponse::Undecidable(format!(
            "bucket `{}` belongs to an account that the gate does not serve, so its policy cannot \
             be read",
            self.reference.name
        )))
    }

    /// Whether the bucket is among an account's own. moto answers whoever asks about one.
    async fn is_listed(&self, account: &AccountId) -> Result<bool, ErrorResponse> {
        const OPERATION: &str = "ListBuckets";
        let request = S3Request::buckets_of_name(&self.reference.name)?;
        let answer = self.ask_s3(account, OPERATION, request).await?;
        let text = std::str::from_utf8(&answer.body).unwrap_or_default();
        let document = roxmltree::Document::parse(text).map_err(|_| self.unclear(OPERATION))?;
        let root = document.root_element();
        if !answer.is_success() || root.tag_name().name() != "ListAllMyBucketsResult" {
            return Err(self.unclear(OPERATION));
        }
        let is_name = |node: &roxmltree::Node<'_, '_>| {
            let parent = node.parent().map(|parent| parent.tag_name().name());
            node.tag_name().name() == "Name" && parent == Some("Bucket")
        };
        let mut names = root.descendants().filter(is_name).filter_map(|node| node.text());
        Ok(names.any(|name| name == self.reference.name))
    }

    /// Source: S3 API reference, GetBucketLocation: the first two regions have other names.
    async fn bucket_region(&self, owner: &AccountId) -> Result<String, ErrorResponse> {
        const OPERATION: &str = "GetBucketLocation";
        let request = S3Request::location_of(&self.reference.name)?;
        let answer = self.ask_s3(owner, OPERATION, request).await?;
        let text = std::str::from_utf8(&answer.body).unwrap_or_default();
        let document = roxmltree::Document::parse(text).map_err(|_| self.unclear(OPERATION))?;
        let location = document.root_element();
        if !answer.is_success() || location.tag_name().name() != "LocationConstraint" {
            return Err(self.unclear(OPERATION));
        }
        Ok(match location.text().unwrap_or_default().trim() {
            "" => "us-east-1".to_owned(),
            "EU" => "eu-west-1".to_owned(),
            region => region.to_owned(),
        })
    }

    async fn ask_s3(
        &self,
        account: &AccountId,
        operation: &str,
        request: S3Request,
    ) -> Result<Answer, ErrorResponse> {
        let call = Call {
            service: "s3".to_owned(),
            operation: operation.to_owned(),
            protocol: Protocol::RestXml,
            region: self.reference.region.clone(),
            input: Input::S3(request),
        };
        self.reader.upstream.ask(account, &call).await
    }

    /// Asks a service of the JSON protocol; `None` when there is no such thing.
    async fn ask(
        &self,
        service: &str,
        target: &str,
        question: Value,
    ) -> Result<Option<Map<String, Value>>, ErrorResponse> {
        let operation = target.rsplit('.').next().unwrap_or_default();
        let Value::Object(members) = question else { return Ok(None) };
        let protocol = Protocol::of_json("application/x-amz-json-1.1");
        let input = Input::Json { target: target.to_owned(), members };
        let answer = self.send(service, operation, protocol, input).await?;
        if self.is_absent(&answer, operation)? {
            return Ok(None);
        }
        serde_json::from_slice(&answer.body).map(Some).map_err(|_| self.unclear(operation))
    }

    async fn send(
        &self,
        service: &str,
        operation: &str,
        protocol: Protocol,
        input: Input,
    ) -> Result<Answer, ErrorResponse> {
        let call = Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            protocol,
            region: self.reference.region.clone(),
            input,
        };
        self.reader.upstream.ask(&self.reference.account, &call).await
    }

    /// Whether the answer says that there is no such thing, and not that something is wrong.
    fn is_absent(&self, answer: &Answer, operation: &str) -> Result<bool, ErrorResponse> {
        if answer.is_success() {
            return Ok(false);
        }
        let code = code(answer).unwrap_or_default();
        // Emulators that keep no policies of tables do not know the question.
        let unserved = answer.status == 501 || code == "UnknownOperationException";
        match ABSENT.contains(&code.as_str()) || (unserved && self.reference.kind == Kind::Table) {
            true => Ok(true),
            false => Err(self.unclear(operation)),
        }
    }

    fn unclear(&self, operation: &str) -> ErrorResponse {
        ErrorResponse::Undecidable(format!(
            "the policy of `{}` cannot be read, and it might deny: the emulator behind the gate \
             did not answer `{operation}` as AWS does",
            self.reference.name
        ))
    }
}

/// The account in an ARN.
fn owner_in(arn: &str) -> Option<AccountId> {
    arn.split(':').nth(4)?.parse().ok()
}

/// The error code of an answer, in JSON or XML.
fn code(answer: &Answer) -> Option<String> {
    if let Ok(json) = serde_json::from_slice::<Value>(&answer.body) {
        let code = json.get("__type").or_else(|| json.get("code")).and_then(Value::as_str)?;
        return code.rsplit('#').next().map(str::to_owned);
    }
    let text = std::str::from_utf8(&answer.body).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    let code = document.descendants().find(|node| node.tag_name().name() == "Code")?;
    code.text().map(str::to_owned)
}

fn text<'v>(members: &'v Map<String, Value>, path: &[&str]) -> Option<&'v str> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(members.get(*first)?, |value, name| value.get(name))?.as_str()
}

fn tags(members: &Map<String, Value>) -> Vec<(String, String)> {
    let list = members.get("Tags").and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|tag| {
        let text = |name: &str| tag.get(name).and_then(Value::as_str).map(str::to_owned);
        Some((text("Key")?, text("Value")?))
    })
    .collect()
}
