//! `organizations:DescribeOrganization`, answered here: no emulator knows of the gate's policies.
//!
//! Source: AWS Organizations API reference, `DescribeOrganization`, `Organization`.

use fed_types::AccountId;
use serde_json::json;

use super::{Organization, OrganizationId};
use crate::error_response::ErrorResponse;

/// The operation.
pub(crate) const DESCRIBE: &str = "DescribeOrganization";

/// The organization's id where nobody has said it.
const ID: &str = "o-fedlab0000";
/// Accounts of which one manages the organization, for an account that its policies bind: they would
/// not bind the one that manages it.
const MANAGEMENT: [&str; 2] = ["999999999999", "999999999998"];

/// Why nothing else is asked of the organization: an emulator would make another one, whose
/// policies bind nobody, and tell of that.
pub(crate) fn not_asked(action: &str) -> ErrorResponse {
    ErrorResponse::Undecidable(format!(
        "the organization is the one that the gate's owner has put the account into \
         (`--service-control-policies FILE`, or `[organization]` in a world file); what `{action}` \
         made would bind nobody, so the gate refuses it"
    ))
}

/// The organization that the account is in, in JSON.
///
/// # Errors
/// `AWSOrganizationsNotInUseException` where there is none.
pub(crate) fn describe(
    organization: &Organization,
    account: &AccountId,
) -> Result<String, ErrorResponse> {
    let id = match organization.id(account) {
        OrganizationId::None => {
            return Err(ErrorResponse::answered(
                400,
                "AWSOrganizationsNotInUseException",
                "Your account is not a member of an organization.",
            ));
        }
        OrganizationId::Unknown => ID.to_owned(),
        OrganizationId::Known(id) => id,
    };
    let other = MANAGEMENT.into_iter().find(|other| *other != account.as_str());
    let other = other.filter(|_| organization.binds(account));
    let management = other.unwrap_or(account.as_str());
    let mut types = vec![json!({"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"})];
    if !organization.resource_control_policies(account).is_empty() {
        types.push(json!({"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}));
    }
    let arn = |what: &str| format!("arn:aws:organizations::{management}:{what}");
    let organization = json!({
        "Id": id,
        "Arn": arn(&format!("organization/{id}")),
        "FeatureSet": "ALL",
        "MasterAccountArn": arn(&format!("account/{id}/{management}")),
        "MasterAccountId": management,
        "MasterAccountEmail": "management@example.com",
        "AvailablePolicyTypes": types,
    });
    Ok(json!({ "Organization": organization }).to_string())
}
