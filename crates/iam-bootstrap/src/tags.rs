//! The tags by which [`plan_removal`](crate::plan_removal) knows what was made here.

use aws_lc_rs::digest::{SHA256, digest};

/// The tag that marks what [`apply`](crate::apply) made.
pub const TAG_KEY: &str = "fed:made-by";

/// The value of the tag [`TAG_KEY`].
pub const TAG_VALUE: &str = "fed-cli bootstrap";

/// On a user and a provider: the name of the role that it was made for.
pub(crate) const FOR_ROLE: &str = "fed:for-role";

/// On a user: the id of the access key whose secret was handed out, or [`PENDING`].
pub(crate) const ACCESS_KEY: &str = "fed:access-key";

/// What the value of [`ACCESS_KEY`] begins with from before the key is made until its secret is
/// kept; then comes when that was, in seconds.
pub(crate) const PENDING: &str = "pending";

/// What the keys of tags begin with that name a policy of the role.
pub(crate) const POLICY: &str = "fed:policy:";

/// What the keys of tags begin with that name a user beside the role.
const USER: &str = "fed:user:";

/// The most tags that IAM takes for one thing.
pub(crate) const MOST_TAGS: usize = 50;

/// A key that is the name's alone: names may be longer, and of other characters, than keys take.
fn key_of(kind: &str, name: &str) -> String {
    let digest = digest(&SHA256, name.as_bytes());
    let hex: String = digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}{hex}")
}

/// The key of the tag that says that this policy came here by `apply`.
pub(crate) fn policy_key(name: &str) -> String {
    key_of(POLICY, name)
}

/// The tag for a user that is made beside the role.
pub(crate) fn user_tag(name: &str) -> (String, String) {
    (key_of(USER, name), name_value(name))
}

/// The user that a tag of a role names, if it is such a tag.
pub(crate) fn user_of(key: &str, value: &str) -> Option<String> {
    let name = name_of(value);
    (key == key_of(USER, &name)).then_some(name)
}

/// The name of a role or user as the value of a tag: the one character of names that values
/// lack is a comma, the colon is in no name.
///
/// Source: IAM API reference, `Tag`, `CreateUser`.
pub(crate) fn name_value(name: &str) -> String {
    name.replace(',', ":")
}

/// The name of which that is the value.
pub(crate) fn name_of(value: &str) -> String {
    value.replace(':', ",")
}

/// The tag for a policy: the value is for people.
pub(crate) fn policy_tag(name: &str) -> (String, String) {
    (policy_key(name), tag_value(name))
}

/// The tags of what is made for a role: the provider, the user.
pub(crate) fn tags_for(role: &str) -> Vec<(String, String)> {
    vec![(TAG_KEY.to_owned(), TAG_VALUE.to_owned()), (FOR_ROLE.to_owned(), name_value(role))]
}

/// The tags of the role itself: what it has, and who belongs to it.
pub(crate) fn tags_of_role<'a>(
    policies: impl IntoIterator<Item = &'a String>,
    user: Option<&String>,
) -> Vec<(String, String)> {
    std::iter::once((TAG_KEY.to_owned(), TAG_VALUE.to_owned()))
        .chain(policies.into_iter().map(|name| policy_tag(name)))
        .chain(user.map(|name| user_tag(name)))
        .collect()
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

    #[test]
    fn a_users_tag_gives_its_name_back_and_no_other() {
        for name in ["no-policy-user", "a,b=c+d.e@f_g"] {
            let (key, value) = user_tag(name);
            assert!(!value.contains(','), "{value}");
            assert_eq!(user_of(&key, &value).as_deref(), Some(name));
            assert_eq!(user_of(&key, "somebody-else"), None);
            assert_eq!(user_of(&policy_key(name), &value), None);
        }
    }
}
