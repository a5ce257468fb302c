//! A gate in front of an AWS emulator that verifies every signature and token and enforces every policy.
