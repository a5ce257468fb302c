//! An interpreter that will not do, and why.

use std::fmt;
use std::path::PathBuf;

/// An interpreter that will not do, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub(crate) program: PathBuf,
    pub(crate) why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    Missing,
    TooOld(u32, u32),
    DoesNotRun,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.display();
        match self.why {
            Why::Missing => write!(f, "`{program}` is not there"),
            Why::TooOld(major, minor) => write!(f, "`{program}` is Python {major}.{minor}"),
            Why::DoesNotRun => write!(f, "`{program}` does not say its version"),
        }
    }
}

/// All that were tried, for an error to end with.
pub(crate) fn tried(rejected: &[Rejected]) -> String {
    if rejected.is_empty() {
        return " on the search path".to_owned();
    }
    let each: Vec<String> = rejected.iter().map(ToString::to_string).collect();
    format!(": {}", each.join("; "))
}
