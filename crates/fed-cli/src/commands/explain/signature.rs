//! Whether a token that a machine presents is signed by its issuer.

use iam_policy::web_identity::{Signature, SignatureFailure};
use oidc_client::{
    Client, Issuer, RelyingParty, SignInError, SigningAlgorithm, UnverifiedIdToken,
    VerificationRules, VerifyError,
};

use crate::context::Context;
use crate::identity::{HostClock, Identity};
use crate::settings::Settings;

/// Asks the issuer for its keys. Says why, where that cannot be found out.
pub(super) async fn check(
    context: Context<'_>,
    settings: &Settings,
    identity: &Identity,
) -> Result<Signature, String> {
    let cannot = |why: String| format!("could not check the token's signature: {why}");
    let text = identity.claims.issuer().unwrap_or_default();
    let text = if text == "accounts.google.com" { "https://accounts.google.com" } else { text };
    let issuer = Issuer::parse(text).map_err(|error| cannot(error.to_string()))?;
    let token = UnverifiedIdToken::parse(identity.token.expose())
        .map_err(|error| cannot(error.to_string()))?;
    let configured = settings.profile.issuer.as_deref() == Some(issuer.as_str());
    let discovery_url = if configured { settings.discovery_url().ok().flatten() } else { None };
    let http = settings.http(context.host).map_err(|error| cannot(error.message().to_owned()))?;
    let audience = identity.claims.audience().first().copied().unwrap_or_default();
    let client = Client::new(audience, None);
    let rules = VerificationRules {
        algorithms: SigningAlgorithm::ALL.to_vec(),
        ..VerificationRules::standard(&issuer)
    };
    let party = RelyingParty::discover(http, &issuer, discovery_url.as_ref(), client, rules)
        .await
        .map_err(|error| cannot(error.to_string()))?;
    match party.verify_presented(token, &HostClock(context.host.clock)).await {
        Ok(_) => Ok(Signature::Verified),
        Err(SignInError::Verify(error)) => Ok(signature(&error)),
        Err(error) => Err(cannot(error.to_string())),
    }
}

/// The signature is looked at before all else: any other fault means that it is right.
fn signature(error: &VerifyError) -> Signature {
    match error {
        VerifyError::UnknownKey { .. } | VerifyError::NoKey { .. } => {
            Signature::Failed(SignatureFailure::NoKey)
        }
        VerifyError::Malformed(_)
        | VerifyError::Algorithm { .. }
        | VerifyError::CriticalExtension
        | VerifyError::Signature => Signature::Failed(SignatureFailure::Invalid),
        VerifyError::AmbiguousKey { .. } => Signature::NotChecked,
        _ => Signature::Verified,
    }
}
