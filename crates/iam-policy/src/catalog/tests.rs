//! The catalog decodes to what the data set holds.

use super::*;

#[test]
fn all_services_and_actions_are_there() {
    assert_eq!(services().count(), 445);
    let total: usize = services().map(|prefix| actions(prefix).unwrap().len()).sum();
    assert_eq!(total, 20_455);
}

#[test]
fn actions_decode_to_their_names() {
    let find = |prefix: &str, name: &str| {
        actions(prefix).unwrap().into_iter().find(|action| action.name == name)
    };
    let describe = find("ec2", "DescribeInstances").unwrap();
    assert!(!describe.has_resource_types);
    assert!(find("ec2", "TerminateInstances").unwrap().has_resource_types);
    assert!(find("STS", "AssumeRoleWithWebIdentity").unwrap().has_resource_types);
    assert!(find("s3", "GetObject").is_some());
    assert!(find("ec2", "DescribeInstance").is_none());
    assert_eq!(actions("no-such-service"), None);
}

#[test]
fn keys_are_known_whatever_their_case() {
    let aws = condition_keys("AWS").unwrap();
    for name in ["SourceIp", "sourceip", "PrincipalTag/team", "username", "referer"] {
        assert!(is_known(name, &aws), "{name}");
    }
    for name in ["SourceIP4", "PrincipalTag", "Username2", ""] {
        assert!(!is_known(name, &aws), "{name}");
    }
    assert!(is_known("max-keys", &condition_keys("s3").unwrap()));
    assert_eq!(condition_keys("no-such-service"), None);
}

#[test]
fn patterns_cover_names_without_regard_to_case() {
    let mut lookups = Lookups::default();
    assert!(lookups.matching("ec2", "describeinst*").unwrap().len() > 3);
    assert!(lookups.matching("ec2", "Describeinstance").unwrap().is_empty());
    assert!(lookups.matching("nope", "*").is_none());
}
