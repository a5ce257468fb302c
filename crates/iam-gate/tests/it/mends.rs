//! What would let in a token that a trust policy kept out.

use iam_gate::TrustRemedy;
use iam_policy::mend::{Mend, Remedy};
use serde_json::{Value, json};

use crate::emulator::{details, role};
use crate::lab::{CLIENT, Lab, SUBJECT, claims};

/// The role lets in what these conditions say, of Google's tokens.
fn trust_of(conditions: &Value) -> String {
    let statement = json!({
        "Effect": "Allow",
        "Principal": { "Federated": "accounts.google.com" },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": conditions },
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

async fn with_trust(trust: &str) -> Lab {
    let lab = Lab::start().await;
    change(&lab, trust).await;
    lab
}

async fn change(lab: &Lab, trust: &str) {
    lab.emulator.holds(details(&[], &[], &[role("google-oidc-role", trust, &[])]));
    lab.forgets().await;
}

/// What can be done about the last decision.
async fn remedy(lab: &Lab) -> Option<TrustRemedy> {
    let record = lab.gate.decisions().last().cloned().unwrap();
    lab.gate.trust_remedy(&record).await.unwrap()
}

fn narrow(remedy: Option<TrustRemedy>) -> Mend {
    let Some(TrustRemedy::KeptOut { remedy: Remedy::Mends(mends), .. }) = remedy else {
        panic!("expected mends, found {remedy:?}")
    };
    mends.into_iter().find(|mend| !mend.widens()).unwrap()
}

#[tokio::test]
async fn what_is_proposed_lets_in_the_token_and_no_other() {
    let of_42 = json!({ "accounts.google.com:aud": CLIENT, "accounts.google.com:sub": "42" });
    let lab = with_trust(&trust_of(&of_42)).await;
    let token = lab.keys.rs256(&claims());
    let refused = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    lab.assume(&token, &[]).await.refused(403, "AccessDenied", refused);
    let mend = narrow(remedy(&lab).await);
    assert!(mend.document.contains(SUBJECT), "{}", mend.document);

    let denial = lab.gate.decisions().last().cloned().unwrap();
    change(&lab, &mend.document).await;
    lab.assume(&token, &[]).await.allowed();
    for (claim, value) in [("sub", "43"), ("azp", "another"), ("sub", "1136324583240568366210")] {
        let mut other = claims();
        other[claim] = value.into();
        let answer = lab.assume(&lab.keys.rs256(&other), &[]).await;
        answer.refused(403, "AccessDenied", refused);
    }
    let now = lab.gate.trust_remedy(&denial).await.unwrap();
    assert_eq!(now, Some(TrustRemedy::LetInNow));
}

/// What a mend is looked for with stays in the gate.
#[tokio::test]
async fn no_decision_tells_what_the_token_says() {
    let of_42 = json!({ "accounts.google.com:sub": "42" });
    let lab = with_trust(&trust_of(&of_42)).await;
    assert_eq!(lab.assume(&lab.keys.rs256(&claims()), &[]).await.status, 403);
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert!(record.token.as_ref().is_some_and(|token| token.kept_out.is_some()));
    let told = [serde_json::to_string(&*record).unwrap(), format!("{record:?}")];
    for told in told {
        assert!(told.contains(SUBJECT) && !told.contains("someone@example.com"), "{told}");
    }
}

#[tokio::test]
async fn what_somebody_forbade_is_not_undone() {
    let mut trust: Value = serde_json::from_str(&trust_of(&json!({}))).unwrap();
    trust["Statement"][0]["Condition"] =
        json!({ "StringEquals": { "accounts.google.com:aud": CLIENT } });
    trust["Statement"].as_array_mut().unwrap().push(json!({
        "Sid": "NotThem", "Effect": "Deny", "Principal": "*",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": { "accounts.google.com:sub": SUBJECT } },
    }));
    let lab = with_trust(&trust.to_string()).await;
    assert_eq!(lab.assume(&lab.keys.rs256(&claims()), &[]).await.status, 403);
    let Some(TrustRemedy::KeptOut { remedy: Remedy::Forbidden { sid, .. }, document }) =
        remedy(&lab).await
    else {
        panic!("expected that it is forbidden")
    };
    assert_eq!(sid.as_deref(), Some("NotThem"));
    assert!(document.contains("NotThem"));
}

/// A token that nobody has signed is none, so that nothing is proposed for it; nor is for one
/// that is let in.
#[tokio::test]
async fn nothing_is_proposed_where_it_was_not_the_trust_policy() {
    let lab = Lab::start().await;
    let token = lab.keys.rs256(&claims());
    lab.assume(&token, &[]).await.allowed();
    assert_eq!(remedy(&lab).await, None);
    let strangers = crate::issuer::Keys::generate("current");
    let answer = lab.assume(&strangers.rs256(&claims()), &[]).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
    assert_eq!(remedy(&lab).await, None);
}

#[tokio::test]
async fn a_role_that_is_gone_is_said() {
    let lab = with_trust(&trust_of(&json!({ "accounts.google.com:sub": "42" }))).await;
    assert_eq!(lab.assume(&lab.keys.rs256(&claims()), &[]).await.status, 403);
    let denial = lab.gate.decisions().last().cloned().unwrap();
    lab.emulator.holds(details(&[], &[], &[]));
    lab.forgets().await;
    let found = lab.gate.trust_remedy(&denial).await.unwrap();
    let Some(TrustRemedy::KeptOut { remedy: Remedy::Elsewhere(denial), .. }) = found else {
        panic!("expected that it is not the trust policy, found {found:?}")
    };
    assert_eq!(denial.check.name(), "role");
}
