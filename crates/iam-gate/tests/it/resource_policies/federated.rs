//! Sessions of users: what denies a user by his ARN denies them, what allows him allows those of
//! his own and none that he gave to others.

use serde_json::json;

use super::{SOMEONE, Use, hold, lab_with, policy, send, uses};
use crate::client::Signing;
use crate::lab::{ALLOW_ALL, Lab};

const FEDERATED: &str = "arn:aws:sts::278805249149:federated-user/guest";
const NO_SQS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;

/// The sessions that a user has of GetSessionToken and of GetFederationToken, which its policy
/// lets do everything.
async fn sessions(lab: &Lab, user: &Signing) -> (Signing, Signing) {
    let own = "Action=GetSessionToken&Version=2011-06-15";
    let own = lab.query(user, "sts", own).send().await;
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("Action", "GetFederationToken")
        .append_pair("Version", "2011-06-15")
        .append_pair("Name", "guest")
        .append_pair("Policy", ALLOW_ALL)
        .finish();
    let federated = lab.query(user, "sts", &form).send().await;
    (lab.session(&own), lab.session(&federated))
}

async fn status(lab: &Lab, signing: &Signing, it: &Use) -> u16 {
    send(lab, signing, it).await.status
}

#[tokio::test]
async fn a_deny_on_a_user_reaches_the_sessions_that_he_gives() {
    let it = uses().remove(0);
    for (principal, expected) in [
        (json!({ "AWS": SOMEONE }), (403, 403)),
        (json!({ "AWS": FEDERATED }), (200, 403)),
        (json!({ "AWS": "278805249149" }), (403, 403)),
        (json!({ "AWS": SOMEONE.replace("someone", "other") }), (200, 200)),
        (json!({ "AWS": FEDERATED.replace("guest", "other") }), (200, 200)),
    ] {
        let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
        let (own, federated) = sessions(&lab, &someone).await;
        hold(&lab, &policy("Deny", principal.clone(), "*"));
        let found = (status(&lab, &own, &it).await, status(&lab, &federated, &it).await);
        assert_eq!(found, expected, "{principal}");
    }
}

#[tokio::test]
async fn an_allow_for_a_user_is_not_for_the_sessions_that_he_gives() {
    let it = uses().remove(0);
    for (principal, expected) in [
        (json!({ "AWS": SOMEONE }), (200, 403)),
        (json!({ "AWS": FEDERATED }), (403, 200)),
        (json!({ "AWS": "278805249149" }), (403, 403)),
    ] {
        let (lab, someone) = lab_with(&[("sts", NO_SQS)]).await;
        let (own, federated) = sessions(&lab, &someone).await;
        hold(&lab, &policy("Allow", principal.clone(), "*"));
        let found = (status(&lab, &own, &it).await, status(&lab, &federated, &it).await);
        assert_eq!(found, expected, "{principal}");
    }
}

#[tokio::test]
async fn who_is_left_out_by_name_is_left_out_in_the_sessions_that_he_gives() {
    let it = uses().remove(0);
    let left_out = |effect: &str, names: &[&str]| {
        json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": effect, "NotPrincipal": { "AWS": names }, "Action": "*", "Resource": "*" },
        ]})
        .to_string()
    };
    let (lab, someone) = lab_with(&[("sts", NO_SQS)]).await;
    let (own, federated) = sessions(&lab, &someone).await;
    hold(&lab, &left_out("Allow", &[SOMEONE]));
    assert_eq!(status(&lab, &own, &it).await, 403);
    assert_eq!(status(&lab, &federated, &it).await, 403);
    let (lab, someone) = lab_with(&[("all", ALLOW_ALL)]).await;
    let (own, federated) = sessions(&lab, &someone).await;
    hold(&lab, &left_out("Deny", &[SOMEONE, "278805249149"]));
    assert_eq!(status(&lab, &own, &it).await, 200);
    assert_eq!(status(&lab, &federated, &it).await, 403);
}
