//! `fed-lab up --listen`: the lab for other containers and machines.

use std::path::PathBuf;

use clap::Args;
use fed_lab::{DoorAddress, DoorConfig, DoorListener, DoorName, Lab, LabError};
use fed_types::shell_word;

/// Whether others than this machine reach the lab, and as what.
#[derive(Args)]
pub(super) struct ReachOptions {
    /// Lets others reach the lab at this address of the machine's, such as 0.0.0.0, by TLS and in
    /// plain HTTP; what steers the lab wants its key. Without a port it is 443
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<DoorAddress>,

    /// What others call it, for its certificate: a container's name
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "fed-lab,localhost",
        requires = "listen"
    )]
    known_as: Vec<DoorName>,

    /// The folder in which others find the environment, the key and the authority, for this user
    /// alone [default: one in the lab's own]
    #[arg(long, value_name = "FOLDER", requires = "listen")]
    hand_over: Option<PathBuf>,
}

impl ReachOptions {
    /// Takes the port, where one was asked for.
    pub(super) async fn listen(self) -> Result<Option<DoorListener>, LabError> {
        let Some(address) = self.listen else { return Ok(None) };
        let config = DoorConfig { address, names: self.known_as, folder: self.hand_over };
        DoorListener::bind(config).await.map(Some)
    }
}

/// Says where the door is, and who may come.
pub(super) fn tell(lab: &Lab) {
    let Some(door) = lab.door() else { return };
    let environment = door.folder().join("lab.sh");
    let environment = environment.to_string_lossy();
    anstream::eprintln!("door:    {}   (to be in it: . {})", door.url(), shell_word(&environment));
    if !door.address().ip().is_loopback() {
        anstream::eprintln!(
            "warning: the lab listens on {}: whoever reaches that may ask it what keys and tokens \
             of the lab are good for; what steers it wants the key in {}",
            door.address(),
            shell_word(&door.folder().join("control_key").to_string_lossy())
        );
    }
}
