//! What a call comes to.

use super::role::of_role;
use super::user::of_user;
use super::xml::{
    Answer, NOT_IN_USE, attached_xml, client_ids_of, encoded, exists, members, missing, names_xml,
    policy_xml, tags_of, tags_xml,
};
use super::{ACCOUNT, Form, Provider, State};

pub(super) fn carry_out(state: &mut State, action: &str, form: &Form) -> Answer {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    match action {
        "GetCallerIdentity" => Ok(caller(ACCOUNT)),
        "GetAccountSummary" => {
            let entry = |(key, value): &(&str, u32)| {
                format!("<entry><key>{key}</key><value>{value}</value></entry>")
            };
            let quotas =
                [("AssumeRolePolicySizeQuota", 2048), ("AttachedPoliciesPerRoleQuota", 10)];
            let entries: String = quotas.iter().map(entry).collect();
            Ok(format!("<SummaryMap>{entries}</SummaryMap>"))
        }
        // A service that speaks JSON.
        "" => Err((NOT_IN_USE, "none".to_owned())),
        "GetPolicy" => {
            let arn = field("PolicyArn");
            state.policies.get(&arn).ok_or_else(|| missing(&arn))?;
            Ok(format!("<Policy><Arn>{arn}</Arn><DefaultVersionId>v1</DefaultVersionId></Policy>"))
        }
        "GetPolicyVersion" => {
            let arn = field("PolicyArn");
            let document = state.policies.get(&arn).ok_or_else(|| missing(&arn))?;
            Ok(format!("<PolicyVersion><Document>{}</Document></PolicyVersion>", encoded(document)))
        }
        "ListOpenIDConnectProviders" => {
            let body = |arn: &String| format!("<Arn>{arn}</Arn>");
            let providers = members(state.providers.keys(), body);
            Ok(format!("<OpenIDConnectProviderList>{providers}</OpenIDConnectProviderList>"))
        }
        _ if form.contains_key("GroupName") => of_group(state, action, form),
        _ if form.contains_key("UserName") || form.contains_key("AccessKeyId") => {
            of_user(state, action, form)
        }
        _ if action.contains("OpenIDConnectProvider") => of_provider(state, action, form),
        _ => of_role(state, action, form),
    }
}

pub(super) fn caller(account: &str) -> String {
    format!(
        "<Arn>arn:aws:iam::{account}:user/admin</Arn><UserId>AIDA</UserId><Account>{account}</Account>"
    )
}

fn of_provider(state: &mut State, action: &str, form: &Form) -> Answer {
    let arn = match form.get("Url") {
        Some(url) => {
            let host = url.trim_start_matches("https://");
            format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{host}")
        }
        None => form["OpenIDConnectProviderArn"].clone(),
    };
    if action == "CreateOpenIDConnectProvider" {
        if state.providers.contains_key(&arn) {
            return Err(exists(&arn));
        }
        let provider = Provider { client_ids: client_ids_of(form), tags: tags_of(form) };
        state.providers.insert(arn.clone(), provider);
        return Ok(format!("<OpenIDConnectProviderArn>{arn}</OpenIDConnectProviderArn>"));
    }
    let provider = state.providers.get_mut(&arn).ok_or_else(|| missing(&arn))?;
    match action {
        "GetOpenIDConnectProvider" => Ok(format!(
            "<Url>u</Url><ClientIDList>{}</ClientIDList>{}",
            members(&provider.client_ids, String::clone),
            tags_xml(&provider.tags)
        )),
        "AddClientIDToOpenIDConnectProvider" => {
            provider.client_ids.insert(form["ClientID"].clone());
            Ok(String::new())
        }
        "DeleteOpenIDConnectProvider" => {
            state.providers.remove(&arn);
            Ok(String::new())
        }
        other => panic!("the account knows no {other}"),
    }
}

fn of_group(state: &mut State, action: &str, form: &Form) -> Answer {
    let name = &form["GroupName"];
    let group = state.groups.get(name).ok_or_else(|| missing(name))?;
    match action {
        "ListAttachedGroupPolicies" => Ok(attached_xml(&group.managed)),
        "ListGroupPolicies" => Ok(names_xml(&group.inline)),
        "GetGroupPolicy" => Ok(policy_xml(form, &group.inline[&form["PolicyName"]])),
        other => panic!("the account knows no {other}"),
    }
}
