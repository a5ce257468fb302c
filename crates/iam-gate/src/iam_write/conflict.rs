//! What must be gone before something else can go, and emulators take away with it or leave
//! behind without it.
//!
//! Source: IAM API reference, DeleteUser, DeleteGroup, DeletePolicy, DeletePolicyVersion,
//! CreateAccountAlias; the sentences are what IAM answers.

use crate::account::Answered;
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::state::State;
use crate::wire::Parameters;

/// Something that holds another: the question that tells of it, the parameter that the question
/// and the deletion share, the list in its answer, and what IAM says.
type Holding = (&'static str, &'static str, &'static str, &'static str);

const OF_USERS: [Holding; 8] = [
    ("ListGroupsForUser", "UserName", "Groups", "must remove users from group first."),
    ("ListAccessKeys", "UserName", "AccessKeyMetadata", "must delete access keys first."),
    ("ListMFADevices", "UserName", "MFADevices", "must delete MFA device first."),
    ("GetLoginProfile", "UserName", "LoginProfile", "must delete login profile first."),
    ("ListAttachedUserPolicies", "UserName", "AttachedPolicies", "must detach all policies first."),
    ("ListUserPolicies", "UserName", "PolicyNames", "must delete policies first."),
    (
        "ListSigningCertificates",
        "UserName",
        "Certificates",
        "must remove referenced objects first.",
    ),
    ("ListSSHPublicKeys", "UserName", "SSHPublicKeys", "must remove referenced objects first."),
];

const OF_GROUPS: [Holding; 3] = [
    ("GetGroup", "GroupName", "Users", "must remove users from group first."),
    (
        "ListAttachedGroupPolicies",
        "GroupName",
        "AttachedPolicies",
        "must detach all policies first.",
    ),
    ("ListGroupPolicies", "GroupName", "PolicyNames", "must delete policies first."),
];

/// Refuses to delete what is in use, and an alias that the account has already.
///
/// # Errors
/// `DeleteConflict` and `EntityAlreadyExists`, 409; what stands against asking.
pub(super) async fn check(
    state: &State,
    caller: &Caller,
    operation: &str,
    parameters: &Parameters,
) -> Result<(), ErrorResponse> {
    let looking = Looking { state, caller, parameters };
    match operation {
        "DeleteUser" => looking.held_by(&OF_USERS).await,
        "DeleteGroup" => looking.held_by(&OF_GROUPS).await,
        "DeletePolicy" => looking.policy().await,
        "DeletePolicyVersion" => looking.version().await,
        "CreateAccountAlias" => looking.alias().await,
        _ => Ok(()),
    }
}

fn conflict(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::answered(409, "DeleteConflict", message)
}

struct Looking<'a> {
    state: &'a State,
    caller: &'a Caller,
    parameters: &'a Parameters,
}

impl Looking<'_> {
    /// The texts of the first element of that name in the emulator's answer, one for each
    /// element in it. None where it answers with an error: what is not there holds nothing.
    async fn listed(
        &self,
        question: &str,
        parameter: &str,
        list: &str,
    ) -> Result<Vec<String>, ErrorResponse> {
        let upstream = &self.state.upstream;
        let account = self.caller.account_id();
        let given = self.parameters.get(parameter);
        let answer = match given {
            Some(given) => upstream.ask_iam(account, question, [(parameter, given)]).await?,
            None => upstream.ask_iam(account, question, []).await?,
        };
        if !answer.is_success() {
            return Ok(Vec::new());
        }
        let answered = Answered::read(&answer, question)?;
        let elements = answered.first(list).into_iter().flat_map(|found| found.children());
        let elements = elements.filter(roxmltree::Node::is_element);
        Ok(elements.map(|element| element.text().unwrap_or_default().to_owned()).collect())
    }

    async fn held_by(&self, holdings: &[Holding]) -> Result<(), ErrorResponse> {
        for (question, parameter, list, message) in holdings {
            if !self.listed(question, parameter, list).await?.is_empty() {
                return Err(conflict(format!("Cannot delete entity, {message}")));
            }
        }
        Ok(())
    }

    /// Attached to nobody, nobody's boundary, and with one version.
    async fn policy(&self) -> Result<(), ErrorResponse> {
        const PARAMETER: &str = "PolicyArn";
        for list in ["PolicyGroups", "PolicyUsers", "PolicyRoles"] {
            if !self.listed("ListEntitiesForPolicy", PARAMETER, list).await?.is_empty() {
                return Err(conflict("Cannot delete a policy attached to entities."));
            }
        }
        if self.listed("ListPolicyVersions", PARAMETER, "Versions").await?.len() > 1 {
            return Err(conflict(
                "This policy has more than one version. Before you delete a policy, you must \
                 delete the policy's versions. The default version is deleted with the policy.",
            ));
        }
        Ok(())
    }

    async fn version(&self) -> Result<(), ErrorResponse> {
        let answer = self.state.upstream.ask_iam(
            self.caller.account_id(),
            "GetPolicy",
            [("PolicyArn", self.parameters.get("PolicyArn").unwrap_or_default())],
        );
        let answer = answer.await?;
        if !answer.is_success() {
            return Ok(());
        }
        let answered = Answered::read(&answer, "GetPolicy")?;
        let default = answered.text("DefaultVersionId");
        match default.is_some() && default == self.parameters.get("VersionId") {
            true => Err(conflict("Cannot delete the default version of a policy.")),
            false => Ok(()),
        }
    }

    async fn alias(&self) -> Result<(), ErrorResponse> {
        let wanted = self.parameters.get("AccountAlias").unwrap_or_default();
        let held = self.listed("ListAccountAliases", "", "AccountAliases").await?;
        match held.iter().any(|alias| alias == wanted) {
            true => Err(ErrorResponse::answered(
                409,
                "EntityAlreadyExists",
                format!("The account alias {wanted} already exists."),
            )),
            false => Ok(()),
        }
    }
}
