//! Settings that issuers need, from the configuration file to the issuer and back.

use std::process::Command;

use fake_issuer::{ClientMethod, Fault};

use crate::aws::{ASSUMED, Aws};
use crate::issuer::Provider;
use crate::sealed::Sealed;

#[test]
fn what_is_asked_for_reaches_the_issuer_and_is_checked() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::with(
        &aws,
        "scopes = ['email']\nlogin_hint = 'ada@example.com'\nacr_values = ['urn:gold']\n\
         max_age = '15m'\n\
         authorization_parameters = ['audience=https://api.example', 'kc_idp_hint=a b']\n",
    );
    let seen = provider.ada(&["login"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    for parameter in [
        "&scope=openid+email&",
        "&login_hint=ada%40example.com&",
        "&acr_values=urn%3Agold&",
        "&max_age=900&",
        "&audience=https%3A%2F%2Fapi.example&kc_idp_hint=a+b",
    ] {
        assert!(seen.stderr.contains(parameter), "{parameter}: {}", seen.stderr);
    }
    let bronze = Fault::Claim { claim: "acr".into(), value: "urn:bronze".into() };
    provider.fault(bronze, Some(1));
    let refused = provider.ada(&["login"]);
    assert_eq!(refused.status, 4);
    assert!(
        refused.stderr.contains(
            "error: expected an authentication of the class `urn:gold` (`acr`), found `urn:bronze`\n"
        ),
        "{}",
        refused.stderr
    );
    provider.stop();
}

#[test]
fn a_kept_token_is_as_old_as_the_sign_in_it_came_from() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::with(&aws, "max_age = '15m'\n");
    let seen = provider.ada(&["login"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    provider.fault(Fault::TokenFailing { status: 503 }, None);
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 0, "the kept token is young");
    provider.stop();
    // Signed in at the same time, but a second is too long ago.
    let provider = Provider::with(&aws, "max_age = '0s'\nleeway = '1m'\n");
    assert_eq!(provider.ada(&["login"]).status, 0);
    provider.fault(Fault::TokenFailing { status: 503 }, None);
    provider.change("sign-in", |entry| {
        let token = entry["id_token"].as_str().unwrap().to_owned();
        entry["id_token"] = older(&token).into();
    });
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 1, "it is to be renewed");
    provider.stop();
}

/// The same token, as if its sign-in had been an hour ago.
fn older(token: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let mut claims: serde_json::Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(&parts[1]).unwrap()).unwrap();
    claims["auth_time"] = (claims["auth_time"].as_i64().unwrap() - 3600).into();
    parts[1] = URL_SAFE_NO_PAD.encode(claims.to_string());
    parts.join(".")
}

fn openssl(arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_client_proves_who_it_is_in_the_way_that_is_configured() {
    let aws = Aws::answering(200, ASSUMED);
    let provider = Provider::with(&aws, "token_endpoint_auth_method = 'client_secret_basic'\n");
    provider.issuer.restrict_client("client", ClientMethod::SecretBasic);
    assert_eq!(provider.ada(&["login"]).status, 0);
    let gone = provider.sealed.run(&["logout"]);
    assert_eq!(gone.status, 0);
    assert!(!gone.stderr.contains("warning"), "{}", gone.stderr);
    provider.stop();

    let provider = Provider::with(
        &aws,
        "token_endpoint_auth_method = 'private_key_jwt'\nclient_key_file = '~/key.pem'\n\
         client_key_id = 'k'\n",
    );
    let path = |name: &str| provider.sealed.home().join(name).display().to_string();
    let (private, public) = (path("key.pem"), path("public.pem"));
    let curve = "ec_paramgen_curve:P-256";
    openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", &private]);
    openssl(&["pkey", "-in", &private, "-pubout", "-out", &public]);
    let public_key_pem = std::fs::read_to_string(public).unwrap();
    provider.issuer.restrict_client("client", ClientMethod::PrivateKeyJwt { public_key_pem });
    let seen = provider.ada(&["login"]);
    assert_eq!(seen.status, 0, "{}", seen.stderr);
    provider.id_token_ends_in(0);
    assert_eq!(provider.sealed.run(&["token", "--raw"]).status, 0, "it is renewed");
    let gone = provider.sealed.run(&["logout"]);
    assert!(gone.status == 0 && !gone.stderr.contains("warning"), "{}", gone.stderr);
    assert_eq!(provider.issuer.mistakes(None), []);
    provider.stop();
}

// Long: a table.
#[test]
fn what_cannot_be_meant_is_told_before_anybody_signs_in() {
    let before = "[profile.p]\nissuer = 'https://127.0.0.1:1'\nclient_id = 'c'\n";
    for (settings, message) in [
        (
            "scopes = ['openid email']",
            "`scopes` is not usable: expected words without spaces, found `openid email`",
        ),
        (
            "acr_values = ['']",
            "`acr_values` is not usable: expected words without spaces, found ``",
        ),
        (
            "authorization_parameters = ['audience']",
            "`authorization_parameters` is not usable: expected texts like `audience=https://api.example`, found `audience`",
        ),
        (
            "max_age = 'a while'",
            "`max_age` is not usable: expected a duration like `90s`, `5m` or `1h30m`, found `a while`",
        ),
        (
            "token_endpoint_auth_method = 'client_secret_jwt'",
            "`token_endpoint_auth_method` is not usable: expected one of `client_secret_basic`, `client_secret_post`, `private_key_jwt`, `tls_client_auth`, `self_signed_tls_client_auth`, `none`, found `client_secret_jwt`",
        ),
        (
            "token_endpoint_auth_method = 'client_secret_basic'",
            "`client_secret_file` is not usable: `token_endpoint_auth_method` wants it, and it is not given",
        ),
        (
            "token_endpoint_auth_method = 'private_key_jwt'",
            "`client_key_file` is not usable: `token_endpoint_auth_method` wants it, and it is not given",
        ),
        (
            "token_endpoint_auth_method = 'tls_client_auth'\nclient_key_file = 'key'",
            "`client_certificate_file` is not usable: `token_endpoint_auth_method` wants it, and it is not given",
        ),
        (
            "client_certificate_file = 'key'",
            "`client_key_file` is not usable: `client_certificate_file` wants it, and it is not given",
        ),
        (
            "client_key_file = 'key'",
            "`client_key_file` is not usable: expected a private key in PEM (RSA, or PKCS #8 on P-256 or P-384), found something else",
        ),
        (
            "client_key_file = 'key'\nclient_secret_file = 'key'",
            "`token_endpoint_auth_method` is not usable: it is not given, and there is a secret and a key",
        ),
        (
            "ca_bundle = 'key'",
            "`ca_bundle` is not usable: expected certificates in PEM, found none",
        ),
        (
            "ca_bundle = 'nothing'",
            "`ca_bundle` is not usable: cannot read `[HOME]/.config/fed/nothing`: No such file or directory",
        ),
    ] {
        let sealed = Sealed::with_config(&format!("{before}{settings}\n"));
        sealed.file(".config/fed/key", "canary");
        let outcome = sealed.run(&["token", "--raw", "--no-browser"]);
        let told = outcome.stderr.lines().next().unwrap();
        assert_eq!((outcome.status, told), (5, format!("error: {message}").as_str()), "{settings}");
        assert!(!outcome.stderr.contains("canary"));
    }
}

#[test]
fn certificate_authorities_that_are_not_there_are_told_and_not_gone_without() {
    let config = "[profile.p]\nissuer = 'https://127.0.0.1:1'\nclient_id = 'c'\n";
    for (name, key) in [
        ("AWS_CA_BUNDLE", "ca_bundle"),
        ("SSL_CERT_FILE", "SSL_CERT_FILE"),
        ("SSL_CERT_DIR", "SSL_CERT_DIR"),
    ] {
        let sealed = Sealed::with_config(config).env(name, "/nothing/here");
        let outcome = sealed.run(&["token", "--raw", "--no-browser"]);
        assert_eq!(
            (outcome.status, outcome.stderr.lines().next().unwrap()),
            (
                5,
                format!(
                    "error: `{key}` is not usable: cannot read `/nothing/here`: No such file or \
                     directory"
                )
                .as_str()
            ),
            "{name}"
        );
    }
}
