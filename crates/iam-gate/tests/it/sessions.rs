//! How many sessions there may be, and whose go when there are more.

use iam_gate::Limits;
use serde_json::json;

use crate::client::Signing;
use crate::emulator::{details, role, user};
use crate::lab::{ALLOW_ALL, IDENTITY, Lab, claims, trust};

const UNKNOWN: &str = "The security token included in the request is invalid.";
const SESSION: &str = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=129600";

/// A gate that keeps three sessions of one principal, and eight of an account.
async fn small() -> Lab {
    let limits = Limits {
        sessions_of_principal: 3,
        sessions_of_account: 8,
        sessions: 8,
        ..Limits::standard()
    };
    let lab = Lab::start_with(limits).await;
    let trusts_account = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "AWS": "arn:aws:iam::278805249149:root" },
    }]})
    .to_string();
    lab.emulator.holds(details(
        &[user("no-policy-user", &[], &[]), user("admin", &[("all", ALLOW_ALL)], &[])],
        &[],
        &[
            role("google-oidc-role", &trust(), &[("all", ALLOW_ALL)]),
            role("chain", &trusts_account, &[("all", ALLOW_ALL)]),
        ],
    ));
    lab
}

async fn is_known(lab: &Lab, signing: &Signing) -> bool {
    let answer = lab.query(signing, "sts", IDENTITY).send().await;
    if answer.status != 200 {
        answer.refused(403, "InvalidClientTokenId", UNKNOWN);
    }
    answer.status == 200
}

#[tokio::test]
async fn a_flood_by_one_principal_ends_no_other_session() {
    let lab = small().await;
    let others = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    let admin = lab.key_of("admin").await;
    let admins = lab.session(&lab.query(&admin, "sts", SESSION).send().await);
    let nobody = lab.key_of("no-policy-user").await;
    // One signature, sent again and again.
    let signed = lab.query(&nobody, "sts", SESSION);
    let mut own = Vec::new();
    for _ in 0..30 {
        own.push(lab.session(&signed.clone().send().await));
    }
    assert!(is_known(&lab, &others).await && is_known(&lab, &admins).await);
    for (number, session) in own.iter().enumerate() {
        assert_eq!(is_known(&lab, session).await, number >= 27, "{number}");
    }
}

#[tokio::test]
async fn a_session_asks_as_whoever_asked_for_it() {
    let lab = small().await;
    let nobody = lab.key_of("no-policy-user").await;
    let others = lab.session(&lab.query(&nobody, "sts", SESSION).send().await);
    let mut session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    // Each assumes the role under another name, and is the next one's caller.
    for number in 0..30 {
        let call = format!(
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=name-{number}&\
             RoleArn=arn:aws:iam::278805249149:role/chain"
        );
        session = lab.session(&lab.query(&session, "sts", &call).send().await);
    }
    assert!(is_known(&lab, &session).await && is_known(&lab, &others).await);
}

#[tokio::test]
async fn a_token_used_again_and_again_ends_no_other_session() {
    let lab = small().await;
    let nobody = lab.key_of("no-policy-user").await;
    let others = lab.session(&lab.query(&nobody, "sts", SESSION).send().await);
    let jwt = lab.keys.rs256(&claims());
    let mut own = Vec::new();
    for number in 0..30 {
        let name = format!("name-{number}");
        let answer = lab.assume(&jwt, &[("RoleSessionName", &name)]).await;
        own.push(lab.session(&answer));
    }
    assert!(is_known(&lab, &others).await);
    assert!(!is_known(&lab, &own[26]).await && is_known(&lab, &own[27]).await);
}
