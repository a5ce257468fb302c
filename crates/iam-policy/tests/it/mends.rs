//! Mends and those whom they concern beside the token: who else has its subject, who is in
//! already, and what stops it whatever the trust policy says.

use fed_types::{Claims, UnixTime};
use iam_policy::mend::{Mend, Remedy, remedy};
use iam_policy::sts::{Check, ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{
    Clock, Parameters, Presented, Providers, Question, Signature, decide,
};
use iam_policy::{Context, NamedPolicy, Policy, PolicyKind};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::278805249149:role/deploy";
const NOW: UnixTime = UnixTime::from_seconds(1_795_428_000);
const GITHUB: &str = "token.actions.githubusercontent.com";
const CLUSTER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF";

/// A trust policy of one statement for a provider.
fn trust(provider: &str, conditions: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": [statement("Allow", provider, conditions)]})
        .to_string()
}

fn statement(effect: &str, provider: &str, conditions: &Value) -> Value {
    json!({
        "Effect": effect,
        "Principal": {"Federated": format!("arn:aws:iam::278805249149:oidc-provider/{provider}")},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": conditions,
    })
}

/// What `main` of `acme/app` is asked for.
fn of_main() -> Value {
    json!({"StringEquals": {
        format!("{GITHUB}:aud"): "sts.amazonaws.com",
        format!("{GITHUB}:sub"): "repo:acme/app:ref:refs/heads/main",
    }})
}

fn token(issuer: &str, claims: &Value) -> Claims {
    let mut all = json!({
        "iss": format!("https://{issuer}"), "aud": "sts.amazonaws.com",
        "iat": NOW.seconds() - 10, "exp": NOW.seconds() + 600,
    });
    for (name, value) in claims.as_object().unwrap() {
        all[name] = value.clone();
    }
    Claims::from(all.as_object().unwrap().clone())
}

fn with_question<T>(
    trust: &str,
    claims: &Claims,
    levels: &[Vec<NamedPolicy>],
    ask: impl FnOnce(&Question<'_>) -> T,
) -> T {
    let policy = Policy::parse(trust, PolicyKind::Trust).unwrap();
    ask(&Question {
        parameters: Parameters::new(ROLE, "session"),
        token: Presented::Claims(claims),
        signature: Signature::Verified,
        clock: Clock::At(NOW),
        providers: Providers::IncludeTheIssuer,
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(&policy),
            max_session_duration: Some(3600),
        }),
        resource_control: ResourceControl::Are(levels),
        surroundings: &Context::new(),
    })
}

fn admits(trust: &str, claims: &Claims) -> bool {
    with_question(trust, claims, &[], |question| decide(question).outcome().is_allowed())
}

/// Mends that are said to let in nobody else.
fn narrow(trust: &str, claims: &Claims) -> Vec<Mend> {
    assert!(!admits(trust, claims));
    match with_question(trust, claims, &[], |question| remedy(question, trust)) {
        Remedy::Mends(mends) => mends.into_iter().filter(|mend| !mend.widens()).collect(),
        _ => Vec::new(),
    }
}

/// Everybody can have such a subject: the repository must be pinned beside it.
#[test]
fn a_subject_that_names_no_repository_is_not_admitted_for_all() {
    let trust = trust(GITHUB, &of_main());
    let whole = |sub: &str, repository: &str, ids: (&str, &str)| {
        let owner = repository.split('/').next();
        token(
            GITHUB,
            &json!({
                "sub": sub, "repository": repository, "repository_owner": owner,
                "repository_id": ids.0, "repository_owner_id": ids.1, "environment": "production",
            }),
        )
    };
    for sub in [
        "environment:production",
        "ref:refs/heads/main",
        "runner_environment:github-hosted",
        "job_workflow_ref:octo/shared/.github/workflows/w.yml@refs/heads/main",
    ] {
        let own = whole(sub, "acme/app", ("7", "1"));
        let mends = narrow(&trust, &own);
        assert!(!mends.is_empty(), "{sub}");
        for mend in mends {
            assert!(admits(&mend.document, &own), "{sub}");
            let evil = whole(sub, "evil/app", ("8", "2"));
            assert!(!admits(&mend.document, &evil), "{sub}: {}", mend.document);
            let sister = whole(sub, "acme/other", ("9", "1"));
            assert!(!admits(&mend.document, &sister), "{sub}: {}", mend.document);
        }
        // What is not known of the token cannot be pinned.
        let bare = token(GITHUB, &json!({ "sub": sub }));
        assert_eq!(narrow(&trust, &bare), [], "{sub}");
    }
    let of_owner = whole("repository_owner:acme", "acme/app", ("7", "1"));
    for mend in narrow(&trust, &of_owner) {
        let sister = whole("repository_owner:acme", "acme/other", ("9", "1"));
        assert!(!admits(&mend.document, &sister), "{}", mend.document);
    }
}

/// What the policy looks at beside the subject is still looked at.
#[test]
fn other_pins_of_the_policy_stay() {
    let workflow = format!("{GITHUB}:job_workflow_ref");
    let at = |file: &str| {
        token(
            GITHUB,
            &json!({
                "sub": "repo:acme/app:ref:refs/heads/main", "repository": "acme/app",
                "job_workflow_ref": file,
            }),
        )
    };
    let conditions = json!({
        "StringEquals": {
            format!("{GITHUB}:aud"): "sts.amazonaws.com",
            &workflow: "acme/wf/.github/workflows/deploy.yml@refs/tags/v1",
        },
        "StringLike": {format!("{GITHUB}:sub"): "repo:acme/*"},
    });
    let own = at("acme/wf/.github/workflows/deploy.yml@refs/tags/v2");
    let mends = narrow(&trust(GITHUB, &conditions), &own);
    assert!(!mends.is_empty());
    for mend in mends {
        let evil = at("acme/app/.github/workflows/evil.yml@refs/heads/main");
        assert!(!admits(&mend.document, &evil), "{}", mend.document);
    }
    // A Deny of all but two, either of which spares.
    let deny = json!({"StringNotEquals": {
        format!("{GITHUB}:repository_owner_id"): ["123"], format!("{GITHUB}:actor"): ["ada"],
    }});
    let statements = [statement("Allow", GITHUB, &of_main()), statement("Deny", GITHUB, &deny)];
    let trust = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let of = |actor: &str| {
        token(
            GITHUB,
            &json!({
                "sub": "repo:acme/app:ref:refs/heads/main", "repository": "acme/app",
                "repository_owner_id": "9", "actor": actor,
            }),
        )
    };
    for mend in narrow(&trust, &of("eve")) {
        assert!(!admits(&mend.document, &of("mallory")), "{}", mend.document);
    }
}

/// Somebody has the role now, and keeps it.
#[test]
fn who_is_let_in_is_let_in_after_a_mend() {
    let conditions = |prefix: &str, subjects: Value| {
        json!({"StringLike": {
            format!("{prefix}:aud"): "sts.amazonaws.com", format!("{prefix}:sub"): subjects,
        }})
    };
    let main = token(
        GITHUB,
        &json!({"sub": "repo:acme/app:ref:refs/heads/main", "repository": "acme/app"}),
    );
    let pod = |cluster: &str| token(cluster, &json!({"sub": "system:serviceaccount:shop:api"}));
    let green = "oidc.eks.eu-west-1.amazonaws.com/id/FEDCBA9876543210";
    for (held, holder) in [
        (trust(GITHUB, &conditions(GITHUB, json!("repo:acme/*"))), &main),
        (trust(green, &conditions(green, json!("system:serviceaccount:shop:api"))), &pod(green)),
    ] {
        assert!(admits(&held, holder));
        let own = pod(CLUSTER);
        let remedy = with_question(&held, &own, &[], |question| remedy(question, &held));
        let Remedy::Mends(mends) = remedy else { panic!("{remedy:?}") };
        for mend in mends {
            assert!(admits(&mend.document, &own), "{}", mend.document);
            assert!(admits(&mend.document, holder), "{}", mend.document);
        }
    }
    // One of several values that two conditions stand beside.
    let held = trust(
        GITHUB,
        &json!({"StringEquals": {
            format!("{GITHUB}:aud"): "https://github.com/acme",
            format!("{GITHUB}:sub"): ["repo:acme/site:ref:refs/heads/main", "repo:acme/*"],
        }}),
    );
    let site = token(
        GITHUB,
        &json!({
            "sub": "repo:acme/site:ref:refs/heads/main", "aud": "https://github.com/acme",
            "repository": "acme/site",
        }),
    );
    assert!(admits(&held, &site));
    let mends = narrow(&held, &main);
    assert!(!mends.is_empty());
    for mend in mends {
        assert!(admits(&mend.document, &site), "{}", mend.document);
    }
}

/// A mend that the organization does not let work is none.
#[test]
fn what_a_resource_control_policy_denies_is_not_mended() {
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRoleWithWebIdentity",
         "Resource": "*", "Condition": {"StringNotLikeIfExists": {
            format!("{GITHUB}:sub"): "repo:acme/*"}}},
    ]});
    let policy = Policy::parse(&policy.to_string(), PolicyKind::ResourceControl).unwrap();
    let levels = [vec![NamedPolicy::new("perimeter", policy)]];
    let trust = trust(GITHUB, &of_main());
    let of = |repository: &str| {
        token(
            GITHUB,
            &json!({
                "sub": format!("repo:{repository}:ref:refs/heads/main"), "repository": repository,
            }),
        )
    };
    let told = |claims: &Claims| {
        with_question(&trust, claims, &levels, |question| remedy(question, &trust))
    };
    let evil = told(&of("evil/app"));
    assert!(
        matches!(&evil, Remedy::Elsewhere(denial) if denial.check != Check::TrustPolicy),
        "{evil:?}"
    );
    assert!(matches!(told(&of("acme/other")), Remedy::Mends(_)));
}

/// No quota lets a trust policy be longer than 4,096 characters.
#[test]
fn what_iam_would_refuse_for_its_length_is_no_mend() {
    let subjects: Vec<String> =
        (0..90).map(|number| format!("repo:acme/app-{number:04}:ref:refs/heads/main")).collect();
    let conditions = json!({"StringEquals": {
        format!("{GITHUB}:aud"): "sts.amazonaws.com", format!("{GITHUB}:sub"): subjects,
    }});
    let trust = trust(GITHUB, &conditions);
    assert!((3600..4096).contains(&trust.len()), "{}", trust.len());
    let long = format!("repo:acme/{}:ref:refs/heads/main", "x".repeat(4096 - trust.len()));
    let told = |sub: &str| narrow(&trust, &token(GITHUB, &json!({ "sub": sub })));
    assert_eq!(told(&long), []);
    assert!(!told("repo:acme/b:ref:refs/heads/main").is_empty());
}

/// A commit or a step is another at the next run: the same job is let in again, and no other.
#[test]
fn what_changes_between_runs_is_not_pinned() {
    const BITBUCKET: &str = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
    const BUILDKITE: &str = "agent.buildkite.com";
    let job = "organization:acme:pipeline:app:ref:refs/heads/main";
    for (issuer, own, next, others) in [
        (
            BUILDKITE,
            format!("{job}:commit:abc:step:deploy"),
            format!("{job}:commit:def0:step:deploy"),
            vec![
                format!("{job}:commit:def0:step:test"),
                format!("{job}-2:commit:abc:step:deploy"),
                "organization:acme:pipeline:web:ref:refs/heads/main:commit:abc:step:deploy"
                    .to_owned(),
                "organization:evil:pipeline:app:ref:refs/heads/main:commit:abc:step:deploy"
                    .to_owned(),
            ],
        ),
        (
            BITBUCKET,
            "{aa-a}:{e-1}:{s-1}".to_owned(),
            "{aa-a}:{e-1}:{t-2}".to_owned(),
            vec!["{aa-a}:{e-2}:{s-1}".to_owned(), "{aa-b}:{e-1}:{s-1}".to_owned()],
        ),
        (
            BITBUCKET,
            "{aa-a}:{s-1}".to_owned(),
            "{aa-a}:{t-2}".to_owned(),
            vec!["{aa-a}:{e-1}:{s-1}".to_owned(), "{aa-b}:{s-1}".to_owned()],
        ),
    ] {
        let of = |subject: &str| token(issuer, &json!({ "sub": subject }));
        for (operator, asked) in [("StringEquals", "another"), ("StringLike", "another:*")] {
            let mut conditions =
                json!({"StringEquals": {format!("{issuer}:aud"): "sts.amazonaws.com"}});
            conditions[operator][format!("{issuer}:sub")] = json!(asked);
            let policy = trust(issuer, &conditions);
            let mends = narrow(&policy, &of(&own));
            assert!(!mends.is_empty(), "{operator} {own}");
            for mend in mends {
                let admits = |subject: &str| admits(&mend.document, &of(subject));
                assert!(admits(&own) && admits(&next), "{own}: {}", mend.document);
                for other in &others {
                    assert!(!admits(other), "{other}: {}", mend.document);
                }
            }
        }
    }
}

/// Whom the policy names, and has kept out so far, is let in by none that says otherwise.
#[test]
fn other_values_that_a_policy_names_are_somebody_else() {
    let conditions = json!({"StringEquals": {
        format!("{GITHUB}:aud"): "sts.amazonaws.com",
        format!("{GITHUB}:sub"): "repo:acme/app:environment:production",
        format!("{GITHUB}:actor"): ["ada", "eve"],
    }});
    let foreign = trust(GITHUB, &conditions).replace("278805249149", "111122223333");
    let of = |actor: &str| {
        token(GITHUB, &json!({"sub": "repo:acme/app:environment:production", "actor": actor}))
    };
    let mends = narrow(&foreign, &of("ada"));
    assert!(!mends.is_empty());
    for mend in mends {
        assert!(admits(&mend.document, &of("ada")), "{}", mend.document);
        assert!(!admits(&mend.document, &of("eve")), "{}", mend.document);
    }
}
