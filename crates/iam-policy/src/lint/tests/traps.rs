//! What is well formed and does not do what it is written for.

use super::*;

/// Codes of what is found in an identity policy of this one statement.
fn codes(statement: &str) -> Vec<&'static str> {
    said(statement).into_iter().map(|(code, ..)| code).collect()
}

#[test]
fn a_deny_without_a_second_factor_does_not_deny_long_term_keys() {
    let with = |effect: &str, operator: &str, value: &str| {
        codes(&format!(
            r#"{{"Effect": "{effect}", "Action": "s3:*", "Resource": "*", "Condition":
               {{"{operator}": {{"aws:MultiFactorAuthPresent": "{value}"}}}}}}"#
        ))
    };
    assert_eq!(with("Deny", "Bool", "false"), ["absent-mfa"]);
    assert_eq!(with("Deny", "BoolIfExists", "false"), [""; 0]);
    assert_eq!(with("Deny", "Bool", "true"), [""; 0]);
    assert_eq!(with("Allow", "Bool", "true"), [""; 0]);
}

#[test]
fn private_addresses_are_not_on_the_internet() {
    let with = |operator: &str, key: &str, value: &str| {
        codes(&format!(
            r#"{{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*", "Condition":
               {{"{operator}": {{"{key}": "{value}"}}}}}}"#
        ))
    };
    for value in ["10.0.0.0/8", "192.168.1.7", "172.16.0.0/12", "172.31.0.1", "100.64.0.0/10"] {
        assert_eq!(with("IpAddress", "aws:SourceIp", value), ["private-source-ip"], "{value}");
        assert_eq!(with("NotIpAddress", "aws:SourceIp", value), ["private-source-ip"], "{value}");
        assert_eq!(with("IpAddress", "aws:VpcSourceIp", value), [""; 0], "{value}");
    }
    for value in ["203.0.113.0/24", "172.32.0.1", "172.15.0.1", "2001:db8::/32", "11.0.0.0/8"] {
        assert_eq!(with("IpAddress", "aws:SourceIp", value), [""; 0], "{value}");
    }
}

#[test]
fn a_secrets_arn_ends_in_six_characters_of_awss_own() {
    let with = |name: &str| {
        said(&format!(
            r#"{{"Effect": "Allow", "Action": "secretsmanager:GetSecretValue",
               "Resource": "arn:aws:secretsmanager:us-east-1:278805249149:secret:{name}"}}"#
        ))
    };
    assert_eq!(
        with("db"),
        [(
            "secret-without-suffix",
            "no secret has this ARN: AWS puts a hyphen and six characters behind `db`".to_owned(),
            "write `db-??????`".to_owned()
        )]
    );
    assert_eq!(with("prod/db-main").len(), 1);
    for name in ["db-AbC123", "db-??????", "db*", "*"] {
        assert_eq!(with(name), [], "{name}");
    }
}

#[test]
fn iam_rejects_a_region_where_there_is_none() {
    let with = |arn: &str| {
        found(
            &identity(&format!(
                r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{arn}"}}"#
            )),
            PolicyKind::Identity,
        )
    };
    assert_eq!(
        with("arn:aws:s3:us-east-1:278805249149:acme-bucket/*"),
        ["error no-such-resource 2:59"]
    );
    assert_eq!(with("arn:aws:s3::278805249149:acme-bucket/*"), ["warning no-such-resource 2:59"]);
    let point = "arn:aws:s3:us-east-1:278805249149:accesspoint/a/object/*";
    assert_eq!(with(point), [""; 0]);
}
