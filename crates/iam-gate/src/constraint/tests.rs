//! What is refused in the common sentence, what is not, and what cannot be checked.

use std::collections::{BTreeMap, BTreeSet};

use aws_model::{Service, Shape, ShapeId};
use serde_json::{Value, json};

use super::known::{Kind, Known, ORDERS};
use super::*;
use crate::api;
use crate::protocol::Protocol;
use crate::wire::Parameters;

fn call(service: &str, target: &str, members: Value) -> Call {
    let Value::Object(members) = members else { panic!("expected an object") };
    Call {
        service: service.to_owned(),
        operation: target.rsplit('.').next().unwrap_or_default().to_owned(),
        protocol: Protocol::of_json("application/x-amz-json-1.1"),
        region: "ap-northeast-2".to_owned(),
        input: Input::Json { target: target.to_owned(), members },
    }
}

fn said(service: &str, target: &str, members: Value) -> Option<String> {
    match refusal(&call(service, target, members)) {
        Some(ErrorResponse::Answered { status: 400, code, message }) => {
            Some(format!("{code}: {message}"))
        }
        None => None,
        other => panic!("{other:?}"),
    }
}

const KMS: &str = "TrentService";
const EVENTS: &str = "AWSEvents";
const LOGS: &str = "Logs_20140328";
const DYNAMODB: &str = "DynamoDB_20120810";

/// Code, and one or more faults: value, member, constraint.
fn sentence_of(code: &str, faults: &[(&str, &str, &str)]) -> Option<String> {
    let faults: Vec<String> = faults
        .iter()
        .map(|(value, member, constraint)| {
            let value = if value.is_empty() { String::new() } else { format!("{value} ") };
            format!(
                "Value {value}at '{member}' failed to satisfy constraint: Member must {constraint}"
            )
        })
        .collect();
    let detected = match faults.len() {
        1 => "1 validation error detected".to_owned(),
        several => format!("{several} validation errors detected"),
    };
    Some(format!("{code}: {detected}: {}", faults.join("; ")))
}

#[test]
fn what_is_on_record_is_said_to_the_letter() {
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let validation = "ValidationException";
    let parameter = "InvalidParameterException";
    #[rustfmt::skip]
    let cases = [
        // As localstack recorded them of AWS.
        ("kms", format!("{KMS}.GenerateRandom"), json!({ "NumberOfBytes": 1025 }), validation,
         vec![("'1025'", "numberOfBytes", "have value less than or equal to 1024")]),
        ("kms", format!("{KMS}.GenerateMac"), json!({ "KeyId": id, "Message": "aGVsbG8=", "MacAlgorithm": "INVALID" }), validation,
         vec![("'INVALID'", "macAlgorithm", "satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]")]),
        // As people reported them.
        ("kms", format!("{KMS}.Sign"), json!({ "KeyId": id, "Message": "aGVsbG8=", "SigningAlgorithm": "ECDSA_SHA_256", "MessageType": "FOO" }), validation,
         vec![("'FOO'", "messageType", "satisfy enum value set: [RAW, DIGEST, EXTERNAL_MU]")]),
        ("kms", format!("{KMS}.Encrypt"), json!({ "KeyId": id, "Plaintext": "" }), validation,
         vec![("", "plaintext", "have length greater than or equal to 1")]),
        ("kms", format!("{KMS}.Encrypt"), json!({ "KeyId": id }), validation,
         vec![("", "plaintext", "not be null")]),
        ("kms", format!("{KMS}.Verify"), json!({ "KeyId": id, "Message": "aGVsbG8=", "SigningAlgorithm": "ECDSA_SHA_256" }), validation,
         vec![("null", "signature", "not be null")]),
        ("kms", format!("{KMS}.DescribeKey"), json!({ "KeyId": "" }), validation,
         vec![("''", "keyId", "have length greater than or equal to 1")]),
        ("kms", format!("{KMS}.DescribeKey"), json!({}), validation,
         vec![("null", "keyId", "not be null")]),
        ("events", format!("{EVENTS}.ListTargetsByRule"), json!({ "Rule": "rule/r" }), validation,
         vec![("'rule/r'", "rule", "satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+")]),
        ("events", format!("{EVENTS}.PutTargets"), json!({ "Rule": "r", "Targets": [{ "Id": "!", "Arn": "a" }] }), validation,
         vec![("'!'", "targets.1.member.id", "satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+")]),
        ("logs", format!("{LOGS}.DescribeLogStreams"), json!({ "logGroupName": "g", "limit": 51 }), parameter,
         vec![("'51'", "limit", "have value less than or equal to 50")]),
        ("logs", format!("{LOGS}.CreateLogGroup"), json!({ "logGroupName": "C:/g" }), parameter,
         vec![("'C:/g'", "logGroupName", "satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+")]),
        ("logs", format!("{LOGS}.CreateLogGroup"), json!({}), parameter,
         vec![("null", "logGroupName", "not be null")]),
        ("dynamodb", format!("{DYNAMODB}.GetItem"), json!({ "Key": {} }), validation,
         vec![("null", "tableName", "not be null")]),
        ("dynamodb", format!("{DYNAMODB}.PutItem"), json!({ "TableName": "t", "Item": {}, "ReturnConsumedCapacity": "BOGUS" }), validation,
         vec![("'BOGUS'", "returnConsumedCapacity", "satisfy enum value set: [INDEXES, TOTAL, NONE]")]),
        ("dynamodb", format!("{DYNAMODB}.BatchWriteItem"), json!({ "RequestItems": { "t": [{ "PutRequest": {} }] } }), validation,
         vec![("null", "requestItems.t.member.1.member.putRequest.item", "not be null")]),
        ("kinesis", "Kinesis_20131202.PutRecords".to_owned(), json!({ "StreamName": "s", "Records": [{ "Data": "AAAA", "PartitionKey": "" }] }), validation,
         vec![("''", "records.1.member.partitionKey", "have length greater than or equal to 1")]),
        ("secretsmanager", "secretsmanager.GetSecretValue".to_owned(), json!({}), validation,
         vec![("null", "secretId", "not be null")]),
        ("ssm", "AmazonSSM.SendCommand".to_owned(), json!({ "DocumentName": "d", "InstanceIds": ["i-1,", "i-00903e1796f3b1cb6"] }), validation,
         vec![("'[i-1,, i-00903e1796f3b1cb6]'", "instanceIds", "satisfy constraint: [Member must satisfy regular expression pattern: (^i-(\\w{8}|\\w{17})$)|(^mi-\\w{17}$)]")]),
        // Several of them.
        ("kms", format!("{KMS}.GenerateDataKey"), json!({ "KeyId": "", "NumberOfBytes": 0 }), validation,
         vec![("''", "keyId", "have length greater than or equal to 1"),
              ("'0'", "numberOfBytes", "have value greater than or equal to 1")]),
    ];
    for (service, target, members, code, faults) in cases {
        let found = said(service, &target, members.clone());
        assert_eq!(found, sentence_of(code, &faults), "{target} {members}");
    }
}

#[test]
fn bytes_are_counted_as_bytes() {
    use base64::Engine;
    let encoded = |length: usize| base64::engine::general_purpose::STANDARD.encode(vec![0; length]);
    let encrypt = |length: usize| {
        let members = json!({ "KeyId": "k", "Plaintext": encoded(length) });
        said("kms", "TrentService.Encrypt", members)
    };
    for length in [1, 2, 3, 4, 4094, 4095, 4096] {
        assert_eq!(encrypt(length), None, "{length}");
    }
    let beyond = [("", "plaintext", "have length less than or equal to 4096")];
    assert_eq!(encrypt(4097), sentence_of("ValidationException", &beyond));
    let record = json!({ "StreamName": "s", "PartitionKey": "p", "Data": encoded(10_485_761) });
    let buffer = "'java.nio.HeapByteBuffer[pos=0 lim=10485761 cap=10485761]'";
    assert_eq!(
        said("kinesis", "Kinesis_20131202.PutRecord", record),
        sentence_of(
            "ValidationException",
            &[(buffer, "data", "have length less than or equal to 10485760")]
        )
    );
}

#[test]
fn names_of_logs_that_are_too_long_have_a_sentence_of_their_own() {
    let long = "g".repeat(513);
    let own = "InvalidParameterException: Invalid LogGroup or LogStream, both must have length \
               less than or equal to 512.";
    let create =
        |name: &str| said("logs", "Logs_20140328.CreateLogGroup", json!({ "logGroupName": name }));
    assert_eq!(create(&long).as_deref(), Some(own));
    assert_eq!(create(&long[1..]), None);
}

#[test]
fn forms_and_trees_are_read_by_the_models_names() {
    let set = |value: &str| {
        let parameters = Parameters::from([
            ("Action", "SetAlarmState"),
            ("Version", "2010-08-01"),
            ("AlarmName", "a"),
            ("StateReason", "r"),
            ("StateValue", value),
        ]);
        let mut call = call("monitoring", "SetAlarmState", json!({}));
        call.protocol = Protocol::of_query("monitoring");
        call.input = Input::Query(parameters.clone());
        let by_form = refusal(&call);
        let api = api::of_action("monitoring", Some("2010-08-01"), "SetAlarmState").unwrap();
        call.input = Input::Tree(Tree::of_query(api, &parameters).unwrap());
        assert_eq!(refusal(&call), by_form);
        by_form
    };
    assert_eq!(set("OK"), None);
    let message = "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy \
                   constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]";
    assert_eq!(set("INVALID"), Some(ErrorResponse::answered(400, "ValidationError", message)));
}

#[test]
fn what_is_within_its_bounds_is_not_refused() {
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for (service, target, members) in [
        ("kms", "TrentService.GenerateRandom", json!({})),
        ("kms", "TrentService.GenerateRandom", json!({ "NumberOfBytes": 1 })),
        ("kms", "TrentService.GenerateRandom", json!({ "NumberOfBytes": 1024 })),
        ("kms", "TrentService.CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": id })),
        ("kms", "TrentService.CreateKey", json!({ "Tags": [{ "TagKey": "k", "TagValue": "" }] })),
        ("kms", "TrentService.CreateKey", json!({ "Description": "d".repeat(8192) })),
        ("events", "AWSEvents.PutRule", json!({ "Name": "a.b-c_D9", "Description": "a\nb" })),
        (
            "events",
            "AWSEvents.PutRule",
            json!({ "Name": "r", "EventBusName": "arn:aws:events:eu-west-1:111122223333:event-bus/b" }),
        ),
        (
            "logs",
            "Logs_20140328.DescribeLogStreams",
            json!({ "logGroupName": "/a/b#c", "limit": 50 }),
        ),
        (
            "logs",
            "Logs_20140328.PutLogEvents",
            json!({ "logGroupName": "g", "logStreamName": "2020/07/12/[$LATEST]bc", "logEvents": [{ "timestamp": 0, "message": "m" }] }),
        ),
        (
            "dynamodb",
            "DynamoDB_20120810.PutItem",
            json!({ "TableName": "t", "Item": { "a": { "S": "" } }, "ReturnValues": "ALL_OLD" }),
        ),
        (
            "ssm",
            "AmazonSSM.SendCommand",
            json!({ "DocumentName": "d", "InstanceIds": ["i-00903e1796f3b1cb6", "i-12345678"] }),
        ),
    ] {
        assert_eq!(said(service, target, members.clone()), None, "{target} {members}");
    }
}

#[test]
fn what_is_not_on_record_is_left_to_the_emulator() {
    for (service, target, members) in [
        // Values of which the order is not known.
        ("kms", "TrentService.CreateKey", json!({ "Origin": "INVALID" })),
        ("events", "AWSEvents.PutRule", json!({ "Name": "r", "State": "INVALID" })),
        // Worded otherwise by the operation, or from region to region.
        ("dynamodb", "DynamoDB_20120810.CreateTable", json!({})),
        ("dynamodb", "DynamoDB_20120810.Query", json!({ "TableName": "t", "Limit": 0 })),
        ("secretsmanager", "secretsmanager.CreateSecret", json!({ "Name": "" })),
        ("ssm", "AmazonSSM.GetParameter", json!({})),
        // Services of which nothing is known.
        ("acm", "CertificateManager.DescribeCertificate", json!({})),
        ("sqs", "AmazonSQS.SendMessage", json!({})),
    ] {
        assert_eq!(said(service, target, members.clone()), None, "{target} {members}");
    }
}

#[test]
fn at_most_ten_faults_are_told() {
    let targets = vec![json!({ "Id": "!", "Arn": "a" }); 25];
    let found = said("events", "AWSEvents.PutTargets", json!({ "Rule": "r", "Targets": targets }));
    let found = found.unwrap();
    assert!(found.starts_with("ValidationException: 10 validation errors detected: "), "{found}");
    assert_eq!(found.matches("failed to satisfy").count(), 10);
}

#[test]
fn who_lacks_the_permission_is_told_that_alone() {
    let beyond = ErrorResponse::answered(400, "ValidationException", "beyond");
    let denied = ErrorResponse::NotAuthorized { sentence: "s".to_owned(), encoded: None };
    assert_eq!(told(denied.clone(), Some(&beyond)), denied);
    let upstream = ErrorResponse::Upstream("u".to_owned());
    assert_eq!(told(upstream.clone(), Some(&beyond)), upstream);
    for error in [
        ErrorResponse::Undecidable("u".to_owned()),
        ErrorResponse::answered(400, "NotFoundException", "n"),
    ] {
        assert_eq!(told(error.clone(), Some(&beyond)), beyond);
        assert_eq!(told(error.clone(), None), error);
    }
}

/// The shapes that an operation's input reaches, each with the members that it is of.
fn reached(service: &Service, operation: &str) -> BTreeMap<(ShapeKey, &'static str), Shape> {
    let mut found = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut left: Vec<ShapeId> =
        service.operation(operation).and_then(|it| it.input).into_iter().collect();
    while let Some(id) = left.pop() {
        if !seen.insert(format!("{id:?}")) {
            continue;
        }
        let members = match service.shape(id).unwrap() {
            Shape::Structure(structure) => structure.members.clone(),
            Shape::List(list) => vec![list.element.clone()],
            Shape::Map(map) => vec![map.key.clone(), map.value.clone()],
            _ => Vec::new(),
        };
        for member in members {
            let shape = service.shape(member.shape).unwrap();
            found.insert((format!("{:?}", member.shape), member.name), shape.clone());
            left.push(member.shape);
        }
    }
    found
}

type ShapeKey = String;

fn known_members() -> Vec<(&'static str, &'static Known, &'static str, Shape)> {
    let mut all = Vec::new();
    for (signing_name, known) in Known::all() {
        for service in aws_model::services_signed_as(signing_name).filter(|it| it.is_carried()) {
            for operation in service.operations() {
                if Known::of(signing_name, operation.name).is_none() {
                    continue;
                }
                for ((_, member), shape) in reached(service, operation.name) {
                    all.push((signing_name, known, member, shape));
                }
            }
        }
    }
    all
}

#[test]
fn an_order_lists_what_the_model_has() {
    let mut used = BTreeSet::new();
    for (service, known, member, shape) in known_members() {
        let (Shape::String(text), Some(order)) = (shape, known.order(member)) else { continue };
        if text.values.is_empty() {
            continue;
        }
        let (of_model, told): (BTreeSet<_>, BTreeSet<_>) =
            (text.values.iter().collect(), order.iter().collect());
        assert_eq!(of_model, told, "{service} {member}");
        used.insert((service, member));
    }
    let listed: BTreeSet<_> =
        ORDERS.iter().map(|(service, member, _)| (*service, *member)).collect();
    assert_eq!(used, listed);
}

/// Patterns that are looked at, and those among them that `regex` cannot take: these look ahead.
#[test]
fn patterns_that_cannot_be_checked_are_few() {
    let (mut checked, mut unchecked) = (BTreeSet::new(), BTreeSet::new());
    for (service, known, member, shape) in known_members() {
        let Shape::String(text) = shape else { continue };
        let Some(pattern) = text.pattern else { continue };
        if known.tells(Kind::Pattern, member) || known.tells(Kind::Texts, member) {
            match pattern::compile(pattern) {
                Some(_) => checked.insert((service, pattern)),
                None => unchecked.insert((service, pattern)),
            };
        }
    }
    println!("patterns: {} checked, {} not: {unchecked:?}", checked.len(), unchecked.len());
    assert_eq!(unchecked, BTreeSet::from([("events", r"^(?!\s*$).+")]));
    assert_eq!(checked.len(), 95);
}

#[test]
fn patterns_mean_what_they_mean_to_java() {
    for (pattern, admitted, refused) in [
        (r"[\w]+", &["a_9"][..], &["a-b", "é", "a ", ""][..]),
        (r"\d{2}", &["12"], &["1", "123", "١٢"]),
        (r"[\w-_]*", &["a-b_c", ""], &["a.b"]),
        (r"^[a-z]+$", &["abc"], &["abc\n", "\nabc", "a b"]),
        (r".*", &["a\nb", ""], &[]),
        (r"\S{2,3}", &["ab", "äö"], &["a b", "a\u{b}"]),
        (r"^\p{ASCII}+$", &["a\u{7f}"], &["é"]),
        (r"[^\p{Cntrl}]+", &["a\u{85}"], &["a\u{7f}", "\t"]),
        (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", &["Ä ١_-"], &["a;b", "!"]),
        (r"[\u0009\u000A\u000D\u0020-\u00FF]+", &["a\tÿ"], &["Ā"]),
        (r"[*+]+", &["*+"], &["a"]),
        (r"(a|b){1,2}?", &["a", "ab"], &["abc"]),
        (r"a\+b", &["a+b"], &["aab"]),
        (r"[!#$%&'*+-.^_`|~0-9a-zA-Z]+", &["~a&'", "+,-."], &["(", " "]),
    ] {
        let compiled = pattern::compile(pattern).unwrap_or_else(|| panic!("{pattern}"));
        for text in admitted {
            assert!(compiled.is_match(text), "{pattern} {text:?}");
        }
        for text in refused {
            assert!(!compiled.is_match(text), "{pattern} {text:?}");
        }
    }
    for pattern in [
        r"^(?!\s*$).+",
        "(?<=a)b",
        "a++",
        "a*+",
        "a{2}+",
        r"\Qa\E",
        r"\p{IsGreek}",
        r"[\uD800\uDC00-\uDBFF\uDFFF]*",
        "(((a{1,1000}){1,1000}){1,1000})",
        "[a--b]",
        "[",
    ] {
        assert!(pattern::compile(pattern).is_none(), "{pattern}");
    }
}
