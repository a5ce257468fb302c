//! The gate over HTTP, between clients that sign with AWS's own signer and an emulator that
//! does as it is told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod account;
mod agreement;
mod audit;
mod bucket_owners;
mod client;
mod client_faults;
mod closing;
mod condition_keys;
mod copied_tags;
mod decisions;
mod deliveries;
mod denials;
mod elsewhere;
mod emulator;
mod emulator_faults;
mod endpoints;
mod freshness;
mod hostile;
mod iam_limits;
mod iam_refusals;
mod iam_writes;
mod inputs;
mod issuer;
mod issuer_keys;
mod lab;
mod launches;
mod log_groups;
mod memberships;
mod mends;
mod naming_members;
mod objects;
mod other_accounts;
mod own_answers;
mod public_access;
mod resource_control;
mod resource_policies;
mod rest;
mod s3;
mod s3_error_fields;
mod second_reading;
mod served;
mod server;
mod services;
mod sessions;
mod signatures;
mod simulations;
mod situations;
mod sts;
mod tagging;
mod terraform;
mod truth;
mod two_readers;
mod unknown_operation;
