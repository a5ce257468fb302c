//! IAM's questions about one user, group, role or policy, answered out of what
//! GetAccountAuthorizationDetails tells of all of them.

use roxmltree::{Document, Node};

// Long: a table, which is read one operation at a time.
/// Status and body of the answer to a question about somebody; `None` for all other calls.
pub(super) fn answer(details: &str, action: &str, body: &str) -> Option<(u16, String)> {
    let text = format!("<Details>{details}</Details>");
    let document = Document::parse(&text).ok()?;
    let given: Vec<(String, String)> =
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let given = |name: &str| {
        let value = given.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        value.unwrap_or_default().to_owned()
    };
    let holder = ["User", "Group", "Role"].into_iter().find(|kind| action.contains(kind));
    let about = |kind: &str| {
        let name = given(&format!("{kind}Name"));
        let list = child(document.root_element(), &format!("{kind}DetailList"))?;
        list.children().find(|node| text_of(*node, &format!("{kind}Name")) == name)
    };
    let found = match (action, holder) {
        ("ListUsers", _) => Some(format!("<Users>{}</Users>", list(&document, "UserDetailList"))),
        ("ListRoles", _) => Some(format!("<Roles>{}</Roles>", list(&document, "RoleDetailList"))),
        ("ListOpenIDConnectProviders", _) => return None,
        ("GetUser" | "GetGroup" | "GetRole", Some(kind)) => {
            about(kind).map(|node| format!("<{kind}>{}</{kind}>", inner(node)))
        }
        ("GetUserPolicy" | "GetGroupPolicy" | "GetRolePolicy", Some(kind)) => about(kind)
            .and_then(|node| {
                let policies = child(node, &format!("{kind}PolicyList"))?;
                let name = given("PolicyName");
                policies.children().find(|policy| text_of(*policy, "PolicyName") == name)
            })
            .map(inner),
        ("ListUserPolicies" | "ListGroupPolicies" | "ListRolePolicies", Some(kind)) => about(kind)
            .map(|node| {
                let policies = child(node, &format!("{kind}PolicyList"));
                let names = policies.into_iter().flat_map(|list| list.children());
                let names = names.map(|policy| text_of(policy, "PolicyName"));
                let names = names.map(|name| format!("<member>{name}</member>"));
                format!("<PolicyNames>{}</PolicyNames>", names.collect::<String>())
            }),
        ("ListGroupsForUser", _) => about("User").map(|node| {
            let groups = child(node, "GroupList").into_iter().flat_map(|list| list.children());
            let groups = groups.filter_map(|group| group.text());
            let groups =
                groups.map(|name| format!("<member><GroupName>{name}</GroupName></member>"));
            format!("<Groups>{}</Groups>", groups.collect::<String>())
        }),
        (
            "ListAttachedUserPolicies" | "ListAttachedGroupPolicies" | "ListAttachedRolePolicies",
            Some(kind),
        ) => about(kind).map(|node| {
            let attached = child(node, "AttachedManagedPolicies").map(inner).unwrap_or_default();
            format!("<AttachedPolicies>{attached}</AttachedPolicies>")
        }),
        ("GetInstanceProfile", _) => profile(&document, &given("InstanceProfileName")),
        ("GetPolicy", _) => policy(&document, &given("PolicyArn")).map(|node| {
            let version = text_of(node, "DefaultVersionId");
            format!("<Policy><DefaultVersionId>{version}</DefaultVersionId></Policy>")
        }),
        ("GetPolicyVersion", _) => policy(&document, &given("PolicyArn"))
            .and_then(|node| child(node, "PolicyVersionList"))
            .and_then(|versions| {
                let id = given("VersionId");
                versions.children().find(|version| text_of(*version, "VersionId") == id)
            })
            .map(|version| format!("<PolicyVersion>{}</PolicyVersion>", inner(version))),
        _ => return None,
    };
    Some(match found {
        Some(result) => (
            200,
            format!(
                "<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"
            ),
        ),
        None => (
            404,
            "<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>".to_owned(),
        ),
    })
}

/// The profile of this name, with the role that says that it is in it.
fn profile(document: &Document<'_>, name: &str) -> Option<String> {
    let roles = child(document.root_element(), "RoleDetailList")?;
    roles.children().find_map(|role| {
        let profiles = child(role, "InstanceProfileList")?;
        let arns = profiles.children().map(|profile| text_of(profile, "Arn"));
        let arn = arns.into_iter().find(|arn| arn.rsplit('/').next() == Some(name))?;
        let role = text_of(role, "RoleName");
        Some(format!(
            "<InstanceProfile><InstanceProfileName>{name}</InstanceProfileName><Arn>{arn}</Arn>\
             <Roles><member><RoleName>{role}</RoleName></member></Roles></InstanceProfile>"
        ))
    })
}

fn policy<'d, 'a>(document: &'d Document<'a>, arn: &str) -> Option<Node<'d, 'a>> {
    let policies = child(document.root_element(), "Policies")?;
    policies.children().find(|policy| text_of(*policy, "Arn") == arn)
}

fn list(document: &Document<'_>, name: &str) -> String {
    child(document.root_element(), name).map(inner).unwrap_or_default()
}

fn child<'d, 'a>(node: Node<'d, 'a>, name: &str) -> Option<Node<'d, 'a>> {
    node.children().find(|node| node.has_tag_name(name))
}

fn text_of<'d>(node: Node<'d, '_>, name: &str) -> &'d str {
    child(node, name).and_then(|node| node.text()).unwrap_or_default()
}

/// What is written between an element's tags.
fn inner(node: Node<'_, '_>) -> String {
    node.children()
        .map(|child| match child.is_element() {
            true => format!("<{0}>{1}</{0}>", child.tag_name().name(), inner(child)),
            false => super::escape(child.text().unwrap_or_default()),
        })
        .collect()
}
