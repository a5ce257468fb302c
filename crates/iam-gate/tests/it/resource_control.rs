//! Resource control policies: an account's own guard over what it holds, whoever asks.

use iam_gate::{Membership, ResourceControlPolicies};
use serde_json::json;

use crate::emulator::{details, role, user};
use crate::lab::{ALLOW_ALL, IDENTITY, Lab, account, claims, trust};

const MESSAGE: &str = "Action=SendMessage&Version=2012-11-05&MessageBody=m&\
                       QueueUrl=http://sqs.ap-northeast-2.amazonaws.com/278805249149/q";

/// A policy that denies these actions where the condition is met.
fn denying(actions: &str, condition: serde_json::Value) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*",
        "Condition": condition,
    }]})
    .to_string()
}

/// The account is in an organization of that id, with this over what it holds.
fn join(lab: &Lab, id: Option<&str>, document: &str) {
    let resource_policies =
        ResourceControlPolicies::default().with_level([("guard", document)]).unwrap();
    let organization_id = id.map(str::to_owned);
    let membership = Membership { organization_id, resource_policies, ..Membership::default() };
    lab.gate.join_organization(&account(), Some(membership));
}

async fn populated() -> Lab {
    let lab = Lab::start().await;
    let own = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"AWS":"278805249149"},"Action":"sts:AssumeRole"}]}"#;
    lab.emulator.holds(details(
        &[user("someone", &[("all", ALLOW_ALL)], &[])],
        &[],
        &[role("google-oidc-role", &trust(), &[]), role("own", own, &[])],
    ));
    lab
}

#[tokio::test]
async fn it_binds_everybody_the_administrator_too() {
    let lab = populated().await;
    let someone = lab.key_of("someone").await;
    let everybody = [lab.as_root(), someone];
    for caller in &everybody {
        lab.query(caller, "sqs", MESSAGE).send().await.allowed();
    }
    join(&lab, None, &denying("sqs:*", json!({})));
    for (caller, arn) in everybody.iter().zip(["root", "user/someone"]) {
        lab.query(caller, "sqs", MESSAGE).send().await.refused(
            403,
            "AccessDenied",
            &format!(
                "User: arn:aws:iam::278805249149:{arn} is not authorized to perform: \
                 sqs:sendmessage on resource: arn:aws:sqs:ap-northeast-2:278805249149:q with an \
                 explicit deny in a resource control policy"
            ),
        );
    }
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.deciding_statement, ["guard#statement 1"]);
    // It denies what it names, and nothing else.
    lab.query(&everybody[0], "sts", IDENTITY).send().await.allowed();
    let list = "Action=ListTopics&Version=2010-03-31";
    lab.query(&everybody[1], "sns", list).send().await.allowed();
    lab.gate.join_organization(&account(), Some(Membership::default()));
    lab.query(&everybody[1], "sqs", MESSAGE).send().await.allowed();
}

#[tokio::test]
async fn it_may_hang_on_whose_organization_the_caller_is_of() {
    let lab = populated().await;
    let someone = lab.key_of("someone").await;
    let others = json!({ "StringNotEqualsIfExists": { "aws:PrincipalOrgID": "o-own" } });
    for (id, status) in [(Some("o-own"), 200), (Some("o-else"), 403), (None, 403)] {
        join(&lab, id, &denying("sqs:*", others.clone()));
        assert_eq!(lab.query(&someone, "sqs", MESSAGE).send().await.status, status, "{id:?}");
    }
}

#[tokio::test]
async fn it_is_the_resources_account_whose_policies_count() {
    let lab = populated().await;
    let someone = lab.key_of("someone").await;
    join(&lab, None, &denying("sqs:*", json!({})));
    let other = "111122223333";
    let allow = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "278805249149" }, "Action": "sqs:*",
        "Resource": "*",
    }]});
    lab.gate.open_account(&other.parse().unwrap()).unwrap();
    lab.emulator.answers_json(
        "GetQueueAttributes",
        json!({ "Attributes": { "Policy": allow.to_string() } }),
    );
    let theirs = MESSAGE.replace("278805249149", other);
    lab.query(&someone, "sqs", &theirs).send().await.allowed();
    let told = |at: usize| lab.gate.decisions()[at].demands[0].resource_account.clone();
    assert_eq!(told(lab.gate.decisions().len() - 1).as_deref(), Some(other));
    assert_eq!(lab.query(&someone, "sqs", MESSAGE).send().await.status, 403);
    assert_eq!(told(lab.gate.decisions().len() - 1), None);
    let resource_policies = ResourceControlPolicies::default()
        .with_level([("guard", denying("sqs:*", json!({})).as_str())])
        .unwrap();
    let membership = Membership { resource_policies, ..Membership::default() };
    lab.gate.join_organization(&other.parse().unwrap(), Some(membership));
    let answer = lab.query(&someone, "sqs", &theirs).send().await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

#[tokio::test]
async fn nobody_assumes_a_role_against_it() {
    let lab = populated().await;
    let someone = lab.key_of("someone").await;
    let token = lab.keys.rs256(&claims());
    let assume = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s1&\
                  RoleArn=arn:aws:iam::278805249149:role/own";
    lab.assume(&token, &[]).await.allowed();
    lab.query(&someone, "sts", assume).send().await.allowed();
    join(&lab, None, &denying("sts:AssumeRoleWithWebIdentity", json!({})));
    let answer = lab.assume(&token, &[]).await;
    let message = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    answer.refused(403, "AccessDenied", message);
    lab.query(&someone, "sts", assume).send().await.allowed();
    join(&lab, None, &denying("sts:AssumeRole", json!({})));
    lab.assume(&token, &[]).await.allowed();
    lab.query(&someone, "sts", assume).send().await.refused(
        403,
        "AccessDenied",
        "User: arn:aws:iam::278805249149:user/someone is not authorized to perform: \
         sts:AssumeRole on resource: arn:aws:iam::278805249149:role/own",
    );
}
