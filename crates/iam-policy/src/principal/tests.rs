//! Principals.

use super::*;

#[test]
fn texts_name_principals() {
    let arn = |text: &str| text.to_owned();
    for (text, principal) in [
        ("*", Principal::Anonymous),
        ("278805249149", Principal::Root { account: arn("278805249149") }),
        ("arn:aws:iam::278805249149:root", Principal::Root { account: arn("278805249149") }),
        (
            "arn:aws:iam::278805249149:user/a/b",
            Principal::User { arn: arn("arn:aws:iam::278805249149:user/a/b") },
        ),
        (
            "arn:aws-cn:iam::278805249149:role/r",
            Principal::Role { arn: arn("arn:aws-cn:iam::278805249149:role/r") },
        ),
        (
            "arn:aws:sts::278805249149:assumed-role/r/s",
            Principal::AssumedRole {
                arn: arn("arn:aws:sts::278805249149:assumed-role/r/s"),
                role_arn: None,
            },
        ),
        (
            "arn:aws:sts::278805249149:federated-user/f",
            Principal::FederatedUser {
                arn: arn("arn:aws:sts::278805249149:federated-user/f"),
                user_arn: None,
            },
        ),
        ("accounts.google.com", Principal::Federated { provider: arn("accounts.google.com") }),
        (
            "arn:aws:iam::278805249149:oidc-provider/gitlab.com",
            Principal::Federated {
                provider: arn("arn:aws:iam::278805249149:oidc-provider/gitlab.com"),
            },
        ),
        ("ec2.amazonaws.com", Principal::Service { name: arn("ec2.amazonaws.com") }),
    ] {
        assert_eq!(Principal::parse(text).unwrap(), principal);
    }
}

#[test]
fn other_texts_do_not() {
    for text in [
        "",
        "alice",
        "27880524914",
        "example.com",
        "arn:aws:iam::278805249149:user",
        "arn:aws:iam::278805249149:user/",
        "arn:aws:iam::278805249149:group/g",
        "arn:aws:iam::x:user/a",
        "arn:aws:sts::278805249149:assumed-role/r",
        "arn:aws:s3:::bucket",
        "arn:aws:iam::278805249149:root/x",
        "arn:aws:sts::278805249149:user/a",
    ] {
        assert_eq!(
            Principal::parse(text).unwrap_err().to_string(),
            format!(
                "expected the ARN of a user, role, session, root or identity provider, a \
                 provider's host name, a service's name or `*`, found `{text}`"
            )
        );
    }
}

fn described(principal: &Principal) -> Vec<String> {
    let mut context = Context::new();
    principal.describe(&mut context);
    context.iter().map(|(key, values)| format!("{key}={}", values.join(","))).collect()
}

#[test]
fn principals_describe_themselves() {
    let user = Principal::parse("arn:aws:iam::278805249149:user/team/alice").unwrap();
    assert_eq!(
        described(&user),
        [
            "aws:principalarn=arn:aws:iam::278805249149:user/team/alice",
            "aws:username=alice",
            "aws:principaltype=User",
            "aws:principalisawsservice=false",
            "aws:principalaccount=278805249149",
        ]
    );
    let session = Principal::parse("arn:aws:sts::278805249149:assumed-role/r/s").unwrap();
    assert_eq!(
        described(&session),
        [
            "aws:principaltype=AssumedRole",
            "aws:principalisawsservice=false",
            "aws:principalaccount=278805249149",
        ]
    );
    let known = Principal::assumed_role(
        "arn:aws:sts::278805249149:assumed-role/r/s",
        "arn:aws:iam::278805249149:role/ci/r",
    );
    assert_eq!(
        described(&known).first().map(String::as_str),
        Some("aws:principalarn=arn:aws:iam::278805249149:role/ci/r")
    );
    let root = Principal::parse("278805249149").unwrap();
    assert_eq!(
        described(&root),
        [
            "aws:principalarn=arn:aws:iam::278805249149:root",
            "aws:principaltype=Account",
            "aws:principalisawsservice=false",
            "aws:principalaccount=278805249149",
        ]
    );
    let service = Principal::parse("ec2.amazonaws.com").unwrap();
    assert_eq!(
        described(&service),
        ["aws:principalservicename=ec2.amazonaws.com", "aws:principalisawsservice=true"]
    );
    assert_eq!(described(&Principal::Anonymous), ["aws:principaltype=Anonymous"]);
    let google = Principal::parse("accounts.google.com").unwrap();
    assert_eq!(described(&google), [""; 0]);
    let federated = Principal::parse("arn:aws:sts::278805249149:federated-user/f").unwrap();
    assert_eq!(
        described(&federated).get(1).map(String::as_str),
        Some("aws:principaltype=FederatedUser")
    );
}

#[test]
fn names_and_accounts() {
    for (text, account) in [
        ("*", None),
        ("278805249149", Some("278805249149")),
        ("accounts.google.com", None),
        ("arn:aws:iam::278805249149:oidc-provider/gitlab.com", Some("278805249149")),
        ("ec2.amazonaws.com", None),
        ("arn:aws:sts::278805249149:assumed-role/r/s", Some("278805249149")),
    ] {
        let principal = Principal::parse(text).unwrap();
        assert_eq!(principal.account(), account, "{text}");
        assert_eq!(principal.name(), text);
    }
}
