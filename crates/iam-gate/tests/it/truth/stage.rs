//! One gate for all rows. Every row lays out the account anew, and an IAM write makes the
//! gate read it.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use iam_gate::{AccessKey, Clock, Gate, GateConfig, Limits, ServiceControlPolicies, TrustedIssuer};
use serde_json::{Map, Value, json};

use super::answer::{Asked, Shape};
use super::row::{Ask, Assume, By, Given, Json, Query, Row, Signing, Token};
use super::sending::{changed, send};
use super::text::{change, fill, filled};
use crate::client::{Signed, Signing as Client};
use crate::emulator::{Emulator, details, role, user};
use crate::issuer::{Issuer, Keys, token};
use crate::lab::{ALLOW_EC2, CLIENT, GOOGLE, Lab, NOW, ROLE, account, claims};

/// Issuers whose keys can be fetched; an account must still register all but Google.
const ISSUERS: [&str; 7] = [
    "https://issuer.example/a",
    "https://issuer.example/a/",
    "https://token.actions.githubusercontent.com",
    "https://gitlab.com",
    "https://agent.buildkite.com",
    "https://oidc.circleci.com/org/1",
    "https://idcs-1.identity.oraclecloud.com",
];

pub(super) struct Stage {
    lab: Lab,
    foreign: Keys,
    other_root: AccessKey,
}

fn still() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW as u64)
}

impl Stage {
    pub(super) async fn start() -> Self {
        let emulator = Emulator::start().await;
        let issuer = Issuer::start(GOOGLE).await;
        let keys = Keys::generate("current");
        issuer.publish(&[&keys]);
        let place =
            |iss: &str, discovery_url| TrustedIssuer { issuer: iss.to_owned(), discovery_url };
        let mut issuers = vec![place(GOOGLE, issuer.discovery_url())];
        issuers.extend(ISSUERS.iter().map(|iss| place(iss, issuer.discovery_url_of(iss))));
        let gate = Gate::start(GateConfig {
            upstream: emulator.server().url().parse().unwrap(),
            port: None,
            region: "ap-northeast-2".to_owned(),
            issuers,
            callbacks: Vec::new(),
            clock: Clock::new(still),
            limits: Limits::standard(),
        })
        .await
        .unwrap();
        let root = gate.open_account(&account()).unwrap();
        let other_root = gate.open_account(&"111122223333".parse().unwrap()).unwrap();
        let lab = Lab { gate, emulator, issuer, keys, root };
        let mut foreign = Keys::generate("foreign");
        foreign.id = "foreign".to_owned();
        Self { lab, foreign, other_root }
    }

    /// Lays the account out and asks.
    pub(super) async fn ask(&self, row: &Row) -> Asked {
        let user = self.lay_out(&row.given).await;
        match &row.ask {
            Ask::Assume(assume) => self.assume(&row.given, assume).await,
            Ask::Query(query) => self.query(&row.given, query, user).await,
            Ask::Json(json) => self.json(&row.given, json, user).await,
        }
    }

    /// Makes everything as given; answers the user's key.
    // Long: what is on the stage, one thing after the other.
    async fn lay_out(&self, given: &Given) -> Client {
        let Lab { gate, emulator, .. } = &self.lab;
        gate.clock().set_offset(0);
        let levels: Vec<String> = given
            .service_control
            .iter()
            .map(|level| format!("[{}]", level.iter().map(text).collect::<Vec<_>>().join(",")))
            .collect();
        let levels = ServiceControlPolicies::parse(&format!("[{}]", levels.join(","))).unwrap();
        gate.set_service_control_policies(ServiceControlPolicies::default());
        let named = |policies: &[Value]| -> Vec<(String, String)> {
            policies
                .iter()
                .enumerate()
                .map(|(at, policy)| (format!("p{at}"), text(policy)))
                .collect()
        };
        let users = named(&given.user);
        let roles = match &given.role {
            Some(policies) => named(policies),
            None => vec![("ec2".to_owned(), ALLOW_EC2.to_owned())],
        };
        fn borrowed(policies: &[(String, String)]) -> Vec<(&str, &str)> {
            policies.iter().map(|(name, policy)| (name.as_str(), policy.as_str())).collect()
        }
        let longest = given.longest_session.unwrap_or(3600);
        let also = |entity: String, more: &str| {
            entity
                .replace("<AttachedManagedPolicies/>", &format!("<AttachedManagedPolicies/>{more}"))
        };
        let boundary = match given.boundary {
            true => {
                "<PermissionsBoundary><PermissionsBoundaryArn>arn:aws:iam::278805249149:policy/limit\
                 </PermissionsBoundaryArn></PermissionsBoundary>"
            }
            false => "",
        };
        let role = role("google-oidc-role", &trust(given), &borrowed(&roles));
        emulator.holds(details(
            &[also(user("someone", &borrowed(&users), &[]), boundary)],
            &[],
            &[also(role, &format!("<MaxSessionDuration>{longest}</MaxSessionDuration>"))],
        ));
        emulator.answers("GetPolicy", "<Policy><DefaultVersionId>v1</DefaultVersionId></Policy>");
        let managed = given.managed.as_ref().map_or_else(String::new, text);
        emulator.answers(
            "GetPolicyVersion",
            &format!("<PolicyVersion><Document>{managed}</Document></PolicyVersion>"),
        );
        let (arns, provider) = match &given.provider {
            Some((url, client_ids)) => (
                format!(
                    "<member><Arn>arn:aws:iam::278805249149:oidc-provider/{url}</Arn></member>"
                ),
                format!(
                    "<Url>{url}</Url><ClientIDList>{}</ClientIDList>",
                    client_ids
                        .iter()
                        .map(|id| format!("<member>{}</member>", fill(id)))
                        .collect::<String>()
                ),
            ),
            None => (String::new(), String::new()),
        };
        emulator.answers(
            "ListOpenIDConnectProviders",
            &format!("<OpenIDConnectProviderList>{arns}</OpenIDConnectProviderList>"),
        );
        emulator.answers("GetOpenIDConnectProvider", &provider);
        self.lab.forgets().await;
        let key = self.lab.key_of("someone").await;
        gate.set_service_control_policies(levels);
        key
    }

    async fn assume(&self, given: &Given, assume: &Assume) -> Asked {
        self.lab.gate.clock().set_offset(given.clock);
        let claims = change(claims(), &assume.claims);
        let jwt = self.token(&claims, &assume.token);
        let form = form(&[("WebIdentityToken", &jwt)], &assume.parameters);
        let url = format!("{}/", self.lab.gate.url());
        let mut signed = Signed {
            method: "POST",
            url,
            headers: vec![("content-type".to_owned(), FORM.to_owned())],
            body: form.clone(),
            bytes: None,
        };
        if assume.signed_wrongly {
            let mut client = self.lab.as_root();
            client.secret_access_key.push('x');
            client.session_token = Some("x".to_owned());
            signed = self.lab.query(&client, "sts", &form);
        }
        send(signed, Shape::of_query("sts")).await
    }

    fn token(&self, claims: &Value, how: &Token) -> String {
        let keys = &self.lab.keys;
        let kid = |name: &str| format!("current-{name}");
        match how {
            Token::By(algorithm) => keys.signed(algorithm, claims),
            Token::Disguised(algorithm) => {
                let name = if algorithm == "RS256" { "rsa" } else { "ec" };
                let header = json!({ "alg": algorithm, "kid": kid(name) });
                token(&header, claims, |message| self.foreign.sign(algorithm, message))
            }
            Token::Foreign => self.foreign.rs256(claims),
            Token::SharedSecret => keys.hs256_with_the_public_key(claims),
            Token::Unsigned(algorithm) => {
                token(&json!({ "alg": algorithm, "kid": kid("rsa") }), claims, |_| Vec::new())
            }
            Token::WithHeader(name, value) => {
                let mut header = json!({ "alg": "RS256", "kid": kid("rsa") });
                header[name] = value.clone();
                token(&header, claims, |message| keys.sign("RS256", message))
            }
            Token::Nameless => {
                token(&json!({ "alg": "RS256" }), claims, |message| keys.sign("RS256", message))
            }
            Token::Tampered => {
                let mut other = claims.clone();
                other["sub"] = json!("1");
                let (good, other) = (keys.rs256(claims), keys.rs256(&other));
                let part = |jwt: &str, at| jwt.split('.').nth(at).unwrap_or_default().to_owned();
                format!("{}.{}.{}", part(&good, 0), part(&other, 1), part(&good, 2))
            }
            Token::Text(text) => {
                let good = keys.rs256(claims);
                let (two, _) = good.rsplit_once('.').unwrap_or_default();
                fill(text).replace("{good}", &good).replace("{two parts}", two)
            }
        }
    }

    async fn query(&self, given: &Given, query: &Query, user: Client) -> Asked {
        let client = self.client(given, query.by, user, &query.signing).await;
        self.lab.gate.clock().set_offset(given.clock);
        let filled: Vec<(String, String)> =
            query.parameters.iter().map(|(name, value)| (fill(name), fill(value))).collect();
        let encoded =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&filled).finish();
        let encoded = self.with_denial(encoded).await;
        let signed = match query.signing.presigned {
            true => client.presigned(self.lab.gate.url(), &query.service, &encoded),
            false => {
                let mut headers = vec![("content-type", FORM)];
                let further = query.signing.signed_header.as_ref();
                headers.extend(further.map(|(name, value)| (name.as_str(), value.as_str())));
                client.post(self.lab.gate.url(), &query.service, &encoded, &headers)
            }
        };
        send(changed(signed, &query.signing), Shape::of_query(&query.service)).await
    }

    async fn json(&self, given: &Given, json: &Json, user: Client) -> Asked {
        let client = self.client(given, json.by, user, &json.signing).await;
        self.lab.gate.clock().set_offset(given.clock);
        let content_type = format!("application/x-amz-json-{}", json.version);
        let headers = [("content-type", content_type.as_str()), ("x-amz-target", &json.target)];
        let body = filled(&Value::Object(json.members.clone())).to_string();
        let signed = client.post(self.lab.gate.url(), &json.service, &body, &headers);
        send(changed(signed, &json.signing), Shape::Json(json.version.clone())).await
    }

    /// `{denial}` stands for an encoded message that the user was just given.
    async fn with_denial(&self, form: String) -> String {
        const OWN: &str = "%7Bdenial%7D";
        if !form.contains(OWN) {
            return form;
        }
        let user = self.lab.key_of("someone").await;
        let call = "Action=StopInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
        let answer = self.lab.query(&user, "ec2", call).send().await;
        let message = answer.text("Message");
        form.replace(OWN, message.rsplit(' ').next().unwrap_or_default())
    }

    /// The client that a row means.
    async fn client(&self, given: &Given, by: By, user: Client, signing: &Signing) -> Client {
        let mut client = match by {
            By::User => user.clone(),
            By::Root => self.lab.as_root(),
            By::OtherRoot => self.lab.signing(&self.other_root),
            By::Role => self.web_session(given).await,
            By::AssumedRole => {
                let parameters = [("Action", "AssumeRole"), ("RoleSessionName", "chained")];
                self.begun(&user, &parameters, given).await
            }
            By::Session => self.begun(&user, &[("Action", "GetSessionToken")], given).await,
            By::Federated => {
                let parameters =
                    [("Action", "GetFederationToken"), ("Name", "bob"), ("Policy", ALLOW_EC2)];
                self.begun(&user, &parameters, given).await
            }
        };
        if let Some(operation) = &signing.after {
            let status = if operation == "UpdateAccessKey" { "&Status=Inactive" } else { "" };
            let call = format!(
                "Action={operation}&Version=2010-05-08&UserName=someone&AccessKeyId={}{status}",
                user.access_key_id
            );
            self.lab.query(&self.lab.as_root(), "iam", &call).send().await.allowed();
        }
        if signing.wrong_secret {
            client.secret_access_key.push('x');
        }
        if let Some(key) = &signing.key {
            client.access_key_id = fill(key);
        }
        match signing.token.as_deref() {
            Some("none") => client.session_token = None,
            Some("other") => client.session_token = self.web_session(given).await.session_token,
            Some(text) => client.session_token = Some(text.to_owned()),
            None => {}
        }
        let shift = Duration::from_secs(signing.clock.unsigned_abs());
        client.time = if signing.clock < 0 { still() - shift } else { still() + shift };
        client
    }

    async fn web_session(&self, given: &Given) -> Client {
        let jwt = self.lab.keys.rs256(&change(claims(), &given.claims));
        let form = form(&[("WebIdentityToken", &jwt)], &given.parameters);
        let signed = Signed {
            method: "POST",
            url: format!("{}/", self.lab.gate.url()),
            headers: vec![("content-type".to_owned(), FORM.to_owned())],
            body: form,
            bytes: None,
        };
        self.lab.session(&signed.send().await)
    }

    async fn begun(&self, user: &Client, parameters: &[(&str, &str)], given: &Given) -> Client {
        let form = form(parameters, &given.parameters);
        self.lab.session(&self.lab.query(user, "sts", &form).send().await)
    }
}

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

fn text(policy: &Value) -> String {
    match policy {
        Value::String(text) => text.clone(),
        document => filled(document).to_string(),
    }
}

/// The trust policy that a row gives: the tutorial's, or with another part.
fn trust(given: &Given) -> String {
    if let Some(trust) = &given.trust {
        return text(trust);
    }
    let condition = given
        .condition
        .clone()
        .unwrap_or_else(|| json!({ "StringEquals": { "accounts.google.com:aud": CLIENT } }));
    let principal = given.principal.clone().unwrap_or_else(|| match &given.provider {
        Some((url, _)) => {
            json!({ "Federated": format!("arn:aws:iam::278805249149:oidc-provider/{url}") })
        }
        None => json!({ "Federated": "accounts.google.com" }),
    });
    let actions =
        given.actions.clone().unwrap_or_else(|| vec!["sts:AssumeRoleWithWebIdentity".to_owned()]);
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!("Allow"));
    statement.insert("Principal".to_owned(), filled(&principal));
    statement.insert("Action".to_owned(), json!(actions));
    statement.insert("Condition".to_owned(), filled(&condition));
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// The parameters of a call that begins a session, changed.
fn form(own: &[(&str, &str)], changes: &BTreeMap<String, Option<String>>) -> String {
    let mut parameters: BTreeMap<String, String> = [
        ("Action", "AssumeRoleWithWebIdentity"),
        ("Version", "2011-06-15"),
        ("RoleArn", ROLE),
        ("RoleSessionName", "google-oidc-session"),
    ]
    .iter()
    .chain(own)
    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
    .collect();
    for (name, value) in changes {
        match value {
            Some(value) => parameters.insert(name.clone(), fill(value)),
            None => parameters.remove(name),
        };
    }
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
