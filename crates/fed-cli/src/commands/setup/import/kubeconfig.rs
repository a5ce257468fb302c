//! kubelogin: users of a kubeconfig whose tokens `kubectl oidc-login get-token` gets.

use serde_json::Value;

use super::{Imported, name};
use crate::config::Profile;

/// Reads the users.
pub(super) fn read(text: &str) -> Result<Imported, String> {
    let document: Value = serde_saphyr::from_str(text)
        .map_err(|_| "expected a kubeconfig, found what is no YAML".to_owned())?;
    let mut imported = Imported::default();
    for user in document["users"].as_array().into_iter().flatten() {
        let called = name(user["name"].as_str().unwrap_or("kubelogin"));
        let exec = &user["user"]["exec"];
        let words: Vec<&str> =
            exec["args"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        // `aws eks get-token` and others have a command of that name, too.
        let has_issuer = words.iter().any(|word| word.starts_with("--oidc-issuer-url"));
        if !words.contains(&"get-token") || !has_issuer {
            imported.left.push(format!("`{called}`: its tokens are not kubelogin's"));
            continue;
        }
        take(&called, &words, &mut imported);
    }
    Ok(imported)
}

fn take(called: &str, words: &[&str], imported: &mut Imported) {
    let mut profile = Profile::default();
    let mut options = words.iter();
    while let Some(word) = options.next() {
        let (option, value) = match word.split_once('=') {
            Some((option, value)) => (option, Some(value)),
            None => (*word, None),
        };
        let mut value = || value.or_else(|| options.next().copied()).map(str::to_owned);
        match option {
            "oidc-login" | "get-token" => {}
            "--oidc-issuer-url" => profile.issuer = value(),
            "--oidc-client-id" => profile.client_id = value(),
            "--oidc-redirect-url" => profile.redirect_uri = value(),
            "--grant-type" => match value().as_deref() {
                Some("device-code") => profile.source = Some("device".to_owned()),
                Some("authcode-keyboard") => profile.source = Some("paste".to_owned()),
                Some("auto" | "authcode") | None => {}
                Some(other) => imported.left.push(format!("`{called}`: the grant type `{other}`")),
            },
            // Never shown, and never copied: where it lies now, everybody's backup has it.
            "--oidc-client-secret" => {
                value();
                imported.left.push(format!(
                    "`{called}`: the client's secret: put it into a file that only you can read, \
                     and name that in `client_secret_file`"
                ));
            }
            option if option.starts_with("--") => {
                imported.left.push(format!("`{called}`: `{option}`"));
            }
            _ => {}
        }
    }
    imported.left.push(format!("`{called}`: kubelogin knows no role: set `role_arn`"));
    imported.profiles.push((called.to_owned(), profile));
}

#[cfg(test)]
mod tests {
    use super::*;

    const KUBECONFIG: &str = "apiVersion: v1\nkind: Config\nusers:\n- name: oidc\n  user:\n    exec:\n      \
        command: kubectl\n      args:\n      - oidc-login\n      - get-token\n      - \
        --oidc-issuer-url=https://issuer.example\n      - --oidc-client-id=kubernetes\n      - \
        --oidc-client-secret=canary\n      - --oidc-extra-scope=email\n      - \
        --grant-type=device-code\n- name: other\n  user:\n    token: canary\n";

    #[test]
    fn issuer_client_and_flow_are_taken_and_the_secret_is_not() {
        let imported = read(KUBECONFIG).unwrap();
        let profile = Profile {
            issuer: Some("https://issuer.example".to_owned()),
            client_id: Some("kubernetes".to_owned()),
            source: Some("device".to_owned()),
            ..Profile::default()
        };
        assert_eq!(imported.profiles, [("oidc".to_owned(), profile)]);
        assert_eq!(imported.left.len(), 4, "{:?}", imported.left);
        assert!(imported.left[1].ends_with("`--oidc-extra-scope`"), "{:?}", imported.left);
        assert!(!format!("{imported:?}").contains("canary"));
    }

    #[test]
    fn what_is_no_kubeconfig_has_nothing() {
        assert_eq!(read("a: 1\n").unwrap(), Imported::default());
        let told = "expected a kubeconfig, found what is no YAML".to_owned();
        assert_eq!(read("a: ["), Err(told));
    }

    #[test]
    fn other_programs_that_get_a_token_are_not_kubelogin() {
        let user = |args: &str| {
            read(&format!("users:\n- name: u\n  user:\n    exec:\n      args: [{args}]\n")).unwrap()
        };
        for args in [
            "eks, get-token, --cluster-name, c",
            "get-token",
            "oidc-login, get-token, --oidc-client-id=c",
            "get-token, oidc-issuer-url=https://issuer.example",
        ] {
            let imported = user(args);
            assert_eq!(imported.profiles, [], "{args}");
            assert_eq!(imported.left, ["`u`: its tokens are not kubelogin's"], "{args}");
        }
        for args in ["--oidc-issuer-url=https://i.example", "--oidc-issuer-url, https://i.example"]
        {
            let imported = user(&format!("get-token, {args}"));
            assert_eq!(imported.profiles[0].1.issuer.as_deref(), Some("https://i.example"));
        }
    }
}
