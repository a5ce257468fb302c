//! Cached credentials and refresh tokens: locked, written whole, private.
