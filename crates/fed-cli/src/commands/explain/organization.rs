//! Whether an organization's policies can bear on what is asked: the account is in none, or
//! manages it, or nobody here can read them.
//!
//! Source: AWS Organizations user guide, "Service control policies (SCPs)", "Resource control
//! policies (RCPs)": neither affects the management account, and both need all features; API
//! reference, `DescribeOrganization`: every account may ask, a member may read no policies.

use serde_json::{Value, json};

use super::ask::{Asker, Refused};
use crate::context::Context;
use crate::settings::Settings;

/// The target of the question.
const DESCRIBE: &str = "AWSOrganizationsV20161128.DescribeOrganization";
/// Organizations is one for all regions, and is signed for this one.
const REGION: &str = "us-east-1";
/// The code by which it is said that there is none.
const NO_ORGANIZATION: &str = "AWSOrganizationsNotInUseException";

/// Why an organization's policies may bear on an account.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MayBear {
    /// In words.
    pub(super) why: String,
    /// Whether it is known to be a member of one.
    pub(super) is_member: bool,
}

/// Asks whether any organization's policies bear on the account.
///
/// # Errors
/// Why they may.
pub(super) async fn bears_on_nothing(
    context: Context<'_>,
    settings: &Settings,
    account: &str,
) -> Result<(), MayBear> {
    let unread = |why: String| format!("the policies of an organization were not read: {why}");
    let unknown = |why: String| MayBear { why: unread(why), is_member: false };
    let asker = Asker::of(context, settings).await.map_err(unknown)?;
    let answer = asker.json("organizations", REGION, DESCRIBE, &json!({})).await;
    match answer {
        Err(Refused { code: Some(code), .. }) if code == NO_ORGANIZATION => Ok(()),
        Err(refused) => Err(unknown(refused.to_string())),
        Ok(answer) => limits(&answer, account)
            .map_err(|bears| MayBear { why: unread(bears.why), is_member: bears.is_member }),
    }
}

/// Whether the account manages its organization, or that consolidates bills alone.
fn limits(answer: &Value, account: &str) -> Result<(), MayBear> {
    let told = |name: &str| answer.pointer(&format!("/Organization/{name}"))?.as_str();
    let (Some(id), Some(management), Some(features)) =
        (told("Id"), told("MasterAccountId"), told("FeatureSet"))
    else {
        let why = "`DescribeOrganization` is not answered as it should be".to_owned();
        return Err(MayBear { why, is_member: false });
    };
    if management == account || features == "CONSOLIDATED_BILLING" {
        return Ok(());
    }
    let why = format!(
        "`{account}` is a member of `{id}`, whose policies its management account `{management}` \
         can read"
    );
    Err(MayBear { why, is_member: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(features: &str, management: &str) -> Result<(), MayBear> {
        let organization =
            json!({"Id": "o-a", "MasterAccountId": management, "FeatureSet": features});
        limits(&json!({ "Organization": organization }), "111122223333")
    }

    #[test]
    fn a_member_is_bound_and_the_management_account_is_not() {
        assert_eq!(told("ALL", "111122223333"), Ok(()));
        assert_eq!(told("CONSOLIDATED_BILLING", "444455556666"), Ok(()));
        let why = "`111122223333` is a member of `o-a`, whose policies its management account \
                   `444455556666` can read"
            .to_owned();
        assert_eq!(told("ALL", "444455556666"), Err(MayBear { why, is_member: true }));
    }

    #[test]
    fn an_answer_to_something_else_says_nothing() {
        for answer in [json!({}), json!({"Organization": {}}), json!({"Organization": null})] {
            let why = "`DescribeOrganization` is not answered as it should be".to_owned();
            let expected = Err(MayBear { why, is_member: false });
            assert_eq!(limits(&answer, "111122223333"), expected);
        }
    }
}
