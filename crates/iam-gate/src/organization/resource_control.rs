//! Resource control policies: who may use what an account holds, whoever he is.
//!
//! Source: AWS Organizations user guide, "Resource control policies (RCPs)", "RCP syntax".

use std::sync::Arc;

use iam_policy::{NamedPolicy, Policy, PolicyError, PolicyKind};

/// Resource control policies, one list each for the organization's root, every organizational
/// unit on the way, and the account that owns what is asked for. They bind everybody, whatever
/// account he is of. They only deny: AWS's own, which allows everything, is attached to every level.
#[derive(Clone, Debug, Default)]
pub struct ResourceControlPolicies {
    levels: Vec<Vec<NamedPolicy>>,
}

impl ResourceControlPolicies {
    /// One level more, below those there are: the policies that are attached to it, by name
    /// and document.
    ///
    /// ```
    /// use iam_gate::ResourceControlPolicies;
    ///
    /// let only_ours = r#"{"Version": "2012-10-17", "Statement": [
    ///     {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
    ///      "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}]}"#;
    /// let policies = ResourceControlPolicies::default().with_level([("only-ours", only_ours)])?;
    /// # Ok::<(), iam_policy::PolicyError>(())
    /// ```
    ///
    /// # Errors
    /// [`PolicyError`] with the place in the document that is at fault, also where Organizations
    /// takes no such policy.
    pub fn with_level<'t>(
        mut self,
        policies: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, PolicyError> {
        let compiled = policies.into_iter().map(|(name, document)| {
            let policy = Policy::parse(document, PolicyKind::ResourceControl)?;
            Ok(NamedPolicy::new(name, Arc::new(policy)))
        });
        self.levels.push(compiled.collect::<Result<_, _>>()?);
        Ok(self)
    }

    /// The names of the policies, level by level.
    pub fn names(&self) -> Vec<Vec<String>> {
        let names = |level: &Vec<NamedPolicy>| level.iter().map(|it| it.name.to_string()).collect();
        self.levels.iter().map(names).collect()
    }

    /// From the root down.
    pub(crate) fn levels(&self) -> &[Vec<NamedPolicy>] {
        &self.levels
    }
}
