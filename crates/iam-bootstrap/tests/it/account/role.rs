//! What IAM does with roles.

use std::collections::BTreeSet;

use super::xml::{
    Answer, DATE, attached_xml, conflict, exists, members, missing, names_xml, policy_xml,
    role_xml, tag_keys_of, tags_of,
};
use super::{Form, Role, State};

// Long: one arm an operation on roles.
pub(super) fn of_role(state: &mut State, action: &str, form: &Form) -> Answer {
    if action == "ListRoles" {
        // IAM leaves tags out of lists.
        let body = |(name, role): (&String, &Role)| role_xml(name, role, false);
        return Ok(format!(
            "<Roles>{}</Roles><IsTruncated>false</IsTruncated>",
            members(&state.roles, body)
        ));
    }
    let name = form["RoleName"].clone();
    if action == "CreateRole" {
        if state.roles.contains_key(&name) {
            return Err(exists(&name));
        }
        let role = Role {
            path: form["Path"].clone(),
            trust: form["AssumeRolePolicyDocument"].clone(),
            max_session_duration: form["MaxSessionDuration"].clone(),
            tags: tags_of(form),
            ..Role::default()
        };
        let xml = format!("<Role>{}</Role>", role_xml(&name, &role, true));
        state.roles.insert(name, role);
        return Ok(xml);
    }
    let known: BTreeSet<String> = state.policies.keys().cloned().collect();
    let role = state.roles.get_mut(&name).ok_or_else(|| missing(&name))?;
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    match action {
        "GetRole" => Ok(format!("<Role>{}</Role>", role_xml(&name, role, true))),
        "ListAttachedRolePolicies" => Ok(attached_xml(&role.managed)),
        "ListRolePolicies" => Ok(names_xml(&role.inline)),
        "GetRolePolicy" => Ok(policy_xml(form, &role.inline[&field("PolicyName")])),
        "ListInstanceProfilesForRole" => {
            let body = |name: &String| {
                format!(
                    "<Path>/</Path><InstanceProfileName>{name}</InstanceProfileName>\
                     <InstanceProfileId>AIPA</InstanceProfileId><Arn>a</Arn>{DATE}<Roles/>"
                )
            };
            let profiles = members(&role.instance_profiles, body);
            Ok(format!(
                "<InstanceProfiles>{profiles}</InstanceProfiles><IsTruncated>false</IsTruncated>"
            ))
        }
        "TagRole" => {
            role.tags.extend(tags_of(form));
            Ok(String::new())
        }
        "UntagRole" => {
            role.tags.retain(|key, _| !tag_keys_of(form).contains(key));
            Ok(String::new())
        }
        "UpdateAssumeRolePolicy" => {
            role.trust = field("PolicyDocument");
            Ok(String::new())
        }
        "UpdateRole" => {
            role.max_session_duration = field("MaxSessionDuration");
            Ok(String::new())
        }
        "AttachRolePolicy" => {
            let arn = field("PolicyArn");
            if !known.contains(&arn) {
                return Err(missing(&arn));
            }
            role.managed.insert(arn);
            Ok(String::new())
        }
        "DetachRolePolicy" => {
            let arn = field("PolicyArn");
            role.managed.remove(&arn).then(String::new).ok_or_else(|| missing(&arn))
        }
        "PutRolePolicy" => {
            role.inline.insert(field("PolicyName"), field("PolicyDocument"));
            Ok(String::new())
        }
        "DeleteRolePolicy" => {
            let policy = field("PolicyName");
            role.inline.remove(&policy).map(|_| String::new()).ok_or_else(|| missing(&policy))
        }
        "DeleteRole" if !role.instance_profiles.is_empty() => {
            Err(conflict("remove roles from instance profile"))
        }
        "DeleteRole" if !role.managed.is_empty() || !role.inline.is_empty() => {
            Err(conflict("delete policies"))
        }
        "DeleteRole" => {
            state.roles.remove(&name);
            Ok(String::new())
        }
        other => panic!("the account knows no {other}"),
    }
}
