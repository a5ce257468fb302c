//! Random trust policies and tokens: whatever is proposed admits the token and no stranger,
//! and knowing less never turns a no into a yes. The seed is printed when it fails.

use fed_types::Claims;
use iam_policy::mend::{Remedy, neighbours, remedy};
use iam_policy::sts::{Outcome, ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{
    ACTION, Clock, OidcProvider, Parameters, Presented, Providers, Question, Signature,
    SignatureFailure, decide,
};
use iam_policy::{Context, Policy, PolicyKind, Principal, evaluate_trust};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::278805249149:role/deploy";
const SEED: u64 = 0x5eed_2026_1128;

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let count = u64::try_from(of.len()).unwrap();
        &of[usize::try_from(self.next() % count).unwrap()]
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

struct Shape {
    prefix: &'static str,
    subjects: &'static [&'static str],
    keys: &'static [&'static str],
}

const SHAPES: [Shape; 5] = [
    Shape {
        prefix: "token.actions.githubusercontent.com",
        subjects: &[
            "repo:acme/app:ref:refs/heads/main",
            "repo:acme/app:environment:production",
            "repo:acme/app:pull_request",
            "repo:acme/web:ref:refs/heads/main",
            "repo:Acme/app:ref:refs/tags/v1",
            "repo:acme@1/app@2:ref:refs/heads/main",
        ],
        keys: &["sub", "aud", "actor", "environment", "job_workflow_sha", "subject", "repository"],
    },
    Shape {
        prefix: "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF",
        subjects: &[
            "system:serviceaccount:apps:web",
            "system:serviceaccount:apps:api",
            "system:serviceaccount:prod:web",
        ],
        keys: &["sub", "aud", "subject", "kubernetes.io"],
    },
    Shape {
        prefix: "gitlab.com",
        subjects: &[
            "project_path:group/app:ref_type:branch:ref:main",
            "project_path:group/app:ref_type:tag:ref:v1",
            "project_path:group/web:ref_type:branch:ref:main",
        ],
        keys: &["sub", "aud", "project_id", "project_path"],
    },
    Shape {
        prefix: "accounts.google.com",
        subjects: &["100018646976219416293", "42", "113632458324056836621"],
        keys: &["sub", "aud", "oaud", "email", "azp"],
    },
    Shape {
        prefix: "tenant.eu.auth0.com/",
        subjects: &["auth0|1", "auth0|2", "google-oauth2|1"],
        keys: &["sub", "aud", "email"],
    },
];

const AUDIENCES: [&str; 3] = ["sts.amazonaws.com", "client", "https://aws.example"];

fn provider_of(prefix: &str) -> String {
    if prefix == "accounts.google.com" {
        prefix.to_owned()
    } else {
        format!("arn:aws:iam::278805249149:oidc-provider/{prefix}")
    }
}

fn token(random: &mut Random, shape: &Shape) -> Claims {
    let subject = *random.one(shape.subjects);
    let mut claims = json!({
        "iss": format!("https://{}", shape.prefix), "sub": subject,
        "aud": *random.one(&AUDIENCES), "actor": "ada", "email": "ada@example.com",
        "project_path": "group/app", "project_id": 7, "environment": "production",
    });
    if random.chance(25) {
        claims["azp"] = json!(if random.chance(50) { subject } else { "client" });
    }
    if random.chance(10) {
        claims["https://aws.amazon.com/tags"] = json!({"principal_tags": {"team": ["a"]}});
    }
    if random.chance(10) {
        claims["https://aws.amazon.com/source_identity"] = json!("ada");
    }
    Claims::from_json(claims.to_string().as_bytes()).unwrap()
}

fn value(random: &mut Random, shape: &Shape, key: &str) -> Value {
    let text = match key {
        "aud" | "oaud" | "azp" => (*random.one(&AUDIENCES)).to_owned(),
        "sub" | "subject" => {
            let subject = *random.one(shape.subjects);
            match random.next() % 5 {
                0 => subject.replace("main", "*"),
                1 => subject
                    .rsplit_once([':', '|'])
                    .map_or("4*".to_owned(), |(it, _)| format!("{it}:*")),
                2 => subject.to_ascii_uppercase(),
                _ => subject.to_owned(),
            }
        }
        _ => (*random.one(&["ada", "production", "7", "ada@example.com"])).to_owned(),
    };
    if random.chance(20) { json!([text, "another"]) } else { json!(text) }
}

fn statement(random: &mut Random, shape: &Shape, effect: &str) -> Value {
    const OPERATORS: [&str; 6] = [
        "StringEquals",
        "StringEquals",
        "StringLike",
        "StringLike",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
    ];
    let mut conditions = json!({});
    for _ in 0..=random.next() % 3 {
        let name = *random.one(shape.keys);
        let prefix = match random.next() % 8 {
            0 => "other.example".to_owned(),
            1 => provider_of(shape.prefix),
            2 => shape.prefix.trim_end_matches('/').to_owned(),
            _ => shape.prefix.to_owned(),
        };
        let operator = *random.one(&OPERATORS);
        let value = value(random, shape, name);
        conditions[operator][format!("{prefix}:{name}")] = value;
    }
    let principal = match random.next() % 8 {
        0 => provider_of(random.one(&SHAPES).prefix),
        1 => provider_of(shape.prefix).replace("278805249149", "111122223333"),
        _ => provider_of(shape.prefix),
    };
    let action = match random.next() % 8 {
        0 => json!("sts:AssumeRole"),
        1 => json!([ACTION, "sts:TagSession", "sts:SetSourceIdentity"]),
        _ => json!(ACTION),
    };
    json!({"Effect": effect, "Principal": {"Federated": principal}, "Action": action,
        "Condition": conditions})
}

fn policy(random: &mut Random, shape: &Shape) -> String {
    let mut statements = vec![statement(random, shape, "Allow")];
    if random.chance(30) {
        statements.push(statement(random, shape, "Allow"));
    }
    if random.chance(15) {
        statements.push(statement(random, shape, "Deny"));
    }
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// What the account has, and the rest of the call, in order.
fn providers(shape: &Shape) -> Vec<OidcProvider> {
    vec![OidcProvider {
        arn: provider_of(shape.prefix),
        url: shape.prefix.to_owned(),
        client_ids: AUDIENCES
            .iter()
            .map(|&it| it.to_owned())
            .chain(shape.subjects.iter().map(|&it| it.to_owned()))
            .collect(),
    }]
}

/// Of a current token with a signature that was verified, nothing else in the way.
pub(crate) fn question<'a>(
    claims: &'a Claims,
    trust: &'a Policy,
    providers: &'a [OidcProvider],
    surroundings: &'a Context,
) -> Question<'a> {
    Question {
        parameters: Parameters::new(ROLE, "session"),
        token: Presented::Claims(claims),
        signature: Signature::Verified,
        clock: Clock::WhileTokenIsCurrent,
        providers: Providers::Are(providers),
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(trust),
            max_session_duration: Some(3600),
        }),
        resource_control: ResourceControl::Are(&[]),
        surroundings,
    }
}

#[test]
fn a_mend_admits_the_token_and_no_stranger() {
    mends_of(SEED);
}

#[test]
fn another_mend_admits_the_token_and_no_stranger() {
    mends_of(!SEED);
}

fn mends_of(seed: u64) {
    const PAIRS: usize = 2500;
    let mut random = Random(seed);
    let (mut denied, mut narrow, mut widening, mut without) = (0, 0, 0, 0);
    let surroundings = Context::new();
    while denied < PAIRS {
        let seed = random.0;
        let shape = &SHAPES[usize::try_from(random.next() % 5).unwrap()];
        let (claims, text) = (token(&mut random, shape), policy(&mut random, shape));
        let trust = Policy::parse(&text, PolicyKind::Trust).unwrap();
        let providers = providers(shape);
        let asked = question(&claims, &trust, &providers, &surroundings);
        if decide(&asked).outcome().is_allowed() {
            continue;
        }
        denied += 1;
        let Remedy::Mends(mends) = remedy(&asked, &text) else {
            without += 1;
            continue;
        };
        for (index, mend) in mends.iter().enumerate() {
            let told = format!("seed {seed:#x}\n{text}\n{claims:?}\n{}", mend.document);
            let mended = Policy::parse(&mend.document, PolicyKind::Trust).unwrap();
            let admits = |claims: &Claims, trust: &Policy| {
                decide(&question(claims, trust, &providers, &surroundings)).outcome().is_allowed()
            };
            assert!(admits(&claims, &mended), "the token is not admitted: {told}");
            let strangers: Vec<String> = neighbours(&claims)
                .into_iter()
                .chain(others(shape, &claims))
                .filter(|it| admits(&it.claims, &mended) && !admits(&it.claims, &trust))
                .map(|it| it.difference)
                .collect();
            if mend.widens() {
                assert!(index > 0 || mends.iter().all(iam_policy::mend::Mend::widens), "{told}");
                widening += 1;
            } else {
                assert!(strangers.is_empty(), "{strangers:?} are let in: {told}");
                narrow += 1;
            }
        }
    }
    println!("{denied} denied: {narrow} narrow mends, {widening} widening, {without} without");
    assert!(narrow > denied / 2, "{narrow} of {denied}");
}

/// Every other subject and audience there is, whatever the generator of neighbours thinks.
fn others(shape: &Shape, claims: &Claims) -> Vec<iam_policy::mend::Neighbour> {
    let mut all = Vec::new();
    for subject in shape.subjects {
        for audience in AUDIENCES {
            let mut map: serde_json::Map<String, Value> =
                claims.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
            map.insert("sub".to_owned(), json!(subject));
            // The same person for another audience is the provider's client list to refuse,
            // unless the policy looked at it.
            if claims.subject() != Some(subject) {
                map.insert("aud".to_owned(), json!(audience));
                let difference = format!("{subject} for {audience}");
                all.push(iam_policy::mend::Neighbour { difference, claims: Claims::from(map) });
            }
        }
    }
    all
}

#[test]
fn knowing_less_never_turns_a_no_into_a_yes() {
    const QUESTIONS: usize = 20_000;
    let mut random = Random(SEED);
    let mut counts = [0; 3];
    let surroundings = Context::new();
    for _ in 0..QUESTIONS {
        let seed = random.0;
        let shape = &SHAPES[usize::try_from(random.next() % 5).unwrap()];
        let (claims, text) = (token(&mut random, shape), policy(&mut random, shape));
        let trust = Policy::parse(&text, PolicyKind::Trust).unwrap();
        let mut providers = providers(shape);
        if random.chance(20) {
            providers[0].client_ids.remove(0);
        }
        let whole = question(&claims, &trust, &providers, &surroundings);
        let outcome = decide(&whole).outcome();
        assert_eq!(
            outcome.is_allowed(),
            expected(&whole, &trust, &claims, &providers),
            "{seed:#x}"
        );
        let mut less = whole;
        match random.next() % 4 {
            0 => less.signature = Signature::NotChecked,
            1 => less.clock = Clock::Unknown,
            2 => less.providers = Providers::Unknown,
            _ => less.role = RoleFact::Unknown,
        }
        let told = decide(&less).outcome();
        match (&outcome, &told) {
            (_, Outcome::Allowed) => {
                // Google needs no provider.
                assert!(outcome.is_allowed() && shape.prefix == "accounts.google.com", "{seed:#x}");
                counts[0] += 1;
            }
            (Outcome::Allowed, Outcome::Denied { .. }) => panic!("seed {seed:#x}: a no for a yes"),
            (_, Outcome::Denied { .. }) => counts[1] += 1,
            (_, Outcome::CannotTell(_)) => counts[2] += 1,
        }
        less.signature = Signature::Failed(SignatureFailure::Invalid);
        assert!(!decide(&less).outcome().is_allowed(), "{seed:#x}");
    }
    println!("{QUESTIONS} questions: {counts:?} allowed, denied, cannot tell");
}

/// The same, put together from the engine's parts.
fn expected(
    question: &Question<'_>,
    trust: &Policy,
    claims: &Claims,
    providers: &[OidcProvider],
) -> bool {
    let issuer = claims.issuer().unwrap();
    let google = issuer == "https://accounts.google.com";
    let party = claims.authorized_party().unwrap_or_else(|| claims.audience()[0]);
    let provider = if google {
        iam_policy::web_identity::Provider::Google
    } else {
        let arn = providers[0].arn.clone();
        iam_policy::web_identity::Provider::Iam { arn }
    };
    let mut actions = vec![ACTION];
    if claims.get("https://aws.amazon.com/tags").is_some() {
        actions.push("sts:TagSession");
    }
    if claims.get("https://aws.amazon.com/source_identity").is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    let keys = iam_policy::web_identity::context(&provider, claims, "session").unwrap();
    let principal = Principal::Federated { provider: provider.name().to_owned() };
    let registered = google || providers[0].client_ids.iter().any(|id| id == party);
    registered
        && actions.iter().all(|action| {
            let role = question.parameters.role_arn;
            evaluate_trust(trust, &principal, action, role, &keys).decision.is_allowed()
        })
}
