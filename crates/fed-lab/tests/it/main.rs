//! `fed-lab` as a person runs it, in an environment with neither Docker nor Python
//! nor network.

mod machine;
mod refusals;
mod usage;
