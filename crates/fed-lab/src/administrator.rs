//! An account's administrator at the gate: signed calls, so that what a world file says is
//! taken as AWS would take it.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use iam_gate::{AccessKey, Clock};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, RequestBuilder};

use crate::innermost::innermost;
use crate::world::Service;

/// What of an S3 key is written as it is.
const OF_KEY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// How long one call may take; an emulator loads a service with its first.
const PATIENCE: Duration = Duration::from_secs(60);

/// Calls the gate as one account's administrator.
pub(crate) struct Administrator<'a> {
    pub(crate) http: &'a reqwest::Client,
    /// The gate's address.
    pub(crate) url: &'a str,
    pub(crate) region: &'a str,
    pub(crate) key: &'a AccessKey,
    /// By which the gate judges signatures.
    pub(crate) clock: &'a Clock,
}

/// An answer that is no success.
#[derive(Debug)]
pub(crate) enum CallError {
    /// An error of the service, such as `EntityAlreadyExists`.
    Answered { status: u16, code: String, message: String },
    /// No answer.
    Silence(reqwest::Error),
    /// No signature.
    Unsigned(String),
}

impl std::fmt::Display for CallError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answered { status, code, message } if message.is_empty() => {
                write!(f, "{status} `{code}`")
            }
            Self::Answered { status, code, message } => write!(f, "{status} `{code}`: {message}"),
            Self::Silence(error) => write!(f, "nothing: {}", innermost(error)),
            Self::Unsigned(error) => write!(f, "nothing, since it was not sent: {error}"),
        }
    }
}

impl Administrator<'_> {
    /// A call by form; the answer's XML.
    pub(crate) async fn form(
        &self,
        service: Service,
        action: &str,
        parameters: &[(String, String)],
    ) -> Result<String, CallError> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("Action", action)
            .append_pair("Version", service.version)
            .extend_pairs(parameters)
            .finish();
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let url = format!("{}/", self.url);
        self.send(service.name, Method::POST, &url, kind, form).await
    }

    /// `PUT` to S3, by path.
    pub(crate) async fn put(
        &self,
        path: &str,
        query: &str,
        body: String,
    ) -> Result<String, CallError> {
        let path = utf8_percent_encode(path, OF_KEY);
        let query = if query.is_empty() { String::new() } else { format!("?{query}=") };
        let url = format!("{}/{path}{query}", self.url);
        self.send("s3", Method::PUT, &url, "application/octet-stream", body).await
    }

    async fn send(
        &self,
        service: &str,
        method: Method,
        url: &str,
        kind: &str,
        body: String,
    ) -> Result<String, CallError> {
        let request = self.signed(service, method, url, kind, body)?;
        let answer = request.timeout(PATIENCE).send().await.map_err(CallError::Silence)?;
        let status = answer.status();
        let text = answer.text().await.map_err(CallError::Silence)?;
        if status.is_success() {
            return Ok(text);
        }
        let code = element(&text, "Code").unwrap_or_else(|| "no error code".to_owned());
        let message = element(&text, "Message").unwrap_or_default();
        Err(CallError::Answered { status: status.as_u16(), code, message })
    }

    fn signed(
        &self,
        service: &str,
        method: Method,
        url: &str,
        kind: &str,
        body: String,
    ) -> Result<RequestBuilder, CallError> {
        let unsigned = |error: &dyn std::error::Error| CallError::Unsigned(innermost(error));
        let secret = self.key.secret_access_key.expose();
        let identity = Credentials::new(&self.key.access_key_id, secret, None, None, "lab").into();
        let mut settings = SigningSettings::default();
        if service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let seconds = u64::try_from(self.clock.now().seconds()).unwrap_or_default();
        let signing = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(service)
            .time(UNIX_EPOCH + Duration::from_secs(seconds))
            .settings(settings)
            .build()
            .map_err(|error| unsigned(&error))?
            .into();
        let headers = [("content-type", kind)].into_iter();
        let content = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new(method.as_str(), url, headers, content)
            .map_err(|error| unsigned(&error))?;
        let signed = sign(signable, &signing).map_err(|error| unsigned(&error))?;
        let mut request = self.http.request(method, url).header("content-type", kind);
        for (name, value) in signed.output().headers() {
            request = request.header(name, value);
        }
        Ok(request.body(body))
    }
}

/// The text of the first element of that name.
pub(crate) fn element(xml: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let found = document.descendants().find(|node| node.tag_name().name() == name)?;
    found.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_in_any_namespace() {
        let xml = "<Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><Errors><Error>\
                   <Code>InvalidAMIID.NotFound</Code></Error></Errors></Response>";
        assert_eq!(element(xml, "Code").as_deref(), Some("InvalidAMIID.NotFound"));
        assert_eq!(element(xml, "instanceId"), None);
        assert_eq!(element("no xml", "Code"), None);
    }
}
