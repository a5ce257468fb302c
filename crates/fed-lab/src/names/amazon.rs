//! The names of Amazon's cloud.

/// The names that services of the partition `aws` have.
pub(super) const SERVICES: [&str; 2] = ["amazonaws.com", "api.aws"];

/// Other names of Amazon's cloud; nobody behind them is in the lab, and nothing of the lab has
/// any business there.
///
/// Source: the partitions and their suffixes in the SDKs' `partitions.json`; the guides of the
/// services that give customers names of their own.
const ELSEWHERE: [&str; 32] = [
    "aws.amazon.com",
    "aws",
    "amazonaws-china.com",
    "amazonaws-us-gov.com",
    "amazonwebservices.com",
    // Other partitions.
    "amazonaws.com.cn",
    "amazonaws.cn",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "amazonaws.eu",
    "adc-e.uk",
    "aws.scloud",
    "c2s.ic.gov",
    "aws.ic.gov",
    "hci.ic.gov",
    "sc2s.sgov.gov",
    // What customers' applications and people are given.
    "amazoncognito.com",
    "amazonlightsail.com",
    "amazonses.com",
    "amazonworkspaces.com",
    "amplifyapp.com",
    "awsapprunner.com",
    "awsapps.com",
    "awsapps.cn",
    "awscloud.com",
    "awsglobalaccelerator.com",
    "awsstatic.com",
    "awstrack.me",
    "cloudfront.cn",
    "cloudfront.net",
    "elasticbeanstalk.com",
    "sagemaker.com.cn",
];

fn names() -> impl Iterator<Item = &'static str> {
    SERVICES.into_iter().chain(ELSEWHERE)
}

/// Whether it is a name of Amazon's cloud, or below one; `host` in lower case.
pub(super) fn is_of_aws(host: &str) -> bool {
    names().any(|name| host == name || is_below(host, name))
}

/// Whether a name of Amazon's cloud is below this one, as `amazonaws.com` is below `com`.
pub(super) fn is_above_aws(host: &str) -> bool {
    names().any(|name| is_below(name, host))
}

/// Whether it is the host of an EKS cluster's issuer: below names of AWS, but no service's.
pub(super) fn is_of_cluster(host: &str) -> bool {
    host.starts_with("oidc.eks.") && is_of_aws(host)
}

/// Whether a host is below a name; both in lower case.
pub(super) fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}
