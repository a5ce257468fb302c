//! What is installed together, and what it is called.

/// Packages that make one environment, every file of them pinned by its hash.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packages {
    /// For messages, such as `LocalStack`.
    pub(crate) name: &'static str,
    /// Begins the environment's folder name.
    pub(super) label: &'static str,
    /// As pip takes them.
    pub(super) requirements: &'static str,
    /// What Python can import when they are whole.
    pub(super) modules: &'static str,
}

/// LocalStack, and the aws CLI.
pub(crate) const LOCALSTACK: Packages = Packages {
    name: "LocalStack",
    label: "localstack-4.13.1",
    requirements: include_str!("../../python/localstack/requirements.txt"),
    modules: "localstack, awscli",
};

/// ministack, and the aws CLI.
pub(crate) const MINISTACK: Packages = Packages {
    name: "ministack",
    label: "ministack-1.5.33",
    requirements: include_str!("../../python/ministack/requirements.txt"),
    modules: "ministack, hypercorn, awscli",
};

/// moto's server, and the aws CLI.
pub(crate) const MOTO: Packages = Packages {
    name: "moto",
    label: "moto-5.2.5",
    requirements: include_str!("../../python/moto/requirements.txt"),
    modules: "moto, awscli",
};
