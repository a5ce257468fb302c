//! The host's clock, as the OpenID Connect library wants it.

use fed_types::UnixTime;
use oidc_client::Clock;

/// The host's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostClock(pub(crate) fn() -> UnixTime);

impl Clock for HostClock {
    fn now(&self) -> UnixTime {
        (self.0)()
    }
}
