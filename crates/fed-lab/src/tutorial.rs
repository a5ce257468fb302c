//! The tutorial's fixtures: what `Seed::Tutorial` puts into the account, and the
//! OAuth client and person that every lab's issuer knows.

/// The AWS account.
pub const ACCOUNT: &str = "278805249149";
/// The region.
pub const REGION: &str = "ap-northeast-2";
/// The OAuth client's id.
pub const CLIENT_ID: &str =
    "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com";
/// The person's `sub`.
pub const SUBJECT: &str = "113632458324056836621";
/// The role that Google's tokens are exchanged for.
pub const ROLE: &str = "google-oidc-role";
/// The managed policy attached to [`ROLE`].
pub const ROLE_POLICY_ARN: &str = "arn:aws:iam::aws:policy/AmazonEC2FullAccess";
/// The user without permissions.
pub const USER: &str = "no-policy-user";
/// The instance's type.
pub const INSTANCE_TYPE: &str = "t2.micro";
/// The instance's key name.
pub const KEY_NAME: &str = "ssup2";
/// The OAuth client's redirect URI.
pub const REDIRECT_URI: &str = "http://127.0.0.1:3000/auth/google/callback";
/// The image of the instance. LocalStack takes any id; this one has the shape of
/// a real one.
pub const IMAGE_ID: &str = "ami-0e9bfdb247cc8de84";

/// The trust policy of [`ROLE`], as the tutorial means it: whoever signed in with
/// Google for [`CLIENT_ID`].
pub fn trust_policy() -> String {
    serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { "accounts.google.com:aud": CLIENT_ID } }
        }]
    })
    .to_string()
}
