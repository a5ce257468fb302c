//! The IAM policy language: parse, lint, evaluate, explain; claims to condition keys; pure.
