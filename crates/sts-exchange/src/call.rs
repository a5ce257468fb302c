//! One call to STS through its SDK, without the SDK's own retries.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::timeout::TimeoutConfig;
use aws_sdk_sts::config::{BehaviorVersion, Builder, Region};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId;
use aws_sdk_sts::primitives::DateTimeFormat;
use aws_sdk_sts::types::{AssumedRoleUser, PolicyDescriptorType};
use fed_types::{RoleArn, Secret, TemporaryCredentials, UnixTime};

use crate::http::http_client;
use crate::server_date::ServerDate;
use crate::{
    AssumedRole, ExchangeRequest, InvalidRequest, SessionDuration, SessionPolicy, StsEndpoint,
};

/// What one call came to, when not to credentials.
#[derive(Debug)]
pub(crate) enum Failure {
    /// STS answered with an error.
    Answered { code: String, message: String, status: u16, request_id: Option<String> },
    /// No answer.
    NoAnswer(Box<dyn std::error::Error + Send + Sync>),
    /// An answer that is not STS's.
    Unreadable { status: Option<u16> },
}

/// STS at one endpoint. The HTTP client is made once for all tries and all roles of a chain.
pub(crate) struct Sts {
    config: Builder,
    date: ServerDate,
}

impl Sts {
    pub(crate) fn at(
        endpoint: &StsEndpoint,
        answer_time: Duration,
    ) -> Result<Self, InvalidRequest> {
        let url = endpoint.endpoint_url.as_deref();
        let date = ServerDate::default();
        let mut config = aws_sdk_sts::Config::builder().interceptor(date.clone());
        config.set_endpoint_url(endpoint.endpoint_url.clone());
        let config = config
            .http_client(http_client(
                url,
                &endpoint.proxies,
                endpoint.certificate_authorities.as_ref(),
            )?)
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(endpoint.region.clone()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(answer_time).build());
        Ok(Self { config, date })
    }

    fn client(&self, credentials: Option<Credentials>) -> Client {
        let config = self.config.clone();
        Client::from_conf(match credentials {
            Some(credentials) => config.credentials_provider(credentials).build(),
            None => config.build(),
        })
    }
}

/// What both calls are asked and answer in the same words. The SDK gives the two no type in
/// common, hence a macro. `$person` is what `$output` says about who signed in.
macro_rules! assume {
    ($sts:expr, $call:expr, $session:expr, $output:ident => $person:expr) => {{
        let session: Session<'_> = $session;
        let $output = $call
            .role_arn(session.role_arn.as_str())
            .role_session_name(session.name)
            .set_duration_seconds(session.seconds)
            .set_policy(session.policy)
            .set_policy_arns(session.policy_arns)
            .send()
            .await
            .map_err(failure)?;
        #[expect(deprecated, reason = "what STS still answers and the aws CLI prints")]
        let packed = $output.packed_policy_size;
        let Person { subject, provider, audience } = $person;
        let user = $output.assumed_role_user;
        let assumed = assumed($output.credentials, user, packed, $output.source_identity)?;
        let server_date = $sts.date.last();
        Ok(AssumedRole { subject, provider, audience, server_date, ..assumed })
    }};
}

/// What is asked of a role; the session policy and the duration of the last one only.
struct Session<'a> {
    role_arn: &'a RoleArn,
    name: &'a str,
    seconds: Option<i32>,
    policy: Option<String>,
    policy_arns: Option<Vec<PolicyDescriptorType>>,
}

impl<'a> Session<'a> {
    fn of(request: &'a ExchangeRequest, role_arn: &'a RoleArn, last: bool) -> Self {
        let (policy, policy_arns) = policies(last.then_some(&request.session_policy));
        let seconds = last.then(|| seconds(request.duration)).flatten();
        Self { role_arn, name: request.session_name.as_str(), seconds, policy, policy_arns }
    }
}

/// What the web identity tells about the person.
struct Person {
    subject: Option<String>,
    provider: Option<String>,
    audience: Option<String>,
}

/// `AssumeRoleWithWebIdentity`: unsigned, whatever credentials are around.
pub(crate) async fn web_identity(
    request: &ExchangeRequest,
    sts: &Sts,
) -> Result<AssumedRole, Failure> {
    let session = Session::of(request, &request.role_arn, request.chain.is_empty());
    let call = sts.client(None).assume_role_with_web_identity();
    assume!(sts, call.web_identity_token(request.token.expose()), session, output => Person {
        subject: output.subject_from_web_identity_token,
        provider: output.provider,
        audience: output.audience,
    })
}

/// `AssumeRole` with the credentials of the role before; what the web identity told about
/// the person is kept.
pub(crate) async fn next_role(
    before: AssumedRole,
    role_arn: &RoleArn,
    last: bool,
    request: &ExchangeRequest,
    sts: &Sts,
) -> Result<AssumedRole, Failure> {
    let credentials = Credentials::new(
        before.credentials.access_key_id.clone(),
        before.credentials.secret_access_key.expose(),
        Some(before.credentials.session_token.expose().to_owned()),
        None,
        "sts-exchange",
    );
    let session = Session::of(request, role_arn, last);
    assume!(sts, sts.client(Some(credentials)).assume_role(), session, output => Person {
        subject: before.subject,
        provider: before.provider,
        audience: before.audience,
    })
}

fn seconds(duration: Option<SessionDuration>) -> Option<i32> {
    duration.and_then(|duration| i32::try_from(duration.seconds()).ok())
}

fn policies(policy: Option<&SessionPolicy>) -> (Option<String>, Option<Vec<PolicyDescriptorType>>) {
    let Some(policy) = policy else { return (None, None) };
    let arns: Vec<_> =
        policy.arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect();
    (policy.document.clone(), (!arns.is_empty()).then_some(arns))
}

fn assumed(
    credentials: Option<aws_sdk_sts::types::Credentials>,
    user: Option<AssumedRoleUser>,
    packed_policy_size: Option<i32>,
    source_identity: Option<String>,
) -> Result<AssumedRole, Failure> {
    let unreadable = Failure::Unreadable { status: Some(200) };
    let (Some(credentials), Some(user)) = (credentials, user) else { return Err(unreadable) };
    let expiration = credentials.expiration.fmt(DateTimeFormat::DateTime).ok();
    let Some(expiration) = expiration.as_deref().and_then(UnixTime::parse_rfc3339) else {
        return Err(unreadable);
    };
    let parts =
        [&credentials.access_key_id, &credentials.secret_access_key, &credentials.session_token];
    if parts.iter().any(|part| part.is_empty()) {
        return Err(unreadable);
    }
    Ok(AssumedRole {
        credentials: TemporaryCredentials {
            access_key_id: credentials.access_key_id,
            secret_access_key: Secret::new(credentials.secret_access_key),
            session_token: Secret::new(credentials.session_token),
            expiration,
        },
        assumed_role_id: user.assumed_role_id,
        assumed_role_arn: user.arn,
        subject: None,
        provider: None,
        audience: None,
        packed_policy_size,
        source_identity,
        server_date: None,
    })
}

/// The SDK's error taken apart. Its `Debug` and sources can hold a whole answer, and an
/// answer can hold credentials, so only what is named here goes on.
fn failure<E>(error: SdkError<E, aws_sdk_sts::config::http::HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + RequestId + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let error = context.err();
            match (error.code(), error.message()) {
                (Some(code), message) => Failure::Answered {
                    code: code.to_owned(),
                    message: message.unwrap_or_default().to_owned(),
                    status,
                    request_id: error.request_id().map(str::to_owned),
                },
                (None, _) => Failure::Unreadable { status: Some(status) },
            }
        }
        SdkError::ResponseError(context) => {
            Failure::Unreadable { status: Some(context.raw().status().as_u16()) }
        }
        other => match other.into_source() {
            Ok(source) => Failure::NoAnswer(source),
            Err(_) => Failure::Unreadable { status: None },
        },
    }
}
