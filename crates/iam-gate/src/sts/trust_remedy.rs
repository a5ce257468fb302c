//! What would admit a token that a role's trust policy kept out.

use fed_types::RoleArn;
use iam_policy::mend::remedy;
use iam_policy::sts::{Outcome, ResourceControl};
use iam_policy::web_identity::{
    Clock, Parameters, Presented, Providers, Question, Signature, decide,
};

use super::web_identity::{find_account, providers_of, role_fact};
use crate::documents::UnreadablePolicies;
use crate::error_response::ErrorResponse;
use crate::kept_out::{KeptOut, TrustRemedy};
use crate::state::State;

/// Asks the decision once more, of the role as it is now and of a token that is as good as it was
/// then.
///
/// # Errors
/// What stands against reading the role and its account's providers.
pub(crate) async fn trust_remedy(
    state: &State,
    kept_out: &KeptOut,
) -> Result<TrustRemedy, UnreadablePolicies> {
    let unreadable = || ErrorResponse::Undecidable("what the token said was not kept".to_owned());
    let claims = kept_out.claims().ok_or_else(unreadable)?;
    let arn: RoleArn = kept_out.role_arn.parse().map_err(|_| unreadable())?;
    let account = find_account(state, &arn).await?;
    let providers = providers_of(account.as_ref()).await?;
    let over_role = account.as_ref().map(|found| &found.account.id);
    let over_role = over_role.map(|id| state.organization.resource_control_policies(id));
    let over_role = over_role.unwrap_or_default();
    let question = Question {
        parameters: Parameters::new(&kept_out.role_arn, &kept_out.role_session_name),
        token: Presented::Claims(&claims),
        signature: Signature::Verified,
        clock: Clock::WhileTokenIsCurrent,
        providers: Providers::Are(&providers),
        role: role_fact(account.as_ref()),
        resource_control: ResourceControl::Are(&over_role),
        surroundings: &kept_out.surroundings,
    };
    if matches!(decide(&question).outcome(), Outcome::Allowed) {
        return Ok(TrustRemedy::LetInNow);
    }
    let role = account.as_ref().and_then(|found| found.role.as_ref());
    let trust = role.and_then(|role| role.trust.as_ref().ok());
    let document = trust.map(|trust| trust.policy.text().to_owned()).unwrap_or_default();
    let remedy = remedy(&question, &document);
    Ok(TrustRemedy::KeptOut { document, remedy })
}
