//! The tutorial's fixtures beside its world file, and the OAuth client that every lab's issuer
//! knows.

/// The AWS account.
pub const ACCOUNT: &str = "278805249149";
/// The region.
pub const REGION: &str = "ap-northeast-2";
/// The OAuth client's id.
pub const CLIENT_ID: &str =
    "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com";
/// The person's `sub`.
pub const SUBJECT: &str = "113632458324056836621";
/// The instance's type.
pub const INSTANCE_TYPE: &str = "t2.micro";
/// The OAuth client's redirect URI.
pub const REDIRECT_URI: &str = "http://127.0.0.1:3000/auth/google/callback";
/// The image of the instance. LocalStack takes any id; this one has the shape of
/// a real one.
pub const IMAGE_ID: &str = "ami-0e9bfdb247cc8de84";
