//! The situations of `iam-policy/cases`: the gate answers as expected, names the cause in its
//! log, and lets in by a mended trust policy the token it was made for and no stranger.

use std::collections::BTreeMap;

use fed_types::UnixTime;
use iam_gate::Limits;
use iam_policy::mend::{Remedy, remedy};
use iam_policy::sts::{ResourceControl, RoleFact, RoleFacts, Trust};
use iam_policy::web_identity::{
    Clock, OidcProvider, Parameters, Presented, Providers, Question, Signature,
};
use iam_policy::{Context, Policy, PolicyKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::emulator::{details, role};
use crate::lab::{ACCOUNT, GOOGLE, Lab, NOW};

#[derive(Deserialize)]
struct Situation {
    name: String,
    answer: String,
    #[serde(default)]
    provider: Option<Registered>,
    trust: Value,
    claims: Map<String, Value>,
    #[serde(default)]
    cause: String,
    #[serde(default)]
    foreign: Map<String, Value>,
}

#[derive(Clone, Deserialize)]
struct Registered {
    url: String,
    client_ids: Vec<String>,
}

impl Registered {
    fn provider(&self) -> OidcProvider {
        let url = self.url.strip_prefix("https://").unwrap().to_owned();
        let arn = format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{url}");
        OidcProvider { arn, url, client_ids: self.client_ids.clone() }
    }
}

impl Situation {
    fn claims(&self, changes: &Map<String, Value>) -> Value {
        let mut claims = self.claims.clone();
        claims.extend(changes.clone());
        claims.insert("iat".to_owned(), (NOW - 10).into());
        claims.insert("exp".to_owned(), (NOW + 600).into());
        Value::Object(claims)
    }

    /// The first trust policy that is proposed, where it lets nobody else in.
    fn mended(&self) -> Option<String> {
        let text = self.trust.to_string();
        let trust = Policy::parse(&text, PolicyKind::Trust).unwrap();
        let claims = self.claims(&Map::new());
        let claims = fed_types::Claims::from_json(claims.to_string().as_bytes()).unwrap();
        let providers: Vec<_> = self.provider.iter().map(Registered::provider).collect();
        let question = Question {
            parameters: Parameters::new("arn:aws:iam::278805249149:role/deploy", "session"),
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
        match remedy(&question, &text) {
            Remedy::Mends(mends) => {
                mends.into_iter().find(|mend| !mend.widens()).map(|mend| mend.document)
            }
            _ => None,
        }
    }
}

/// Those with the same providers, by what they are.
fn by_provider() -> BTreeMap<String, Vec<Situation>> {
    let mut groups: BTreeMap<String, Vec<Situation>> = BTreeMap::new();
    for line in include_str!("../../../iam-policy/cases/situations.jsonl").lines() {
        let situation: Situation = serde_json::from_str(line).unwrap();
        let provider = situation.provider.as_ref();
        let key = provider.map(|it| format!("{} {:?}", it.url, it.client_ids));
        groups.entry(key.unwrap_or_default()).or_default().push(situation);
    }
    groups
}

/// A gate whose account has the provider and a role for each situation, and one more for each
/// that can be mended.
async fn lab(situations: &[Situation], mended: &[Option<String>]) -> Lab {
    let mut issuers = vec![GOOGLE];
    issuers.extend(situations.iter().filter_map(|it| it.claims["iss"].as_str()));
    issuers.sort_unstable();
    issuers.dedup();
    let lab = Lab::start_for(Limits::standard(), &issuers).await;
    let mut roles = Vec::new();
    for (number, situation) in situations.iter().enumerate() {
        roles.push(role(&format!("s{number}"), &situation.trust.to_string(), &[]));
        roles.extend(mended[number].iter().map(|text| role(&format!("m{number}"), text, &[])));
    }
    lab.emulator.holds(details(&[], &[], &roles));
    if let Some(provider) = situations[0].provider.as_ref().map(Registered::provider) {
        lab.emulator.answers(
            "ListOpenIDConnectProviders",
            &format!(
                "<OpenIDConnectProviderList><member><Arn>{}</Arn></member>\
                 </OpenIDConnectProviderList>",
                provider.arn
            ),
        );
        let ids: String =
            provider.client_ids.iter().map(|id| format!("<member>{id}</member>")).collect();
        lab.emulator.answers(
            "GetOpenIDConnectProvider",
            &format!("<Url>{}</Url><ClientIDList>{ids}</ClientIDList>", provider.url),
        );
    }
    lab
}

async fn ask(lab: &Lab, role: &str, claims: &Value) -> String {
    let arn = format!("arn:aws:iam::{ACCOUNT}:role/{role}");
    let answer = lab.assume(&lab.keys.es256(claims), &[("RoleArn", &arn)]).await;
    if answer.status == 200 { "allowed".to_owned() } else { answer.text("Code") }
}

#[tokio::test]
async fn the_gate_answers_every_situation_and_its_mend() {
    let (mut faults, mut count, mut mends) = (Vec::new(), 0, 0);
    for situations in by_provider().into_values() {
        let mended: Vec<_> = situations.iter().map(Situation::mended).collect();
        let lab = lab(&situations, &mended).await;
        for (number, situation) in situations.iter().enumerate() {
            count += 1;
            let mut fault = |what: String| faults.push(format!("{}: {what}", situation.name));
            let token = situation.claims(&Map::new());
            let found = ask(&lab, &format!("s{number}"), &token).await;
            if found != situation.answer {
                fault(format!("expected {}, found {found}", situation.answer));
            }
            let reason = lab.gate.decisions().pop().and_then(|it| it.reason.clone());
            let reason = reason.unwrap_or_default();
            if found == "AccessDenied" && !reason.contains(&situation.cause) {
                fault(format!("the log does not name `{}`: {reason}", situation.cause));
            }
            if found == "allowed" || mended[number].is_none() {
                continue;
            }
            mends += 1;
            let name = format!("m{number}");
            let found = ask(&lab, &name, &token).await;
            if found != "allowed" {
                fault(format!("the mend does not admit the token: {found}"));
            }
            if !situation.foreign.is_empty() {
                let stranger = situation.claims(&situation.foreign);
                let found = ask(&lab, &name, &stranger).await;
                if found == "allowed" {
                    fault("the mend admits a stranger".to_owned());
                }
            }
        }
    }
    println!("{count} situations, {mends} mended");
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
    assert!(count >= 100 && mends >= 40, "{count}, {mends}");
}
