//! Actions: identity policies at random, and the model's operations.

use aws_model::Protocol;
use fed_types::UnixTime;
use iam_gate::{Limits, Verdict as Did};
use iam_policy::{
    Context, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request, Verdict, explain,
};
use serde_json::{Value, json};

use super::asked_for;
use super::random::Random;
use crate::client::Signing;
use crate::emulator::{details, user};
use crate::lab::{ACCOUNT, Lab, NOW};

/// Services of the Query protocol, each with the name of its permissions and its version.
const SERVICES: [(&str, &str); 4] =
    [("iam", "2010-05-08"), ("sts", "2011-06-15"), ("ec2", "2016-11-15"), ("sns", "2010-03-31")];

/// Operations on resources: service, operation and parameters.
const ON_RESOURCES: [(&str, &str); 12] = [
    ("ec2", "StopInstances&InstanceId.1=i-0123456789abcdef0"),
    ("ec2", "TerminateInstances&InstanceId.1=i-0123456789abcdef0"),
    ("ec2", "DeleteVolume&VolumeId=vol-0123456789abcdef0"),
    ("ec2", "DeleteSecurityGroup&GroupId=sg-0123456789abcdef0"),
    ("ec2", "CreateTags&ResourceId.1=vol-0123456789abcdef0&Tag.1.Key=team&Tag.1.Value=blue"),
    ("iam", "GetRole&RoleName=app"),
    ("iam", "DeleteRole&RoleName=app"),
    ("iam", "GetUser&UserName=u0"),
    ("iam", "CreateGroup&GroupName=g"),
    ("iam", "DeleteGroup&GroupName=g"),
    ("iam", "ListAttachedUserPolicies&UserName=u1"),
    ("sts", "DecodeAuthorizationMessage&EncodedMessage=AAAA"),
];

/// A call as it is sent: the service and the body.
struct Call {
    service: &'static str,
    body: String,
}

/// The operations that need no parameter, and those above.
fn calls() -> Vec<Call> {
    let mut calls = Vec::new();
    for (name, version) in SERVICES {
        let service = aws_model::service(name).unwrap();
        for operation in service.operations() {
            let takes_nothing = service
                .input(operation)
                .is_none_or(|input| input.members.iter().all(|member| !member.required));
            let is_query = service.speaks(Protocol::Query) || service.speaks(Protocol::Ec2);
            // The caller's own identity and session are nobody's to deny.
            let is_free = name == "sts" && operation.name.starts_with("Get");
            // What makes keys or sessions, or changes who there is, has effects of its own.
            let is_read =
                ["List", "Get", "Describe"].iter().any(|it| operation.name.starts_with(it));
            if is_query && takes_nothing && !is_free && is_read {
                let body = format!("Action={}&Version={version}", operation.name);
                calls.push(Call { service: name, body });
            }
        }
    }
    for (name, rest) in ON_RESOURCES {
        let version = SERVICES.iter().find(|(service, _)| *service == name).unwrap().1;
        calls.push(Call { service: name, body: format!("Action={rest}&Version={version}") });
    }
    calls
}

fn pattern(random: &mut Random, calls: &[Call]) -> String {
    let call = random.one(calls);
    let name = call.body.split(['=', '&']).nth(1).unwrap();
    match random.next() % 8 {
        0 => "*".to_owned(),
        1 => format!("{}:*", call.service),
        2 => format!("{}:Describe*", call.service),
        3 => format!("{}:List*", call.service),
        4 => format!("{}:{}", call.service, name.to_ascii_uppercase()),
        5 => format!("{}:{}?*", call.service, &name[..3]),
        _ => format!("{}:{name}", call.service),
    }
}

fn resource(random: &mut Random) -> String {
    let account = *random.one(&[ACCOUNT, ACCOUNT, "*", "111122223333"]);
    match random.next() % 8 {
        0 => format!("arn:aws:ec2:*:{account}:instance/*"),
        1 => format!("arn:aws:ec2:ap-northeast-2:{account}:volume/vol-*"),
        2 => format!("arn:aws:iam::{account}:role/*"),
        3 => format!("arn:aws:iam::{account}:user/${{aws:username}}"),
        _ => "*".to_owned(),
    }
}

fn condition(random: &mut Random) -> Value {
    let (operator, key, value) = *random.one(&[
        ("StringEquals", "aws:RequestedRegion", "ap-northeast-2"),
        ("StringNotEquals", "aws:RequestedRegion", "us-east-1"),
        ("IpAddress", "aws:SourceIp", "127.0.0.0/8"),
        ("NotIpAddress", "aws:SourceIp", "127.0.0.0/8"),
        ("Bool", "aws:SecureTransport", "true"),
        ("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
        ("StringLike", "aws:username", "u*"),
        ("StringEquals", "aws:PrincipalAccount", ACCOUNT),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/u1*"),
        ("Null", "aws:TokenIssueTime", "true"),
        ("BoolIfExists", "aws:MultiFactorAuthPresent", "false"),
        ("StringEquals", "aws:RequestTag/team", "blue"),
        ("StringEquals", "ec2:ResourceTag/team", "blue"),
        ("ForAllValues:StringEquals", "aws:TagKeys", "team"),
    ]);
    json!({ operator: { key: value } })
}

fn policy(random: &mut Random, calls: &[Call]) -> String {
    let statements: Vec<Value> = (0..2 + random.below(4))
        .map(|_| {
            let effect = if random.chance(20) { "Deny" } else { "Allow" };
            let actions: Vec<String> =
                (0..1 + random.below(6)).map(|_| pattern(random, calls)).collect();
            let element = if random.chance(8) { "NotAction" } else { "Action" };
            let mut statement = json!({"Effect": effect, "Resource": resource(random)});
            statement[element] = json!(actions);
            if random.chance(35) {
                statement["Condition"] = condition(random);
            }
            statement
        })
        .collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// What `explain --action` knows of a user's call before it is made, and what can be said of it
/// by `--context` and `--context-absent`: whence it comes, with which key, and its tags.
fn keys(principal: &Principal, region: &str, call: &Call) -> Context {
    let mut keys = Context::new();
    principal.describe(&mut keys);
    let now = UnixTime::from_seconds(NOW);
    keys.set("aws:CurrentTime", now.to_string());
    keys.set("aws:EpochTime", now.seconds().to_string());
    keys.set("aws:SecureTransport", "true");
    keys.set("aws:RequestedRegion", region);
    keys.set("aws:SourceIp", "127.0.0.1");
    if call.body.contains("&Tag.1.Key=team&") {
        keys.set("aws:RequestTag/team", "blue");
        keys.set_all("aws:TagKeys", ["team"]);
    }
    keys.know_only([
        "aws:principaltag/",
        "aws:requesttag/",
        "aws:tagkeys",
        // A long-term access key.
        "aws:multifactorauth",
        "aws:tokenissuetime",
    ]);
    keys
}

struct User {
    signing: Signing,
    principal: Principal,
    policies: PolicySet,
    text: String,
}

async fn users(random: &mut Random, calls: &[Call]) -> (Lab, Vec<User>) {
    let limits = Limits { decisions: 1, ..Limits::standard() };
    let lab = Lab::start_with(limits).await;
    let texts: Vec<String> = (0..12).map(|_| policy(random, calls)).collect();
    let name = |number: usize| format!("u{number}");
    let held: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| user(&name(number), &[("random", text)], &[]))
        .collect();
    lab.emulator.holds(details(&held, &[], &[]));
    let mut users = Vec::new();
    for (number, text) in texts.into_iter().enumerate() {
        let signing = lab.key_of(&name(number)).await;
        let arn = format!("arn:aws:iam::{ACCOUNT}:user/{}", name(number));
        let policy = Policy::parse(&text, PolicyKind::Identity).unwrap();
        let policies = PolicySet {
            identity: vec![NamedPolicy::new("random", policy)],
            ..PolicySet::default()
        };
        users.push(User { signing, principal: Principal::User { arn }, policies, text });
    }
    (lab, users)
}

#[tokio::test]
async fn explain_and_the_gate_agree_on_actions() {
    /// Questions to one account.
    const EACH: usize = 600;
    let (questions, mut random) = asked_for();
    let calls = calls();
    let (mut asked, mut refused) = (0, 0);
    // Allowed, denied, cannot tell.
    let mut counts = [0; 3];
    while asked < questions {
        let (lab, users) = users(&mut random, &calls).await;
        for _ in 0..EACH.min(questions - asked) {
            asked += 1;
            let (user, call) = (random.one(&users), random.one(&calls));
            lab.query(&user.signing, call.service, &call.body).send().await;
            let record = lab.gate.decisions().pop().unwrap();
            let (Some(action), Some(resource)) = (&record.action, &record.resource) else {
                refused += 1;
                continue;
            };
            if record.decision == Did::Refused {
                refused += 1;
                continue;
            }
            let global = ["iam", "sts"].contains(&call.service) && call.service == "iam";
            let region = if global { "us-east-1" } else { "ap-northeast-2" };
            let told = explain(
                &user.policies,
                &Request {
                    principal: &user.principal,
                    action,
                    resource,
                    resource_account: None,
                    context: &keys(&user.principal, region, call),
                },
            );
            let agrees = match told.verdict {
                Verdict::Allowed => record.decision == Did::Allowed,
                Verdict::Denied => record.decision != Did::Allowed,
                Verdict::CannotTell => true,
            };
            counts[told.verdict as usize] += 1;
            assert!(
                agrees,
                "question {asked}: `{action}` on `{resource}`: explain says {:?}, the gate {:?} \
                 ({:?})\n{}",
                told.verdict, record.decision, record.reason, user.text
            );
        }
    }
    println!(
        "{asked} questions about {} operations, no disagreement: {counts:?} allowed, denied, cannot \
         tell; {refused} never came to a policy",
        calls.len()
    );
    assert!(counts[0] > questions / 10 && counts[1] > questions / 10, "{counts:?}");
    assert!(counts[2] < questions / 10 && refused < questions / 10, "{counts:?}, {refused}");
}
