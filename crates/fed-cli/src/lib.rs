//! Sign in with OpenID Connect, act in AWS with short-lived credentials.
