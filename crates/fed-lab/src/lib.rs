//! LocalStack, a fake issuer and the gate, started and stopped as one.
