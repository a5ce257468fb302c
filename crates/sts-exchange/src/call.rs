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

use crate::http;
use crate::{AssumedRole, ExchangeRequest, SessionDuration, SessionPolicy, StsEndpoint};

/// For one call, from connecting to the last byte. STS itself waits up to 5 s for an
/// issuer's keys.
const CALL_TIMEOUT: Duration = Duration::from_secs(10);

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
}

impl Sts {
    pub(crate) fn at(endpoint: &StsEndpoint) -> Self {
        let mut config = aws_sdk_sts::Config::builder();
        config.set_endpoint_url(endpoint.endpoint_url.clone());
        let config = config
            .http_client(http::client(endpoint.endpoint_url.as_deref()))
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(endpoint.region.clone()))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(CALL_TIMEOUT).build());
        Self { config }
    }

    fn client(&self, credentials: Option<Credentials>) -> Client {
        let config = self.config.clone();
        Client::from_conf(match credentials {
            Some(credentials) => config.credentials_provider(credentials).build(),
            None => config.build(),
        })
    }
}

/// `AssumeRoleWithWebIdentity`: unsigned, whatever credentials are around.
pub(crate) async fn web_identity(
    request: &ExchangeRequest,
    sts: &Sts,
) -> Result<AssumedRole, Failure> {
    let last = request.chain.is_empty();
    let (document, arns) = policies(last.then_some(&request.session_policy));
    let output = sts
        .client(None)
        .assume_role_with_web_identity()
        .role_arn(request.role_arn.as_str())
        .role_session_name(request.session_name.as_str())
        .web_identity_token(request.token.expose())
        .set_duration_seconds(last.then(|| seconds(request.duration)).flatten())
        .set_policy(document)
        .set_policy_arns(arns)
        .send()
        .await
        .map_err(failure)?;
    #[expect(deprecated, reason = "what STS still answers and the aws CLI prints")]
    let packed = output.packed_policy_size;
    Ok(AssumedRole {
        subject: output.subject_from_web_identity_token,
        provider: output.provider,
        audience: output.audience,
        ..assumed(output.credentials, output.assumed_role_user, packed, output.source_identity)?
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
    let (document, arns) = policies(last.then_some(&request.session_policy));
    let output = sts
        .client(Some(credentials))
        .assume_role()
        .role_arn(role_arn.as_str())
        .role_session_name(request.session_name.as_str())
        .set_duration_seconds(last.then(|| seconds(request.duration)).flatten())
        .set_policy(document)
        .set_policy_arns(arns)
        .send()
        .await
        .map_err(failure)?;
    #[expect(deprecated, reason = "what STS still answers and the aws CLI prints")]
    let packed = output.packed_policy_size;
    Ok(AssumedRole {
        subject: before.subject,
        provider: before.provider,
        audience: before.audience,
        ..assumed(output.credentials, output.assumed_role_user, packed, output.source_identity)?
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
    if credentials.access_key_id.is_empty() || credentials.secret_access_key.is_empty() {
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
