//! What must be gone before something else can go, and emulators take away with it or leave
//! behind without it.
//!
//! Source: IAM API reference, DeleteUser, DeleteGroup, DeletePolicy, DeletePolicyVersion,
//! CreateAccountAlias; the sentences are what IAM answers.

use super::writing::Writing;
use crate::account::{Answered, Holder};
use crate::error_response::ErrorResponse;
use crate::state::State;

/// Something that holds another: the question that tells of it, the list in its answer, and what
/// IAM says. The question shares its parameter with the deletion.
type Holding = (&'static str, &'static str, &'static str);

const OF_USERS: [Holding; 6] = [
    ("ListGroupsForUser", "Groups", "must remove users from group first."),
    ("ListAccessKeys", "AccessKeyMetadata", "must delete access keys first."),
    ("ListMFADevices", "MFADevices", "must delete MFA device first."),
    ("GetLoginProfile", "LoginProfile", "must delete login profile first."),
    ("ListSigningCertificates", "Certificates", "must remove referenced objects first."),
    ("ListSSHPublicKeys", "SSHPublicKeys", "must remove referenced objects first."),
];

const OF_GROUPS: [Holding; 1] = [("GetGroup", "Users", "must remove users from group first.")];

/// Of whoever can hold policies, who stands for `{}`.
const OF_HOLDERS: [Holding; 2] = [
    ("ListAttached{}Policies", "AttachedPolicies", "must detach all policies first."),
    ("List{}Policies", "PolicyNames", "must delete policies first."),
];

/// Refuses to delete what is in use, and an alias that the account has already.
///
/// # Errors
/// `DeleteConflict` and `EntityAlreadyExists`, 409; what stands against asking.
pub(super) async fn check(state: &State, writing: Writing<'_>) -> Result<(), ErrorResponse> {
    let looking = Looking { state, writing };
    match writing.operation {
        "DeleteUser" => looking.held_by(Holder::User, &OF_USERS).await,
        "DeleteGroup" => looking.held_by(Holder::Group, &OF_GROUPS).await,
        "DeletePolicy" => looking.policy().await,
        "DeletePolicyVersion" => looking.version().await,
        "CreateAccountAlias" => looking.alias().await,
        _ => Ok(()),
    }
}

fn conflict(message: impl Into<String>) -> ErrorResponse {
    ErrorResponse::answered(409, "DeleteConflict", message)
}

/// Asks the emulator what it holds already.
pub(super) struct Looking<'a> {
    pub(super) state: &'a State,
    pub(super) writing: Writing<'a>,
}

impl Looking<'_> {
    /// The texts of the first element of that name in the emulator's answer, one for each
    /// element in it. None where it answers with an error: what is not there holds nothing.
    pub(super) async fn listed(
        &self,
        question: &str,
        parameter: &str,
        list: &str,
    ) -> Result<Vec<String>, ErrorResponse> {
        let upstream = &self.state.upstream;
        let account = self.writing.caller.account_id();
        let given = self.writing.parameters.get(parameter);
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

    async fn held_by(&self, holder: Holder, own: &[Holding]) -> Result<(), ErrorResponse> {
        let (word, parameter) = (holder.word(), format!("{}Name", holder.word()));
        for (question, list, message) in own.iter().chain(&OF_HOLDERS) {
            let question = question.replace("{}", word);
            if !self.listed(&question, &parameter, list).await?.is_empty() {
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
        if self.writing.reading().is_boundary(self.writing.name(PARAMETER)).await? {
            return Err(conflict("Cannot delete a policy attached to entities."));
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
            self.writing.caller.account_id(),
            "GetPolicy",
            [("PolicyArn", self.writing.name("PolicyArn"))],
        );
        let answer = answer.await?;
        if !answer.is_success() {
            return Ok(());
        }
        let answered = Answered::read(&answer, "GetPolicy")?;
        let default = answered.text("DefaultVersionId");
        match default.is_some() && default == self.writing.parameters.get("VersionId") {
            true => Err(conflict("Cannot delete the default version of a policy.")),
            false => Ok(()),
        }
    }

    async fn alias(&self) -> Result<(), ErrorResponse> {
        let wanted = self.writing.name("AccountAlias");
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
