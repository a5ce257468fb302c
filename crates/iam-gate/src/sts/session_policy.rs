//! Session policies: inline and managed.

use iam_policy::{NamedPolicy, PolicyKind};

use super::constraints::Constraints;
use crate::account::{Account, readable};
use crate::error_response::ErrorResponse;
use crate::state::State;

/// Characters that inline and managed session policies may have together.
const PLAINTEXT: usize = 2048;

/// The session policies a call asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionPolicies {
    inline: Option<String>,
    managed: Vec<String>,
}

impl SessionPolicies {
    /// Reads `Policy` and `PolicyArns`.
    pub(super) fn read(constraints: &mut Constraints<'_>) -> Self {
        Self::read_up_to(constraints, PLAINTEXT)
    }

    /// The same where the API model sets no limit to `Policy`: only the packing does.
    pub(super) fn read_unrestricted(constraints: &mut Constraints<'_>) -> Self {
        Self::read_up_to(constraints, usize::MAX)
    }

    fn read_up_to(constraints: &mut Constraints<'_>, longest: usize) -> Self {
        let (inline, managed) = constraints.session_policies(longest);
        Self {
            inline: inline.map(str::to_owned),
            managed: managed.into_iter().map(str::to_owned).collect(),
        }
    }

    /// `Policy`
    pub(super) fn inline(&self) -> Option<&str> {
        self.inline.as_deref()
    }

    /// `PolicyArns`
    pub(super) fn managed(&self) -> &[String] {
        &self.managed
    }

    /// How much of the space for packed policies and tags is used, in percent; `None` when
    /// nothing is packed, and then AWS says nothing of it.
    pub(super) fn packed_size(&self, tags: &[(String, String)]) -> Option<u32> {
        let tags: usize = tags.iter().map(|(key, value)| key.len() + value.len()).sum();
        let length = self.inline.as_ref().map_or(0, String::len)
            + self.managed.iter().map(String::len).sum::<usize>()
            + tags;
        let percent = u32::try_from(length * 100 / PLAINTEXT).unwrap_or(u32::MAX);
        (length > 0).then_some(percent.max(1))
    }

    /// Compiles them. `None` when there are none: the session is not limited.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`; `PackedPolicyTooLarge`; `ValidationError` for a managed
    /// policy that is not there.
    pub(super) async fn compile(
        &self,
        state: &State,
        account: &Account,
        tags: &[(String, String)],
    ) -> Result<Option<Vec<NamedPolicy>>, ErrorResponse> {
        if let Some(percent) = self.packed_size(tags).filter(|percent| *percent > 100) {
            return Err(ErrorResponse::answered(
                400,
                "PackedPolicyTooLarge",
                format!(
                    "Packed policy consumes {percent}% of allotted space, please use smaller \
                     policy."
                ),
            ));
        }
        if self.inline.is_none() && self.managed.is_empty() {
            return Ok(None);
        }
        let mut policies = Vec::new();
        if let Some(text) = &self.inline {
            let held = state.documents.compile("session policy", text, PolicyKind::Session);
            policies.push(held.map_err(|fault| {
                let message = iam_policy::sts::session_policy(text).err();
                let message = message.unwrap_or_else(|| fault.reason().to_owned());
                ErrorResponse::answered(400, "MalformedPolicyDocument", message)
            })?);
        }
        for arn in &self.managed {
            let missing = |_| ErrorResponse::validation(format!("{arn} is invalid"));
            let held = account.reading().limiting(arn, PolicyKind::Session).await;
            let held = held.map_err(missing)?;
            policies.push(readable(held)?);
        }
        Ok(Some(policies))
    }
}
