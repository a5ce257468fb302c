//! `fed-lab world`: world files without a lab.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use fed_lab::{LabError, World, world_reference, world_schema};

/// What to do with which file.
#[derive(Args)]
pub(crate) struct WorldOptions {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Say what is wrong with a world file, as far as can be said without a lab
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print every key of a world file
    Keys,
    /// Print the JSON schema of a world file, for editors
    Schema,
}

/// Checks a file, or prints what there may be in one.
pub(crate) fn world(options: &WorldOptions) -> Result<ExitCode, LabError> {
    match &options.what {
        What::Check { file } => {
            World::read(file)?;
            anstream::eprintln!("nothing is wrong with `{}`", file.display());
        }
        What::Keys => anstream::print!("{}", world_reference()),
        What::Schema => anstream::println!("{:#}", world_schema()),
    }
    Ok(ExitCode::SUCCESS)
}
