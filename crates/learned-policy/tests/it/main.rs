//! What is learned, judged by the engine that the gate asks.

#![expect(clippy::unwrap_used, reason = "what a test prepares either works or fails the test")]

mod exports;
mod neighbours;
mod random;
mod sequences;
