//! OpenID Connect for the command line: discovery, grants, ID-token verification, other token sources.
