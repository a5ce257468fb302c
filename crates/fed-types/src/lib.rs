//! The vocabulary the other crates share: account ids, ARNs, secrets, temporary
//! credentials, claims and moments in time. Nothing here does I/O or reads a clock.
//!
//! ```
//! use fed_types::{AccountId, RoleArn};
//!
//! let role: RoleArn = "arn:aws:iam::278805249149:role/google-oidc-role".parse()?;
//! assert_eq!(role.account(), &"278805249149".parse::<AccountId>()?);
//! assert_eq!(role.name(), "google-oidc-role");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account_id;
mod arn;
mod claims;
mod credentials;
mod distrust;
mod duration;
mod hint;
mod nearest;
mod printable;
mod proxies;
mod region;
mod secret;
mod shell_word;
mod text;
mod unix_time;

pub use account_id::{AccountId, InvalidAccountId};
pub use arn::{Arn, InvalidArn, RoleArn};
pub use claims::{Claims, InvalidClaims};
pub use credentials::TemporaryCredentials;
pub use distrust::is_untrusted_certificate;
pub use duration::{InvalidDuration, read_duration};
pub use hint::{Hint, Step};
pub use nearest::{did_you_mean, nearest};
pub use printable::{commands_terminal, printable, printable_line};
pub use proxies::Proxies;
pub use region::is_region;
pub use secret::{Secret, WebIdentityToken};
pub use shell_word::{shell_line, shell_word};
pub use text::{NotText, text_of};
pub use unix_time::UnixTime;
