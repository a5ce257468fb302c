//! What a scenario takes as given is set up through the gate too, by signed Query
//! requests of the account's administrator: the same calls as the aws CLI's, without
//! the half second that each of its processes costs.

use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;

use crate::turns::Undisturbed;

/// An access key, with its session token if it is a temporary one.
#[derive(Clone)]
pub(crate) struct AccessKey {
    /// `AKIA…` or `ASIA…`.
    pub(crate) id: String,
    /// What requests are signed with.
    pub(crate) secret: String,
    /// Of temporary keys only.
    pub(crate) session_token: Option<String>,
}

/// A signed client for one account.
pub(crate) struct Administrator<'a> {
    /// Sends the requests.
    pub(crate) http: &'a reqwest::Client,
    /// Where they go: the gate.
    pub(crate) endpoint: &'a str,
    /// The scope of the signatures.
    pub(crate) region: &'a str,
    /// Of the account's administrator.
    pub(crate) key: AccessKey,
    /// As long as it sends requests.
    pub(crate) _undisturbed: Option<Undisturbed>,
}

const IAM: (&str, &str) = ("iam", "2010-05-08");
const EC2: (&str, &str) = ("ec2", "2016-11-15");

impl Administrator<'_> {
    /// Calls an action of IAM; answers the XML.
    pub(crate) async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String> {
        self.call(IAM, action, parameters).await
    }

    /// Calls an action of EC2; answers the XML.
    pub(crate) async fn ec2(&self, action: &str, parameters: &[(&str, &str)]) -> Result<String> {
        self.call(EC2, action, parameters).await
    }

    async fn call(
        &self,
        (service, version): (&str, &str),
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String> {
        let mut form = vec![("Action", action), ("Version", version)];
        form.extend_from_slice(parameters);
        let url = format!("{}/", self.endpoint);
        let request = self.http.post(&url).form(&form).build()?;
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        let content_type = "application/x-www-form-urlencoded";
        let identity = Credentials::new(
            &self.key.id,
            &self.key.secret,
            self.key.session_token.clone(),
            None,
            "scenario",
        )
        .into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let signable = SignableRequest::new(
            "POST",
            url.as_str(),
            std::iter::once(("content-type", content_type)),
            SignableBody::Bytes(&body),
        )?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let mut request = self.http.post(&url).header("content-type", content_type).body(body);
        for (name, value) in instructions.headers() {
            request = request.header(name, value);
        }
        let answer = request.send().await.with_context(|| format!("calling {action}"))?;
        let status = answer.status();
        let text = answer.text().await.with_context(|| format!("calling {action}"))?;
        if status.is_success() { Ok(text) } else { bail!("{action} was answered {status}: {text}") }
    }
}

/// The text of the first element of that name.
pub(crate) fn element(xml: &str, name: &str) -> Result<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let text = xml.split_once(&open).and_then(|(_, rest)| rest.split_once(&close));
    let (text, _) = text.with_context(|| format!("expected `{name}` in {xml}"))?;
    Ok(text.to_owned())
}
