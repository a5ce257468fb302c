//! The tags by which [`plan_removal`](crate::plan_removal) knows what was made here.

use aws_lc_rs::digest::{SHA256, digest};

/// The tag that marks what [`apply`](crate::apply) made.
pub const TAG_KEY: &str = "fed:made-by";

/// The value of the tag [`TAG_KEY`].
pub const TAG_VALUE: &str = "fed-cli bootstrap";

/// On a user: the name of the role that it was made beside.
pub(crate) const FOR_ROLE: &str = "fed:for-role";

/// On a user: the id of the access key whose secret was handed out, or [`PENDING`].
pub(crate) const ACCESS_KEY: &str = "fed:access-key";

/// The value of [`ACCESS_KEY`] from before the key is made until its secret is kept.
pub(crate) const PENDING: &str = "pending";

/// What the keys of tags begin with that name a policy of the role.
const POLICY: &str = "fed:policy:";

/// The key of the tag that says that this policy came here by `apply`: names may be longer,
/// and of other characters, than tags take.
pub(crate) fn policy_key(name: &str) -> String {
    let digest = digest(&SHA256, name.as_bytes());
    let hex: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{POLICY}{hex}")
}

/// The tag for a policy: the value is for people.
pub(crate) fn policy_tag(name: &str) -> (String, String) {
    (policy_key(name), tag_value(name))
}

/// `text` in the characters and the length that values of tags may have.
///
/// Source: IAM API reference, `Tag`.
pub(crate) fn tag_value(text: &str) -> String {
    let allowed = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    text.chars().map(|c| if allowed(c) { c } else { '_' }).take(256).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_has_a_tag_that_iam_takes() {
        let (key, value) = policy_tag("arn:aws:iam::aws:policy/AmazonEC2FullAccess");
        assert_eq!(key, "fed:policy:fdc9a125944b873f");
        assert_eq!(value, "arn:aws:iam::aws:policy/AmazonEC2FullAccess");
        let (key, value) = policy_tag(&format!("a,b{}", "c".repeat(300)));
        assert_eq!(key.len(), 27);
        assert_eq!((value.len(), &value[..3]), (256, "a_b"));
        assert_ne!(policy_key("a,b"), policy_key("a_b"));
    }
}
