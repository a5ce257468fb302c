//! Claims to condition keys.

use fed_types::Claims;

use super::*;

const ACCOUNT: &str = "278805249149";

fn claims(json: &str) -> Claims {
    Claims::from_json(json.as_bytes()).unwrap()
}

fn keys(issuer: &str, json: &str) -> Vec<String> {
    let provider = Provider::of_issuer(issuer, ACCOUNT).unwrap();
    context(&provider, &claims(json), "session")
        .unwrap()
        .iter()
        .map(|(key, values)| format!("{key}={}", values.join(",")))
        .collect()
}

fn error(json: &str) -> String {
    context(&Provider::Google, &claims(json), "s").unwrap_err().to_string()
}

#[test]
fn google_without_an_authorized_party() {
    assert_eq!(
        keys(
            "https://accounts.google.com",
            r#"{"aud": "client", "sub": "1", "email": "a@b", "hd": "b"}"#
        ),
        [
            "accounts.google.com:aud=client",
            "accounts.google.com:oaud=client",
            "accounts.google.com:sub=1",
            "aws:federatedprovider=accounts.google.com",
            "sts:rolesessionname=session",
            "sts:roleauthorizedbyidp=false",
        ]
    );
}

#[test]
fn google_with_an_authorized_party() {
    let keys = keys(
        "accounts.google.com",
        r#"{"aud": "audience", "azp": "party", "sub": "1", "google": {"organization_number": 42}}"#,
    );
    assert_eq!(
        keys.get(..4).unwrap(),
        [
            "accounts.google.com:aud=party",
            "accounts.google.com:oaud=audience",
            "accounts.google.com:sub=1",
            "accounts.google.com:google/organization_number=42",
        ]
    );
}

/// What IAM does not list of a provider is not in the request, although the token has the claim.
#[test]
fn unlisted_keys_are_absent() {
    let has = |issuer: &str, key: &str| {
        let json =
            r#"{"aud": "audience", "azp": "party", "sub": "1", "oaud": "o", "amr": ["mfa"]}"#;
        keys(issuer, json).iter().any(|found| found.starts_with(&format!("{key}=")))
    };
    assert!(has("https://accounts.google.com", "accounts.google.com:oaud"));
    assert!(!has("https://accounts.google.com", "accounts.google.com:amr"));
    let cognito = "cognito-identity.amazonaws.com";
    assert!(has(&format!("https://{cognito}"), &format!("{cognito}:amr")));
    assert!(!has(&format!("https://{cognito}"), &format!("{cognito}:oaud")));
    for issuer in ["example.com", "gitlab.com", "accounts.google.com/other"] {
        assert!(has(&format!("https://{issuer}"), &format!("{issuer}:amr")), "{issuer}");
        assert!(!has(&format!("https://{issuer}"), &format!("{issuer}:oaud")), "{issuer}");
    }
}

#[test]
fn github_gives_its_own_keys_and_no_others() {
    let keys = keys(
        "https://token.actions.githubusercontent.com",
        r#"{"aud": "sts.amazonaws.com", "sub": "repo:acme/app:ref:refs/heads/main",
            "repository": "acme/app", "repository_id": 7, "actor": "me", "run_id": "9"}"#,
    );
    let prefix = "token.actions.githubusercontent.com";
    assert_eq!(
        keys,
        [
            format!("{prefix}:aud=sts.amazonaws.com"),
            format!("{prefix}:sub=repo:acme/app:ref:refs/heads/main"),
            format!("{prefix}:actor=me"),
            format!("{prefix}:repository=acme/app"),
            format!("{prefix}:repository_id=7"),
            format!("aws:federatedprovider=arn:aws:iam::278805249149:oidc-provider/{prefix}"),
            "sts:rolesessionname=session".to_owned(),
            "sts:roleauthorizedbyidp=false".to_owned(),
        ]
    );
}

#[test]
fn issuers_have_the_keys_that_iam_documents() {
    for (issuer, key) in [
        ("https://gitlab.com", Some("user_login")),
        ("https://gitlab.example.com", None),
        ("https://oidc.circleci.com/org/1", Some("oidc.circleci.com/project-id")),
        ("https://oidc.circleci.com/other", None),
        ("https://agent.buildkite.com", Some("pipeline_slug")),
        ("https://agent.x.buildkite.dev", Some("pipeline_slug")),
        ("https://agent.x.buildkite.site", Some("pipeline_slug")),
        ("https://idcs-1.identity.oraclecloud.com", Some("rpst_id")),
        ("https://token.actions.acme.ghe.com", Some("repository_owner_id")),
        ("https://token.actions.githubusercontent.com/acme", Some("repository_owner_id")),
        ("https://github.com/enterprises/acme", Some("enterprise_id")),
        ("https://github.com/acme", None),
        ("https://example.com", None),
    ] {
        let provider = Provider::of_issuer(issuer, ACCOUNT).unwrap();
        assert_eq!(
            provider.keys().last().filter(|key| **key != "amr").is_some(),
            key.is_some(),
            "{issuer}"
        );
        if let Some(key) = key {
            assert!(provider.keys().contains(&key), "{issuer}");
        }
    }
}

#[test]
fn providers_are_named_by_host_and_path() {
    let provider = Provider::of_issuer("https://example.com/a/b", ACCOUNT).unwrap();
    assert_eq!(provider.prefix(), "example.com/a/b");
    assert_eq!(
        provider.principal().name(),
        "arn:aws:iam::278805249149:oidc-provider/example.com/a/b"
    );
    assert_eq!(Provider::Google.principal().name(), "accounts.google.com");
    for issuer in ["", "https://", "http://example.com", "example.com"] {
        assert_eq!(Provider::of_issuer(issuer, ACCOUNT), None, "{issuer}");
    }
    assert_eq!(identifying_key("gitlab.com").as_deref(), Some("gitlab.com:sub"));
    assert_eq!(identifying_key("example.com"), None);
    assert_eq!(
        identifying_key("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d").as_deref(),
        Some("sts:RoleSessionName")
    );
}

#[test]
fn tags_roles_and_source_identity() {
    let json = r#"{"aud": ["a", "b"], "sub": "1", "amr": ["pwd", "otp"],
        "https://aws.amazon.com/tags": {"principal_tags": {"team": ["red"], "cost": ["7"]},
            "transitive_tag_keys": ["team"]},
        "https://aws.amazon.com/source_identity": "me",
        "https://aws.amazon.com/roles": ["arn:aws:iam::278805249149:role/r"]}"#;
    assert_eq!(
        keys("https://example.com", json),
        [
            "example.com:aud=a,b",
            "example.com:sub=1",
            "example.com:amr=pwd,otp",
            "aws:federatedprovider=arn:aws:iam::278805249149:oidc-provider/example.com",
            "sts:rolesessionname=session",
            "aws:requesttag/cost=7",
            "aws:requesttag/team=red",
            "aws:tagkeys=cost,team",
            "sts:transitivetagkeys=team",
            "sts:sourceidentity=me",
            "sts:roleauthorizedbyidp=true",
        ]
    );
    let claims = claims(json);
    assert_eq!(
        SessionClaims::of(&claims).unwrap().actions(),
        ["sts:TagSession", "sts:SetSourceIdentity"]
    );
    let roles = RolesClaim::of(&claims);
    assert_eq!(roles.fault("arn:aws:iam::278805249149:role/r"), None);
    assert_eq!(roles.fault("arn:aws:iam::278805249149:role/R"), Some(NOT_PRESENT));
}

const NOT_PRESENT: &str =
    "The target role ARN is not present in the roles claim of the identity token";

#[test]
fn the_roles_claim_lists_whole_arns() {
    const NONE: &str = "The roles claim contains no valid role ARNs";
    const UNSUPPORTED: &str = "The roles claim is not in a supported format";
    let (role, other) =
        ("arn:aws:iam::278805249149:role/r", "arn:aws:iam::278805249149:role/other");
    let fault = |value: serde_json::Value| {
        let claim = serde_json::json!({ "https://aws.amazon.com/roles": value });
        RolesClaim::of(&claims(&claim.to_string())).fault(role)
    };
    for (value, expected) in [
        (serde_json::json!(role), None),
        (serde_json::json!([role]), None),
        (serde_json::json!([other, role]), None),
        (serde_json::json!(format!("{other};{role}")), None),
        (serde_json::json!(format!("{other}; {role} ")), None),
        (serde_json::json!(["no ARN", role]), None),
        (serde_json::json!(other), Some(NOT_PRESENT)),
        (serde_json::json!(format!("{other};{role}x")), Some(NOT_PRESENT)),
        // Within a list each is one ARN, and nothing but a semicolon stands between two.
        (serde_json::json!([other, format!("{other};{role}")]), Some(NOT_PRESENT)),
        (serde_json::json!(format!("{other},{role}")), Some(NONE)),
        (serde_json::json!(format!("{other} {role}")), Some(NONE)),
        (serde_json::json!("arn:aws:iam::278805249149:role/*"), Some(NONE)),
        (serde_json::json!([]), Some(NONE)),
        (serde_json::json!(""), Some(NONE)),
        (serde_json::json!([[role]]), Some(NONE)),
        (serde_json::json!({ "role": role }), Some(UNSUPPORTED)),
        (serde_json::json!(7), Some(UNSUPPORTED)),
        (serde_json::json!(null), Some(UNSUPPORTED)),
    ] {
        assert_eq!(fault(value.clone()), expected, "{value}");
    }
    assert_eq!(RolesClaim::of(&claims("{}")).fault(role), None);
}

const OF_THE_KIND: &str = "the claim `https://aws.amazon.com/tags` is not tags with keys of 1 to \
                           128 and values of at most 256 letters, digits, spaces and \
                           `_.:/=+-@`";
const RESERVED: &str = "the claim `https://aws.amazon.com/tags` is not tags whose keys and values \
                        do not begin with `aws:`";

#[test]
fn claims_that_sts_does_not_take() {
    let with =
        |name: &str, value: &str| format!(r#"{{"aud": "a", "sub": "1", "{name}": {value}}}"#);
    let tags = "https://aws.amazon.com/tags";
    let many: Vec<String> = (0..51).map(|number| format!("\"t{number}\": [\"v\"]")).collect();
    for (json, message) in [
        (r#"{"sub": "1"}"#.to_owned(), "the token lacks the required claim `aud`"),
        (r#"{"aud": [], "sub": "1"}"#.to_owned(), "the token lacks the required claim `aud`"),
        (r#"{"aud": "a"}"#.to_owned(), "the token lacks the required claim `sub`"),
        (r#"{"aud": "a", "sub": 1}"#.to_owned(), "the token lacks the required claim `sub`"),
        (with(tags, "[]"), "the claim `https://aws.amazon.com/tags` is not an object"),
        (
            with(tags, r#"{"principal_tags": []}"#),
            "the claim `https://aws.amazon.com/tags` is not an object of `principal_tags`",
        ),
        (
            with(tags, r#"{"principal_tags": {"a": ["b", "c"]}}"#),
            "the claim `https://aws.amazon.com/tags` is not one string a tag, alone in a list",
        ),
        (with(tags, r#"{"principal_tags": {"": ["b"]}}"#), OF_THE_KIND),
        (
            with(tags, r#"{"principal_tags": {"a": "b"}}"#),
            "the tag `a` of the claim `https://aws.amazon.com/tags` is not a list of one text",
        ),
        (with(tags, r#"{"principal_tags": {"a#b": ["c"]}}"#), OF_THE_KIND),
        (with(tags, r#"{"principal_tags": {"a": ["b, c"]}}"#), OF_THE_KIND),
        (with(tags, r#"{"principal_tags": {"a": ["b\nc"]}}"#), OF_THE_KIND),
        (with(tags, r#"{"principal_tags": {"aws:a": ["b"]}}"#), RESERVED),
        (with(tags, r#"{"principal_tags": {"a": ["AWS:b"]}}"#), RESERVED),
        (with(&format!("{tags}/principal_tags/AWS:a"), r#""b""#), RESERVED),
        (with(&format!("{tags}/principal_tags/a"), r#""<b>""#), OF_THE_KIND),
        (
            with(tags, &format!("{{\"principal_tags\": {{{}}}}}", many.join(","))),
            "the claim `https://aws.amazon.com/tags` is not at most 50 tags",
        ),
        (
            with(tags, r#"{"transitive_tag_keys": "a"}"#),
            "the claim `https://aws.amazon.com/tags` is not a list of `transitive_tag_keys`",
        ),
        (
            with(tags, r#"{"transitive_tag_keys": [1]}"#),
            "the claim `https://aws.amazon.com/tags` is not a list of `transitive_tag_keys`",
        ),
        (
            with("https://aws.amazon.com/source_identity", "7"),
            "the claim `https://aws.amazon.com/source_identity` is not a string",
        ),
    ] {
        assert_eq!(error(&json), message, "{json}");
    }
}

#[test]
fn tags_at_their_limits_are_taken() {
    let tag = |key: usize, value: usize| {
        format!(
            r#"{{"aud": "a", "sub": "1", "https://aws.amazon.com/tags": {{"principal_tags": {{"{}": ["{}"]}}}}}}"#,
            "k".repeat(key),
            "v".repeat(value)
        )
    };
    assert_eq!(principal_tags(&claims(&tag(128, 256))).unwrap().len(), 1);
    assert_eq!(error(&tag(129, 256)), OF_THE_KIND);
    assert_eq!(error(&tag(128, 257)), OF_THE_KIND);
    assert_eq!(SessionClaims::of(&claims("{}")).unwrap().actions(), [""; 0]);
}
