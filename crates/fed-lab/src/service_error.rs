//! Why a service cannot be asked of an emulator.

/// What is wrong with a service that is to be offered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// No emulator has a service of that name.
    #[error("expected the name of a service, found `{service}`")]
    Unknown {
        /// What was asked for.
        service: String,
        /// What was probably meant.
        near: Option<String>,
    },
    /// moto has it, and LocalStack not.
    #[error("LocalStack has no service `{0}`")]
    NotInLocalstack(&'static str),
    /// It needs what an installation on the host has not.
    #[error("LocalStack on the host lacks what `{0}` needs to run")]
    NotOnHost(&'static str),
    /// It is not among what ministack is known to answer as AWS does.
    #[error("the lab has no `{0}` of ministack's")]
    NotOfMinistack(&'static str),
    /// What the account holds at the start could not be made.
    #[error("expected `{missing}` among the services, which the tutorial's seed needs")]
    OfSeed {
        /// What is not offered.
        missing: &'static str,
        /// A list with it, as `--services` takes one.
        all: String,
    },
}

impl ServiceError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let usual = || "--services iam,sts,ec2; docs/lab.md lists them".to_owned();
        match self {
            Self::Unknown { near, .. } => near.clone().unwrap_or_else(usual),
            Self::OfSeed { all, .. } => format!("--services {all}, or --seed none"),
            Self::NotOfMinistack(_) => {
                "use --backend host, container or external; docs/lab.md lists what each has"
                    .to_owned()
            }
            Self::NotInLocalstack(_) => {
                "--backend external starts moto's server, which has it".to_owned()
            }
            Self::NotOnHost(_) => "--backend external starts moto's server, which has it; or use \
                                   --backend container with an image that does"
                .to_owned(),
        }
    }
}
