//! The same role in HCL, for Terraform and OpenTofu.

use serde_json::Value;

use crate::tags::policy_tag;
use crate::{Blueprint, Provider, TAG_KEY, TAG_VALUE, trust_policy};

/// HCL of the provider `hashicorp/aws`. An account has one IAM OIDC provider for each issuer:
/// the variable `oidc_provider_exists` says that it is there already.
pub fn terraform(blueprint: &Blueprint) -> String {
    let mut hcl = String::new();
    let federated = match &blueprint.provider {
        Provider::Google => None,
        Provider::OpenIdConnect { host_and_path } => {
            hcl.push_str(&provider(blueprint, host_and_path));
            Some("${local.oidc_provider_arn}")
        }
    };
    let mut trust: Value = serde_json::from_str(&trust_policy(blueprint)).unwrap_or_default();
    if federated.is_some() {
        trust["Statement"][0]["Principal"]["Federated"] = Value::from(PLACEHOLDER);
    }
    let trust = value(&trust, 1).replace(&format!("\"{PLACEHOLDER}\""), "local.oidc_provider_arn");
    let names = blueprint.inline_policies.iter().map(|policy| &policy.name);
    let policies = blueprint.managed_policies.iter().chain(names);
    let recorded: String = policies
        .map(|policy| policy_tag(policy))
        .map(|(key, text)| format!("    {} = {}\n", string(&key), string(&text)))
        .collect();
    hcl.push_str(&format!(
        "resource \"aws_iam_role\" \"this\" {{\n  name                 = {}\n  path                 \
         = {}\n  max_session_duration = {}\n  assume_role_policy   = jsonencode({trust})\n  tags \
         = {{\n    {} = {}\n{recorded}  }}\n}}\n",
        string(blueprint.role.name()),
        string(blueprint.role_path()),
        blueprint.max_session_duration,
        string(TAG_KEY),
        string(TAG_VALUE),
    ));
    for (index, arn) in blueprint.managed_policies.iter().enumerate() {
        hcl.push_str(&format!(
            "\nresource \"aws_iam_role_policy_attachment\" \"managed_{index}\" {{\n  role       = \
             aws_iam_role.this.name\n  policy_arn = {}\n}}\n",
            string(arn)
        ));
    }
    for (index, policy) in blueprint.inline_policies.iter().enumerate() {
        let document: Value = serde_json::from_str(&policy.document).unwrap_or_default();
        hcl.push_str(&format!(
            "\nresource \"aws_iam_role_policy\" \"inline_{index}\" {{\n  name   = {}\n  role   = \
             aws_iam_role.this.name\n  policy = jsonencode({})\n}}\n",
            string(&policy.name),
            value(&document, 1)
        ));
    }
    hcl.push_str("\noutput \"role_arn\" {\n  value = aws_iam_role.this.arn\n}\n");
    hcl
}

/// Stands for an expression until the value is written.
const PLACEHOLDER: &str = "\u{1}";

fn provider(blueprint: &Blueprint, host_and_path: &str) -> String {
    let url = string(&format!("https://{host_and_path}"));
    let client_ids: Vec<String> = blueprint.audiences.iter().map(|id| string(id)).collect();
    format!(
        "variable \"oidc_provider_exists\" {{\n  type        = bool\n  default     = false\n  \
         description = \"Whether the account has the IAM OIDC provider of the issuer already\"\n}}\n\
         \ndata \"aws_iam_openid_connect_provider\" \"this\" {{\n  count = var.oidc_provider_exists \
         ? 1 : 0\n  url   = {url}\n}}\n\nresource \"aws_iam_openid_connect_provider\" \"this\" {{\n  \
         count          = var.oidc_provider_exists ? 0 : 1\n  url            = {url}\n  \
         client_id_list = [{}]\n  tags = {{\n    {} = {}\n  }}\n}}\n\nlocals {{\n  \
         oidc_provider_arn = var.oidc_provider_exists ? \
         data.aws_iam_openid_connect_provider.this[0].arn : \
         aws_iam_openid_connect_provider.this[0].arn\n}}\n\n",
        client_ids.join(", "),
        string(TAG_KEY),
        string(TAG_VALUE),
    )
}

/// A JSON value as an HCL expression.
fn value(json: &Value, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    match json {
        Value::String(text) if text == PLACEHOLDER => format!("\"{PLACEHOLDER}\""),
        Value::String(text) => string(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => {
            let items: String =
                items.iter().map(|item| format!("{inner}{},\n", value(item, depth + 1))).collect();
            format!("[\n{items}{outer}]")
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members: String = members
                .iter()
                .map(|(key, item)| format!("{inner}{} = {}\n", string(key), value(item, depth + 1)))
                .collect();
            format!("{{\n{members}{outer}}}")
        }
        other => other.to_string(),
    }
}

/// A quoted template without any interpolation.
fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted.replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::tests::tutorial;
    use crate::{InlinePolicy, Provider};

    #[test]
    fn templates_stay_text() {
        assert_eq!(string("a${aws:username}%{b}\"\\\n"), r#""a$${aws:username}%%{b}\"\\\n""#);
    }

    #[test]
    fn the_provider_may_be_there_already() {
        let mut blueprint = tutorial();
        blueprint.provider = Provider::from_issuer("https://issuer.example/realm").unwrap();
        let hcl = terraform(&blueprint);
        assert!(hcl.contains("\"Federated\" = local.oidc_provider_arn\n"), "{hcl}");
        assert!(hcl.contains("count          = var.oidc_provider_exists ? 0 : 1"), "{hcl}");
        assert!(!hcl.contains("278805249149"), "{hcl}");
        assert!(!terraform(&tutorial()).contains("oidc_provider"));
    }

    #[test]
    fn everything_is_in_it() {
        let mut blueprint = tutorial();
        let document = r#"{"Statement": [{"Resource": "arn:aws:s3:::b/${aws:username}/*"}]}"#;
        let (name, document) = ("extra".to_owned(), document.to_owned());
        blueprint.inline_policies = vec![InlinePolicy { name, document }];
        let hcl = terraform(&blueprint);
        for part in [
            "\"accounts.google.com:sub\" = \"113632458324056836621\"",
            "policy_arn = \"arn:aws:iam::aws:policy/AmazonEC2FullAccess\"",
            "\"fed:made-by\" = \"fed-cli bootstrap\"",
            "\"fed:policy:fdc9a125944b873f\" = ",
            "\"Resource\" = \"arn:aws:s3:::b/$${aws:username}/*\"",
        ] {
            assert!(hcl.contains(part), "{part} in {hcl}");
        }
    }
}
