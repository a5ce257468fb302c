//! Single ID tokens, made as wrong as can be, verified without a sign-in.

use fake_issuer::{KeyChoice, TokenRequest};
use oidc_client::{UnverifiedIdToken, VerificationRules};
use serde_json::{Value, json};

use crate::fixture::{CLIENT, Fixture, NOW, without_skew};

fn ours() -> TokenRequest {
    TokenRequest::default().claim("aud", CLIENT).claim("azp", Value::Null)
}

async fn verdict(
    fixture: &Fixture,
    rules: VerificationRules,
    request: &TokenRequest,
) -> Result<(), String> {
    let party = fixture.party_with(CLIENT, rules).await;
    let token = UnverifiedIdToken::parse(&fixture.issuer.sign(request).unwrap()).unwrap();
    party
        .verify_presented(token, &fixture.clock)
        .await
        .map(|_| ())
        .map_err(|error| without_skew(&error.to_string()).to_owned())
}

#[tokio::test]
async fn good_tokens_are_accepted() {
    let fixture = Fixture::start().await;
    let trusting = VerificationRules { trusted_audiences: vec!["other".into()], ..fixture.rules() };
    for (rules, request) in [
        (fixture.rules(), ours()),
        (fixture.rules(), ours().claim("azp", CLIENT)),
        (fixture.rules(), ours().claim("aud", json!([CLIENT]))),
        (trusting, ours().claim("aud", json!([CLIENT, "other"])).claim("azp", CLIENT)),
        (fixture.rules(), ours().claim("nonce", "from someone else's flow")),
        (fixture.rules(), ours().claim("exp", NOW - 59)),
        (fixture.rules(), ours().claim("iat", NOW + 60)),
        (fixture.rules(), ours().claim("nbf", NOW + 60)),
        (fixture.rules(), ours().header("jku", "https://attacker.example/keys")),
        (fixture.rules(), ours().claim("exp", 1_795_431_600.5).claim("iat", 1_795_428_000.25)),
    ] {
        assert_eq!(verdict(&fixture, rules, &request).await, Ok(()), "{request:?}");
    }
}

// Long: a table of cases.
#[tokio::test]
async fn bad_tokens_are_refused_with_their_reason() {
    let fixture = Fixture::start().await;
    let trusting =
        || VerificationRules { trusted_audiences: vec!["other".into()], ..fixture.rules() };
    for (rules, request, message) in [
        (
            fixture.rules(),
            ours().claim("aud", json!([CLIENT, "other"])).claim("azp", CLIENT),
            "the ID token is also for `other`, which is not trusted",
        ),
        (
            trusting(),
            ours().claim("aud", json!([CLIENT, "other"])),
            "the ID token is for 2 audiences and names no authorized party (`azp`)",
        ),
        (
            trusting(),
            ours().claim("aud", json!([CLIENT, "other"])).claim("azp", "other"),
            "expected an ID token issued to `canary-free-client-id` (`azp`), found `other`",
        ),
        (
            trusting(),
            ours().claim("aud", "other").claim("azp", CLIENT),
            "expected an ID token for `canary-free-client-id`, found one for `other`",
        ),
        (
            fixture.rules(),
            ours().claim("aud", json!([])),
            "the ID token's `aud` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("aud", json!([CLIENT, 7])),
            "the ID token's `aud` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("aud", format!("{CLIENT} ")),
            "expected an ID token for `canary-free-client-id`, found one for `canary-free-client-id `",
        ),
        (
            fixture.rules(),
            ours().claim("azp", 7),
            "the ID token's `azp` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("sub", ""),
            "the ID token's `sub` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("sub", 7),
            "the ID token's `sub` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("sub", "x".repeat(256)),
            "the ID token's `sub` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("exp", NOW - 60),
            "the ID token expired at 2026-11-23T09:59:00Z, and it is 2026-11-23T10:00:00Z",
        ),
        (
            fixture.rules(),
            ours().claim("exp", "1795431600"),
            "the ID token's `exp` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().claim("exp", 1_795_427_940.9),
            "the ID token expired at 2026-11-23T09:59:00Z, and it is 2026-11-23T10:00:00Z",
        ),
        (
            fixture.rules(),
            ours().claim("iat", NOW + 61),
            "the ID token was issued in the future, at 2026-11-23T10:01:01Z, and it is 2026-11-23T10:00:00Z",
        ),
        (
            fixture.rules(),
            ours().claim("nbf", NOW + 61),
            "the ID token is not valid before 2026-11-23T10:01:01Z, and it is 2026-11-23T10:00:00Z",
        ),
        (
            fixture.rules(),
            ours().claim("nbf", "soon"),
            "the ID token's `nbf` claim is missing or malformed",
        ),
        (
            fixture.rules(),
            ours().header("alg", "RS384"),
            "expected an ID token signed with `RS256`, found `RS384`",
        ),
        (
            fixture.rules(),
            ours().header("alg", "rs256"),
            "expected an ID token signed with `RS256`, found `rs256`",
        ),
        (
            fixture.rules(),
            ours().key(KeyChoice::None),
            "expected an ID token signed with `RS256`, found `none`",
        ),
        (
            fixture.rules(),
            ours().key(KeyChoice::None).header("alg", "RS256"),
            "the ID token's signature is wrong",
        ),
        (
            fixture.rules(),
            ours().key(KeyChoice::Hs256),
            "expected an ID token signed with `RS256`, found `HS256`",
        ),
        (
            fixture.rules(),
            ours().key(KeyChoice::Hs256).header("alg", "RS256"),
            "the ID token's signature is wrong",
        ),
        (
            fixture.rules(),
            ours().header("kid", "../../etc/passwd"),
            "the ID token is signed with the key `../../etc/passwd`, which the issuer does not publish",
        ),
        (
            fixture.rules(),
            ours().header("crit", json!(["exp"])),
            "the ID token's header demands an extension (`crit`) that is not supported",
        ),
        (
            fixture.rules(),
            ours().claim("iss", "https://accounts.google.com/"),
            "expected an ID token issued by `https://accounts.google.com`, found `https://accounts.google.com/`",
        ),
        (
            VerificationRules { algorithms: vec!["ES256".parse().unwrap()], ..fixture.rules() },
            ours(),
            "expected an ID token signed with `ES256`, found `RS256`",
        ),
        (
            VerificationRules { algorithms: vec!["ES256".parse().unwrap()], ..fixture.rules() },
            ours().header("alg", "ES256").header("kid", Value::Null),
            "the issuer publishes no key for `ES256`",
        ),
        (
            VerificationRules { algorithms: vec![], ..fixture.rules() },
            ours(),
            "expected an ID token signed with ``, found `RS256`",
        ),
    ] {
        let found = verdict(&fixture, rules, &request).await;
        assert_eq!(found, Err(message.to_owned()), "{request:?}");
    }
}

#[tokio::test]
async fn a_changed_payload_is_refused() {
    let fixture = Fixture::start().await;
    let party = fixture.party().await;
    let sign = |claim: &str| fixture.issuer.sign(&ours().claim("email", claim)).unwrap();
    let (one, other) = (sign("a@example.com"), sign("b@example.com"));
    let parts: Vec<&str> = one.split('.').collect();
    let others: Vec<&str> = other.split('.').collect();
    let mixed = format!("{}.{}.{}", parts[0], others[1], parts[2]);
    for text in [mixed, format!("{}.{}.", parts[0], parts[1]), format!("{one}A")] {
        let token = UnverifiedIdToken::parse(&text).unwrap();
        let error = party.verify_presented(token, &fixture.clock).await.unwrap_err();
        assert_eq!(error.to_string(), "the ID token's signature is wrong");
    }
}
