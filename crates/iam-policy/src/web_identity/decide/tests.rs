//! STS's order, each check with AWS's error; and what is not known is no yes.

mod caller;
mod organization;
mod session;

use fed_types::{Claims, UnixTime};
use serde_json::{Value, json};

use super::*;
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::policy_set::NamedPolicy;
use crate::sts::{Outcome, ResourceControl, RoleFact, RoleFacts, Trust};
use crate::web_identity::{
    Clock, OidcProvider, Parameters, Presented, Providers, Signature, SignatureFailure,
};

const ROLE: &str = "arn:aws:iam::278805249149:role/deploy";
const NOW: i64 = 1_795_428_000;
const NOT_AUTHORIZED: &str =
    "403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity";

fn trust(actions: &Value) -> Policy {
    let text = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::278805249149:oidc-provider/issuer.example/a"},
        "Action": actions,
        "Condition": {"StringEquals": {"issuer.example/a:sub": "ada"}}}]});
    Policy::parse(&text.to_string(), PolicyKind::Trust).unwrap()
}

fn claims(changes: Value) -> Claims {
    let mut claims = json!({"iss": "https://issuer.example/a", "aud": "client", "sub": "ada",
        "iat": NOW - 10, "exp": NOW + 600});
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    Claims::from_json(claims.to_string().as_bytes()).unwrap()
}

/// What is answered to a token that is current, of a known issuer, where the organization has these
/// levels and so much is known of whence the request comes.
fn current(
    claims: &Claims,
    trust: &Policy,
    levels: &[Vec<NamedPolicy>],
    surroundings: &Context,
) -> String {
    outcome(&Question {
        parameters: Parameters::new(ROLE, "session"),
        token: Presented::Claims(claims),
        signature: Signature::Verified,
        clock: Clock::WhileTokenIsCurrent,
        providers: Providers::IncludeTheIssuer,
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(trust),
            max_session_duration: Some(3600),
        }),
        resource_control: ResourceControl::Are(levels),
        surroundings,
    })
}

fn told(changes: Value, actions: Value, change: impl FnOnce(&mut Question<'_>)) -> String {
    let (claims, trust) = (claims(changes), trust(&actions));
    let providers = [OidcProvider {
        arn: "arn:aws:iam::278805249149:oidc-provider/issuer.example/a".to_owned(),
        url: "issuer.example/a".to_owned(),
        client_ids: vec!["client".to_owned(), "party".to_owned()],
    }];
    let mut question = Question {
        parameters: Parameters::new(ROLE, "session"),
        token: Presented::Claims(&claims),
        signature: Signature::Verified,
        clock: Clock::At(UnixTime::from_seconds(NOW)),
        providers: Providers::Are(&providers),
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(&trust),
            max_session_duration: Some(3600),
        }),
        resource_control: ResourceControl::Are(&[]),
        surroundings: &Context::new(),
    };
    change(&mut question);
    outcome(&question)
}

fn outcome(question: &Question<'_>) -> String {
    match decide(question).outcome() {
        Outcome::Allowed => "allowed".to_owned(),
        Outcome::Denied { denial, .. } => {
            format!("{} {}: {}", denial.status, denial.code, denial.message)
        }
        Outcome::CannotTell(open) => {
            let open: Vec<String> = open.into_iter().map(|open| open.question).collect();
            format!("open: {}", open.join("; "))
        }
    }
}

fn of(changes: Value) -> String {
    told(changes, json!(ACTION), |_| {})
}

fn with(change: impl FnOnce(&mut Question<'_>)) -> String {
    told(json!({}), json!(ACTION), change)
}

/// A token with this header whose signature is right.
fn by_jwt(header: &Value, sub: &str) -> String {
    use base64::Engine;
    let part = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let payload = json!({"iss": "https://issuer.example/a", "aud": "client", "sub": sub,
        "iat": NOW - 10, "exp": NOW + 600});
    let jwt = [header.to_string(), payload.to_string(), "x".to_owned()].map(part).join(".");
    with(|question| question.token = Presented::Jwt(Box::leak(jwt.into_boxed_str())))
}

#[test]
fn a_token_that_names_no_key_is_not_known() {
    let named = json!({"alg": "RS256", "kid": "one"});
    let nameless = json!({"alg": "RS256"});
    assert_eq!(by_jwt(&named, "ada"), "allowed");
    let open = "open: what STS makes of a token that names no key: it has no `kid`";
    assert_eq!(by_jwt(&nameless, "ada"), open);
    assert_eq!(by_jwt(&nameless, "bob"), NOT_AUTHORIZED);
}

#[test]
fn each_check_has_its_error() {
    assert_eq!(of(json!({})), "allowed");
    for (changes, answer) in [
        (json!({"sub": 7}), "400 InvalidIdentityToken: Missing a required claim: sub"),
        (json!({"iss": "issuer.example"}), "400 InvalidIdentityToken: Issuer must be a valid URL"),
        (
            json!({"iss": "https://issuer.example/a/"}),
            "400 InvalidIdentityToken: No OpenIDConnect provider found in your account for \
             https://issuer.example/a/",
        ),
        (json!({"aud": "other"}), "400 InvalidIdentityToken: Incorrect token audience"),
        (json!({"azp": "other"}), "400 InvalidIdentityToken: Incorrect token audience"),
        (json!({"aud": "other", "azp": "party"}), "allowed"),
        (
            json!({"https://aws.amazon.com/roles": ["arn:aws:iam::278805249149:role/other"]}),
            "400 InvalidIdentityToken: The target role ARN is not present in the roles claim of \
             the identity token",
        ),
        (json!({"https://aws.amazon.com/tags": 7}), "400 ValidationError: Unable to validate tags"),
        (json!({"sub": "bob"}), NOT_AUTHORIZED),
    ] {
        assert_eq!(of(changes.clone()), answer, "{changes}");
    }
    let expired = with(|question| question.clock = Clock::At(UnixTime::from_seconds(NOW + 901)));
    assert!(expired.starts_with("400 ExpiredTokenException: Token expired: "), "{expired}");
    let grace = with(|question| question.clock = Clock::At(UnixTime::from_seconds(NOW + 900)));
    assert_eq!(grace, "allowed");
}

#[test]
fn tags_and_a_source_identity_need_actions_of_their_own() {
    let tags = json!({"https://aws.amazon.com/tags": {"principal_tags": {"team": ["a"]}}});
    let identity = json!({"https://aws.amazon.com/source_identity": "ada"});
    let all = json!([ACTION, "sts:TagSession", "sts:SetSourceIdentity"]);
    for changes in [tags, identity] {
        assert_eq!(of(changes.clone()), NOT_AUTHORIZED);
        assert_eq!(told(changes, all.clone(), |_| {}), "allowed");
    }
    let short = json!({"https://aws.amazon.com/source_identity": "a"});
    assert_eq!(
        told(short, all, |_| {}),
        "400 ValidationError: 1 validation error detected: Value 'a' at 'sourceIdentity' failed \
         to satisfy constraint: Member must have length greater than or equal to 2"
    );
}

#[test]
fn a_signature_comes_before_expiry_and_after_the_issuer() {
    let unsigned = |question: &mut Question<'_>| {
        question.signature = Signature::Failed(SignatureFailure::NoKey);
        question.clock = Clock::At(UnixTime::from_seconds(NOW + 9000));
    };
    assert!(with(unsigned).starts_with("400 InvalidIdentityToken: Couldn't retrieve"));
    let nobody = told(json!({"iss": "https://nobody.example"}), json!(ACTION), unsigned);
    assert!(nobody.starts_with("400 InvalidIdentityToken: No OpenIDConnect provider"), "{nobody}");
}

#[test]
fn a_longer_session_than_the_role_allows() {
    let long = |question: &mut Question<'_>| question.parameters.duration = Some(7200);
    let answer = "400 ValidationError: The requested DurationSeconds exceeds the \
                  MaxSessionDuration set for this role.";
    assert_eq!(with(long), answer);
    // The trust policy is asked before.
    assert_eq!(told(json!({"sub": "bob"}), json!(ACTION), long), NOT_AUTHORIZED);
}

#[test]
fn what_is_not_known_is_no_yes() {
    for (answer, change) in [
        (
            "open: whether the token is signed with a key that its issuer publishes",
            (|question| question.signature = Signature::NotChecked) as fn(&mut Question<'_>),
        ),
        (
            "open: whether `https://issuer.example/a` is an OIDC provider of account \
             `278805249149`; whether `client` is a client id of \
             `arn:aws:iam::278805249149:oidc-provider/issuer.example/a`",
            |question| question.providers = Providers::Unknown,
        ),
        ("open: whether the token is still current", |question| question.clock = Clock::Unknown),
    ] {
        assert_eq!(with(change), answer);
        // A later check that fails is still a no.
        assert_eq!(told(json!({"sub": "bob"}), json!(ACTION), change), NOT_AUTHORIZED);
    }
    let no_role = with(|question| question.role = RoleFact::Unknown);
    assert!(no_role.starts_with(&format!("open: whether `{ROLE}` exists")), "{no_role}");
    let timeless = json!({"exp": null, "iat": null});
    assert!(of(timeless).starts_with("400 InvalidIdentityToken"));
}

#[test]
fn oddities_are_refused_where_nobody_knows() {
    assert_eq!(
        of(json!({"aud": ["client", "evil"]})),
        "open: what STS makes of a token for several audiences that has no `azp`"
    );
    assert_eq!(of(json!({"aud": ["client"]})), "allowed");
    assert_eq!(of(json!({"aud": ["client", "evil"], "azp": "party"})), "allowed");
    let odd = of(json!({"azp": 7}));
    assert!(odd.starts_with("400 InvalidIdentityToken: The ID Token provided"), "{odd}");
    for changes in
        [json!({"exp": 3e11}), json!({"iat": 7.5}), json!({"nbf": 7.0}), json!({"exp": "7"})]
    {
        let odd = of(changes.clone());
        assert!(
            odd.starts_with("400 InvalidIdentityToken: The ID Token provided"),
            "{changes} {odd}"
        );
    }
    let ported = json!({"iss": "https://issuer.example:8443/a"});
    let unknown = |question: &mut Question<'_>| question.providers = Providers::Unknown;
    assert!(
        told(ported, json!(ACTION), unknown)
            .starts_with("400 InvalidIdentityToken: No OpenIDConnect provider found")
    );
}
