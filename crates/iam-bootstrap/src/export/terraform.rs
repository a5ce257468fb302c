//! The same role in HCL, for Terraform and OpenTofu.

use hcl_text::{expression, string};
use serde_json::Value;

use crate::tags::{tags_for, tags_of_role};
use crate::{Blueprint, Provider, trust_policy};

/// HCL of the provider `hashicorp/aws`. An account has one IAM OIDC provider for each issuer:
/// the variable `oidc_provider_exists` says that it is there already; then it must accept the
/// audience, which Terraform checks and does not add. The user gets no access key: its secret
/// would be in the state.
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
    let trust = expression(&trust, 1).replace(&string(PLACEHOLDER), "local.oidc_provider_arn");
    let role_tags = tags(&tags_of_role(&blueprint.policies(), blueprint.user.as_ref()));
    hcl.push_str(&format!(
        "resource \"aws_iam_role\" \"this\" {{\n  name                 = {}\n  path                 \
         = {}\n  max_session_duration = {}\n  assume_role_policy   = jsonencode({trust})\n  tags \
         = {{\n{role_tags}  }}\n\n  lifecycle {{\n    precondition {{\n      condition     = \
         data.aws_caller_identity.this.account_id == {account}\n      error_message = \
         \"the role is in account {}\"\n    }}\n  }}\n}}\n\ndata \"aws_caller_identity\" \
         \"this\" {{}}\n",
        string(blueprint.role.name()),
        string(blueprint.role_path()),
        blueprint.max_session_duration,
        blueprint.role.account(),
        account = string(blueprint.role.account().as_str()),
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
            expression(&document, 1)
        ));
    }
    if let Some(user) = &blueprint.user {
        hcl.push_str(&format!(
            "\nresource \"aws_iam_user\" \"this\" {{\n  name = {}\n  tags = {{\n{}  }}\n}}\n",
            string(user),
            tags(&tags_for(blueprint.role.name()))
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
    let client_ids = client_ids.join(", ");
    let refusal = string(&format!(
        "the provider that is there must accept the audience {}: aws iam \
         add-client-id-to-open-id-connect-provider lets it",
        blueprint.audiences.join(" and ")
    ));
    format!(
        "variable \"oidc_provider_exists\" {{\n  type        = bool\n  default     = false\n  \
         description = \"Whether the account has the IAM OIDC provider of the issuer already\"\n}}\n\
         \ndata \"aws_iam_openid_connect_provider\" \"this\" {{\n  count = var.oidc_provider_exists \
         ? 1 : 0\n  url   = {url}\n\n  lifecycle {{\n    postcondition {{\n      condition     = \
         length(setsubtract([{client_ids}], self.client_id_list)) == 0\n      error_message = \
         {refusal}\n    }}\n  }}\n}}\n\nresource \"aws_iam_openid_connect_provider\" \"this\" {{\n  \
         count          = var.oidc_provider_exists ? 0 : 1\n  url            = {url}\n  \
         client_id_list = [{client_ids}]\n  tags = {{\n{}  }}\n}}\n\nlocals {{\n  \
         oidc_provider_arn = var.oidc_provider_exists ? \
         data.aws_iam_openid_connect_provider.this[0].arn : \
         aws_iam_openid_connect_provider.this[0].arn\n}}\n\n",
        tags(&tags_for(blueprint.role.name())),
    )
}

/// One tag a line.
fn tags(pairs: &[(String, String)]) -> String {
    let line =
        |(key, value): &(String, String)| format!("    {} = {}\n", string(key), string(value));
    pairs.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::tests::tutorial;
    use crate::{InlinePolicy, Provider};

    #[test]
    fn the_provider_may_be_there_already() {
        let mut blueprint = tutorial();
        blueprint.provider = Provider::from_issuer("https://issuer.example/realm").unwrap();
        let hcl = terraform(&blueprint);
        assert!(hcl.contains("\"Federated\" = local.oidc_provider_arn\n"), "{hcl}");
        assert!(hcl.contains("count          = var.oidc_provider_exists ? 0 : 1"), "{hcl}");
        // The account stands in its check alone: the ARNs are of whoever applies it.
        assert!(!hcl.contains(":278805249149:"), "{hcl}");
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
            "condition     = data.aws_caller_identity.this.account_id == \"278805249149\"\n",
            "\"Resource\" = \"arn:aws:s3:::b/$${aws:username}/*\"",
        ] {
            assert!(hcl.contains(part), "{part} in {hcl}");
        }
    }
}
