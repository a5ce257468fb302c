//! How IAM words what it refuses, and how much of something it lets an account have.

use crate::client::Answer;
use crate::emulator::{details, group, role, user};
use crate::lab::{ALLOW_EC2, Lab, trust};

async fn call(lab: &Lab, pairs: &[(&str, &str)]) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .append_pair("Version", "2010-05-08")
        .finish();
    lab.query(&lab.as_root(), "iam", &form).send().await
}

// Long: a table of cases.
#[tokio::test]
async fn malformed_documents_are_refused_in_iams_words() {
    let lab = Lab::start().await;
    let change = |document: &str, from: &str, to: &str| {
        let changed = document.replace(from, to);
        assert_ne!(changed, document);
        changed
    };
    let trust = |from: &str, to: &str| change(&trust(), from, to);
    let identity = |from: &str, to: &str| change(ALLOW_EC2, from, to);
    let google = "{\"Federated\":\"accounts.google.com\"}";
    for (action, document, message) in [
        ("CreateRole", "{".to_owned(), "This policy contains invalid Json"),
        ("CreateRole", trust("\"Allow\"", "\"Alow\""), "Syntax errors in policy."),
        ("CreateRole", trust("StringEquals", "StringIs"), "Syntax errors in policy."),
        (
            "CreateRole",
            trust(&format!(",\"Principal\":{google}"), ""),
            "Missing required field Principal",
        ),
        (
            "CreateRole",
            trust("\"Effect\"", "\"Resource\":\"*\",\"Effect\""),
            "Has prohibited field Resource",
        ),
        (
            "CreateRole",
            trust("sts:AssumeRoleWithWebIdentity", "ec2:RunInstances"),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            "CreateRole",
            trust(google, "{\"AWS\":\"someone\"}"),
            "Invalid principal in policy: \"AWS\":\"someone\"",
        ),
        (
            "CreateRole",
            trust(google, "{\"Service\":\"ec2\"}"),
            "Invalid principal in policy: \"SERVICE\":\"ec2\"",
        ),
        (
            "CreateRole",
            trust(google, "{\"AWS\":\"arn:aws:iam::278805249149:user/nobody\"}"),
            "Invalid principal in policy: \"AWS\":\"arn:aws:iam::278805249149:user/nobody\"",
        ),
        (
            "CreateRole",
            trust(google, "{\"AWS\":[\"278805249149\",\"arn:aws:iam::278805249149:role/gone\"]}"),
            "Invalid principal in policy: \"AWS\":\"arn:aws:iam::278805249149:role/gone\"",
        ),
        ("CreatePolicy", "[".to_owned(), "This policy contains invalid Json"),
        ("CreatePolicy", "7".to_owned(), "Syntax errors in policy."),
        ("CreatePolicy", identity("\"Allow\"", "\"allow\""), "Syntax errors in policy."),
        (
            "CreatePolicy",
            identity("\"Effect\"", "\"Principal\":\"*\",\"Effect\""),
            "Policy document should not specify a principal.",
        ),
        (
            "CreatePolicy",
            identity("\"Action\":\"ec2:*\",", ""),
            "Policy statement must contain actions.",
        ),
        (
            "CreatePolicy",
            identity(",\"Resource\":\"*\"", ""),
            "Policy statement must contain resources.",
        ),
        (
            "CreatePolicy",
            identity("\"Action\":\"ec2:*\"", "\"NotAction\":[]"),
            "Policy statement must contain actions.",
        ),
        (
            "CreatePolicy",
            identity("\"Resource\":\"*\"", "\"NotResource\":[]"),
            "Policy statement must contain resources.",
        ),
        (
            "CreatePolicy",
            identity("ec2:*", "DescribeInstances"),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            "CreatePolicy",
            identity("ec2:*", "ec2:Describe:Instances"),
            "Actions/Condition can contain only one colon.",
        ),
        (
            "CreatePolicy",
            identity("\"Resource\":\"*\"", "\"Resource\":[\"*\",\"i-1\"]"),
            "Resource i-1 must be in ARN format or \"*\".",
        ),
        (
            "CreatePolicy",
            identity("\"Effect\"", "\"Sid\":\"a b\",\"Effect\""),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        ),
        (
            "CreatePolicy",
            identity(
                "[\n    {\"Effect\"",
                "[{\"Sid\":\"a\",\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"},{\"Sid\":\"a\",\"Effect\"",
            ),
            "Statement IDs (SID) in a single policy must be unique.",
        ),
    ] {
        let parameter =
            if action == "CreateRole" { "AssumeRolePolicyDocument" } else { "PolicyDocument" };
        let name = if action == "CreateRole" { "RoleName" } else { "PolicyName" };
        let pairs = [("Action", action), (name, "p"), (parameter, &document)];
        let answer = call(&lab, &pairs).await;
        answer.refused(400, "MalformedPolicyDocument", message);
        assert!(lab.emulator.seen(action).is_empty());
    }
    // What IAM keeps to itself, the log tells.
    let document = identity("\"Allow\"", "\"allow\"");
    call(&lab, &[("Action", "CreatePolicy"), ("PolicyName", "p"), ("PolicyDocument", &document)])
        .await;
    let record = lab.gate.decisions().last().cloned().unwrap();
    assert_eq!(
        record.reason.as_deref(),
        Some("line 2, column 15: expected `Effect` to be `Allow` or `Deny`, in this case")
    );
}

#[tokio::test]
async fn a_trust_policy_may_name_who_is_there_or_belongs_to_others() {
    let lab = Lab::start().await;
    let google = "{\"Federated\":\"accounts.google.com\"}";
    for principal in [
        "arn:aws:iam::278805249149:user/ec2-user",
        "arn:aws:iam::278805249149:role/google-oidc-role",
        "arn:aws:iam::278805249149:root",
        "arn:aws:iam::111122223333:user/unknown-here",
        "*",
    ] {
        let document = trust()
            .replace(google, &format!("{{\"AWS\":\"{principal}\"}}"))
            .replace("sts:AssumeRoleWithWebIdentity", "sts:AssumeRole");
        let pairs =
            [("Action", "CreateRole"), ("RoleName", "r"), ("AssumeRolePolicyDocument", &document)];
        call(&lab, &pairs).await.allowed();
    }
}

/// A document of so many characters that count, and some that do not.
fn document(size: usize) -> String {
    let start =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":["#;
    let end = "]}]}";
    let arn = |length: usize| format!("\"arn:aws:ec2:*:*:instance/{}\"", "i".repeat(length - 27));
    let mut room = size - start.len() - end.len();
    let mut arns = Vec::new();
    while room > 400 {
        arns.push(arn(200));
        room -= 201;
    }
    arns.push(arn(room));
    let text = format!("\n   {start}{}{end}  \n", arns.join(",\t"));
    assert_eq!(text.chars().filter(|character| !character.is_whitespace()).count(), size);
    text
}

fn trust_document(size: usize) -> String {
    let short = trust();
    let filling = "x".repeat(size - short.len());
    short.replace("apps.googleusercontent.com", &format!("{filling}apps.googleusercontent.com"))
}

// Long: a table of cases.
#[tokio::test]
async fn policies_have_a_greatest_length() {
    let lab = Lab::start().await;
    let inline = |name: &str, size| vec![(name.to_owned(), document(size))];
    let held = |size: usize| inline("there", size);
    let (of_user, of_group, of_role) = (held(1000), held(1000), held(1000));
    fn borrowed(held: &[(String, String)]) -> Vec<(&str, &str)> {
        held.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
    }
    lab.emulator.holds(details(
        &[user("u", &borrowed(&of_user), &[])],
        &[group("g", &borrowed(&of_group))],
        &[role("r", &trust(), &borrowed(&of_role))],
    ));
    for (action, name, value, policy, most, message) in [
        (
            "PutUserPolicy",
            "UserName",
            "u",
            "new",
            1048,
            "Maximum policy size of 2048 bytes exceeded for user u",
        ),
        (
            "PutUserPolicy",
            "UserName",
            "u",
            "there",
            2048,
            "Maximum policy size of 2048 bytes exceeded for user u",
        ),
        (
            "PutGroupPolicy",
            "GroupName",
            "g",
            "new",
            4120,
            "Maximum policy size of 5120 bytes exceeded for group g",
        ),
        (
            "PutRolePolicy",
            "RoleName",
            "r",
            "new",
            9240,
            "Maximum policy size of 10240 bytes exceeded for role r",
        ),
        ("CreatePolicy", "Path", "/", "p", 6144, "Cannot exceed quota for PolicySize: 6144"),
        (
            "CreatePolicyVersion",
            "PolicyArn",
            "arn:aws:iam::278805249149:policy/p",
            "",
            6144,
            "Cannot exceed quota for PolicySize: 6144",
        ),
    ] {
        for (size, refused) in [(most + 1, true), (most, false)] {
            let document = document(size);
            let mut pairs = vec![("Action", action), (name, value), ("PolicyDocument", &document)];
            pairs.extend((!policy.is_empty()).then_some(("PolicyName", policy)));
            let answer = call(&lab, &pairs).await;
            match refused {
                true => answer.refused(409, "LimitExceeded", message),
                false => drop(answer.allowed()),
            }
            assert_eq!(lab.emulator.seen(action).is_empty(), refused && policy != "there");
        }
    }
    for (action, parameter) in
        [("CreateRole", "AssumeRolePolicyDocument"), ("UpdateAssumeRolePolicy", "PolicyDocument")]
    {
        let (long, longest) = (trust_document(2049), trust_document(2048));
        let pairs = |document| [("Action", action), ("RoleName", "r"), (parameter, document)];
        let answer = call(&lab, &pairs(long.as_str())).await;
        answer.refused(409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048");
        assert!(lab.emulator.seen(action).is_empty());
        call(&lab, &pairs(longest.as_str())).await.allowed();
    }
}

#[tokio::test]
async fn attachments_have_a_greatest_number() {
    let lab = Lab::start().await;
    let members: String = (0..10)
        .map(|n| format!("<member><PolicyArn>arn:aws:iam::aws:policy/P{n}</PolicyArn></member>"))
        .collect();
    let full = |entity: String| {
        let attached = format!("<AttachedManagedPolicies>{members}</AttachedManagedPolicies>");
        entity.replace("<AttachedManagedPolicies/>", &attached)
    };
    lab.emulator.holds(details(
        &[full(user("u", &[], &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]))],
        &[full(group("g", &[]))],
        &[full(role("r", &trust(), &[]))],
    ));
    for (action, name, value, quota) in [
        ("AttachUserPolicy", "UserName", "u", "PoliciesPerUser"),
        ("AttachGroupPolicy", "GroupName", "g", "PoliciesPerGroup"),
        ("AttachRolePolicy", "RoleName", "r", "PoliciesPerRole"),
    ] {
        let attach = |arn| [("Action", action), (name, value), ("PolicyArn", arn)];
        let answer = call(&lab, &attach("arn:aws:iam::aws:policy/P10")).await;
        let message = format!("Cannot exceed quota for {quota}: 10");
        answer.refused(409, "LimitExceeded", &message);
        assert!(lab.emulator.seen(action).is_empty());
        call(&lab, &attach("arn:aws:iam::aws:policy/P9")).await.allowed();
    }
    let add = |group| [("Action", "AddUserToGroup"), ("UserName", "u"), ("GroupName", group)];
    let answer = call(&lab, &add("10")).await;
    answer.refused(409, "LimitExceeded", "Cannot exceed quota for GroupsPerUser: 10");
    call(&lab, &add("9")).await.allowed();
}

#[tokio::test]
async fn a_provider_has_a_hundred_client_ids_at_most() {
    let lab = Lab::start().await;
    let arn = "arn:aws:iam::278805249149:oidc-provider/issuer.example";
    let list = format!(
        "<OpenIDConnectProviderList><member><Arn>{arn}</Arn></member></OpenIDConnectProviderList>"
    );
    lab.emulator.answers("ListOpenIDConnectProviders", &list);
    let ids: String = (0..100).map(|n| format!("<member>id-{n}</member>")).collect();
    lab.emulator.answers(
        "GetOpenIDConnectProvider",
        &format!("<Url>issuer.example</Url><ClientIDList>{ids}</ClientIDList>"),
    );
    let add = |id| {
        [
            ("Action", "AddClientIDToOpenIDConnectProvider"),
            ("OpenIDConnectProviderArn", arn),
            ("ClientID", id),
        ]
    };
    let answer = call(&lab, &add("id-100")).await;
    let message = "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100";
    answer.refused(409, "LimitExceeded", message);
    assert!(lab.emulator.seen("AddClientIDToOpenIDConnectProvider").is_empty());
    call(&lab, &add("id-99")).await.allowed();
}

#[tokio::test]
async fn names_and_numbers_have_their_limits() {
    let lab = Lab::start().await;
    for (pairs, message) in [
        (
            [("Action", "CreateUser"), ("UserName", "a b")],
            "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        ),
        (
            [("Action", "CreateGroup"), ("Path", "/")],
            "1 validation error detected: Value null at 'groupName' failed to satisfy constraint: Member must not be null",
        ),
        (
            [("Action", "CreateInstanceProfile"), ("InstanceProfileName", "a/b")],
            "The specified value for instanceProfileName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        ),
    ] {
        call(&lab, &pairs).await.refused(400, "ValidationError", message);
        assert!(lab.emulator.seen(pairs[0].1).is_empty());
    }
    let update =
        [("Action", "UpdateRole"), ("RoleName", "google-oidc-role"), ("MaxSessionDuration", "60")];
    call(&lab, &update).await.refused(
        400,
        "ValidationError",
        "1 validation error detected: Value '60' at 'maxSessionDuration' failed to satisfy \
         constraint: Member must have value greater than or equal to 3600",
    );
}

#[tokio::test]
async fn a_user_has_two_keys() {
    let lab = Lab::start().await;
    let member = "<member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId></member>";
    for (held, refused) in [(1, false), (2, true), (3, true)] {
        let keys = member.repeat(held);
        lab.emulator
            .answers("ListAccessKeys", &format!("<AccessKeyMetadata>{keys}</AccessKeyMetadata>"));
        let answer = [("Action", "CreateAccessKey"), ("UserName", "ec2-user")];
        let answer = call(&lab, &answer).await;
        if refused {
            let message = "Cannot exceed quota for AccessKeysPerUser: 2";
            answer.refused(409, "LimitExceeded", message);
        }
        assert_eq!(lab.emulator.seen("CreateAccessKey").len(), 1);
    }
}
