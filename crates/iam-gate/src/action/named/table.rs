//! Operations, the parameters that name their resource, and how its ARN is made of them.

use crate::resource::Kind;

/// How a parameter names a resource. Whatever begins with `arn:` is the ARN itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By the name that the ARN ends in.
    Name,
    /// By a name that may begin with a slash and end in a version or label.
    Path,
    /// By the address of a queue: account and name are its last two parts.
    QueueUrl,
    /// By the ARN alone.
    Arn,
    /// By the ARN of a subscription: its topic's, and an id.
    Subscription,
}

/// Operations that are authorized on what some parameters name.
pub(super) struct Rule {
    pub(super) service: &'static str,
    pub(super) parameters: &'static [&'static str],
    pub(super) form: Form,
    pub(super) template: &'static str,
    /// What carries the policy that bears on it.
    pub(super) policy: Option<Kind>,
    pub(super) operations: &'static [&'static str],
}

/// Services whose actions do not begin with the name they are signed for.
pub(super) const PREFIXES: [(&str, &str); 1] = [("monitoring", "cloudwatch")];

/// Operations that need the permission for another one.
pub(super) const BATCHES: [(&str, &str, &str); 4] = [
    ("sns", "PublishBatch", "Publish"),
    ("sqs", "ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
    ("sqs", "DeleteMessageBatch", "DeleteMessage"),
    ("sqs", "SendMessageBatch", "SendMessage"),
];

/// Operations that are on everything when they name nothing.
pub(super) const ON_ALL: [(&str, &str); 3] = [
    ("cloudformation", "DescribeStacks"),
    ("monitoring", "DescribeAlarmHistory"),
    ("monitoring", "DescribeAlarms"),
];

/// What operations that know no resources are on, in services that name something all the
/// same.
pub(super) const ANYTHING: [(&str, &str); 3] = [
    ("dynamodb", "arn:aws:dynamodb:{region}:{account}:table/*"),
    ("sns", "arn:aws:sns:{region}:{account}:*"),
    ("ssm", "arn:aws:ssm:{region}:{account}:*"),
];

/// Operations that know no resources.
#[rustfmt::skip]
pub(super) const UNBOUND: &[(&str, &[&str])] = &[
    ("dynamodb", &["DescribeEndpoints", "DescribeLimits", "ListGlobalTables", "ListTables"]),
    ("cloudformation", &[
        "DescribeAccountLimits", "DescribeType", "EstimateTemplateCost", "ListExports",
        "ListImports", "ListStacks", "ListTypes", "ValidateTemplate",
    ]),
    ("kms", &["CreateKey", "GenerateRandom", "ListAliases", "ListKeys", "ListRetirableGrants"]),
    ("logs", &[
        "DescribeDestinations", "DescribeExportTasks", "DescribeLogGroups",
        "DeleteResourcePolicy", "DescribeQueries", "DescribeResourcePolicies",
        "PutResourcePolicy", "TestMetricFilter",
    ]),
    ("monitoring", &[
        "DescribeAlarmsForMetric", "DescribeAnomalyDetectors", "GetMetricData",
        "GetMetricStatistics", "ListDashboards", "ListMetricStreams", "ListMetrics",
        "PutAnomalyDetector", "PutMetricData",
    ]),
    ("organizations", &["DescribeOrganization"]),
    ("secretsmanager", &["GetRandomPassword", "ListSecrets"]),
    ("sns", &[
        "GetSMSAttributes", "ListPhoneNumbersOptedOut", "ListPlatformApplications",
        "ListSubscriptions", "ListTopics",
    ]),
    ("sqs", &["ListQueues"]),
    ("ssm", &["DescribeInstanceInformation", "DescribeParameters", "ListCommands", "ListDocuments"]),
];

const TABLE: &str = "arn:aws:dynamodb:{region}:{account}:table/{}";
const ALARM: &str = "arn:aws:cloudwatch:{region}:{account}:alarm:{}";
const DASHBOARD: &str = "arn:aws:cloudwatch::{account}:dashboard/{}";
const STACK: &str = "arn:aws:cloudformation:{region}:{account}:stack/{}/*";
const LOG_GROUP: &str = "arn:aws:logs:{region}:{account}:log-group:{}";
const LOG_STREAM: &str = "arn:aws:logs:{region}:{account}:log-group:{}:log-stream:{stream}";
const TOPIC: &str = "arn:aws:sns:{region}:{account}:{}";
const QUEUE: &str = "arn:aws:sqs:{region}:{account}:{}";
const PARAMETER: &str = "arn:aws:ssm:{region}:{account}:parameter/{}";

#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    Rule { service: "cloudformation", parameters: &["StackName"], form: Form::Name, template: STACK, policy: None, operations: &[
        "DescribeChangeSet", "DescribeStackEvents", "DescribeStackResource", "DescribeStackResources",
        "DescribeStacks", "GetStackPolicy", "GetTemplate", "GetTemplateSummary", "ListChangeSets",
        "ListStackResources",
    ]},
    Rule { service: "monitoring", parameters: &["AlarmName", "AlarmNames"], form: Form::Name, template: ALARM, policy: None, operations: &[
        "DeleteAlarms", "DescribeAlarmHistory", "DescribeAlarms", "DisableAlarmActions", "EnableAlarmActions",
        "PutMetricAlarm", "SetAlarmState",
    ]},
    Rule { service: "monitoring", parameters: &["DashboardName", "DashboardNames"], form: Form::Name, template: DASHBOARD, policy: None, operations: &[
        "DeleteDashboards", "GetDashboard", "PutDashboard",
    ]},
    Rule { service: "monitoring", parameters: &["ResourceARN"], form: Form::Arn, template: ALARM, policy: None, operations: &[
        "ListTagsForResource", "TagResource", "UntagResource",
    ]},
    Rule { service: "dynamodb", parameters: &["TableName"], form: Form::Name, template: TABLE, policy: Some(Kind::Table), operations: &[
        "CreateBackup", "CreateTable", "DeleteItem", "DeleteTable", "DescribeContinuousBackups",
        "DescribeTable", "DescribeTimeToLive", "GetItem", "PutItem", "UpdateContinuousBackups",
        "UpdateItem", "UpdateTable", "UpdateTimeToLive",
    ]},
    Rule { service: "dynamodb", parameters: &["ResourceArn"], form: Form::Arn, template: TABLE, policy: Some(Kind::Table), operations: &[
        "DeleteResourcePolicy", "GetResourcePolicy", "ListTagsOfResource", "PutResourcePolicy",
        "TagResource", "UntagResource",
    ]},
    Rule { service: "logs", parameters: &["logGroupName", "logGroupIdentifier"], form: Form::Name, template: LOG_GROUP, policy: Some(Kind::LogGroup), operations: &[
        "CreateLogGroup", "DeleteLogGroup", "DeleteMetricFilter", "DeleteRetentionPolicy",
        "DeleteSubscriptionFilter", "DescribeLogStreams", "DescribeMetricFilters",
        "DescribeSubscriptionFilters", "FilterLogEvents", "ListTagsLogGroup", "PutMetricFilter",
        "PutRetentionPolicy", "TagLogGroup", "UntagLogGroup",
    ]},
    Rule { service: "logs", parameters: &["logGroupName"], form: Form::Name, template: LOG_STREAM, policy: Some(Kind::LogGroup), operations: &[
        "CreateLogStream", "DeleteLogStream", "GetLogEvents", "PutLogEvents",
    ]},
    Rule { service: "sns", parameters: &["Name"], form: Form::Name, template: TOPIC, policy: Some(Kind::Topic), operations: &["CreateTopic"] },
    Rule { service: "sns", parameters: &["TopicArn", "TargetArn", "ResourceArn"], form: Form::Arn, template: TOPIC, policy: Some(Kind::Topic), operations: &[
        "AddPermission", "ConfirmSubscription", "DeleteTopic", "GetTopicAttributes",
        "ListSubscriptionsByTopic", "ListTagsForResource", "Publish", "PublishBatch",
        "RemovePermission", "SetTopicAttributes", "Subscribe", "TagResource", "UntagResource",
    ]},
    Rule { service: "sns", parameters: &["SubscriptionArn"], form: Form::Subscription, template: TOPIC, policy: Some(Kind::Topic), operations: &[
        "GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe",
    ]},
    Rule { service: "sqs", parameters: &["QueueName"], form: Form::Name, template: QUEUE, policy: Some(Kind::Queue), operations: &[
        "CreateQueue", "GetQueueUrl",
    ]},
    Rule { service: "sqs", parameters: &["QueueUrl"], form: Form::QueueUrl, template: QUEUE, policy: Some(Kind::Queue), operations: &[
        "AddPermission", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage",
        "DeleteMessageBatch", "DeleteQueue", "GetQueueAttributes", "ListDeadLetterSourceQueues",
        "ListQueueTags", "PurgeQueue", "ReceiveMessage", "RemovePermission", "SendMessage",
        "SendMessageBatch", "SetQueueAttributes", "TagQueue", "UntagQueue",
    ]},
    Rule { service: "ssm", parameters: &["Name", "Names", "Path"], form: Form::Path, template: PARAMETER, policy: None, operations: &[
        "DeleteParameter", "DeleteParameters", "GetParameter", "GetParameterHistory",
        "GetParameters", "GetParametersByPath", "LabelParameterVersion", "PutParameter",
        "UnlabelParameterVersion",
    ]},
];
