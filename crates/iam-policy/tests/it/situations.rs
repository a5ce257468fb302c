//! `cases/situations.jsonl`: what STS answers to a token, the first cause, and that a mend
//! admits the token and nobody else.

use fed_types::{Claims, UnixTime};
use iam_policy::mend::{Remedy, remedy};
use iam_policy::sts::{Outcome, ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{
    Clock, OidcProvider, Parameters, Presented, Providers, Question, Signature, causes, decide,
};
use iam_policy::{Context, Policy, PolicyKind};
use serde::Deserialize;
use serde_json::{Map, Value};

const ROLE: &str = "arn:aws:iam::278805249149:role/deploy";
const NOW: UnixTime = UnixTime::from_seconds(1_795_428_000);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Situation {
    name: String,
    answer: String,
    #[serde(default)]
    provider: Option<Registered>,
    trust: Value,
    claims: Map<String, Value>,
    #[serde(default)]
    cause: String,
    /// `narrow`, `forbidden` or `elsewhere`.
    #[serde(default)]
    mend: String,
    /// Claims of a token that no mend may admit.
    #[serde(default)]
    foreign: Map<String, Value>,
    #[serde(default, rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
struct Registered {
    url: String,
    client_ids: Vec<String>,
}

fn current(claims: &Map<String, Value>) -> Claims {
    let mut claims = claims.clone();
    claims.insert("iat".to_owned(), (NOW.seconds() - 10).into());
    claims.insert("exp".to_owned(), (NOW.seconds() + 600).into());
    Claims::from(claims)
}

fn outcome(situation: &Situation, trust: &str, claims: &Claims) -> Outcome {
    with_question(situation, trust, claims, |question| decide(question).outcome())
}

fn with_question<T>(
    situation: &Situation,
    trust: &str,
    claims: &Claims,
    ask: impl FnOnce(&Question<'_>) -> T,
) -> T {
    let policy = Policy::parse(trust, PolicyKind::Trust).unwrap();
    let providers: Vec<OidcProvider> = situation
        .provider
        .iter()
        .map(|provider| {
            let url = provider.url.strip_prefix("https://").unwrap().to_owned();
            OidcProvider {
                arn: format!("arn:aws:iam::278805249149:oidc-provider/{url}"),
                url,
                client_ids: provider.client_ids.clone(),
            }
        })
        .collect();
    ask(&Question {
        parameters: Parameters::new(ROLE, "session"),
        token: Presented::Claims(claims),
        signature: Signature::Verified,
        clock: Clock::At(NOW),
        providers: Providers::Are(&providers),
        role: RoleFact::Exists(RoleFacts {
            trust: Trust::Policy(&policy),
            max_session_duration: Some(3600),
        }),
        resource_control: ResourceControl::Are(&[]),
        surroundings: &Context::new(),
    })
}

fn fault(situation: &Situation) -> Option<String> {
    let trust = situation.trust.to_string();
    let claims = current(&situation.claims);
    let found = match outcome(situation, &trust, &claims) {
        Outcome::Allowed => "allowed".to_owned(),
        Outcome::Denied { denial, .. } => denial.code.to_owned(),
        Outcome::CannotTell(open) => format!("cannot tell: {open:?}"),
    };
    if found != situation.answer {
        return Some(format!("expected {}, found {found}", situation.answer));
    }
    let causes = with_question(situation, &trust, &claims, |it| causes(it, &decide(it)));
    let first = causes.first().map(|cause| cause.text.clone()).unwrap_or_default();
    if !first.contains(&situation.cause) {
        return Some(format!("expected the cause `{}`, found `{first}`", situation.cause));
    }
    if situation.answer == "allowed" {
        return None;
    }
    let remedy = with_question(situation, &trust, &claims, |question| remedy(question, &trust));
    let kind = match &remedy {
        Remedy::Mends(mends) if !mends[0].widens() => "narrow",
        Remedy::Mends(_) => "widening",
        Remedy::Forbidden { .. } => "forbidden",
        Remedy::Elsewhere(_) => "elsewhere",
        Remedy::NoneProved => "none",
    };
    if kind != situation.mend {
        return Some(format!("expected the mend to be {}, found {remedy:?}", situation.mend));
    }
    let Remedy::Mends(mends) = remedy else { return None };
    let mut foreign = situation.claims.clone();
    foreign.extend(situation.foreign.clone());
    for mend in mends.iter().filter(|mend| !mend.widens()) {
        if !outcome(situation, &mend.document, &claims).is_allowed() {
            return Some(format!("the mend does not admit the token: {}", mend.document));
        }
        if !situation.foreign.is_empty()
            && outcome(situation, &mend.document, &current(&foreign)).denial().is_none()
        {
            return Some(format!("the mend admits a stranger: {}", mend.document));
        }
    }
    None
}

/// A row of the table: name, answer, first cause, mend, what another token is answered with the
/// mended policy.
pub(crate) fn rows() -> Vec<[String; 5]> {
    let lines = include_str!("../../cases/situations.jsonl").lines();
    lines.map(|line| row(&serde_json::from_str(line).unwrap())).collect()
}

fn row(situation: &Situation) -> [String; 5] {
    let (trust, claims) = (situation.trust.to_string(), current(&situation.claims));
    let answered = |outcome: Outcome| match outcome {
        Outcome::Allowed => "allowed".to_owned(),
        Outcome::Denied { denial, .. } => denial.code.to_owned(),
        Outcome::CannotTell(_) => "cannot tell".to_owned(),
    };
    let answer = answered(outcome(situation, &trust, &claims));
    let causes = with_question(situation, &trust, &claims, |it| causes(it, &decide(it)));
    let cause = causes.first().map(|cause| cause.text.clone()).unwrap_or_default();
    let (mut mend, mut foreign) = (String::new(), String::new());
    if answer != "allowed" {
        let found = with_question(situation, &trust, &claims, |it| remedy(it, &trust));
        mend = match &found {
            Remedy::Mends(mends) => mends[0].changes.join("; and "),
            Remedy::Forbidden { line, .. } => format!("none: forbidden on line {line}"),
            Remedy::Elsewhere(_) => "none: not for the trust policy".to_owned(),
            Remedy::NoneProved => "none was proved".to_owned(),
        };
        if let (Remedy::Mends(mends), false) = (&found, situation.foreign.is_empty()) {
            let mut claims = situation.claims.clone();
            claims.extend(situation.foreign.clone());
            foreign = answered(outcome(situation, &mends[0].document, &current(&claims)));
        }
    }
    [situation.name.clone(), answer, cause, mend, foreign]
}

#[test]
fn every_situation_is_told_and_mended() {
    let mut faults = Vec::new();
    let mut count = 0;
    for line in include_str!("../../cases/situations.jsonl").lines() {
        let situation: Situation = serde_json::from_str(line).unwrap();
        count += 1;
        faults.extend(fault(&situation).map(|fault| format!("{}: {fault}", situation.name)));
    }
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count >= 100, "{count}");
}
