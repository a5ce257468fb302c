//! What nobody can call.

use super::*;

const USER: &str = "arn:aws:iam::278805249149:user/ada";
const ROLE: &str = "arn:aws:iam::278805249149:role/app";
const SESSION: &str = "arn:aws:sts::278805249149:assumed-role/app/s";
const FEDERATED: &str = "arn:aws:sts::278805249149:federated-user/bob";

fn told(principal: &str, action: &str, resource: &str) -> String {
    let principal = Principal::parse(principal).unwrap();
    barred(&principal, action, resource).map(|barred| barred.to_string()).unwrap_or_default()
}

#[test]
fn sessions_have_no_sessions_of_users() {
    for action in ["sts:GetFederationToken", "STS:getsessiontoken"] {
        let expected = format!("`{action}` cannot be called with the credentials of a session");
        for session in [ROLE, SESSION, FEDERATED] {
            assert_eq!(told(session, action, "*"), expected, "{session}");
        }
        for other in [USER, "278805249149"] {
            assert_eq!(told(other, action, "*"), "", "{other}");
        }
    }
}

#[test]
fn a_token_is_no_principal() {
    for action in ["sts:AssumeRoleWithWebIdentity", "sts:assumerolewithsaml"] {
        let expected = format!("`{action}` is called with a token, not by a role or a user");
        for principal in [USER, SESSION, "278805249149", "ec2.amazonaws.com"] {
            assert_eq!(told(principal, action, ROLE), expected, "{principal}");
        }
        assert_eq!(told("accounts.google.com", action, ROLE), "");
    }
    assert_eq!(told(USER, "sts:AssumeRole", ROLE), "");
}

#[test]
fn a_federated_user_asks_nothing_of_iam_and_sts() {
    for action in ["iam:GetUser", "IAM:ListRoles", "sts:AssumeRole", "sts:GetAccessKeyInfo"] {
        let expected = "cannot be called with the credentials of a federated user";
        let text = told(FEDERATED, action, "*");
        assert!(text.ends_with(expected), "{text}");
        assert_eq!(told(USER, action, "*"), "");
    }
    assert_eq!(told(FEDERATED, "sts:GetCallerIdentity", "*"), "");
    assert_eq!(told(FEDERATED, "s3:GetObject", "arn:aws:s3:::b/k"), "");
}

#[test]
fn no_call_leaves_its_partition() {
    let queue = "arn:aws-cn:sqs:cn-north-1:278805249149:q";
    let text = told(USER, "sqs:SendMessage", queue);
    assert!(text.ends_with("who asks in `aws`: no call leaves its partition"), "{text}");
    assert_eq!(told(&USER.replace("arn:aws:", "arn:aws-cn:"), "sqs:SendMessage", queue), "");
    for open in ["*", "arn:*:sqs:*:*:q", "arn:aws:sqs:us-east-1:278805249149:q"] {
        assert_eq!(told(USER, "sqs:SendMessage", open), "", "{open}");
    }
}

#[test]
fn what_only_aws_changes_nobody_changes() {
    let policy = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let role = "arn:aws:iam::278805249149:role/aws-service-role/x.amazonaws.com/R";
    let changes = |action: &str, resource: &str| !told(USER, action, resource).is_empty();
    assert!(changes("iam:DeletePolicy", policy) && changes("IAM:deleterole", role));
    assert!(!changes("iam:GetPolicy", policy) && !changes("iam:TagRole", role));
    assert!(!changes("iam:DeletePolicy", role) && !changes("iam:DeleteRole", policy));
    assert!(!changes("sqs:DeleteRole", role));
}
