//! Where a container image's name ends and its tag begins.

/// `repository:tag`, as Docker's command line takes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ImageName<'a> {
    /// Such as `localstack/localstack`, a registry before it perhaps.
    pub(super) repository: &'a str,
    /// Such as `4.13.1`; `latest` where none is given. For an image named by its
    /// digest: what follows `@sha256:`.
    pub(super) tag: &'a str,
}

impl<'a> ImageName<'a> {
    /// Splits at the last colon, unless that one separates a registry's port.
    pub(super) fn parse(image: &'a str) -> Self {
        match image.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => Self { repository, tag },
            _ => Self { repository: image, tag: "latest" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        for (image, repository, tag) in [
            ("localstack/localstack:4.13.1", "localstack/localstack", "4.13.1"),
            ("localstack/localstack", "localstack/localstack", "latest"),
            ("127.0.0.1:5000/localstack", "127.0.0.1:5000/localstack", "latest"),
            ("127.0.0.1:5000/localstack:4", "127.0.0.1:5000/localstack", "4"),
            ("a/b@sha256:00ff", "a/b@sha256", "00ff"),
        ] {
            assert_eq!(ImageName::parse(image), ImageName { repository, tag });
        }
    }
}
