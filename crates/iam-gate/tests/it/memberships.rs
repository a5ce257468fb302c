//! What an account's place in an organization means: whose policies bind whom, and
//! `aws:PrincipalOrgID`.

use iam_gate::{Membership, ServiceControlPolicies};

use crate::emulator::{details, user};
use crate::lab::{DENY_EC2, DESCRIBE, Lab, account};

const ALLOW: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn membership(levels: &[&[(&str, &str)]]) -> Membership {
    let policies = levels.iter().fold(ServiceControlPolicies::default(), |policies, level| {
        policies.with_level(level.iter().copied()).unwrap()
    });
    Membership { policies, ..Membership::default() }
}

#[tokio::test]
async fn an_accounts_own_policies_take_the_place_of_those_of_all() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let status = async || lab.query(&root, "ec2", DESCRIBE).send().await.status;
    lab.gate.join_organization(
        &account(),
        Some(membership(&[&[("full", ALLOW)], &[("full", ALLOW), ("no-ec2", DENY_EC2)]])),
    );
    assert_eq!(status().await, 403);
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(record.deciding_statement, ["no-ec2#statement 1"]);
    // A level that allows nothing.
    lab.gate.join_organization(&account(), Some(membership(&[&[("full", ALLOW)], &[]])));
    assert_eq!(status().await, 403);
    // As an organization's management account, whatever binds the others.
    lab.gate.set_service_control_policies(membership(&[&[("no-ec2", DENY_EC2)]]).policies);
    lab.gate.join_organization(&account(), Some(Membership::default()));
    assert_eq!(status().await, 200);
    lab.gate.join_organization(&"111122223333".parse().unwrap(), Some(Membership::default()));
    lab.gate.join_organization(&account(), None);
    assert_eq!(status().await, 403, "it is under those of all again");
}

#[test]
fn a_policy_that_is_none_is_told_with_its_place() {
    let wrong = "{\n  \"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Alow\"}]}";
    let error = ServiceControlPolicies::default().with_level([("p", wrong)]).unwrap_err();
    assert_eq!(error.line(), 2);
}

#[tokio::test]
async fn the_organizations_id_is_known_where_somebody_said_it() {
    let lab = Lab::start().await;
    let only = |operator: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"ec2:*",
            "Resource":"*","Condition":{{"{operator}":{{"aws:PrincipalOrgID":"o-own"}}}}}}]}}"#
        )
    };
    let (of_own, of_others) = (only("StringEquals"), only("StringNotEquals"));
    let users = [user("own", &[("p", &of_own)], &[]), user("other", &[("p", &of_others)], &[])];
    lab.emulator.holds(details(&users, &[], &[]));
    let in_organization = |id: Option<&str>| {
        let organization_id = id.map(str::to_owned);
        let policies = membership(&[&[("full", ALLOW)]]).policies;
        lab.gate.join_organization(
            &account(),
            Some(Membership { organization_id, policies, ..Membership::default() }),
        );
    };
    let (own, other) = (lab.key_of("own").await, lab.key_of("other").await);
    let statuses = async || {
        let one = lab.query(&own, "ec2", DESCRIBE).send().await.status;
        (one, lab.query(&other, "ec2", DESCRIBE).send().await.status)
    };
    assert_eq!(statuses().await, (403, 200), "in no organization the key is absent");
    in_organization(Some("o-own"));
    assert_eq!(statuses().await, (200, 403));
    in_organization(Some("o-else"));
    assert_eq!(statuses().await, (403, 200));
    in_organization(None);
    assert_eq!(statuses().await, (403, 403), "what nobody knows allows nothing");
}
