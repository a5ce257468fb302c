//! World files that hold what they should, and every way in which one can be at fault.

mod guards;

use std::path::PathBuf;

use super::*;

fn read(text: &str) -> Result<World, WorldError> {
    let source = Source { path: "world.toml".into(), text: text.to_owned() };
    parse(&Arc::new(source), Path::new("."))
}

/// The error and its hint.
fn refused(text: &str) -> String {
    let error = read(text).unwrap_err();
    match error.hint() {
        Some(hint) => format!("{error}\n\nhint: {hint}"),
        None => error.to_string(),
    }
}

/// An account, and what is written below it.
fn in_account(rest: &str) -> String {
    format!("[[account]]\nid = \"111122223333\"\nname = \"shop\"\n{rest}")
}

/// What the file asks of IAM: the action and its parameters, documents shortened.
fn asked(contents: &Contents) -> Vec<String> {
    let told = |call: &Call| match &call.request {
        Request::Form { action, parameters, .. } => {
            let short = |value: &str| {
                if value.starts_with('{') { "{…}".into() } else { value.to_owned() }
            };
            let parameters =
                parameters.iter().map(|(name, value)| format!(" {name}={}", short(value)));
            format!("{action}{}", parameters.collect::<String>())
        }
        Request::S3 { action, path, query, body } => {
            format!("{action} {path} {query} {}", if body.starts_with('{') { "{…}" } else { body })
        }
        Request::AccessKey { user } => format!("CreateAccessKey UserName={user}"),
    };
    let instances = contents.instances.iter().map(|instances| &instances.call);
    let stacks = contents.stacks.iter().map(|stack| &stack.call);
    let calls = contents.identities.iter().chain(&contents.buckets).chain(instances);
    calls.chain(&contents.bucket_policies).chain(stacks).map(told).collect()
}

const TRUST: &str = r#"'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}'"#;
const ALLOW: &str =
    r#"'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}'"#;
const READ: &str = r#"'{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}'"#;

const GUARD: &str = r#"'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}'"#;

/// Every key of every section.
// Long: a file of them.
fn everything() -> String {
    format!(
        r#"
region = "eu-central-1"
services = ["sqs"]
issuers = ["github-actions"]
[[person]]
subject = "12345"
email = "eve@example.net"
given_name = "Eve"
family_name = "Example"
email_verified = false
hosted_domain = ""
[[oauth_client]]
client_id = "c"
type = "web"
client_secret = "lab"
redirect_uris = ["http://127.0.0.1/cb"]
[organization]
id = "o-1"
management_account = "top"
service_control_policies = ["FullAWSAccess"]
resource_control_policies = []
[[organization.policy]]
name = "p"
document = {ALLOW}
[[organization.resource_control_policy]]
name = "guard"
document = {GUARD}
[[organization.unit]]
name = "outer"
[[organization.unit]]
name = "inner"
parent = "outer"
service_control_policies = ["p", "FullAWSAccess"]
resource_control_policies = ["guard"]
[[account]]
id = "111122223333"
name = "top"
[[account]]
id = "444455556666"
name = "low"
unit = "inner"
service_control_policies = []
[[account.oidc_provider]]
url = "https://token.actions.githubusercontent.com"
client_ids = ["sts.amazonaws.com", "b"]
[[account.policy]]
name = "own"
path = "/a/"
document = {ALLOW}
[[account.group]]
name = "g"
path = "/b/"
managed_policies = ["own"]
inline_policies = {{ i = {ALLOW} }}
[[account.user]]
name = "u"
path = "/c/"
groups = ["g"]
managed_policies = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
inline_policies = {{ i = {ALLOW} }}
permissions_boundary = "own"
tags = {{ team = "x", cost = "y" }}
access_key = true
[[account.role]]
name = "r"
path = "/d/"
trust_policy = {TRUST}
managed_policies = ["own"]
inline_policies = {{ i = {ALLOW} }}
permissions_boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
max_session_duration = 7200
tags = {{ team = "x" }}
[[account.bucket]]
name = "b"
policy = {READ}
objects = {{ "a/b c" = "text" }}
[[account.instance]]
image_id = "ami-1"
instance_type = "m5.large"
key_name = "k"
count = 2
tags = {{ Name = "n" }}
[[account.script]]
command = ["./seed.sh", "x"]
"#
    )
}

#[test]
fn every_key_has_its_effect() {
    let world = read(&everything()).unwrap();
    assert_eq!(world.region, "eu-central-1");
    assert_eq!(world.services, ["iam", "sts", "ec2", "sqs", "s3"]);
    assert_eq!(world.issuers, [PlacedIssuer::GithubActions]);
    let [eve] = world.people.as_slice() else { panic!() };
    assert_eq!((eve.name.as_str(), eve.email_verified), ("Eve Example", false));
    assert_eq!(eve.hosted_domain, None);
    assert_eq!(world.clients, [Client::web("c", "lab", "http://127.0.0.1/cb")]);
    let [top, low] = world.accounts.as_slice() else { panic!() };
    let levels = |account: &WorldAccount| {
        let membership = account.contents.membership.as_ref().unwrap();
        assert_eq!(membership.organization_id.as_deref(), Some("o-1"));
        membership.policies.names()
    };
    assert_eq!(levels(top), Vec::<Vec<String>>::new(), "it manages the organization");
    let full = "FullAWSAccess".to_owned();
    assert_eq!(
        levels(low),
        [vec![full.clone()], vec![full.clone()], vec!["p".to_owned(), full], vec![]]
    );
    let over = |account: &WorldAccount| {
        account.contents.membership.as_ref().unwrap().resource_policies.names()
    };
    assert_eq!(over(top), Vec::<Vec<String>>::new(), "it manages the organization");
    assert_eq!(over(low), [vec![], vec![], vec!["guard".to_owned()], vec![]]);
    assert_eq!(low.contents.scripts[0].command, ["./seed.sh", "x"]);
    assert_eq!(low.contents.instances[0].key_name.as_deref(), Some("k"));
    insta::assert_snapshot!(asked(&low.contents).join("\n"));
}

#[test]
fn every_key_is_tried() {
    fn keys(section: &keys::Section, all: &mut Vec<&'static str>) {
        for key in section.keys {
            all.push(key.name);
            if let keys::Kind::Section(inner) | keys::Kind::Sections(inner) = key.kind {
                keys(inner, all);
            }
        }
    }
    let mut all = Vec::new();
    keys(&keys::WORLD, &mut all);
    // A stack needs a file, and is tried below.
    let of_stack = ["stack", "template", "parameters"];
    let text = everything();
    for key in all.into_iter().filter(|key| !of_stack.contains(key)) {
        let written = [format!("\n{key} = "), format!("{key}]]\n"), format!("[{key}]\n")];
        assert!(written.iter().any(|written| text.contains(written)), "{key}");
    }
}

#[test]
fn the_tutorials_world_is_the_tutorial() {
    let account = "123456789012".parse().unwrap();
    let world = World::built_in(Seed::Tutorial, &account, "eu-west-1").unwrap();
    assert_eq!(world.region, "eu-west-1");
    assert_eq!(world.people, Account::tutorial());
    assert_eq!(world.people[0].subject, tutorial::SUBJECT);
    let [held] = world.accounts.as_slice() else { panic!() };
    assert_eq!(held.id, account);
    assert!(held.contents.is_built_in && held.contents.name.is_none());
    assert!(TUTORIAL.contains(tutorial::ACCOUNT) && TUTORIAL.contains(tutorial::CLIENT_ID));
    insta::assert_snapshot!(asked(&held.contents).join("\n"));
    let empty = World::built_in(Seed::Nothing, &account, "eu-west-1").unwrap();
    assert_eq!(asked(&empty.accounts[0].contents), Vec::<String>::new());
}

#[test]
fn files_beside_it_are_read_and_their_faults_told_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let read = || World::read(&folder.path().join("world.toml"));
    let told = |error: LabError| {
        error.to_string().replace(&folder.path().display().to_string(), "[folder]")
    };
    file("stack.json", "{}");
    file("trust.json", TRUST.trim_matches('\''));
    file(
        "world.toml",
        &in_account(
            "[[account.stack]]\nname = \"s\"\ntemplate = \"stack.json\"\nparameters = { A = \"b\" }\n\
             [[account.role]]\nname = \"r\"\ntrust_policy = \"trust.json\"\n",
        ),
    );
    let world = read().unwrap();
    assert_eq!(world.services, ["iam", "sts", "ec2", "cloudformation"]);
    insta::assert_snapshot!(asked(&world.accounts[0].contents).join("\n"));
    assert_eq!(world.accounts[0].contents.folder, folder.path());

    file(
        "trust.json",
        "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Alow\"}]\n}\n",
    );
    insta::assert_snapshot!(told(read().unwrap_err()));
    std::fs::remove_file(folder.path().join("trust.json")).unwrap();
    insta::assert_snapshot!(told(read().unwrap_err()));
    let missing = World::read(&PathBuf::from("/nowhere/world.toml")).unwrap_err();
    assert_eq!(missing.to_string(), "tried to read the world file `/nowhere/world.toml`");
}

#[test]
fn faults_are_told_with_their_places() {
    let cases: Vec<String> = [
        String::new(),
        "[[account]\n".to_owned(),
        "[[acount]]\nid = \"111122223333\"\n".to_owned(),
        "[[account]]\nid = \"1111\"\n".to_owned(),
        "[[account]]\nname = \"shop\"\n".to_owned(),
        "[account]\nid = \"111122223333\"\n".to_owned(),
        in_account("colour = \"red\"\n"),
        in_account("[[account.rol]]\nname = \"r\"\n"),
        in_account("[[account.role]]\nname = \"r\"\n"),
        in_account(&format!("[[account.role]]\nname = 7\ntrust_policy = {TRUST}\n")),
        in_account(&format!(
            "[[account.role]]\nname = \"r\"\ntrust_policy = {TRUST}\nmax_session_duration = 99999\n"
        )),
        in_account("[[account.user]]\nname = \"u\"\npolices = [\"a\"]\n"),
        in_account("[[account.user]]\nname = \"u\"\nmanaged_policies = [\"a\", 7]\n"),
        in_account("[[account.user]]\nname = \"u\"\ntags = { a = 1 }\n"),
        in_account("[[account.user]]\nname = \"u\"\naccess_key = \"yes\"\n"),
        in_account("[[account.user]]\nname = \"u\"\ngroups = [\"admin\"]\n"),
        in_account("[[account.group]]\nname = \"admins\"\n[[account.user]]\nname = \"u\"\ngroups = [\"admin\"]\n"),
        in_account(&format!(
            "[[account.policy]]\nname = \"read\"\ndocument = {ALLOW}\n[[account.user]]\nname = \"u\"\npermissions_boundary = \"raed\"\n"
        )),
        format!("region = \"EU\"\n{}", in_account("")),
        in_account("unit = \"workloads\"\n"),
        in_account("[[account.script]]\ncommand = []\n"),
        "[[account]]\nid = \"111122223333\"\nname = \"a b\"\n".to_owned(),
        "[[account]]\nid = \"111122223333\"\n[[account.user]]\nname = \"u\"\naccess_key = true\n".to_owned(),
        in_account("[organization]\nmanagement_account = \"shp\"\n"),
        in_account("unit = \"work\"\n[organization]\n[[organization.unit]]\nname = \"works\"\n"),
        in_account("[organization]\nservice_control_policies = [\"FullAwsAccess\"]\n"),
        format!("issuers = [\"github\"]\n{}", in_account("")),
        in_account("[[person]]\nsubject = \"ada\"\nemail = \"ada@example.com\"\n"),
        in_account("[[person]]\nsubject = \"1\"\nemail = \"ada\"\n"),
        in_account("[[oauth_client]]\nclient_id = \"c\"\ntype = \"webb\"\n"),
        in_account("[[oauth_client]]\nclient_id = \"c\"\ntype = \"web\"\n"),
    ]
    .iter()
    .map(|text| refused(text))
    .collect();
    insta::assert_snapshot!(cases.join("\n\n"));
}

#[test]
fn of_one_name_there_is_one() {
    let two = |kind: &str, names: [&str; 2], rest: &str| {
        let one = |name: &str| format!("[[account.{kind}]]\n{name}\n{rest}\n");
        in_account(&names.map(one).concat())
    };
    let trust = format!("trust_policy = {TRUST}");
    let document = format!("document = {ALLOW}");
    let bucket = "[[account.bucket]]\nname = \"b\"\n";
    let cases = [
        two("user", ["name = \"ada\"", "name = \"ada\""], ""),
        two("user", ["name = \"ada\"", "name = \"Ada\""], ""),
        // Written in the two ways of TOML.
        "[[account]]\nid = \"111122223333\"\nuser = [{ name = \"ada\" }, { name = \"ADA\" }]\n"
            .to_owned(),
        two("group", ["name = \"a\"", "name = \"A\""], ""),
        two("role", ["name = \"r\"", "name = \"R\"\npath = \"/other/\""], &trust),
        two("policy", ["name = \"p\"\npath = \"/a/\"", "name = \"p\"\npath = \"/b/\""], &document),
        two("oidc_provider", ["url = \"https://gitlab.com\""; 2], "client_ids = [\"a\"]"),
        two("bucket", ["name = \"b\""; 2], ""),
        two("stack", ["name = \"s\""; 2], "template = \"s.json\""),
        in_account(&format!("{bucket}[[account]]\nid = \"444455556666\"\n{bucket}")),
        in_account("[[account]]\nid = \"111122223333\"\n"),
        in_account("[[account]]\nid = \"444455556666\"\nname = \"shop\"\n"),
        in_account(
            "[[person]]\nsubject = \"1\"\nemail = \"a@example.com\"\n[[person]]\nsubject = \"1\"\nemail = \"b@example.com\"\n",
        ),
        in_account(
            "[[person]]\nsubject = \"1\"\nemail = \"a@example.com\"\n[[person]]\nsubject = \"2\"\nemail = \"A@example.com\"\n",
        ),
        in_account(
            "[[oauth_client]]\nclient_id = \"c\"\ntype = \"tv\"\n[[oauth_client]]\nclient_id = \"c\"\ntype = \"tv\"\n",
        ),
        in_account(&format!(
            "[[oauth_client]]\nclient_id = \"{}\"\ntype = \"tv\"\n",
            tutorial::CLIENT_ID
        )),
        in_account(
            "[organization]\n[[organization.unit]]\nname = \"u\"\n[[organization.unit]]\nname = \"u\"\n",
        ),
        in_account(&format!(
            "[organization]\n[[organization.policy]]\nname = \"p\"\n{document}\n[[organization.policy]]\nname = \"p\"\n{document}\n"
        )),
        in_account(&format!(
            "[organization]\n[[organization.policy]]\nname = \"FullAWSAccess\"\n{document}\n"
        )),
    ];
    let told: Vec<String> = cases.iter().map(|text| refused(text)).collect();
    insta::assert_snapshot!(told.join("\n\n"));

    // A user, a group and a role may share a name, and accounts know nothing of each other's.
    let users = "[[account.user]]\nname = \"a\"\n[[account.group]]\nname = \"a\"\n";
    let role = format!("[[account.role]]\nname = \"a\"\n{trust}\n");
    let other = "[[account]]\nid = \"444455556666\"\n";
    read(&in_account(&format!("{users}{role}{other}{users}"))).unwrap();
}

#[test]
fn a_policys_fault_is_told_where_it_is_written() {
    let role = |trust: &str| {
        in_account(&format!("[[account.role]]\nname = \"r\"\ntrust_policy = {trust}\n"))
    };
    let of_several_lines =
        "'''\n{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"Alow\"}]\n}\n'''";
    let cases = [
        role(of_several_lines),
        role("'{\"Version\": \"2012-10-17\", \"Statement\": [}'"),
        // What is escaped is not where it is written.
        role("\"{\\\"Version\\\": \\\"2012-10-17\\\", \\\"Statement\\\": [}\""),
        role("\"\""),
        in_account(&format!(
            "[[account.user]]\nname = \"u\"\ninline_policies = {{ a = {TRUST} }}\n"
        )),
        in_account(&format!("[[account.bucket]]\nname = \"b\"\npolicy = {ALLOW}\n")),
        in_account(&format!(
            "[organization]\n[[organization.policy]]\nname = \"p\"\ndocument = {TRUST}\n"
        )),
    ];
    let told: Vec<String> = cases.iter().map(|text| refused(text)).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn the_schema_takes_what_is_read() {
    let schema = world_schema();
    let role = &schema["properties"]["account"]["items"]["properties"]["role"]["items"];
    assert_eq!(role["required"], serde_json::json!(["name", "trust_policy"]));
    assert_eq!(role["additionalProperties"], false);
    assert_eq!(schema["required"], serde_json::json!(["account"]));
    assert!(world_reference().contains("\n### `account.role`\n"));
}
