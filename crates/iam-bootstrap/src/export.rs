//! The same role for those who roll out by other means.

mod aws_cli;
mod bundle;
mod cloudformation;
mod terraform;

pub use aws_cli::aws_cli;
pub use bundle::json;
pub use cloudformation::cloudformation;
pub use terraform::terraform;
