//! Operations, the parameters that name their resource, and how its ARN is made of them.

/// How a parameter names a resource. Whatever begins with `arn:` is the ARN itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By the name that the ARN ends in.
    Name,
    /// By a name that may begin with a slash and end in a version or label.
    Path,
    /// By the address of a queue: account and name are its last two parts.
    QueueUrl,
    /// By the id of a key, not by an alias, whose key is not known.
    KeyId,
    /// By the ARN alone.
    Arn,
}

/// Operations that are authorized on what some parameters name.
pub(super) struct Rule {
    pub(super) service: &'static str,
    pub(super) parameters: &'static [&'static str],
    pub(super) form: Form,
    pub(super) template: &'static str,
    pub(super) operations: &'static [&'static str],
}

/// What stands before the operation in `X-Amz-Target`.
pub(super) const TARGETS: [(&str, &str); 6] = [
    ("dynamodb", "DynamoDB_20120810"),
    ("kms", "TrentService"),
    ("logs", "Logs_20140328"),
    ("secretsmanager", "secretsmanager"),
    ("sqs", "AmazonSQS"),
    ("ssm", "AmazonSSM"),
];

/// Operations that need the permission for another one.
pub(super) const BATCHES: [(&str, &str, &str); 4] = [
    ("sns", "PublishBatch", "Publish"),
    ("sqs", "ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
    ("sqs", "DeleteMessageBatch", "DeleteMessage"),
    ("sqs", "SendMessageBatch", "SendMessage"),
];

/// Operations that know no resources.
#[rustfmt::skip]
pub(super) const UNBOUND: &[(&str, &[&str])] = &[
    ("dynamodb", &["DescribeEndpoints", "DescribeLimits", "ListGlobalTables", "ListTables"]),
    ("kms", &["CreateKey", "GenerateRandom", "ListAliases", "ListKeys"]),
    ("logs", &[
        "DescribeDestinations", "DescribeExportTasks", "DescribeLogGroups",
        "DescribeResourcePolicies", "TestMetricFilter",
    ]),
    ("secretsmanager", &["GetRandomPassword", "ListSecrets"]),
    ("sns", &[
        "GetSMSAttributes", "GetSubscriptionAttributes", "ListPhoneNumbersOptedOut",
        "ListPlatformApplications", "ListSubscriptions", "ListTopics", "SetSubscriptionAttributes",
        "Unsubscribe",
    ]),
    ("sqs", &["ListQueues"]),
    ("ssm", &["DescribeInstanceInformation", "DescribeParameters", "ListCommands", "ListDocuments"]),
];

const TABLE: &str = "arn:aws:dynamodb:{region}:{account}:table/{}";
const KEY: &str = "arn:aws:kms:{region}:{account}:key/{}";
const LOG_GROUP: &str = "arn:aws:logs:{region}:{account}:log-group:{}";
const LOG_STREAM: &str = "arn:aws:logs:{region}:{account}:log-group:{}:log-stream:{stream}";
const SECRET: &str = "arn:aws:secretsmanager:{region}:{account}:secret:{}-??????";
const TOPIC: &str = "arn:aws:sns:{region}:{account}:{}";
const QUEUE: &str = "arn:aws:sqs:{region}:{account}:{}";
const PARAMETER: &str = "arn:aws:ssm:{region}:{account}:parameter/{}";

#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    Rule { service: "dynamodb", parameters: &["TableName"], form: Form::Name, template: TABLE, operations: &[
        "CreateBackup", "CreateTable", "DeleteItem", "DeleteTable", "DescribeContinuousBackups",
        "DescribeTable", "DescribeTimeToLive", "GetItem", "PutItem", "UpdateContinuousBackups",
        "UpdateItem", "UpdateTable", "UpdateTimeToLive",
    ]},
    Rule { service: "dynamodb", parameters: &["ResourceArn"], form: Form::Arn, template: TABLE, operations: &[
        "ListTagsOfResource", "TagResource", "UntagResource",
    ]},
    Rule { service: "kms", parameters: &["KeyId"], form: Form::KeyId, template: KEY, operations: &[
        "CancelKeyDeletion", "Decrypt", "DescribeKey", "DisableKey", "DisableKeyRotation", "EnableKey",
        "EnableKeyRotation", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair",
        "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetKeyPolicy", "GetKeyRotationStatus",
        "GetPublicKey", "ListGrants", "ListKeyPolicies", "ListResourceTags", "PutKeyPolicy",
        "ScheduleKeyDeletion", "Sign", "TagResource", "UntagResource", "UpdateKeyDescription",
        "Verify", "VerifyMac",
    ]},
    Rule { service: "logs", parameters: &["logGroupName", "logGroupIdentifier"], form: Form::Name, template: LOG_GROUP, operations: &[
        "CreateLogGroup", "DeleteLogGroup", "DeleteMetricFilter", "DeleteRetentionPolicy",
        "DeleteSubscriptionFilter", "DescribeLogStreams", "DescribeMetricFilters",
        "DescribeSubscriptionFilters", "FilterLogEvents", "ListTagsLogGroup", "PutMetricFilter",
        "PutRetentionPolicy", "TagLogGroup", "UntagLogGroup",
    ]},
    Rule { service: "logs", parameters: &["logGroupName"], form: Form::Name, template: LOG_STREAM, operations: &[
        "CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents",
    ]},
    Rule { service: "secretsmanager", parameters: &["Name"], form: Form::Name, template: SECRET, operations: &[
        "CreateSecret",
    ]},
    Rule { service: "secretsmanager", parameters: &["SecretId"], form: Form::Arn, template: SECRET, operations: &[
        "DeleteSecret", "DescribeSecret", "GetResourcePolicy", "GetSecretValue",
        "ListSecretVersionIds", "PutSecretValue", "RestoreSecret", "RotateSecret", "TagResource",
        "UntagResource", "UpdateSecret", "UpdateSecretVersionStage",
    ]},
    Rule { service: "sns", parameters: &["Name"], form: Form::Name, template: TOPIC, operations: &["CreateTopic"] },
    Rule { service: "sns", parameters: &["TopicArn", "TargetArn", "ResourceArn"], form: Form::Arn, template: TOPIC, operations: &[
        "AddPermission", "ConfirmSubscription", "DeleteTopic", "GetTopicAttributes",
        "ListSubscriptionsByTopic", "ListTagsForResource", "Publish", "PublishBatch",
        "RemovePermission", "SetTopicAttributes", "Subscribe", "TagResource", "UntagResource",
    ]},
    Rule { service: "sqs", parameters: &["QueueName"], form: Form::Name, template: QUEUE, operations: &[
        "CreateQueue", "GetQueueUrl",
    ]},
    Rule { service: "sqs", parameters: &["QueueUrl"], form: Form::QueueUrl, template: QUEUE, operations: &[
        "AddPermission", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage",
        "DeleteMessageBatch", "DeleteQueue", "GetQueueAttributes", "ListDeadLetterSourceQueues",
        "ListQueueTags", "PurgeQueue", "ReceiveMessage", "RemovePermission", "SendMessage",
        "SendMessageBatch", "SetQueueAttributes", "TagQueue", "UntagQueue",
    ]},
    Rule { service: "ssm", parameters: &["Name", "Names", "Path"], form: Form::Path, template: PARAMETER, operations: &[
        "DeleteParameter", "DeleteParameters", "GetParameter", "GetParameterHistory",
        "GetParameters", "GetParametersByPath", "LabelParameterVersion", "PutParameter",
        "UnlabelParameterVersion",
    ]},
];
