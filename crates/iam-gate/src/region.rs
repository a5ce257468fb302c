//! Regions: those that there are, and the one that a service is in wherever it is called from.

/// The regions of the partition `aws`. LocalStack takes every other name for `us-east-1`, so a
/// call signed for one would be authorized in one region and done in another.
///
/// Source: botocore 1.42.34, `endpoints.json`, `s3`.
#[rustfmt::skip]
const REGIONS: [&str; 34] = [
    "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
    "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
    "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
    "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
];

/// Services whose one endpoint is in `us-east-1`, by the names they are signed for.
///
/// Source: IAM user guide, `aws:RequestedRegion`; botocore 1.42.34, `endpoints.json`,
/// `isRegionalized: false` and `credentialScope` in the partition `aws`.
#[rustfmt::skip]
const GLOBAL: [&str; 14] = [
    "account", "billingconductor", "budgets", "ce", "chime", "cloudfront", "health", "iam",
    "organizations", "route53", "savingsplans", "shield", "tax", "waf",
];

/// Whether it is a region.
pub(crate) fn is_region(name: &str) -> bool {
    REGIONS.contains(&name)
}

/// The region that a call is made in, signed for `signed`.
pub(crate) fn of_call<'a>(service: &str, signed: &'a str) -> &'a str {
    match GLOBAL.contains(&service) {
        true => "us-east-1",
        false => signed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regions_of_the_partition_are_regions() {
        assert!(is_region("ap-northeast-2"));
        for name in ["", "nowhere-9", "us-gov-west-1", "cn-north-1", "aws-global", "eu-west-1 "] {
            assert!(!is_region(name), "{name}");
        }
    }

    #[test]
    fn a_global_service_is_in_one_region() {
        assert_eq!(of_call("iam", "eu-west-1"), "us-east-1");
        assert_eq!(of_call("sqs", "eu-west-1"), "eu-west-1");
    }
}
