//! What the expectations are about: the policies, read and compiled.

use serde_json::Value;

use super::{Expectations, InvalidExpectations};
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::policy_set::{NamedPolicy, PolicySet};
use crate::web_identity::OidcProvider;

/// Policies and facts that all tests of a file share.
pub(super) struct Subject {
    pub(super) trust: Option<Policy>,
    /// All but the trust policy.
    pub(super) policies: PolicySet,
    pub(super) role_arn: String,
    pub(super) max_session_duration: Option<u32>,
    /// The account's providers; `None` where the file names none.
    pub(super) providers: Option<Vec<OidcProvider>>,
}

/// Gives the text of a file that the expectations name, or says why it cannot.
pub(super) type Read<'r> = dyn FnMut(&str) -> Result<String, String> + 'r;

const ROLE: &str = "arn:aws:iam::123456789012:role/role";

impl Subject {
    pub(super) fn of(
        file: &Expectations,
        read: &mut Read<'_>,
    ) -> Result<Self, InvalidExpectations> {
        let mut reader = Reader { read };
        let trust = (&file.trust_policy_file, &file.trust_policy);
        let trust = reader.one(trust, "trust_policy", PolicyKind::Trust)?;
        let boundary = (&file.permissions_boundary_file, &file.permissions_boundary);
        let boundary = reader.one(boundary, "permissions_boundary", PolicyKind::Boundary)?;
        let resource = (&file.resource_policy_file, &file.resource_policy);
        let resource = reader.one(resource, "resource_policy", PolicyKind::Resource)?;
        let identity = (&file.identity_policy_files[..], &file.identity_policies[..]);
        let session = (&file.session_policy_files[..], &file.session_policies[..]);
        let session = reader.list(session, "session_policies", PolicyKind::Session)?;
        let levels = (&file.service_control_policy_files[..], &file.service_control_policies[..]);
        let resource_levels =
            (&file.resource_control_policy_files[..], &file.resource_control_policies[..]);
        let policies = PolicySet {
            identity: reader.list(identity, "identity_policies", PolicyKind::Identity)?,
            boundary,
            session: Some(session).filter(|session| !session.is_empty()),
            service_control: reader.levels(
                levels,
                "service_control_policies",
                PolicyKind::ServiceControl,
            )?,
            resource_control: reader.levels(
                resource_levels,
                "resource_control_policies",
                PolicyKind::ResourceControl,
            )?,
            resource,
        };
        if trust.is_none() && policies.identity.is_empty() && policies.resource.is_none() {
            return Err(InvalidExpectations::Contents(
                "expected a trust policy, an identity-based policy or a resource-based policy to \
                 test, found none"
                    .to_owned(),
            ));
        }
        let role_arn = file.role_arn.clone().unwrap_or_else(|| ROLE.to_owned());
        let account = crate::arn::account(&role_arn).unwrap_or_default();
        let provider = |provider: &super::ProviderEntry| {
            let url = provider.url.strip_prefix("https://").unwrap_or(&provider.url).to_owned();
            OidcProvider {
                arn: format!("arn:aws:iam::{account}:oidc-provider/{url}"),
                url,
                client_ids: provider.client_ids.clone(),
            }
        };
        Ok(Self {
            trust: trust.map(|named| Policy::clone(&named.policy)),
            providers: file.providers.as_ref().map(|all| all.iter().map(provider).collect()),
            max_session_duration: file.max_session_duration,
            policies,
            role_arn,
        })
    }
}

struct Reader<'a, 'r> {
    read: &'a mut Read<'r>,
}

impl Reader<'_, '_> {
    fn file(&mut self, name: &str, kind: PolicyKind) -> Result<NamedPolicy, InvalidExpectations> {
        let text = (self.read)(name).map_err(|reason| {
            InvalidExpectations::Contents(format!("cannot read `{name}`: {reason}"))
        })?;
        named(&text, kind, name)
    }

    /// In a file or here, not both.
    fn one(
        &mut self,
        (file, here): (&Option<String>, &Option<Value>),
        name: &str,
        kind: PolicyKind,
    ) -> Result<Option<NamedPolicy>, InvalidExpectations> {
        match (file, here) {
            (Some(_), Some(_)) => Err(InvalidExpectations::Contents(format!(
                "expected `{name}_file` or `{name}`, found both"
            ))),
            (Some(file), None) => self.file(file, kind).map(Some),
            (None, Some(policy)) => named(&policy.to_string(), kind, name).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn list(
        &mut self,
        (files, here): (&[String], &[Value]),
        name: &str,
        kind: PolicyKind,
    ) -> Result<Vec<NamedPolicy>, InvalidExpectations> {
        let mut policies = Vec::new();
        for file in files {
            policies.push(self.file(file, kind)?);
        }
        for (index, policy) in here.iter().enumerate() {
            policies.push(named(&policy.to_string(), kind, &format!("{name}[{index}]"))?);
        }
        Ok(policies)
    }

    /// One list for each level of an organization.
    fn levels(
        &mut self,
        (files, here): (&[Vec<String>], &[Vec<Value>]),
        name: &str,
        kind: PolicyKind,
    ) -> Result<Vec<Vec<NamedPolicy>>, InvalidExpectations> {
        let mut levels = Vec::new();
        for files in files {
            levels.push(self.list((files, &[]), name, kind)?);
        }
        for (index, here) in here.iter().enumerate() {
            levels.push(self.list((&[], here), &format!("{name}[{index}]"), kind)?);
        }
        Ok(levels)
    }
}

fn named(text: &str, kind: PolicyKind, name: &str) -> Result<NamedPolicy, InvalidExpectations> {
    match Policy::parse(text, kind) {
        Ok(policy) => Ok(NamedPolicy::new(name, policy)),
        Err(source) => Err(InvalidExpectations::Policy { name: name.to_owned(), source }),
    }
}
