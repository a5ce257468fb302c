//! The names of Amazon's cloud.

/// The names that services of the partition `aws` have.
pub(super) const SERVICES: [&str; 2] = ["amazonaws.com", "api.aws"];

/// Other names of Amazon's cloud; nobody behind them is in the lab, and nothing of the lab has
/// any business there.
const ELSEWHERE: [&str; 12] = [
    "aws.amazon.com",
    "aws",
    "amazonaws.com.cn",
    "amazonaws.cn",
    "amazonwebservices.com",
    "amazonwebservices.com.cn",
    "amazonaws.eu",
    "amazonaws-us-gov.com",
    "awsapps.com",
    "awsstatic.com",
    "cloudfront.net",
    "c2s.ic.gov",
];

/// Whether it is a name of Amazon's cloud, or below one; `host` in lower case.
pub(super) fn is_of_aws(host: &str) -> bool {
    SERVICES.iter().chain(&ELSEWHERE).any(|name| host == *name || is_below(host, name))
}

/// Whether a host is below a name; both in lower case.
pub(super) fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}
