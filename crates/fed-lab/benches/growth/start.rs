//! `fed-lab exec` by backend, from its start to its end, in turns. The first start of each,
//! which may install something, does not count.

use std::process::{Command, Stdio};

use crate::{Failure, TIMES, tell, timed};

/// The row's name, and what is asked for.
const BACKENDS: [(&str, &str); 3] = [
    ("start of ministack", "ministack"),
    ("start of moto", "external"),
    ("start of LocalStack", "host"),
];

pub(crate) fn rows() -> Result<(), Failure> {
    for (row, backend) in BACKENDS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fed-lab"));
        command.args(["exec", "--backend", backend, "--", "true"]).stderr(Stdio::null());
        let mut run = || match command.status()?.success() {
            true => Ok(()),
            false => Err(format!("`fed-lab exec --backend {backend} -- true` failed").into()),
        };
        run()?;
        tell(row, TIMES, timed(run)?);
    }
    Ok(())
}
