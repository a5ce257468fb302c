//! The organization may forbid what the role's trust policy allows.

use super::*;

/// One level that denies under this condition.
fn denying(operator: &str, key: &str, value: &str) -> Vec<Vec<NamedPolicy>> {
    let text = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*",
         "Condition": {operator: {key: value}}}]});
    let policy = Policy::parse(&text.to_string(), PolicyKind::ResourceControl).unwrap();
    vec![vec![NamedPolicy::new("organization", policy)]]
}

/// What is answered to `ada` where nothing is known of whence the request comes.
fn under(levels: &[Vec<NamedPolicy>]) -> String {
    let (claims, trust) = (claims(json!({})), trust(&json!(ACTION)));
    let mut surroundings = Context::new();
    surroundings.doubt(["aws:"], []);
    current(&claims, &trust, levels, &surroundings)
}

#[test]
fn its_policies_may_deny_on_each_level_what_the_role_allows() {
    const SUB: &str = "issuer.example/a:sub";
    let others = denying("StringNotEquals", SUB, "ada");
    assert_eq!(under(&others), "allowed");
    assert_eq!(under(&denying("StringEquals", SUB, "ada")), NOT_AUTHORIZED);
    let nothing_below = vec![others[0].clone(), Vec::new()];
    assert_eq!(under(&nothing_below), "allowed");
    let denied_below = vec![Vec::new(), denying("StringEquals", SUB, "ada").remove(0)];
    assert_eq!(under(&denied_below), NOT_AUTHORIZED);
    let elsewhere = denying("NotIpAddress", "aws:SourceIp", "203.0.113.0/24");
    assert_eq!(under(&elsewhere), "open: what `aws:sourceip` is in the request");
}

#[test]
fn policies_that_nobody_read_leave_it_open() {
    let unread = |question: &mut Question<'_>| question.resource_control = ResourceControl::Unknown;
    assert_eq!(
        with(unread),
        "open: whether a resource control policy of an organization that `278805249149` is in \
         forbids it"
    );
    assert_eq!(told(json!({"sub": "bob"}), json!(ACTION), unread), NOT_AUTHORIZED);
    let long = with(|question| {
        unread(question);
        question.parameters.duration = Some(7200);
    });
    assert!(long.starts_with("400 ValidationError: The requested DurationSeconds"), "{long}");
}
