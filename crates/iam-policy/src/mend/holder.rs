//! Tokens that a trust policy may let in, made of what its statements ask for: none of them may
//! be out after a mend.

use fed_types::Claims;
use serde_json::{Map, Value, json};

use super::tree::Tree;

/// What stands for `*` and `?` of a pattern.
const ANYTHING: &str = "holder";

/// For each statement that allows, provider by provider and value by value, a token that has what
/// the conditions ask for.
pub(super) fn holders(document: &Tree) -> Vec<Claims> {
    let Some(statements) = document.member("Statement") else { return Vec::new() };
    let statements = match statements {
        Tree::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let allows = |it: &&Tree| it.member("Effect").is_some_and(|it| it.texts() == ["Allow"]);
    statements.iter().filter(allows).flat_map(of_statement).collect()
}

fn of_statement(statement: &Tree) -> Vec<Claims> {
    let named = statement.member("Principal").and_then(|it| it.member("Federated"));
    let issuers = named.map(Tree::texts).unwrap_or_default();
    let asked = asked(statement);
    let mut all = Vec::new();
    for issuer in issuers.iter().map(|name| issuer(name)) {
        let prefix = issuer.trim_start_matches("https://").to_ascii_lowercase();
        let own: Vec<&Asked> = asked.iter().filter(|it| it.prefix == prefix).collect();
        let first = |it: &&Asked| (it.claim.clone(), json!(it.values.first()));
        let mut base: Map<String, Value> = own.iter().map(first).collect();
        base.insert("iss".to_owned(), json!(issuer));
        base.entry("sub").or_insert_with(|| json!(ANYTHING));
        base.entry("aud").or_insert_with(|| json!(ANYTHING));
        all.push(base.clone());
        for asked in own {
            for value in asked.values.iter().skip(1) {
                let mut other = base.clone();
                other.insert(asked.claim.clone(), json!(value));
                all.push(other);
            }
        }
    }
    all.into_iter().map(Claims::from).collect()
}

/// A claim that a condition asks for.
struct Asked {
    prefix: String,
    claim: String,
    values: Vec<String>,
}

/// What the conditions on claims ask for; those that ask for something not to be are left to the
/// decision on what is made of the others.
fn asked(statement: &Tree) -> Vec<Asked> {
    let mut all = Vec::new();
    let Some(Tree::Object(operators)) = statement.member("Condition") else { return all };
    for (operator, keys) in operators {
        let Tree::Object(keys) = keys else { continue };
        if !operator.contains("String") || operator.contains("Not") {
            continue;
        }
        for (key, values) in keys {
            let Some((prefix, claim)) = key.rsplit_once(':') else { continue };
            let like = operator.contains("Like");
            let value = |text: String| match like {
                true => text.replace(['*', '?'], ANYTHING),
                false => text,
            };
            // Without `azp` a token's `aud` is `:oaud` as well.
            let claim = if claim.eq_ignore_ascii_case("oaud") { "aud" } else { claim };
            all.push(Asked {
                prefix: prefix.to_ascii_lowercase(),
                claim: claim.to_ascii_lowercase(),
                values: values.texts().into_iter().map(value).collect(),
            });
        }
    }
    all
}

/// The issuer that a name under `Federated` stands for.
fn issuer(name: &str) -> String {
    let host = name.split_once(":oidc-provider/").map_or(name, |(_, host)| host);
    format!("https://{host}")
}
