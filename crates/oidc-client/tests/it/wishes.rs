//! What issuers want beside the standard: other algorithms, other ways for a client to prove who
//! it is, proof of how and when the person signed in.

use std::time::Duration;

use fake_issuer::{Algorithm, ClientMethod, Fault, IssuerConfig, Mistake};
use fed_types::Secret;
use oidc_client::{
    AuthorizationOptions, Client, ClientAuthentication, ClientKey, RefreshError, RelyingParty,
    SecretMethod, SignIn, SignInError, SignInNeeded, SigningAlgorithm, VerificationRules,
};
use serde_json::{Value, json};

use crate::fixture::{ADA, CLIENT, Fixture, NOW, SECRET, ada};

const REDIRECT_URI: &str = "http://127.0.0.1:3000/auth/google/callback";

fn google() -> IssuerConfig {
    IssuerConfig::google(fake_issuer::Clock::fixed(NOW))
}

#[tokio::test]
async fn every_algorithm_is_verified_and_its_at_hash_too() {
    for algorithm in Algorithm::ALL {
        let fixture = Fixture::with(IssuerConfig { algorithm, ..google() }).await;
        let ours: SigningAlgorithm = algorithm.as_str().parse().unwrap();
        let rules = |algorithms: &[SigningAlgorithm]| VerificationRules {
            algorithms: algorithms.to_vec(),
            ..fixture.rules()
        };
        let party = fixture.party_with(CLIENT, rules(&[ours])).await;
        assert_eq!(fixture.sign_in(&party).await.unwrap().id_token.subject(), ADA, "{ours}");
        for (fault, message) in [
            (Fault::BadSignature, "the ID token's signature is wrong"),
            (Fault::WrongAtHash, "the ID token's `at_hash` does not fit the access token"),
        ] {
            fixture.issuer.add_fault(fault);
            assert_eq!(fixture.refused(&party).await.to_string(), message, "{ours}");
            fixture.issuer.clear_faults();
        }
        let others: Vec<_> = SigningAlgorithm::ALL.into_iter().filter(|one| *one != ours).collect();
        let error = fixture.refused(&fixture.party_with(CLIENT, rules(&others)).await).await;
        let names: Vec<_> = others.iter().map(|one| one.as_str()).collect();
        assert_eq!(
            error.to_string(),
            format!("expected an ID token signed with `{}`, found `{ours}`", names.join("`, `"))
        );
        assert_eq!(
            error.hint().unwrap().to_string(),
            format!("if the issuer is meant to sign so, set `signing_algorithms` to `{ours}`")
        );
    }
}

/// What the client did wrongly, but for trying a token that was given back.
fn mistakes(fixture: &Fixture) -> Vec<fake_issuer::CountedMistake> {
    let mut mistakes = fixture.issuer.mistakes(None);
    mistakes.retain(|counted| counted.mistake != Mistake::RefreshTokenUsedTwice);
    mistakes
}

/// Sign-in, renewal and revocation: everything a client authenticates for.
async fn all_of_it(fixture: &Fixture, party: &RelyingParty) -> Result<SignIn, String> {
    let sign_in = fixture.sign_in(party).await.map_err(|error| error.to_string())?;
    let refresh_token = sign_in.refresh_token.clone().unwrap();
    let renewed = party.refresh(&refresh_token, ADA, &fixture.clock, |_| {}).await;
    let renewed = renewed.map_err(|error| error.to_string())?;
    let refresh_token = renewed.refresh_token.clone().unwrap();
    assert!(party.revoke(&refresh_token, &fixture.clock).await.map_err(|e| e.to_string())?);
    let gone = party.refresh(&refresh_token, ADA, &fixture.clock, |_| {}).await.unwrap_err();
    assert!(gone.sign_in_needed().is_some(), "{gone}");
    Ok(renewed)
}

fn with_secret(method: Option<SecretMethod>) -> Client {
    let secret = Secret::new(SECRET);
    let authentication = ClientAuthentication::Secret { secret, method };
    Client { client_id: CLIENT.to_owned(), authentication }
}

#[tokio::test]
async fn a_secret_goes_where_the_issuer_takes_it_also_when_a_token_is_given_back() {
    let (basic, post) = (Some(SecretMethod::Basic), Some(SecretMethod::Post));
    let refused =
        "the token endpoint refused: `invalid_client` (The client authenticates in another way.)";
    for (told, only, method, error) in [
        (vec!["client_secret_basic"], ClientMethod::SecretBasic, None, None),
        (vec![], ClientMethod::SecretBasic, None, None),
        (vec!["client_secret_basic", "client_secret_post"], ClientMethod::SecretPost, None, None),
        // Hydra: both are told, a client may use one.
        (vec!["client_secret_post"], ClientMethod::SecretBasic, None, Some(refused)),
        (vec!["client_secret_post"], ClientMethod::SecretBasic, basic, None),
        (vec!["client_secret_basic"], ClientMethod::SecretPost, post, None),
    ] {
        let client_methods = told.iter().map(|method| (*method).to_owned()).collect();
        let fixture = Fixture::with(IssuerConfig { client_methods, ..google() }).await;
        fixture.issuer.restrict_client(CLIENT, only);
        let party = fixture.discover_as(with_secret(method), fixture.rules()).await.unwrap();
        let outcome = all_of_it(&fixture, &party).await;
        assert_eq!(outcome.err().as_deref(), error, "{told:?} {method:?}");
        let mistakes = mistakes(&fixture);
        assert_eq!(mistakes.is_empty(), error.is_none(), "{mistakes:?}");
    }
}

/// Made by `openssl`, once: keys of nobody, in forms that people have.
fn keys() -> [(String, String); 3] {
    let run = |arguments: &[&str], input: &str| {
        use std::io::Write;
        let mut openssl = std::process::Command::new("openssl")
            .args(arguments)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        openssl.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        String::from_utf8(openssl.wait_with_output().unwrap().stdout).unwrap()
    };
    let pair = |arguments: &[&str]| {
        let private = run(arguments, "");
        let public = run(&["pkey", "-pubout"], &private);
        (private, public)
    };
    let rsa = pair(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    let old = (run(&["rsa", "-traditional"], &rsa.0), rsa.1.clone());
    let p256 = pair(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    [rsa, old, p256]
}

#[tokio::test]
async fn a_client_signs_who_it_is_and_each_proof_is_good_once() {
    let [rsa, old, p256] = keys();
    for (private, public) in [&rsa, &old, &p256] {
        let fixture = Fixture::start().await;
        let only = ClientMethod::PrivateKeyJwt { public_key_pem: public.clone() };
        fixture.issuer.restrict_client(CLIENT, only);
        let key = ClientKey::from_pem(&Secret::new(private.as_str())).unwrap();
        assert!(!format!("{key:?}").contains("PRIVATE"), "{key:?}");
        let client = |key: ClientKey| Client {
            client_id: CLIENT.to_owned(),
            authentication: ClientAuthentication::PrivateKey(key),
        };
        let named = key.named(Some("the-key".to_owned()));
        let party = fixture.discover_as(client(named), fixture.rules()).await.unwrap();
        all_of_it(&fixture, &party).await.unwrap();
        assert_eq!(mistakes(&fixture), []);
        // Another key, no key, and a secret in the key's place.
        let other = if private == &p256.0 { &rsa.0 } else { &p256.0 };
        let other = ClientKey::from_pem(&Secret::new(other.as_str())).unwrap();
        for client in [client(other), Client::new(CLIENT, None), with_secret(None)] {
            let party = fixture.discover_as(client, fixture.rules()).await.unwrap();
            let error = fixture.refused(&party).await.to_string();
            assert!(error.starts_with("the token endpoint refused: `invalid_client`"), "{error}");
        }
    }
}

#[test]
fn what_is_no_key_is_refused_and_not_shown() {
    let line = |end: &str| format!("-----{end} PRIVATE KEY-----\n");
    let hollow = format!("{}canary\n{}", line("BEGIN"), line("END"));
    for text in ["", "canary", &hollow] {
        let error = ClientKey::from_pem(&Secret::new(text)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a private key in PEM (RSA, or PKCS #8 on P-256 or P-384), found something else"
        );
        assert!(!format!("{error:?}").contains("canary"));
    }
}

async fn sign_in_asking(
    fixture: &Fixture,
    party: &RelyingParty,
    options: &AuthorizationOptions,
) -> Result<SignIn, SignInError> {
    let request = party.authorization_request(&REDIRECT_URI.parse().unwrap(), options)?;
    let code = party.pasted_code(&request, &fixture.redirected(&request).await)?;
    party.exchange_code(&request, &code, &fixture.clock).await
}

fn claim(name: &str, value: Value) -> Fault {
    Fault::Claim { claim: name.to_owned(), value }
}

#[tokio::test]
async fn how_the_person_signed_in_is_checked_after_asking() {
    let fixture = Fixture::start().await;
    let wanted = vec!["urn:gold".to_owned(), "urn:silver".to_owned()];
    let options = AuthorizationOptions { acr_values: wanted.clone(), ..ada() };
    let rules = VerificationRules { acr_values: wanted, ..fixture.rules() };
    let party = fixture.party_with(CLIENT, rules).await;
    let good = sign_in_asking(&fixture, &party, &options).await.unwrap();
    assert_eq!(good.id_token.claims().text("acr"), Some("urn:gold"));
    let expected =
        "expected an authentication of the class `urn:gold`, `urn:silver` (`acr`), found";
    for (fault, found) in [
        (claim("acr", json!("urn:bronze")), "`urn:bronze`"),
        (claim("acr", json!("urn:gold urn:silver")), "`urn:gold urn:silver`"),
        (claim("acr", json!(["urn:gold"])), "none"),
        (Fault::MissingClaim { claim: "acr".into() }, "none"),
    ] {
        fixture.issuer.add_fault(fault);
        let error = sign_in_asking(&fixture, &party, &options).await.unwrap_err();
        assert_eq!(error.to_string(), format!("{expected} {found}"));
        fixture.issuer.clear_faults();
    }
    // A renewal may be silent about it, and may not say another.
    let refresh_token = good.refresh_token.unwrap();
    fixture.issuer.add_fault(Fault::MissingClaim { claim: "acr".into() });
    let renewed = party.refresh(&refresh_token, ADA, &fixture.clock, |_| {}).await.unwrap();
    fixture.issuer.clear_faults();
    fixture.issuer.add_fault(claim("acr", json!("urn:bronze")));
    let refresh_token = renewed.refresh_token.unwrap();
    let error = party.refresh(&refresh_token, ADA, &fixture.clock, |_| {}).await.unwrap_err();
    assert!(matches!(error, RefreshError::Failed(_)), "{error:?}");
}

#[tokio::test]
async fn when_the_person_signed_in_is_checked_after_asking() {
    let fixture = Fixture::start().await;
    let max_age = Some(Duration::from_secs(900));
    let options = AuthorizationOptions { max_age, ..ada() };
    let party = fixture.party_with(CLIENT, VerificationRules { max_age, ..fixture.rules() }).await;
    let good = sign_in_asking(&fixture, &party, &options).await.unwrap();
    // A minute of leeway beside the age.
    for (ago, error) in [
        (0, None),
        (960, None),
        (
            961,
            Some(
                "the person last signed in at 2026-11-23T09:43:59Z (`auth_time`), more than 900 s before 2026-11-23T10:00:00Z",
            ),
        ),
    ] {
        fixture.issuer.add_fault(claim("auth_time", json!(NOW - ago)));
        let outcome = sign_in_asking(&fixture, &party, &options).await;
        assert_eq!(outcome.err().map(|error| error.to_string()).as_deref(), error, "{ago}");
        fixture.issuer.clear_faults();
    }
    for value in [json!("today"), json!(true)] {
        fixture.issuer.add_fault(claim("auth_time", value));
        let error = sign_in_asking(&fixture, &party, &options).await.unwrap_err();
        assert_eq!(error.to_string(), "the ID token's `auth_time` claim is missing or malformed");
        fixture.issuer.clear_faults();
    }
    // Asked for nothing, the issuer says nothing: that is not enough either.
    let error = fixture.refused(&party).await;
    assert_eq!(error.to_string(), "the ID token's `auth_time` claim is missing or malformed");
    // A renewal says when it was, and when that is too long ago somebody has to sign in.
    let refresh_token = good.refresh_token.unwrap();
    let renewed = party.refresh(&refresh_token, ADA, &fixture.clock, |_| {}).await.unwrap();
    let refresh_token = renewed.refresh_token.unwrap();
    fixture.clock.issuer.advance(961);
    let error = party.refresh(&refresh_token, ADA, &fixture.clock, |_| {}).await.unwrap_err();
    assert_eq!(error.sign_in_needed(), Some(&SignInNeeded::AuthenticationTooOld));
}

#[tokio::test]
async fn other_audiences_are_trusted_by_name_alone() {
    let fixture = Fixture::start().await;
    let trusting = |names: &[&str]| VerificationRules {
        trusted_audiences: names.iter().map(|name| (*name).to_owned()).collect(),
        ..fixture.rules()
    };
    fixture.issuer.add_fault(claim("aud", json!([CLIENT, "https://api.example"])));
    for (names, error) in [
        (&["https://api.example"][..], None),
        (&[], Some("the ID token is also for `https://api.example`, which is not trusted")),
        (
            &["https://api.example/"],
            Some("the ID token is also for `https://api.example`, which is not trusted"),
        ),
    ] {
        let party = fixture.party_with(CLIENT, trusting(names)).await;
        let outcome = fixture.sign_in(&party).await.map(drop);
        assert_eq!(outcome.err().map(|error| error.to_string()).as_deref(), error);
    }
    let party = fixture.party_with(CLIENT, trusting(&["https://api.example"])).await;
    for (fault, message) in [
        (
            Fault::MissingClaim { claim: "azp".into() },
            "the ID token is for 2 audiences and names no authorized party (`azp`)",
        ),
        (
            Fault::WrongAuthorizedParty,
            "expected an ID token issued to `canary-free-client-id` (`azp`), found `another-client`",
        ),
    ] {
        fixture.issuer.add_fault(fault);
        assert_eq!(fixture.refused(&party).await.to_string(), message);
    }
}

#[tokio::test]
async fn the_issuer_names_itself_in_the_redirect_where_it_promises_to() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    assert!(party.provider().names_issuer_in_redirect);
    fixture.issuer.add_fault(Fault::MissingResponseIssuer);
    assert_eq!(
        fixture.refused(&party).await.to_string(),
        "the redirect does not name its issuer (`iss`), though `https://accounts.google.com` promises to"
    );
}
