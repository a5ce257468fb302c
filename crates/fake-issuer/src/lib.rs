//! An OpenID provider for tests that signs RS256 and refuses what a real one refuses.
