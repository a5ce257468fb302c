//! ID tokens as the issuer, or somebody else, would make them.

use anyhow::{Context as _, Result, bail};
use cucumber::{given, when};
use serde_json::{Value, json};

use super::Outcome;
use crate::drivers::aws::{AccessKey, element};
use crate::world::World;

/// The variable that commands find the ID token in.
pub(crate) const ID_TOKEN: &str = "ID_TOKEN";
/// Whose tokens these are, unless a scenario says otherwise.
const SUBJECT: &str = "113632458324056836621";

impl World {
    /// Asks the issuer for a token with these claims over the usual ones.
    async fn make_token(&mut self, claims: Value, key: &str, expires_in: i64) -> Result<()> {
        self.make_token_with(claims, json!({}), key, expires_in).await
    }

    async fn make_token_with(
        &mut self,
        claims: Value,
        header: Value,
        key: &str,
        expires_in: i64,
    ) -> Result<()> {
        let client_id = &self.client_id;
        let mut all = json!({ "aud": client_id, "azp": client_id, "sub": SUBJECT });
        if let (Some(all), Value::Object(claims)) = (all.as_object_mut(), claims) {
            all.extend(claims);
        }
        let url = format!("{}/_control/token", self.stage.lab.issuer().url());
        let request = json!({
            "claims": all, "header": header, "key": key, "expires_in": expires_in,
        });
        let answer = self.stage.http.post(url).json(&request).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        if !status.is_success() {
            bail!("the issuer answered {status}: {body}");
        }
        let body: Value = serde_json::from_str(&body)?;
        let token = body["id_token"].as_str().context("the issuer answered no `id_token`")?;
        self.keep_token(token)
    }

    /// The id of the first key that the issuer publishes.
    async fn published_key_id(&self) -> Result<String> {
        let url = format!("{}/oauth2/v3/certs", self.stage.lab.issuer().url());
        let keys: Value = self.stage.http.get(url).send().await?.json().await?;
        let key_id = keys["keys"][0]["kid"].as_str().context("the issuer publishes no key")?;
        Ok(key_id.to_owned())
    }

    /// Keeps a token for the commands that follow, and what its messages will name.
    pub(crate) fn keep_token(&mut self, token: &str) -> Result<()> {
        self.variables.insert(ID_TOKEN.to_owned(), token.to_owned());
        self.write("id_token", token)
    }
}

/// A token in which one thing is wrong; the phrases are the features' own.
#[given(regex = r"^an ID token (.+)$")]
async fn token(world: &mut World, kind: String) -> Outcome {
    let audience = world.client_id.clone();
    match kind.as_str() {
        "from Google" => world.make_token(json!({}), "current", 3600).await?,
        "that expired an hour ago" => world.make_token(json!({}), "current", -3600).await?,
        "that expired a minute ago" => world.make_token(json!({}), "current", -60).await?,
        "signed by a key that Google does not publish" => {
            world.make_token(json!({}), "unknown", 3600).await?;
        }
        "without a signature, its algorithm none" => {
            world.make_token(json!({}), "none", 3600).await?;
        }
        "signed by HS256, the public key as its secret" => {
            world.make_token(json!({}), "hs256", 3600).await?;
        }
        "signed by a foreign key under Google's key id" => {
            let key_id = world.published_key_id().await?;
            world.make_token_with(json!({}), json!({ "kid": key_id }), "unknown", 3600).await?;
        }
        "without sub" => world.make_token(json!({ "sub": null }), "current", 3600).await?,
        "without aud" => {
            world.make_token(json!({ "aud": null, "azp": null }), "current", 3600).await?;
        }
        "of another subject" => {
            world.make_token(json!({ "sub": "104872193016547280935" }), "current", 3600).await?;
        }
        "for another OAuth client" => {
            let other = "448771483088-another.apps.googleusercontent.com";
            world.make_token(json!({ "aud": other, "azp": other }), "current", 3600).await?;
        }
        "of an issuer that AWS does not know" => {
            world
                .make_token(json!({ "iss": "https://accounts.example.com" }), "current", 3600)
                .await?;
        }
        "whose claims were changed after signing" => {
            world.make_token(json!({}), "current", 3600).await?;
            let token = forged(&world.variables[ID_TOKEN])?;
            world.keep_token(&token)?;
        }
        "handed to another client of the same project" => {
            let claims = json!({ "aud": audience, "azp": "448771483088-android" });
            world.make_token(claims, "current", 3600).await?;
        }
        "that is an access token" => world.keep_token("ya29.this-is-an-access-token")?,
        other => match other.strip_prefix("of the issuer ") {
            Some(issuer) => world.make_token(json!({ "iss": issuer }), "current", 3600).await?,
            None => return Err(anyhow::anyhow!("no such ID token: {other}").into()),
        },
    }
    Ok(())
}

/// Assumes the role with the ID token at hand; "the session" holds the credentials.
#[given(regex = r"^a session of the role ([a-z-]+)$")]
#[when(regex = r"^a session of the role ([a-z-]+) is taken$")]
async fn session(world: &mut World, role: String) -> Outcome {
    if !world.variables.contains_key(ID_TOKEN) {
        world.make_token(json!({}), "current", 3600).await?;
    }
    world.take_session(&role).await?;
    Ok(())
}

/// A session that was taken when both clocks showed two hours earlier.
#[given(regex = r"^a session of the role ([a-z-]+) that expired an hour ago$")]
async fn expired_session(world: &mut World, role: String) -> Outcome {
    world.stay_alone().await;
    let stage = world.stage.clone();
    let clock = stage.lab.gate().clock();
    clock.set_offset(-7200);
    let taken = async {
        world.make_token(json!({}), "current", -3600).await?;
        world.take_session(&role).await
    };
    let taken = taken.await;
    clock.set_offset(0);
    world.turn = None;
    taken?;
    Ok(())
}

/// One character of the session token is another.
#[given(regex = r"^the session token is tampered with$")]
async fn tamper(world: &mut World) -> Outcome {
    let key = world.keys.get_mut("the session").context("there is no session")?;
    let token = key.session_token.as_mut().context("the session has no token")?;
    let last = if token.ends_with('A') { "B" } else { "A" };
    token.pop();
    token.push_str(last);
    Ok(())
}

/// The session keeps its key, but takes the session token of a second one.
#[given(regex = r"^the session token is that of another session of the role ([a-z-]+)$")]
async fn borrow(world: &mut World, role: String) -> Outcome {
    let first = world.key("the session")?;
    world.take_session(&role).await?;
    let second = world.key("the session")?;
    let mixed = AccessKey { session_token: second.session_token, ..first };
    world.keys.insert("the session".to_owned(), mixed);
    Ok(())
}

#[given(regex = r"^the session token is left out$")]
async fn leave_out(world: &mut World) -> Outcome {
    world.keys.get_mut("the session").context("there is no session")?.session_token = None;
    Ok(())
}

impl World {
    async fn take_session(&mut self, role: &str) -> Result<()> {
        let token = self.variables.get(ID_TOKEN).context("there is no ID token")?;
        let role_arn = format!("arn:aws:iam::{}:role/{role}", self.account);
        let form = [
            ("Action", "AssumeRoleWithWebIdentity"),
            ("Version", "2011-06-15"),
            ("RoleArn", &role_arn),
            ("RoleSessionName", "google-oidc-session"),
            ("WebIdentityToken", token),
        ];
        let url = format!("{}/", self.stage.lab.gate_url());
        let _undisturbed = self.undisturbed().await;
        let answer = self.stage.http.post(url).form(&form).send().await?;
        let status = answer.status();
        let xml = answer.text().await?;
        if !status.is_success() {
            bail!("AssumeRoleWithWebIdentity was answered {status}: {xml}");
        }
        let key = AccessKey {
            id: element(&xml, "AccessKeyId")?,
            secret: element(&xml, "SecretAccessKey")?,
            session_token: Some(element(&xml, "SessionToken")?),
        };
        self.keys.insert("the session".to_owned(), key);
        Ok(())
    }

    /// Everything of this scenario that nobody should be shown, and what it is.
    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        let mut secrets = Vec::new();
        for (name, key) in &self.keys {
            secrets.push((format!("the secret access key of {name}"), key.secret.clone()));
            if let Some(token) = &key.session_token {
                secrets.push((format!("the session token of {name}"), token.clone()));
            }
        }
        if let Some(token) = self.variables.get(ID_TOKEN) {
            secrets.push(("the ID token".to_owned(), token.clone()));
        }
        secrets.extend(self.bindings.secrets());
        secrets
    }
}

/// The same token with another subject in its payload, the signature as it was.
fn forged(token: &str) -> Result<String> {
    let parts: Vec<_> = token.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else { bail!("no JWT: {token}") };
    let mut claims: Value = serde_json::from_slice(&base64url_decode(payload)?)?;
    claims["sub"] = json!("104872193016547280935");
    Ok(format!("{header}.{}.{signature}", base64url_encode(claims.to_string().as_bytes())))
}

fn base64url_decode(text: &str) -> Result<Vec<u8>> {
    use base64::Engine as _;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text)?)
}

fn base64url_encode(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
