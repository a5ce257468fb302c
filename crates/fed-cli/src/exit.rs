//! How the program ends.

use std::process::ExitCode;

/// What the exit status means.
pub(crate) const EXIT_STATUS: &str = "Exit status: 0 done, 1 unexpected, 2 usage, 3 denied by AWS or by a policy, \
                           4 sign-in needed, 5 invalid configuration, 6 cannot tell, 7 something to \
                           change (bootstrap plan --detailed-exitcode).";

/// The exit status, as documented for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: something unexpected.
    Unexpected,
    /// 2: the command line is wrong.
    Usage,
    /// 3: AWS or a policy says no.
    Denied,
    /// 4: a person has to sign in.
    SignInNeeded,
    /// 5: the configuration is wrong.
    InvalidConfiguration,
    /// 6: it cannot be told from what is known.
    CannotTell,
    /// 7: `bootstrap plan --detailed-exitcode` found something to change.
    ChangesPending,
    /// The status of the command that `exec` ran.
    Of(u8),
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Unexpected => 1,
            Self::Usage => 2,
            Self::Denied => 3,
            Self::SignInNeeded => 4,
            Self::InvalidConfiguration => 5,
            Self::CannotTell => 6,
            Self::ChangesPending => 7,
            Self::Of(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
