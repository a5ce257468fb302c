//! A client that signs with AWS's own signer.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use iam_gate::AccessKey;

/// Where and with what a request is signed.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: Option<String>,
    pub(crate) region: String,
    pub(crate) time: SystemTime,
}

/// A request, signed; what the test changes in it afterwards is not.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Sent instead, where it is no text.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// An answer, read.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Signing {
    pub(crate) fn with(key: &AccessKey, time: SystemTime) -> Self {
        Self {
            access_key_id: key.access_key_id.clone(),
            secret_access_key: key.secret_access_key.expose().to_owned(),
            session_token: None,
            region: "ap-northeast-2".to_owned(),
            time,
        }
    }

    fn instructions(
        &self,
        service: &str,
        request: SignableRequest<'_>,
        location: SignatureLocation,
    ) -> aws_sigv4::http_request::SigningInstructions {
        let mut settings = SigningSettings::default();
        settings.signature_location = location;
        settings.expires_in =
            (location == SignatureLocation::QueryParams).then(|| Duration::from_secs(60));
        self.instructions_with(service, request, settings)
    }

    fn instructions_with(
        &self,
        service: &str,
        request: SignableRequest<'_>,
        settings: SigningSettings,
    ) -> aws_sigv4::http_request::SigningInstructions {
        let identity = Credentials::new(
            &self.access_key_id,
            &self.secret_access_key,
            self.session_token.clone(),
            None,
            "test",
        )
        .into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(self.time)
            .settings(settings)
            .build()
            .unwrap()
            .into();
        sign(request, &parameters).unwrap().into_parts().0
    }

    /// A POST with further headers, signed in its header.
    pub(crate) fn post(
        &self,
        gate: &str,
        service: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Signed {
        let signable = SignableRequest::new(
            "POST",
            format!("{gate}/"),
            headers.iter().copied(),
            SignableBody::Bytes(body.as_bytes()),
        );
        let instructions =
            self.instructions(service, signable.unwrap(), SignatureLocation::Headers);
        let mut all: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let added = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        all.extend(added);
        Signed {
            method: "POST",
            url: format!("{gate}/"),
            headers: all,
            body: body.to_owned(),
            bytes: None,
        }
    }

    /// A Query-protocol call.
    pub(crate) fn query(&self, gate: &str, service: &str, body: &str) -> Signed {
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        self.post(gate, service, body, &form)
    }

    /// A JSON-protocol call.
    pub(crate) fn json(&self, gate: &str, service: &str, target: &str, body: &str) -> Signed {
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        self.post(gate, service, body, &headers)
    }

    /// A request of S3's, as SDKs sign it.
    pub(crate) fn s3(
        &self,
        gate: &str,
        method: &'static str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Signed {
        let signable = SignableBody::Bytes(body.as_bytes());
        self.s3_with(gate, method, target, headers, signable, body)
    }

    /// A request of S3's whose signature is over something else than the body sent.
    pub(crate) fn s3_with(
        &self,
        gate: &str,
        method: &'static str,
        target: &str,
        headers: &[(&str, &str)],
        signable: SignableBody<'_>,
        body: &str,
    ) -> Signed {
        let url = format!("{gate}{target}");
        let signable = SignableRequest::new(method, &url, headers.iter().copied(), signable);
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        let instructions = self.instructions_with("s3", signable.unwrap(), settings);
        let mut all: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let added = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        all.extend(added);
        Signed { method, url, headers: all, body: body.to_owned(), bytes: None }
    }

    /// A request of another REST service, or of CBOR.
    pub(crate) fn rest_with(
        &self,
        gate: &str,
        service: &str,
        method: &'static str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Signed {
        let signable = SignableBody::Bytes(body);
        self.rest_signing(gate, (service, method, target), headers, signable, body)
    }

    /// The same, with a signature that is over something else than the body sent.
    pub(crate) fn rest_signing(
        &self,
        gate: &str,
        (service, method, target): (&str, &'static str, &str),
        headers: &[(&str, &str)],
        signable: SignableBody<'_>,
        body: &[u8],
    ) -> Signed {
        let url = format!("{gate}{target}");
        let mut settings = SigningSettings::default();
        if !matches!(signable, SignableBody::Bytes(_)) {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let signable = SignableRequest::new(method, &url, headers.iter().copied(), signable);
        let instructions = self.instructions_with(service, signable.unwrap(), settings);
        let mut all: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let added = instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned()));
        all.extend(added);
        Signed { method, url, headers: all, body: String::new(), bytes: Some(body.to_vec()) }
    }

    /// A GET, presigned for a minute.
    pub(crate) fn presigned(&self, gate: &str, service: &str, query: &str) -> Signed {
        let url = format!("{gate}/?{query}");
        let content = match service {
            "s3" => SignableBody::UnsignedPayload,
            _ => SignableBody::Bytes(b""),
        };
        let signable = SignableRequest::new("GET", &url, std::iter::empty(), content);
        let instructions =
            self.instructions(service, signable.unwrap(), SignatureLocation::QueryParams);
        let mut url = url::Url::parse(&url).unwrap();
        for (name, value) in instructions.params() {
            url.query_pairs_mut().append_pair(name, value);
        }
        Signed {
            method: "GET",
            url: url.into(),
            headers: Vec::new(),
            body: String::new(),
            bytes: None,
        }
    }
}

/// One client for all tests. It keeps no connection, since connections belong to the
/// runtime of the test that made them.
pub(crate) fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap()
    })
}

impl Signed {
    /// The same with another body.
    pub(crate) fn with_body(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let method = reqwest::Method::from_bytes(self.method.as_bytes()).unwrap();
        let body = self.bytes.unwrap_or_else(|| self.body.into_bytes());
        let is_empty = body.is_empty();
        let mut request = client().request(method, &self.url).body(body);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if self.method == "PUT" && is_empty {
            request = request.header("content-length", "0");
        }
        let response = request.send().await.unwrap();
        let content_type = response
            .headers()
            .get("content-type")
            .map(|value| value.to_str().unwrap().to_owned())
            .unwrap_or_default();
        Answer {
            status: response.status().as_u16(),
            content_type,
            headers: response.headers().clone(),
            body: String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned(),
        }
    }
}

impl Answer {
    /// The text of the first element of this name.
    pub(crate) fn text(&self, name: &str) -> String {
        let document = roxmltree::Document::parse(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.body));
        document
            .descendants()
            .find(|node| node.is_element() && node.tag_name().name() == name)
            .and_then(|node| node.text())
            .unwrap_or_default()
            .to_owned()
    }

    /// Asserts that it is this error response.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str, message: &str) {
        let found = match self.content_type.contains("json") {
            true => {
                let json: serde_json::Value = serde_json::from_str(&self.body).unwrap();
                let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
                (self.status, text("__type"), text("message"))
            }
            false => (self.status, self.text("Code"), self.text("Message")),
        };
        assert_eq!(found, (status, code.to_owned(), message.to_owned()), "{}", self.body);
    }

    /// Asserts that it is a success.
    #[track_caller]
    pub(crate) fn allowed(&self) -> &Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }
}
