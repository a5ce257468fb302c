//! One exchange: the token for the role's credentials.

use fed_types::UnixTime;
use oidc_client::ClockSkew;
use sts_exchange::{
    AssumedRole, ExchangeError, ExchangeRequest, RetryPolicy, RoleSessionName, SessionDuration,
    SessionPolicy, StsEndpoint, StsErrorKind, exchange as call,
};

use super::TOLERATED_SKEW;
use crate::config::ConfigError;
use crate::context::Context;
use crate::identity::Identity;
use crate::settings::{RoleSettings, Service, Settings, proxies};
use crate::{Exit, Failure};

/// The session name where neither settings nor token give one.
pub(crate) const SESSION_NAME: &str = "fed-cli";

/// Exchanges the token as the settings say.
pub(crate) async fn exchange(
    context: Context<'_>,
    settings: &Settings,
    identity: &Identity,
) -> Result<AssumedRole, Failure> {
    let aws = settings.aws(&context.host.environment)?;
    let endpoint = StsEndpoint {
        region: settings.region(&aws)?.to_owned(),
        endpoint_url: aws.endpoint(Service::Sts).map(str::to_owned),
        proxies: proxies(&context.host.environment)?,
        certificate_authorities: aws.certificate_authorities(context.host)?,
    };
    let request = request(settings.role(&context.host.files)?, identity)?;
    call(&request, &endpoint, &RetryPolicy::STANDARD)
        .await
        .map_err(|error| failed(settings, &error, context.host.now()))
}

fn request(role: RoleSettings, identity: &Identity) -> Result<ExchangeRequest, Failure> {
    let session_name = match &role.session_name {
        Some(name) => name.parse::<RoleSessionName>().map_err(|error| ConfigError::Invalid {
            key: "role_session_name",
            why: error.to_string(),
            hint: error.hint(),
        })?,
        None => match RoleSessionName::from_claims(&identity.claims) {
            Some(name) => name,
            None => SESSION_NAME.parse().map_err(|error| {
                Failure::from_error(
                    Exit::Unexpected,
                    &error as &sts_exchange::InvalidRoleSessionName,
                )
            })?,
        },
    };
    let duration = match &role.duration {
        Some(text) => {
            Some(text.parse::<SessionDuration>().map_err(|error| ConfigError::Invalid {
                key: "duration",
                why: error.to_string(),
                hint: Some(error.hint()),
            })?)
        }
        None => None,
    };
    Ok(ExchangeRequest {
        token: identity.token.clone(),
        role_arn: role.role_arn,
        session_name,
        duration,
        session_policy: SessionPolicy {
            document: role.session_policy,
            arns: role.session_policy_arns,
        },
        chain: role.chain,
    })
}

fn failed(settings: &Settings, error: &ExchangeError, now: UnixTime) -> Failure {
    let failure = Failure::from_error(exit(error), error);
    let ExchangeError::Refused(refusal) = error else {
        return failure.advised_for(error.hint(), settings.named());
    };
    let signs_in = settings.source().is_ok_and(|source| source.needs_person());
    match clock_behind(refusal.kind(), now) {
        Some(seconds) => failure.hint(format!(
            "this machine's clock is {seconds} s behind AWS's, so that the token looked good: set \
             it, `sudo timedatectl set-ntp true`, then try again"
        )),
        None if refusal.needs_new_token() && !signs_in => {
            failure.hint("have the source of the token give a new one")
        }
        None => failure.advised_for(error.hint(), settings.named()),
    }
}

fn exit(error: &ExchangeError) -> Exit {
    match error {
        ExchangeError::Invalid(_) => Exit::InvalidConfiguration,
        ExchangeError::Refused(error) if is_denial(error.status(), error.kind()) => Exit::Denied,
        _ => Exit::Unexpected,
    }
}

/// How far this machine's clock is behind, where AWS says that a token is over, and what time it
/// has.
fn clock_behind(refusal: &StsErrorKind, now: UnixTime) -> Option<i64> {
    let StsErrorKind::Expired { now: Some(server_time), .. } = refusal else { return None };
    let skew = ClockSkew::measure(*server_time, now);
    (skew.exceeds(TOLERATED_SKEW) && skew.seconds() < 0).then(|| skew.seconds().saturating_neg())
}

/// Whether AWS said no. What may pass by itself is none: nothing that is kept is forgotten for it.
fn is_denial(status: u16, kind: &StsErrorKind) -> bool {
    (400..500).contains(&status)
        && !matches!(kind, StsErrorKind::Throttled | StsErrorKind::IssuerUnreachable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_behind_is_told_by_aws_own_time() {
        let at = UnixTime::from_seconds;
        let behind = |server_time: Option<i64>| {
            let expired = StsErrorKind::Expired { now: server_time.map(at), expiration: None };
            clock_behind(&expired, at(1_000))
        };
        assert_eq!(behind(Some(8_200)), Some(7_200));
        assert_eq!((behind(Some(1_060)), behind(Some(1_061))), (None, Some(61)));
        assert_eq!((behind(Some(100)), behind(None)), (None, None));
        assert_eq!(clock_behind(&StsErrorKind::NotAuthorized, at(0)), None);
    }

    #[test]
    fn a_denial_is_what_aws_says_no_to_and_not_what_may_pass() {
        for status in [400, 401, 403, 404, 409, 499] {
            assert!(is_denial(status, &StsErrorKind::NotAuthorized), "{status}");
            assert!(is_denial(status, &StsErrorKind::Unknown), "{status}");
        }
        for (status, kind) in [
            (400, StsErrorKind::Throttled),
            (429, StsErrorKind::Throttled),
            (400, StsErrorKind::IssuerUnreachable),
            (500, StsErrorKind::Server),
            (503, StsErrorKind::Server),
            (399, StsErrorKind::Unknown),
        ] {
            assert!(!is_denial(status, &kind), "{status} {kind:?}");
        }
    }
}
