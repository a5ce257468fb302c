//! The issuer's provider, of which an account has one.

use serde_json::json;

use super::{quoted, tags};
use crate::tags::tags_for;
use crate::{TAG_KEY, TAG_VALUE};

/// Makes the provider, or lets the one that is there accept the client ids: one that was not made
/// here is changed only where somebody says so. An older aws CLI wants a thumbprint: of the last
/// certificate that the host sends.
pub(super) fn make(arn: &str, url: &str, client_ids: &[String], for_role: &str) -> String {
    let host = url.trim_start_matches("https://").split('/').next().unwrap_or_default();
    let mut script = accept(arn, client_ids);
    script.push_str(&format!(
        "else\n  \
           create_provider() {{\n    \
             aws iam create-open-id-connect-provider --url {} --client-id-list {} --tags {} \"$@\"\n  \
           }}\n  \
           if ! said=$(create_provider 2>&1); then\n    \
             case $said in\n      \
               *thumbprint-list*)\n        \
                 thumbprint=$(openssl s_client -servername {} -connect {} -showcerts \
                 </dev/null 2>/dev/null | awk '/BEGIN CERT/ {{c = \"\"}} {{c = c $0 \"\\n\"}} \
                 /END CERT/ {{last = c}} END {{printf \"%s\", last}}' | openssl x509 -noout -sha1 \
                 -fingerprint | sed 's/.*=//; s/://g')\n        \
                 create_provider --thumbprint-list \"$thumbprint\"\n        \
                 ;;\n      \
               *)\n        \
                 printf '%s\\n' \"$said\" >&2\n        \
                 exit 1\n        \
                 ;;\n    \
             esac\n  \
           fi\nfi\n",
        quoted(url),
        quoted(&json!(client_ids).to_string()),
        tags(&tags_for(for_role)),
        quoted(host),
        quoted(&format!("{host}:443")),
    ));
    script
}

/// The provider is there: each client id that it does not accept yet.
fn accept(arn: &str, client_ids: &[String]) -> String {
    let made_by = quoted(&format!("Tags[?Key=='{TAG_KEY}'].Value"));
    let made_here = quoted(TAG_VALUE);
    let mut script = format!(
        "provider={}\n\
         look() {{\n  \
           aws iam get-open-id-connect-provider --open-id-connect-provider-arn \"$provider\" \
         --output text --query \"$1\"\n\
         }}\n\
         if accepted=$(look ClientIDList 2>/dev/null); then\n  \
           made_by=$(look {made_by})\n  \
           accept() {{\n    \
             if printf '%s\\n' \"$accepted\" | tr '\\t' '\\n' | grep -Fqx -e \"$1\"; then\n      \
               return\n    \
             fi\n    \
             if [ \"$made_by\" != {made_here} ] && [ \"${{ADOPT-}}\" != yes ]; then\n      \
               printf '%s was not made here and does not accept %s: with ADOPT=yes this lets it\\n' \
         \"$provider\" \"$1\" >&2\n      \
               exit 1\n    \
             fi\n    \
             aws iam add-client-id-to-open-id-connect-provider --cli-input-json \"$2\"\n  \
           }}\n",
        quoted(arn)
    );
    // As JSON, in which the aws CLI looks for no URL to fetch.
    for id in client_ids {
        let input = json!({"OpenIDConnectProviderArn": arn, "ClientID": id}).to_string();
        script.push_str(&format!("  accept {} {}\n", quoted(id), quoted(&input)));
    }
    script
}
