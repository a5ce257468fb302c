//! How bad a finding is.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// IAM rejects the policy.
    Error,
    /// IAM accepts it, a careful person would not.
    Warning,
    /// It could be said better.
    Suggestion,
}

impl Severity {
    /// `error`, `warning`, `suggestion`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Suggestion => "suggestion",
        }
    }
}
