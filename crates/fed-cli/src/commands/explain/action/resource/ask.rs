//! Signed questions to services that no SDK here speaks to: it would take minutes to compile
//! one for each.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use serde_json::Value;

use crate::context::Context;
use crate::settings::{Service, Settings};

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// Codes that say that the thing, or its policy, is not there.
const ABSENT: [&str; 4] =
    ["NoSuchBucketPolicy", "NoSuchTagSet", "PolicyNotFoundException", "NoSuchEntity"];

/// Asks with the credentials around us.
pub(super) struct Asker<'a> {
    context: Context<'a>,
    settings: &'a Settings,
    http: reqwest::Client,
    credentials: Credentials,
    pub(super) region: String,
}

/// A request before it is signed.
struct Asked<'a> {
    service: &'a str,
    region: &'a str,
    method: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
}

impl<'a> Asker<'a> {
    /// # Errors
    /// In words, what is lacking.
    pub(super) async fn of(context: Context<'a>, settings: &'a Settings) -> Result<Self, String> {
        let environment = &context.host.environment;
        let aws = settings.aws(environment).map_err(|error| error.to_string())?;
        let config = aws.with_surrounding_credentials(Service::Iam, context.host).await;
        let config = config.map_err(|error| error.to_string())?;
        let provider = config.credentials_provider().ok_or("there are no credentials")?;
        let credentials = provider.provide_credentials().await;
        let credentials = credentials.map_err(|_| "no credentials were found".to_owned())?;
        let builder =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT);
        let http = aws.http(context.host, builder);
        let http = http.map_err(|error| error.message().to_owned())?;
        let region = config.region().map_or_else(String::new, ToString::to_string);
        Ok(Self { context, settings, http, credentials, region })
    }

    /// Asks a service of the Query protocol; `None` for what is not there.
    pub(super) async fn query(
        &self,
        service: &str,
        region: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Option<String>, String> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version);
        form.extend_pairs(parameters);
        let body = form.finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let (method, path) = ("POST", "/");
        let asked =
            Asked { service, region, method, path, headers: &headers, body: body.as_bytes() };
        self.send(&asked, action).await
    }

    /// Asks a service of the JSON protocol; `None` for what is not there.
    pub(super) async fn json(
        &self,
        service: &str,
        region: &str,
        target: &str,
        question: &Value,
    ) -> Result<Option<Value>, String> {
        let body = question.to_string();
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        let (method, path) = ("POST", "/");
        let asked =
            Asked { service, region, method, path, headers: &headers, body: body.as_bytes() };
        let operation = target.rsplit('.').next().unwrap_or(target);
        let Some(answer) = self.send(&asked, operation).await? else { return Ok(None) };
        let answer = serde_json::from_str(&answer);
        answer.map(Some).map_err(|_| format!("`{operation}` is not answered in JSON"))
    }

    /// A bucket's policy; `None` where it has none.
    pub(super) async fn get_bucket_policy(
        &self,
        bucket: &str,
        region: &str,
    ) -> Result<Option<String>, String> {
        let path = format!("/{bucket}?policy");
        let (service, method) = ("s3", "GET");
        let asked = Asked { service, region, method, path: &path, headers: &[], body: b"" };
        self.send(&asked, "GetBucketPolicy").await
    }

    async fn send(&self, asked: &Asked<'_>, operation: &str) -> Result<Option<String>, String> {
        let environment = &self.context.host.environment;
        let endpoint = self.settings.endpoint_of(environment, asked.service);
        let endpoint = endpoint.map_err(|error| error.to_string())?.unwrap_or_else(|| {
            let Asked { service, region, .. } = asked;
            match *service {
                "iam" => "https://iam.amazonaws.com".to_owned(),
                service => format!("https://{service}.{region}.amazonaws.com"),
            }
        });
        let url = format!("{}{}", endpoint.trim_end_matches('/'), asked.path);
        let signed =
            self.signed(asked, &url).map_err(|_| format!("could not sign `{operation}`"))?;
        let answer = signed.send().await.map_err(|error| {
            tracing::debug!(%error, operation, "no answer");
            format!("`{operation}` was not answered")
        })?;
        let succeeded = answer.status().is_success();
        let bytes = answer.bytes().await.map_err(|_| format!("`{operation}` was cut short"))?;
        if bytes.len() > LONGEST {
            return Err(format!("`{operation}` was answered with more than {LONGEST} bytes"));
        }
        let text = String::from_utf8(bytes.to_vec());
        let text = text.map_err(|_| format!("`{operation}` is not answered in UTF-8"))?;
        if succeeded {
            return Ok(Some(text));
        }
        match code(&text) {
            Some(code) if ABSENT.contains(&code.as_str()) => Ok(None),
            Some(code) => Err(format!("`{operation}` was answered `{code}`")),
            None => Err(format!("`{operation}` was refused")),
        }
    }

    fn signed(
        &self,
        asked: &Asked<'_>,
        url: &str,
    ) -> Result<reqwest::RequestBuilder, Box<dyn std::error::Error + Send + Sync>> {
        let mut settings = SigningSettings::default();
        if asked.service == "s3" {
            settings.percent_encoding_mode = PercentEncodingMode::Single;
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let seconds = u64::try_from(self.context.host.now().seconds())?;
        let identity = self.credentials.clone().into();
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(asked.region)
            .name(asked.service)
            .time(UNIX_EPOCH + Duration::from_secs(seconds))
            .settings(settings)
            .build()?
            .into();
        let body = SignableBody::Bytes(asked.body);
        let headers = asked.headers.iter().copied();
        let signable = SignableRequest::new(asked.method, url, headers, body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let method = reqwest::Method::from_bytes(asked.method.as_bytes())?;
        let mut request = self.http.request(method, url).body(asked.body.to_vec());
        for (name, value) in asked.headers.iter().copied().chain(instructions.headers()) {
            request = request.header(name, value);
        }
        Ok(request)
    }
}

/// The error's code, in XML or JSON.
fn code(text: &str) -> Option<String> {
    if let Ok(answer) = serde_json::from_str::<Value>(text) {
        let code = answer.get("__type").or_else(|| answer.get("code"))?.as_str()?;
        return code.rsplit('#').next().map(str::to_owned);
    }
    answer_text(text, "Code")
}

/// The text of the first element of that name.
pub(super) fn answer_text(xml: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let mut elements = document.descendants();
    let element = elements.find(|node| node.tag_name().name() == name)?;
    element.text().map(str::to_owned)
}

/// The entries of a map or a list of pairs: those elements that hold both.
pub(super) fn entries(xml: &str, entry: &str, key: &str, value: &str) -> Vec<(String, String)> {
    let Ok(document) = roxmltree::Document::parse(xml) else { return Vec::new() };
    let entries = document.descendants().filter(|node| node.tag_name().name() == entry);
    let pairs = entries.filter_map(|node| {
        let child = |name: &str| node.children().find(|child| child.tag_name().name() == name);
        let text = |name: &str| Some(child(name)?.text().unwrap_or_default().to_owned());
        Some((text(key)?, text(value)?))
    });
    pairs.collect()
}
