//! A lab's names for a command in a world of its own.

use url::{Host, Url};

use super::Lab;
use crate::sealed::{Plan, Seal};
use crate::{LabError, SealedError};

impl Lab {
    /// A world in which the lab's names, and its own addresses on this machine, are where they
    /// lead, and nothing else is; for a lab with [`LabConfig::names`](crate::LabConfig::names).
    ///
    /// # Errors
    /// [`LabError::Sealed`], [`LabError::File`].
    pub fn seal(&self) -> Result<Seal, LabError> {
        let names = self.names.as_ref().ok_or(SealedError::NoNames)?;
        let direct = names.direct(self.ports());
        let plan = Plan::new(self.run.path(), names.authority(), direct.ports())?;
        Seal::new(plan, Some(direct))
    }

    /// The ports of 127.0.0.1 that a command is told of.
    fn ports(&self) -> Vec<u16> {
        let parts = [self.gate_url(), self.control.url(), self.upstream_url(), self.issuer.url()];
        let placed = self.placed_issuers().map(fake_issuer::Issuer::url);
        let port = |url: &str| {
            let url = Url::parse(url).ok()?;
            let here = matches!(url.host()?, Host::Ipv4(host) if host.is_loopback());
            let here = here || url.host() == Some(Host::Domain("localhost"));
            here.then(|| url.port_or_known_default()).flatten()
        };
        parts.into_iter().chain(placed).filter_map(port).collect()
    }
}
