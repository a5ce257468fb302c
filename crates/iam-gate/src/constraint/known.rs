//! Which services say the sentence, with which code, and how much of it is known.
//!
//! Each row has its source: answers of AWS's on record, or what people showed of them in public.
//! The members' own order is the model's; AWS's own is another for some and not known for most.

/// What is known of a service's sentences.
#[derive(Debug)]
pub(super) struct Known {
    /// As the service is signed for.
    service: &'static str,
    /// The operations that say them; none stands for all.
    operations: &'static [&'static str],
    pub(super) code: &'static str,
    /// Kinds of constraints of which the words are known, beside enumerations (`ORDERS`).
    pub(super) kinds: &'static [Kind],
    pub(super) blobs: Blobs,
    /// The members that say them, by the model's name; none stands for all.
    only: &'static [&'static str],
}

/// A kind of constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `Member must not be null`.
    Required,
    /// The length of a text, or of bytes.
    Length,
    /// The regular expression of a text.
    Pattern,
    /// The least and greatest of a whole number.
    Number,
    /// The length and the elements of a list of texts.
    Texts,
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blobs {
    /// Not at all.
    Hidden,
    /// As Java shows a buffer of them.
    Buffer,
}

const ALL: &[Kind] = &[Kind::Required, Kind::Length, Kind::Pattern, Kind::Number];

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    // `Member must not be null`, `[INDEXES, TOTAL, NONE]`: dynamodb-conformance of paritysuite,
    // AllocZero/EfficientDynamoDb#164, scalar-labs/scalardb#189. Other operations have
    // sentences of their own for what is missing. Lengths and numbers are worded differently
    // from region to region since 2026, the length of `TableName` by the operation.
    Known {
        service: "dynamodb",
        operations: &[
            "BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan",
            "TransactGetItems", "TransactWriteItems", "UpdateItem",
        ],
        code: "ValidationException", kinds: &[Kind::Required], blobs: Blobs::Hidden,
        only: &[],
    },
    // aws/aws-sdk-go-v2#626, aws/aws-sdk-js-v3#2240, aws/aws-sdk-js#4572,
    // triggermesh/triggermesh#1306; localstack's recorded `put_targets` (2023).
    Known {
        service: "events", operations: &[],
        code: "ValidationException", kinds: ALL, blobs: Blobs::Hidden,
        only: &[],
    },
    // a8m/kinesis-producer#18, awslabs/kinesis-aggregation#30 (bytes as a buffer);
    // sivchari/kumo#687 (the code, for names).
    Known {
        service: "kinesis", operations: &[],
        code: "ValidationException", kinds: ALL, blobs: Blobs::Buffer,
        only: &[],
    },
    // localstack's recorded `GenerateRandom` and `GenerateMac` (2023); boto/boto3#3428,
    // stelligent/mu#382; the suite of floci-io/floci (2026) for bytes.
    Known {
        service: "kms", operations: &[],
        code: "ValidationException", kinds: ALL, blobs: Blobs::Hidden,
        only: &[],
    },
    // aws/aws-sdk-pandas#2684, boto/boto3#4645, and what is missing and patterns of names in many
    // places. How names are refused that are too long is `OWN`.
    Known {
        service: "logs", operations: &[],
        code: "InvalidParameterException", kinds: ALL, blobs: Blobs::Hidden,
        only: &[],
    },
    // localstack's recorded `SetAlarmState` (2025): the enumeration alone.
    Known {
        service: "monitoring", operations: &["SetAlarmState"],
        code: "ValidationError", kinds: &[], blobs: Blobs::Hidden,
        only: &[],
    },
    // What is missing alone: names and tokens have sentences of their own.
    Known {
        service: "secretsmanager", operations: &[],
        code: "ValidationException", kinds: &[Kind::Required], blobs: Blobs::Hidden,
        only: &["SecretId"],
    },
    // aws/aws-cli#7048; aws-samples/eks-security-compromised-cluster-remediation#18.
    Known {
        service: "ssm", operations: &[],
        code: "ValidationException", kinds: &[Kind::Pattern, Kind::Texts], blobs: Blobs::Hidden,
        only: &["InstanceId", "InstanceIds"],
    },
];

/// Enumerations, in the order in which the service lists them: service, member by the model's
/// name, values. No rule gives the order for all of them, so that of others is not known.
#[rustfmt::skip]
pub(super) const ORDERS: &[(&str, &str, &[&str])] = &[
    // Shown by floci-io/floci as measured (2026), by dynalite's suite before.
    ("dynamodb", "ReturnConsumedCapacity", &["INDEXES", "TOTAL", "NONE"]),
    ("dynamodb", "ReturnItemCollectionMetrics", &["SIZE", "NONE"]),
    // paritysuite's dynamodb-conformance, for the regions that list any.
    ("dynamodb", "ReturnValues", &["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"]),
    ("dynamodb", "ConditionalOperator", &["OR", "AND"]),
    // localstack's recorded `GenerateMac` (2023).
    ("kms", "MacAlgorithm", &["HMAC_SHA_384", "HMAC_SHA_256", "HMAC_SHA_224", "HMAC_SHA_512"]),
    // The suite of floci-io/floci (2026).
    ("kms", "MessageType", &["RAW", "DIGEST", "EXTERNAL_MU"]),
    // localstack's recorded `SetAlarmState` (2025).
    ("monitoring", "StateValue", &["INSUFFICIENT_DATA", "ALARM", "OK"]),
];

/// Names that the service refuses in one sentence of its own where they are too long.
/// Source: localstack's recorded `CreateLogGroup` with a name of 513 letters.
#[rustfmt::skip]
pub(super) const OWN: &[(&str, &str, &str)] = &[
    ("logs", "logGroupName", "Invalid LogGroup or LogStream, both must have length less than or equal to 512."),
    ("logs", "logStreamName", "Invalid LogGroup or LogStream, both must have length less than or equal to 512."),
];

/// Members of which the service does not show the value. Source: moto's `test_logs.py`, where it says
/// that AWS was asked.
const HIDDEN: &[(&str, &str)] = &[("logs", "logGroupIdentifier")];

impl Known {
    pub(super) fn of(service: &str, operation: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| {
            let operations = known.operations;
            known.service == service && (operations.is_empty() || operations.contains(&operation))
        })
    }

    /// Whether the service says it of this member in the common sentence.
    pub(super) fn tells(&self, kind: Kind, member: &str) -> bool {
        let is_meant = self.only.is_empty() || self.only.contains(&member);
        self.kinds.contains(&kind) && is_meant
    }

    /// The values of an enumeration in the service's order.
    pub(super) fn order(&self, member: &str) -> Option<&'static [&'static str]> {
        let mut orders = ORDERS.iter();
        let found = orders.find(|(of, name, _)| *of == self.service && *name == member);
        found.map(|(_, _, values)| *values)
    }

    /// Whether the service shows the value of this member.
    pub(super) fn shows(&self, member: &str) -> bool {
        !HIDDEN.contains(&(self.service, member))
    }

    /// The sentence of its own for a name that is too long.
    pub(super) fn own(&self, member: &str) -> Option<&'static str> {
        let mut own = OWN.iter();
        let found = own.find(|(of, name, _)| *of == self.service && *name == member);
        found.map(|(_, _, sentence)| *sentence)
    }

    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static Self)> {
        KNOWN.iter().map(|known| (known.service, known))
    }
}
