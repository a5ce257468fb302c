//! ID token and role to temporary AWS credentials, with every STS error typed and
//! explained.
//!
//! [`exchange`] calls `AssumeRoleWithWebIdentity` unsigned at the regional endpoint and
//! then, for a role chain, `AssumeRole` with what it got. It tries again only where that
//! can help (throttling, a server's failure, a verification key AWS could not fetch),
//! never after a denial. It knows no refresh token, no cache and no environment.
//!
//! ```
//! use sts_exchange::{RoleSessionName, SessionDuration};
//!
//! let name: RoleSessionName = "google-oidc-session".parse()?;
//! let duration: SessionDuration = "1h30m".parse()?;
//! assert_eq!((name.as_str(), duration.seconds()), ("google-oidc-session", 5400));
//! assert_eq!(
//!     "5m".parse::<SessionDuration>().unwrap_err().to_string(),
//!     "expected a session duration of 900 to 43200 seconds, found `5m`"
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assumed_role;
mod call;
mod exchange;
mod http;
mod request;
mod retry;
mod server_date;
mod session_duration;
mod session_name;
mod sts_error;

pub use assumed_role::AssumedRole;
pub use aws_sdk_sts::config::SharedHttpClient;
pub use exchange::{ExchangeError, exchange};
pub use http::{CertificateAuthorities, InvalidProxy, NoCertificates, http_client};
pub use request::{ExchangeRequest, InvalidRequest, SessionPolicy, StsEndpoint};
pub use retry::RetryPolicy;
pub use session_duration::{InvalidSessionDuration, SessionDuration};
pub use session_name::{InvalidRoleSessionName, RoleSessionName};
pub use sts_error::{StsError, StsErrorKind};
