//! A call that names what is another account's goes to that account, so what it needs is asked on
//! that, and never on something of the caller's own.

use serde_json::json;

use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ALLOW_ALL, Lab};

const OTHER: &str = "111122223333";

/// Two accounts; a user of the first who may do everything there.
async fn lab() -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.gate.open_account(&OTHER.parse().unwrap()).unwrap();
    lab.emulator.holds(details(&[user("someone", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn subscription(account: &str) -> String {
    format!("arn:aws:sns:ap-northeast-2:{account}:news:6b0e71bd-7e97-4d97-80ce-4a0994e55286")
}

fn of_subscription(operation: &str, account: &str) -> String {
    let subscription = subscription(account);
    let further = match operation {
        "SetSubscriptionAttributes" => "&AttributeName=RawMessageDelivery&AttributeValue=true",
        _ => "",
    };
    format!("Action={operation}&Version=2010-03-31&SubscriptionArn={subscription}{further}")
}

const ON_SUBSCRIPTION: [&str; 3] =
    ["GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"];

#[tokio::test]
async fn subscriptions_of_another_account_are_its_topics() {
    let (lab, someone) = lab().await;
    for signing in [&someone, &lab.as_root()] {
        for operation in ON_SUBSCRIPTION {
            let call = of_subscription(operation, OTHER);
            let answer = lab.query(signing, "sns", &call).send().await;
            let because = format!(
                "SNS:{operation} on resource: arn:aws:sns:ap-northeast-2:{OTHER}:news because no \
                 resource-based policy allows the SNS:{operation} action"
            );
            assert_eq!(answer.status, 403, "{operation}: {}", answer.body);
            assert!(answer.body.contains(&because), "{operation}: {}", answer.body);
            assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        }
    }
}

#[tokio::test]
async fn what_is_not_known_of_another_accounts_resources_is_refused() {
    let (lab, someone) = lab().await;
    let key =
        format!("arn:aws:kms:ap-northeast-2:{OTHER}:key/8c3e6aa5-508e-45b8-8738-eaa7e95ea8ea");
    let table = format!("arn:aws:dynamodb:ap-northeast-2:{OTHER}:table/orders");
    let streaming = "DynamoDB_20120810.DescribeKinesisStreamingDestination";
    for (who, service, target, input) in [
        // On nothing of the caller's own account.
        (&someone, "kms", "TrentService.ListAliases", json!({ "KeyId": key })),
        (&lab.as_root(), "kms", "TrentService.ListAliases", json!({ "KeyId": key })),
        // Of which nothing is known: the administrator's, of the own account.
        (&lab.as_root(), "dynamodb", streaming, json!({ "TableName": table })),
        (&someone, "dynamodb", streaming, json!({ "TableName": table })),
    ] {
        let operation = target.rsplit('.').next().unwrap();
        let answer = who.json(lab.gate.url(), service, target, &input.to_string()).send().await;
        assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
        let because = "the gate does not know which permissions";
        assert!(answer.body.contains(because), "{operation}: {}", answer.body);
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
    }
    // The same of one's own.
    let own = [
        ("kms", "TrentService.ListAliases", json!({ "KeyId": key.replace(OTHER, "278805249149") })),
        ("dynamodb", streaming, json!({ "TableName": table.replace(OTHER, "278805249149") })),
    ];
    for (service, target, input) in own {
        let root = lab.as_root();
        root.json(lab.gate.url(), service, target, &input.to_string()).send().await.allowed();
    }
}

#[tokio::test]
async fn a_permission_on_a_topic_is_one_on_its_subscriptions() {
    let lab = Lab::start().await;
    let topic = "arn:aws:sns:ap-northeast-2:278805249149:news";
    let document = |statements: serde_json::Value| {
        json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
    };
    let narrow = document(json!([{ "Effect": "Allow", "Action": "sns:*", "Resource": topic }]));
    let guard = document(json!([{ "Effect": "Deny", "Action": "sns:*", "Resource": topic }]));
    let users = [
        user("narrow", &[("narrow", &narrow)], &[]),
        user("denied", &[("all", ALLOW_ALL), ("guard", &guard)], &[]),
    ];
    lab.emulator.holds(details(&users, &[], &[]));
    let (narrow, denied) = (lab.key_of("narrow").await, lab.key_of("denied").await);
    for operation in ON_SUBSCRIPTION {
        let call = of_subscription(operation, "278805249149");
        let answer = lab.query(&denied, "sns", &call).send().await;
        let because = format!(
            "User: arn:aws:iam::278805249149:user/denied is not authorized to perform: \
             SNS:{operation} on resource: {topic} with an explicit deny in an identity-based policy"
        );
        answer.refused(403, "AuthorizationError", &because);
        assert!(lab.emulator.seen(operation).is_empty(), "{operation}");
        lab.query(&narrow, "sns", &call).send().await.allowed();
    }
}
