//! `explain --action` on what an account holds: policies of roles and of resources, and tags.

use crate::aws::Aws;

use super::{
    EVERYTHING, account_with, explain, no_organization, response, sealed, with_administrator,
};

/// Answers of an account in which `google-oidc-role` may do everything.
pub(super) fn all_powerful(more: &[(&'static str, u16, String)]) -> Aws {
    let mut answers = vec![(
        "GetRolePolicy",
        200,
        response(
            "GetRolePolicy",
            &format!(
                "<RoleName>r</RoleName><PolicyName>mine</PolicyName><PolicyDocument>{}\
                 </PolicyDocument>",
                EVERYTHING.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>()
            ),
        ),
    )];
    let names = "<IsTruncated>false</IsTruncated><PolicyNames><member>mine</member></PolicyNames>";
    answers.push(("ListRolePolicies", 200, response("ListRolePolicies", names)));
    let none = "<IsTruncated>false</IsTruncated><AttachedPolicies></AttachedPolicies>";
    answers.push(("ListAttachedRolePolicies", 200, response("ListAttachedRolePolicies", none)));
    answers.extend(more.iter().cloned());
    answers.push(no_organization());
    Aws::answering_by_action(&answers)
}

/// A role with this trust policy, which is both who asks and what is asked for.
pub(super) fn role_with(trust: &str) -> String {
    let trust = trust.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let role = format!(
        "<Path>/</Path><RoleName>google-oidc-role</RoleName><RoleId>AROA</RoleId>\
         <Arn>arn:aws:iam::278805249149:role/google-oidc-role</Arn>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate>\
         <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>"
    );
    response("GetRole", &format!("<Role>{role}</Role>"))
}

pub(super) const ROLE: &str = "arn:aws:iam::278805249149:role/google-oidc-role";

#[test]
fn the_trust_policy_of_the_role_to_assume_is_read() {
    let trusts = |who: &str| {
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"AWS":
               "{who}"}}, "Action": "sts:AssumeRole"}}}}"#
        )
    };
    let no_tags = response("ListRoleTags", "<IsTruncated>false</IsTruncated><Tags/>");
    for (who, status) in
        [("arn:aws:iam::278805249149:root", 0), ("arn:aws:iam::111122223333:root", 3)]
    {
        let aws = all_powerful(&[
            ("GetRole", 200, role_with(&trusts(who))),
            ("ListRoleTags", 200, no_tags.clone()),
        ]);
        let sealed = with_administrator(sealed(), &aws);
        let text = explain(&sealed, "sts:AssumeRole", &["--resource", ROLE]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{who}: {text}");
        assert!(text.contains("role trust policy"), "{text}");
        // Tagging the session is asked of the same policy, which does not allow it.
        let text = explain(&sealed, "sts:TagSession", &["--resource", ROLE]);
        assert!(text.ends_with("--- exit status 3"), "{text}");
    }
}

#[test]
fn the_policy_and_tags_of_the_resource_are_read() {
    let trust = role_with(EVERYTHING);
    let denies = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/secret/*"}]}"#;
    let absent = "<Error><Code>NoSuchBucketPolicy</Code><Message>m</Message></Error>".to_owned();
    let refused = "<Error><Code>AccessDenied</Code><Message>m</Message></Error>".to_owned();
    for (answer, object, status) in [
        ((200, denies.to_owned()), "secret/x", 3),
        ((200, denies.to_owned()), "open/x", 0),
        ((404, absent), "secret/x", 0),
        // Of another account perhaps: no yes.
        ((403, refused), "secret/x", 6),
    ] {
        let aws = all_powerful(&[
            ("GetRole", 200, trust.clone()),
            ("GetBucketPolicy", answer.0, answer.1),
        ]);
        let sealed = with_administrator(sealed(), &aws);
        let resource = format!("arn:aws:s3:::b/{object}");
        let text = explain(&sealed, "s3:GetObject", &["--resource", &resource]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{object}: {text}");
    }
    let tagged = "<DescribeTagsResponse><tagSet><item><resourceId>i-1</resourceId>\
        <key>team</key><value>blue</value></item></tagSet></DescribeTagsResponse>";
    let by_tag = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*",
        "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "TEAM"}}}}"#;
    for (team, status) in [("blue", 0), ("red", 3)] {
        let inline = by_tag.replace("TEAM", team);
        let encoded: String = inline.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let aws = all_powerful(&[
            ("GetRole", 200, trust.clone()),
            ("DescribeTags", 200, tagged.to_owned()),
        ]);
        let policy = format!(
            "<RoleName>r</RoleName><PolicyName>mine</PolicyName>\
             <PolicyDocument>{encoded}</PolicyDocument>"
        );
        let mut answers = vec![("GetRolePolicy", 200, response("GetRolePolicy", &policy))];
        answers.extend(aws.answers());
        aws.answers_from_now_on(&answers);
        let sealed = with_administrator(sealed(), &aws);
        let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
        let text = explain(&sealed, "ec2:StopInstances", &["--resource", instance]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{team}: {text}");
    }
}

#[test]
fn policies_of_json_services_are_read() {
    let trust = role_with(EVERYTHING);
    let key = "arn:aws:kms:us-east-1:278805249149:key/k";
    let tags = r#"{"Tags": [{"TagKey": "team", "TagValue": "blue"}], "Truncated": false}"#;
    for (principal, status) in
        [("arn:aws:iam::278805249149:root", 0), ("arn:aws:iam::111122223333:root", 3)]
    {
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal":
               {{"AWS": "{principal}"}}, "Action": "kms:*", "Resource": "*"}}}}"#
        );
        let answer = serde_json::json!({ "Policy": policy }).to_string();
        let aws = all_powerful(&[
            ("GetRole", 200, trust.clone()),
            ("GetKeyPolicy", 200, answer),
            ("ListResourceTags", 200, tags.to_owned()),
        ]);
        let sealed = with_administrator(sealed(), &aws);
        let text = explain(&sealed, "kms:Decrypt", &["--resource", key]);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{principal}: {text}");
        let bodies = aws.requests().join("\n");
        assert!(!bodies.contains("canary"), "{bodies}");
    }
}

/// A session's tags outrank its role's, and nobody knows which it was made with.
#[test]
fn tags_of_the_role_are_not_taken_for_those_of_its_session() {
    let no_tags = "<DescribeTagsResponse><tagSet/></DescribeTagsResponse>";
    let aws = account_with(&[("DescribeTags", 200, no_tags.to_owned())]);
    let sealed = with_administrator(sealed(), &aws);
    let instance = "arn:aws:ec2:us-east-1:278805249149:instance/i-1";
    let words = ["--resource", instance, "--context", "aws:RequestedRegion=us-east-1"];
    let text = explain(&sealed, "ec2:StopInstances", &words);
    assert!(text.contains("it hangs on `aws:principaltag/team`"), "{text}");
    assert!(text.ends_with("--- exit status 6"), "{text}");
    for (team, status) in [("blue", 0), ("red", 3)] {
        let given = format!("aws:PrincipalTag/team={team}");
        let words = [&words[..], &["--context", &given]].concat();
        let text = explain(&sealed, "ec2:StopInstances", &words);
        assert!(text.ends_with(&format!("--- exit status {status}")), "{team}: {text}");
    }
}
