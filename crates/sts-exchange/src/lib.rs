//! ID token and role to temporary AWS credentials, with every STS error typed and explained.
