//! What becomes of a denial.

/// What becomes of a request that policies do not allow.
///
/// Signatures, tokens, trust policies, names and addresses are checked either way: of a caller
/// whom nobody knows nothing can be decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enforcement {
    /// It is denied, as by AWS.
    #[default]
    On,
    /// It is written down and forwarded all the same, and so is what the gate does not know
    /// the permissions of. Every answer says so in its headers.
    Audit,
}
