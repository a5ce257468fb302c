//! Why a host cannot be led as it was asked for.

/// What is wrong with a host that is to be let out of a lab with names, with an issuer's, or with
/// the names and the address of a lab's door.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NamesError {
    /// Not a host.
    #[error("expected a host like `example.com` or `*.example.com`, found `{0}`")]
    InvalidAllowedHost(String),
    /// Nothing of a lab goes to AWS.
    #[error("expected a host that is not AWS's, found `{0}`")]
    AllowedAws(String),
    /// Whose an address is cannot be seen.
    #[error("expected a host's name, or this machine's `127.0.0.1`, found `{0}`")]
    AllowedAddress(String),
    /// By their host only one of them could be found.
    #[error("expected with `--names` one issuer of each host, found `{first}` and `{second}`")]
    SharedHost {
        /// The one that was named first, or Google's.
        first: String,
        /// The other.
        second: String,
    },
    /// The host leads to the gate, or nowhere.
    #[error("expected with `--names` an issuer whose host is not AWS's, found `{0}`")]
    IssuerOfAws(String),
    /// Not a name that a certificate can be made for.
    #[error("expected a name like `fed-lab` or `lab.example.test` for the lab, found `{0}`")]
    InvalidDoorName(String),
    /// It leads elsewhere in the lab.
    #[error("expected a name that is nobody else's for the lab, found `{0}`")]
    DoorNameTaken(String),
    /// Nothing to listen on.
    #[error("expected an address with or without a port to listen on, found `{0}`")]
    InvalidDoorAddress(String),
}

impl NamesError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::InvalidAllowedHost(_) => "--allow-host pypi.org --allow-host '*.example.com'",
            Self::AllowedAws(_) => "what a lab has of AWS is the lab's; leave the option out",
            Self::AllowedAddress(_) => "--allow-host pypi.org: what an address is of is not known",
            Self::SharedHost { .. } | Self::IssuerOfAws(_) => {
                "leave the issuer out, or give it another host; without --names any issuer will do"
            }
            Self::InvalidDoorName(_) | Self::DoorNameTaken(_) => {
                "--known-as fed-lab: as other containers call this one; AWS's and the issuers' own \
                 names lead into the lab without it"
            }
            Self::InvalidDoorAddress(_) => "--listen 0.0.0.0 or --listen 192.0.2.7:8443",
        }
    }
}
