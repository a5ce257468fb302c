//! The lab as others than this machine reach it.

use std::net::SocketAddr;

use super::{Lab, parts};
use crate::names::{self, Behind};
use crate::{Door, DoorListener, LabError};

impl Lab {
    /// Lets in who comes to the door, and hands over what they need. A lab has one door; another
    /// takes its place.
    ///
    /// # Errors
    /// [`LabError::Names`] where the door's name is an issuer's, [`LabError::Authority`],
    /// [`LabError::File`].
    pub fn open(&mut self, listener: DoorListener) -> Result<&Door, LabError> {
        let invalid = |url: &str| LabError::InvalidEndpoint(url.to_owned());
        let control = self.control.url();
        let control: SocketAddr = parts::listening(control).ok_or_else(|| invalid(control))?;
        let issuer = names::host_of(self.issuer.issuer());
        let behind = Behind {
            routes: parts::routes(Vec::new(), &self.gate, &self.issuer, &self.placed)?,
            control,
            issuer: issuer
                .ok_or_else(|| LabError::InvalidIssuer(self.issuer.issuer().to_owned()))?,
            key: self.control.key().clone(),
            client_secret: &self.client_secret,
            trust: &self.trust,
            folder: self.run.path(),
            environment: self.environment(),
        };
        let door = Door::open(listener, behind)?;
        Ok(self.door.insert(door))
    }

    /// Its door, where it has one.
    pub fn door(&self) -> Option<&Door> {
        self.door.as_ref()
    }
}
