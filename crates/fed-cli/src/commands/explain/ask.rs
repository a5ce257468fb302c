//! Signed questions to services that no SDK here speaks to: it would take minutes to compile
//! one for each.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use fed_types::is_region;
use serde_json::Value;

use crate::context::Context;
use crate::settings::{Service, Settings};

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The code by which S3 says that a bucket has no policy.
const NO_BUCKET_POLICY: &str = "NoSuchBucketPolicy";
/// The header by which S3 says where a bucket is.
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// Asks with the credentials around us.
pub(super) struct Asker<'a> {
    context: Context<'a>,
    settings: &'a Settings,
    http: reqwest::Client,
    credentials: Credentials,
    pub(super) region: String,
}

/// A request before it is signed.
#[derive(Clone, Copy)]
struct Asked<'a> {
    service: &'a str,
    region: &'a str,
    method: &'a str,
    path: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
}

/// Why there is no answer, in words, and the service's code where it was one of its errors.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) code: Option<String>,
    why: String,
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Self { code: None, why }
    }
}

impl From<Refused> for String {
    fn from(refused: Refused) -> Self {
        refused.why
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// What was answered.
struct Answer {
    succeeded: bool,
    /// Where S3 says that the bucket is.
    bucket_region: Option<String>,
    text: String,
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

    /// Asks a service of the Query protocol. The answer is the action's: another one would say
    /// nothing of what it lacks.
    pub(super) async fn query(
        &self,
        service: &str,
        region: &str,
        version: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, String> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version);
        form.extend_pairs(parameters);
        let body = form.finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let (method, path) = ("POST", "/");
        let asked =
            Asked { service, region, method, path, headers: &headers, body: body.as_bytes() };
        let answer = self.send(&asked, action).await?.told(action)?;
        match is_answer(&answer, action) {
            true => Ok(answer),
            false => Err(format!("`{action}` is not answered as it should be")),
        }
    }

    /// Asks a service of the JSON protocol.
    pub(super) async fn json(
        &self,
        service: &str,
        region: &str,
        target: &str,
        question: &Value,
    ) -> Result<Value, Refused> {
        let body = question.to_string();
        let version = if service == "dynamodb" { "1.0" } else { "1.1" };
        let content_type = format!("application/x-amz-json-{version}");
        let headers = [("content-type", content_type.as_str()), ("x-amz-target", target)];
        let (method, path) = ("POST", "/");
        let asked =
            Asked { service, region, method, path, headers: &headers, body: body.as_bytes() };
        let operation = target.rsplit('.').next().unwrap_or(target);
        let answer = self.send(&asked, operation).await?.told(operation)?;
        serde_json::from_str(&answer)
            .map_err(|_| format!("`{operation}` is not answered in JSON").into())
    }

    /// A bucket's policy; `None` where it has none. A bucket that is elsewhere is asked there.
    pub(super) async fn get_bucket_policy(
        &self,
        bucket: &str,
        region: &str,
    ) -> Result<Option<String>, String> {
        const OPERATION: &str = "GetBucketPolicy";
        let path = format!("/{bucket}?policy");
        let (service, method) = ("s3", "GET");
        let asked = Asked { service, region, method, path: &path, headers: &[], body: b"" };
        let mut answer = self.send(&asked, OPERATION).await?;
        if let Some(elsewhere) = answer.elsewhere(region) {
            answer = self.send(&Asked { region: &elsewhere, ..asked }, OPERATION).await?;
        }
        if !answer.succeeded && code(&answer.text).as_deref() == Some(NO_BUCKET_POLICY) {
            return Ok(None);
        }
        match answer.told(OPERATION)? {
            text if text.trim().is_empty() => {
                Err(format!("`{OPERATION}` is not answered as it should be"))
            }
            text => Ok(Some(text)),
        }
    }

    async fn send(&self, asked: &Asked<'_>, operation: &str) -> Result<Answer, String> {
        // It becomes part of the host that is sent the session's token.
        if !is_region(asked.region) {
            return Err(format!("expected a region like `eu-central-1`, found `{}`", asked.region));
        }
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
        let bucket_region = answer.headers().get(BUCKET_REGION);
        let bucket_region = bucket_region.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let text = text(answer, operation).await?;
        Ok(Answer { succeeded, bucket_region, text })
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

impl Answer {
    /// Where the bucket is that was looked for in this region.
    fn elsewhere(&self, region: &str) -> Option<String> {
        let elsewhere = self.bucket_region.as_deref().filter(|it| *it != region)?;
        (!self.succeeded).then(|| elsewhere.to_owned())
    }

    /// The text of an answer that is no refusal.
    fn told(self, operation: &str) -> Result<String, Refused> {
        if self.succeeded {
            return Ok(self.text);
        }
        let code = code(&self.text);
        let why = match &code {
            Some(code) => format!("`{operation}` was answered `{code}`"),
            None => format!("`{operation}` was refused"),
        };
        Err(Refused { code, why })
    }
}

/// The answer's text; no more of it is read than may be kept.
async fn text(mut answer: reqwest::Response, operation: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let cut_short = |_| format!("`{operation}` was cut short");
    while let Some(chunk) = answer.chunk().await.map_err(cut_short)? {
        if bytes.len() + chunk.len() > LONGEST {
            return Err(format!("`{operation}` was answered with more than {LONGEST} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| format!("`{operation}` is not answered in UTF-8"))
}

/// Whether it is what a service of the Query protocol answers to the action; EC2 puts all into
/// the response itself.
fn is_answer(xml: &str, action: &str) -> bool {
    let Ok(document) = roxmltree::Document::parse(xml) else { return false };
    let root = document.root_element();
    let holds = |name: &str| root.children().any(|child| child.tag_name().name() == name);
    root.tag_name().name() == format!("{action}Response")
        && (holds(&format!("{action}Result")) || (action == "DescribeTags" && holds("tagSet")))
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

/// The entries of a map or a list of pairs, each of which holds both.
///
/// # Errors
/// In words, that one does not.
pub(super) fn entries(
    xml: &str,
    entry: &str,
    key: &str,
    value: &str,
) -> Result<Vec<(String, String)>, String> {
    let document = roxmltree::Document::parse(xml);
    let document = document.map_err(|_| "the answer is not in XML".to_owned())?;
    let entries = document.descendants().filter(|node| node.tag_name().name() == entry);
    let pairs = entries.map(|node| {
        let child = |name: &str| node.children().find(|child| child.tag_name().name() == name);
        let text = |name: &str| Some(child(name)?.text().unwrap_or_default().to_owned());
        let pair = text(key).zip(text(value));
        pair.ok_or_else(|| format!("an answer's `{entry}` lacks its `{key}` or its `{value}`"))
    });
    pairs.collect()
}
