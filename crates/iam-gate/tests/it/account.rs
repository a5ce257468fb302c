//! An account is read one user, role, group and policy at a time, and a write has only what it
//! can have changed read again.

use std::sync::Arc;
use std::time::Duration;

use iam_gate::Limits;

use crate::client::Signing;
use crate::emulator::{details, group, role, user};
use crate::lab::{ALLOW_ALL, ALLOW_EC2, DENY_EC2, DESCRIBE, IDENTITY, Lab, claims, trust};

const UNKNOWN: &str = "AWS was not able to validate the provided access credentials";

async fn iam(lab: &Lab, call: &str) {
    let call = format!("{call}&Version=2010-05-08");
    lab.query(&lab.as_root(), "iam", &call).send().await.allowed();
}

/// What the emulator was asked while this was described, in order.
async fn asked_for(lab: &Lab, signing: &Signing) -> Vec<String> {
    lab.emulator.forgets();
    lab.query(signing, "ec2", DESCRIBE).send().await.allowed();
    let mut asked = lab.emulator.actions();
    assert_eq!(asked.pop().as_deref(), Some("DescribeInstances"));
    asked
}

const LIMIT: &str = "arn:aws:iam::278805249149:policy/limit";

/// A user in a group, with a managed policy for boundary, and somebody else.
async fn populated() -> (Lab, Signing) {
    let lab = Lab::start().await;
    lab.emulator.holds(populace("ec2:*"));
    let someone = lab.key_of("someone").await;
    (lab, someone)
}

fn populace(limit: &str) -> String {
    let bounded = user("someone", &[("ec2", ALLOW_EC2)], &["team"]).replace(
        "<AttachedManagedPolicies/>",
        &format!(
            "<AttachedManagedPolicies/><PermissionsBoundary><PermissionsBoundaryArn>{LIMIT}\
             </PermissionsBoundaryArn></PermissionsBoundary>"
        ),
    );
    let limit = format!(
        "<Policies><member><Arn>{LIMIT}</Arn><DefaultVersionId>v1</DefaultVersionId>\
         <PolicyVersionList><member><VersionId>v1</VersionId><Document>{}</Document></member>\
         </PolicyVersionList></member></Policies>",
        ALLOW_EC2.replace("ec2:*", limit)
    );
    details(
        &[bounded, user("other", &[], &[])],
        &[group("team", &[("ec2", ALLOW_EC2)])],
        &[role("other", &trust(), &[])],
    )
    .replace("<Policies/>", &limit)
}

const OF_USER: [&str; 5] = [
    "ListUserPolicies",
    "GetUserPolicy",
    "ListAttachedUserPolicies",
    "ListGroupsForUser",
    "GetUser",
];
const OF_GROUP: [&str; 3] = ["ListGroupPolicies", "GetGroupPolicy", "ListAttachedGroupPolicies"];
const OF_POLICY: [&str; 2] = ["GetPolicy", "GetPolicyVersion"];

#[tokio::test]
async fn a_write_has_only_what_it_can_have_changed_read_again() {
    let (lab, someone) = populated().await;
    let all = [&OF_USER[..], &OF_GROUP, &OF_POLICY].concat();
    assert_eq!(asked_for(&lab, &someone).await, all);
    let of_user_and_groups = OF_USER.to_vec();
    for (write, read) in [
        ("Action=ListUsers", vec![]),
        ("Action=CreateUser&UserName=third", vec![]),
        ("Action=TagUser&UserName=other&Tags.member.1.Key=a&Tags.member.1.Value=b", vec![]),
        ("Action=TagRole&RoleName=someone&Tags.member.1.Key=a&Tags.member.1.Value=b", vec![]),
        (
            "Action=PutRolePermissionsBoundary&RoleName=other&PermissionsBoundary=arn:aws:iam::278805249149:policy/limit",
            vec![],
        ),
        ("Action=DeleteRolePolicy&RoleName=other&PolicyName=p", vec![]),
        (
            "Action=DetachGroupPolicy&GroupName=others&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess",
            vec![],
        ),
        ("Action=DeletePolicy&PolicyArn=arn:aws:iam::278805249149:policy/other", vec![]),
        ("Action=UpdateAccessKey&UserName=someone&AccessKeyId=a&Status=Active", vec![]),
        (
            "Action=TagUser&UserName=someone&Tags.member.1.Key=a&Tags.member.1.Value=b",
            vec!["GetUser"],
        ),
        ("Action=UntagUser&UserName=SOMEONE&TagKeys.member.1=a", vec!["GetUser"]),
        ("Action=DeleteUserPolicy&UserName=someone&PolicyName=p", of_user_and_groups.clone()),
        ("Action=RemoveUserFromGroup&UserName=someone&GroupName=t", of_user_and_groups.clone()),
        ("Action=DeleteGroup&GroupName=others", of_user_and_groups),
        (
            "Action=DetachGroupPolicy&GroupName=team&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess",
            OF_GROUP.to_vec(),
        ),
        (
            "Action=SetDefaultPolicyVersion&PolicyArn=arn:aws:iam::278805249149:policy/limit&VersionId=v1",
            OF_POLICY.to_vec(),
        ),
        (
            "Action=UpdateOpenIDConnectProvider&OpenIDConnectProviderArn=arn:aws:iam::278805249149:oidc-provider/issuer.example",
            [&["GetUser"], all.as_slice()].concat(),
        ),
    ] {
        iam(&lab, write).await;
        assert_eq!(asked_for(&lab, &someone).await, read, "{write}");
        assert_eq!(asked_for(&lab, &someone).await, [""; 0], "{write}, a second time");
    }
}

#[tokio::test]
async fn no_account_is_read_whole() {
    let (lab, someone) = populated().await;
    lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
    lab.assume(&lab.keys.rs256(&claims()), &[]).await;
    for action in ["GetAccountAuthorizationDetails", "ListUsers", "ListRoles", "ListPolicies"] {
        assert!(lab.emulator.seen(action).is_empty(), "{action}");
    }
}

/// A write that takes something from somebody.
struct Taking {
    before: String,
    action: &'static str,
    parameters: &'static str,
    after: String,
}

fn takings() -> Vec<Taking> {
    let member = |policies: &[(&str, &str)]| user("someone", policies, &["team"]);
    let team = |policies: &[(&str, &str)]| [group("team", policies)];
    let ec2 = [("ec2", ALLOW_EC2)];
    vec![
        Taking {
            before: details(&[member(&ec2)], &team(&[]), &[]),
            action: "DeleteUserPolicy",
            parameters: "UserName=someone&PolicyName=ec2",
            after: details(&[member(&[])], &team(&[]), &[]),
        },
        Taking {
            before: details(&[member(&[])], &team(&ec2), &[]),
            action: "RemoveUserFromGroup",
            parameters: "UserName=someone&GroupName=team",
            after: details(&[user("someone", &[], &[])], &team(&ec2), &[]),
        },
        Taking {
            before: details(&[member(&[])], &team(&ec2), &[]),
            action: "DeleteGroupPolicy",
            parameters: "GroupName=team&PolicyName=ec2",
            after: details(&[member(&[])], &team(&[]), &[]),
        },
        Taking {
            before: populace("ec2:*"),
            action: "SetDefaultPolicyVersion",
            parameters: "PolicyArn=arn:aws:iam::278805249149:policy/limit&VersionId=v1",
            after: populace("s3:*"),
        },
    ]
}

#[tokio::test]
async fn what_is_read_across_a_write_gives_nothing_after_it() {
    for Taking { before, action, parameters, after } in takings() {
        let lab = Arc::new(Lab::start().await);
        lab.emulator.holds(before);
        let someone = lab.key_of("someone").await;
        lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
        lab.emulator.holds_back(action);
        let write = tokio::spawn({
            let lab = Arc::clone(&lab);
            let call = format!("Version=2010-05-08&Action={action}&{parameters}");
            async move { lab.query(&lab.as_root(), "iam", &call).send().await }
        });
        lab.emulator.is_waited_for().await;
        // Begun, and not done: what is read now must not outlive it.
        lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
        lab.emulator.holds(after);
        lab.emulator.answers_at_last();
        write.await.unwrap().allowed();
        let answer = lab.query(&someone, "ec2", DESCRIBE).send().await;
        let code = answer.text("Code");
        assert_eq!((answer.status, code.as_str()), (403, "UnauthorizedOperation"), "{action}");
    }
}

/// The reading begins before the write, and ends after it has.
#[tokio::test]
async fn a_reading_that_a_write_overtakes_decides_by_what_the_write_left() {
    let lab = Arc::new(Lab::start().await);
    lab.emulator.holds(details(&[user("someone", &[("ec2", ALLOW_EC2)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    lab.emulator.holds_back("ListAttachedUserPolicies");
    let reading = tokio::spawn({
        let (lab, someone) = (Arc::clone(&lab), someone.clone());
        async move { lab.query(&someone, "ec2", DESCRIBE).send().await }
    });
    lab.emulator.is_waited_for().await;
    lab.emulator.holds(details(&[user("someone", &[("deny", DENY_EC2)], &[])], &[], &[]));
    iam(&lab, "Action=DeleteUserPolicy&UserName=someone&PolicyName=ec2").await;
    lab.emulator.answers_at_last();
    assert_eq!(reading.await.unwrap().status, 403);
}

/// Nobody tells the gate: the role was made anew at the emulator itself.
#[tokio::test]
async fn a_role_made_anew_while_its_policies_are_read_gives_an_old_session_nothing() {
    let lab = Arc::new(Lab::start().await);
    lab.emulator.holds(details(&[], &[], &[role("google-oidc-role", &trust(), &[])]));
    let session = lab.session(&lab.assume(&lab.keys.rs256(&claims()), &[]).await);
    lab.emulator.holds_back("ListRolePolicies");
    let reading = tokio::spawn({
        let (lab, session) = (Arc::clone(&lab), session.clone());
        async move { lab.query(&session, "ec2", DESCRIBE).send().await }
    });
    lab.emulator.is_waited_for().await;
    let again = role("google-oidc-role", &trust(), &[("all", ALLOW_ALL)])
        .replace("AROAAAAAAAAAAAAAAAAAA", "AROABBBBBBBBBBBBBBBBB");
    lab.emulator.holds(details(&[], &[], &[again]));
    lab.emulator.answers_at_last();
    reading.await.unwrap().refused(401, "AuthFailure", UNKNOWN);
    lab.query(&session, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", UNKNOWN);
    assert!(lab.emulator.seen("DescribeInstances").is_empty());
}

#[tokio::test]
async fn a_user_keeps_his_keys_under_a_new_name_and_a_namesake_gets_none() {
    let lab = Lab::start().await;
    let someone = lab.key_of("ec2-user").await;
    let renamed =
        user("renamed", &[("ec2", ALLOW_EC2)], &[]).replace("id-of-renamed", "id-of-ec2-user");
    let namesake = user("ec2-user", &[], &[]).replace("id-of-", "another-id-of-");
    lab.emulator.holds_after("UpdateUser", details(&[renamed, namesake], &[], &[]));
    iam(&lab, "Action=UpdateUser&UserName=ec2-user&NewUserName=renamed").await;
    let asked = lab.emulator.seen("GetUser").len();
    for _ in 0..3 {
        let identity = lab.query(&someone, "sts", IDENTITY).send().await;
        assert_eq!(identity.text("Arn"), "arn:aws:iam::278805249149:user/renamed");
        lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
    }
    assert_eq!(lab.emulator.seen("ListUsers").len(), 1);
    // The namesake, him, and him again after his policies; from then on the key is known to
    // be his.
    assert_eq!(lab.emulator.seen("GetUser").len() - asked, 3);
    let gone = details(&[user("ec2-user", &[], &[]).replace("id-of-", "another-id-of-")], &[], &[]);
    lab.emulator.holds_after("DeleteUser", gone);
    lab.emulator.answers("ListUserPolicies", "<PolicyNames/>");
    iam(&lab, "Action=DeleteUser&UserName=renamed").await;
    lab.query(&someone, "ec2", DESCRIBE).send().await.refused(401, "AuthFailure", UNKNOWN);
}

/// What nobody saw the end of may come to pass after what was read next.
#[tokio::test]
async fn nothing_is_kept_while_a_write_may_still_come_to_pass() {
    let mut limits = Limits::standard();
    limits.upstream_time = Duration::from_secs(1);
    let lab = Lab::start_with(limits).await;
    let someone = lab.key_of("ec2-user").await;
    lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.holds_back("DeleteUserPolicy");
    let call = "Action=DeleteUserPolicy&UserName=ec2-user&PolicyName=ec2&Version=2010-05-08";
    let answer = lab.query(&lab.as_root(), "iam", call).send().await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    // He may do it yet, and then no more: without a write by the gate in between.
    lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
    lab.emulator.holds(details(&[user("ec2-user", &[], &[])], &[], &[]));
    lab.emulator.answers_at_last();
    let answer = lab.query(&someone, "ec2", DESCRIBE).send().await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

#[tokio::test]
async fn a_policy_of_awss_own_is_nobodys_to_change() {
    let lab = Lab::start().await;
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    for call in [
        format!(
            "Action=CreatePolicyVersion&PolicyArn={arn}&PolicyDocument=%7B%7D&SetAsDefault=true"
        ),
        format!("Action=SetDefaultPolicyVersion&PolicyArn={arn}&VersionId=v1"),
        format!("Action=DeletePolicyVersion&PolicyArn={arn}&VersionId=v1"),
        format!("Action=DeletePolicy&PolicyArn={arn}"),
    ] {
        let before = lab.emulator.count();
        let answer = lab.query(&lab.as_root(), "iam", &format!("{call}&Version=2010-05-08")).send();
        let answer = answer.await;
        assert_eq!(
            (answer.status, answer.text("Code")),
            (403, "AccessDenied".to_owned()),
            "{call}"
        );
        assert_eq!(lab.emulator.count(), before, "{call}");
    }
}

/// Nobody is called as he was: what his key is known by is learned, not looked up each time.
#[tokio::test]
async fn a_new_name_is_looked_up_once() {
    let lab = Lab::start().await;
    let someone = lab.key_of("ec2-user").await;
    let renamed =
        user("renamed", &[("ec2", ALLOW_EC2)], &[]).replace("id-of-renamed", "id-of-ec2-user");
    lab.emulator.holds_after("UpdateUser", details(&[renamed], &[], &[]));
    iam(&lab, "Action=UpdateUser&UserName=ec2-user&NewUserName=renamed").await;
    asked_for(&lab, &someone).await;
    assert_eq!(asked_for(&lab, &someone).await, [""; 0]);
}

#[tokio::test]
async fn a_question_that_the_emulator_fails_at_is_asked_again_and_not_for_ever() {
    let (lab, someone) = populated().await;
    for action in ["ListUserPolicies", "GetUserPolicy", "ListGroupPolicies", "GetPolicyVersion"] {
        lab.forgets().await;
        lab.emulator.forgets();
        lab.emulator.fails_at(action, 3);
        lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
        assert_eq!(lab.emulator.seen(action).len(), 4, "{action}");
        lab.forgets().await;
        lab.emulator.fails_at(action, 4);
        lab.query(&someone, "ec2", DESCRIBE).send().await.refused(
            503,
            "Unavailable",
            &format!("the emulator behind the gate answered `{action}` with status 500"),
        );
        lab.emulator.fails_at(action, 0);
        lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
    }
}

#[tokio::test]
async fn a_write_that_the_emulator_fails_at_is_not_asked_again() {
    let lab = Lab::start().await;
    lab.emulator.fails_at("CreateUser", 1);
    let call = "Action=CreateUser&UserName=third&Version=2010-05-08";
    assert_eq!(lab.query(&lab.as_root(), "iam", call).send().await.status, 500);
    assert_eq!(lab.emulator.seen("CreateUser").len(), 1);
}

#[tokio::test]
async fn a_permission_may_hang_on_the_boundary_of_the_user_it_is_for() {
    let only = ALLOW_ALL.replace(
        "\"Resource\":\"*\"",
        &format!(
            "\"Resource\":\"*\",\"Condition\":{{\"StringEquals\":\
             {{\"iam:PermissionsBoundary\":\"{LIMIT}\"}}}}"
        ),
    );
    let (lab, _) = populated().await;
    let tagger = user("tagger", &[("only", &only)], &[]);
    let lists = format!("<UserDetailList>{tagger}");
    lab.emulator.holds(populace("ec2:*").replace("<UserDetailList>", &lists));
    let tagger = lab.key_of("tagger").await;
    for (action, user, status) in [
        ("DeleteUserPolicy", "someone", 200),
        ("DeleteUserPolicy", "other", 403),
        ("DeleteUserPolicy", "nobody", 403),
        // AWS has no such key for it.
        ("TagUser", "someone", 403),
    ] {
        let what = match action {
            "DeleteUserPolicy" => "PolicyName=p",
            _ => "Tags.member.1.Key=a&Tags.member.1.Value=b",
        };
        let call = format!("Action={action}&UserName={user}&{what}&Version=2010-05-08");
        let answer = lab.query(&tagger, "iam", &call).send().await;
        assert_eq!(answer.status, status, "{action} {user}");
    }
}
