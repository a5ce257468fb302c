//! What LocalStack is told, on whatever it runs.

/// Makes it, or moto, forget one account; see there.
pub(crate) const ACCOUNTS: &str = include_str!("../python/accounts.py");
/// Its health page.
pub(crate) const HEALTH: &str = "/_localstack/health";

/// Makes LocalStack run without internet and give out key ids like those of AWS
/// (`AKIA…`, `ASIA…`).
pub(crate) fn settings(services: &[String]) -> Vec<(&'static str, String)> {
    let services = services.join(",");
    let set = [
        ("SERVICES", services.as_str()),
        ("PARITY_AWS_ACCESS_KEY_ID", "1"),
        ("DISABLE_EVENTS", "1"),
        ("SKIP_SSL_CERT_DOWNLOAD", "1"),
        ("DNS_ADDRESS", "0"),
        ("LS_LOG", "error"),
    ];
    set.map(|(name, value)| (name, value.to_owned())).to_vec()
}
