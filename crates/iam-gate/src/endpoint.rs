//! The endpoint that a request was sent to, where it was sent to one by AWS's own name. There a
//! service answers, and in a region: what is signed for another is refused, as AWS does.

use aws_model::Service;

use crate::error_response::ErrorResponse;
use crate::region::is_region;
use crate::signature::{Place, Scope, SignatureError};
use crate::wire::WireRequest;

/// What the names of a partition's endpoints end in.
const SUFFIXES: [&str; 2] = [".amazonaws.com", ".api.aws"];
/// Where endpoints without a region in their names are.
pub(crate) const GLOBAL: &str = "us-east-1";
/// DynamoDB's endpoints of accounts, `ACCOUNT.ddb.REGION` (AWS SDKs and Tools Reference Guide,
/// "Account-based endpoints").
const OF_ACCOUNTS: (&str, &str) = ("ddb", "dynamodb");

/// How many labels a service's name has at most, as `api.ecr` has two.
const LABELS: usize = 3;

/// An endpoint by its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// What its services' names begin with, such as `sts`.
    prefix: &'static str,
    region: Option<String>,
    /// What stands before it: a bucket, or an account.
    before: Option<String>,
}

/// The name that `Host` gives, as names are compared: in lower case, without the port and the dot
/// at its end.
pub(crate) fn host_name(host: &str) -> String {
    let port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, digits)) if port(digits) => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

impl Endpoint {
    /// The endpoint that `Host` names; `None` where it is another name than AWS's, or that of a
    /// service whose names are not in the model.
    pub(crate) fn of(request: &WireRequest) -> Option<Self> {
        Self::named(&host_name(request.header("host")?))
    }

    /// The endpoint of this name, as [`host_name`] gives it.
    fn named(host: &str) -> Option<Self> {
        let name = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix))?;
        let mut labels: Vec<&str> = name.split('.').collect();
        let mut region = labels.pop_if(|last| is_region(last));
        labels.pop_if(|last| *last == "dualstack");
        let last = labels.pop()?;
        // As S3's older endpoints are called, `s3-eu-west-1`.
        let older = last.strip_prefix("s3-").filter(|it| region.is_none() && is_region(it));
        region = region.or(older);
        let last = if older.is_some() { "s3" } else { last };
        labels.push(last.strip_suffix("-fips").unwrap_or(last));
        let found = |prefix: &'static str, labels: &[&str]| Self {
            prefix,
            region: region.map(str::to_owned),
            before: Some(labels.join(".")).filter(|before| !before.is_empty()),
        };
        if let Some((&last, before)) = labels.split_last()
            && last == OF_ACCOUNTS.0
        {
            return Some(found(OF_ACCOUNTS.1, before));
        }
        // The longest first: `api.ecr` is not `ecr`.
        let longest = LABELS.min(labels.len());
        (1..=longest).rev().find_map(|count| {
            let (before, own) = labels.split_at(labels.len() - count);
            let own = own.join(".");
            let mut prefixes = aws_model::services().iter().map(|it| it.endpoint_prefix);
            Some(found(prefixes.find(|it| *it == own)?, before))
        })
    }

    /// The bucket that stands before S3's name.
    pub(crate) fn bucket(&self) -> Option<&str> {
        self.before.as_deref().filter(|_| self.prefix == "s3")
    }

    /// Whether it is S3's without a region in its name.
    pub(crate) fn is_global_s3(&self) -> bool {
        self.prefix == "s3" && self.region.is_none()
    }

    /// The region that it is in; S3's without one serves buckets of all.
    pub(crate) fn region(&self) -> Option<&str> {
        match &self.region {
            Some(region) => Some(region),
            None => (self.prefix != "s3").then_some(GLOBAL),
        }
    }

    /// Whether a service that is signed for by this name answers there.
    pub(crate) fn is_of(&self, signing_name: &str) -> bool {
        self.services().any(|service| service.signing_name == signing_name)
    }

    fn services(&self) -> impl Iterator<Item = &'static Service> {
        let prefix = self.prefix;
        aws_model::services().iter().filter(move |service| service.endpoint_prefix == prefix)
    }

    /// Whether a signature is for what answers there.
    ///
    /// # Errors
    /// [`SignatureError::OutOfScope`]; [`ErrorResponse::OtherRegion`] of S3.
    pub(crate) fn admit(&self, scope: &Scope, place: Place) -> Result<(), ErrorResponse> {
        if !self.is_of(&scope.service) {
            let right = self.services().next().map_or(self.prefix, |service| service.signing_name);
            return Err(SignatureError::wrong_service(right).into());
        }
        match self.region().filter(|region| *region != scope.region) {
            None => Ok(()),
            Some(right) if self.prefix == "s3" => {
                Err(ErrorResponse::other_region(&scope.region, right, place))
            }
            Some(_) => {
                let message = "Credential should be scoped to a valid region. ".to_owned();
                Err(SignatureError::OutOfScope(message).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(host: &str) -> Option<(&'static str, Option<String>)> {
        let endpoint = Endpoint::named(&host_name(host))?;
        Some((endpoint.prefix, endpoint.region))
    }

    #[test]
    fn a_name_says_service_and_region() {
        for (host, prefix, region) in [
            ("sts.amazonaws.com", "sts", None),
            ("STS.eu-west-1.AmazonAWS.com.:443", "sts", Some("eu-west-1")),
            ("sts-fips.us-east-1.amazonaws.com", "sts", Some("us-east-1")),
            ("iam.amazonaws.com", "iam", None),
            ("monitoring.eu-west-1.amazonaws.com", "monitoring", Some("eu-west-1")),
            ("api.ecr.eu-west-1.amazonaws.com", "api.ecr", Some("eu-west-1")),
            ("ec2.eu-west-1.api.aws", "ec2", Some("eu-west-1")),
            ("s3.amazonaws.com", "s3", None),
            ("bucket.s3.eu-west-1.amazonaws.com", "s3", Some("eu-west-1")),
            ("a.b.s3.dualstack.eu-west-1.amazonaws.com", "s3", Some("eu-west-1")),
            // Buckets may be called as services and regions are.
            ("sts.s3.eu-west-1.amazonaws.com", "s3", Some("eu-west-1")),
            ("eu-west-1.s3.amazonaws.com", "s3", None),
            ("bucket.s3-eu-west-1.amazonaws.com", "s3", Some("eu-west-1")),
            ("123456789012.ddb.eu-west-1.amazonaws.com", "dynamodb", Some("eu-west-1")),
        ] {
            assert_eq!(named(host), Some((prefix, region.map(str::to_owned))), "{host}");
        }
        for host in [
            "127.0.0.1:4566",
            "localhost",
            "sts.example.com",
            "sts.amazonaws.com.example.com",
            "sts.cn-north-1.amazonaws.com.cn",
            "amazonaws.com",
            "eu-west-1.amazonaws.com",
            "nothing.eu-west-1.amazonaws.com",
            "sts.nowhere-9.amazonaws.com",
            "",
        ] {
            assert_eq!(named(host), None, "{host}");
        }
    }

    fn told(host: &str, region: &str, service: &str) -> Result<(), String> {
        let (date, region, service) =
            ("20260101".to_owned(), region.to_owned(), service.to_owned());
        let scope = Scope { date, region, service };
        match Endpoint::named(host).unwrap().admit(&scope, Place::Header) {
            Ok(()) => Ok(()),
            Err(ErrorResponse::Signature(error)) => Err(error.to_string()),
            Err(ErrorResponse::OtherRegion { given, expected, .. }) => {
                Err(format!("{given}, not {expected}"))
            }
            Err(other) => Err(format!("{other:?}")),
        }
    }

    #[test]
    fn what_is_signed_for_it_is_admitted() {
        for (host, region, service) in [
            ("sts.amazonaws.com", "us-east-1", "sts"),
            ("sts.eu-west-1.amazonaws.com", "eu-west-1", "sts"),
            ("iam.amazonaws.com", "us-east-1", "iam"),
            ("monitoring.eu-west-1.amazonaws.com", "eu-west-1", "monitoring"),
            ("email.eu-west-1.amazonaws.com", "eu-west-1", "ses"),
            ("api.ecr.eu-west-1.amazonaws.com", "eu-west-1", "ecr"),
            ("s3.amazonaws.com", "eu-west-1", "s3"),
            ("bucket.s3.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
            ("123456789012.ddb.eu-west-1.amazonaws.com", "eu-west-1", "dynamodb"),
        ] {
            assert_eq!(told(host, region, service), Ok(()), "{host}");
        }
    }

    #[test]
    fn what_is_signed_for_another_is_not() {
        let region = "Credential should be scoped to a valid region. ";
        let service =
            |right: &str| format!("Credential should be scoped to correct service: '{right}'. ");
        for (host, signed_region, signed_service, expected) in [
            ("sts.amazonaws.com", "eu-west-1", "sts", region.to_owned()),
            ("iam.amazonaws.com", "eu-west-1", "iam", region.to_owned()),
            ("sts.eu-west-1.amazonaws.com", "us-east-1", "sts", region.to_owned()),
            ("sts.eu-west-1.amazonaws.com", "eu-west-1", "iam", service("sts")),
            ("iam.amazonaws.com", "us-east-1", "sts", service("iam")),
            ("email.eu-west-1.amazonaws.com", "eu-west-1", "email", service("ses")),
            ("sts.s3.eu-west-1.amazonaws.com", "eu-west-1", "sts", service("s3")),
            (
                "bucket.s3.eu-west-1.amazonaws.com",
                "us-east-1",
                "s3",
                "us-east-1, not eu-west-1".to_owned(),
            ),
        ] {
            assert_eq!(told(host, signed_region, signed_service), Err(expected), "{host}");
        }
    }

    #[test]
    fn a_bucket_stands_before_s3s_name() {
        for (host, bucket) in [
            ("s3.amazonaws.com", None),
            ("s3.eu-west-1.amazonaws.com", None),
            ("s3.dualstack.eu-west-1.amazonaws.com", None),
            ("a.b.s3.eu-west-1.amazonaws.com", Some("a.b")),
            ("BUCKET.S3.EU-WEST-1.AMAZONAWS.COM.:443", Some("bucket")),
            ("s3.s3.amazonaws.com", Some("s3")),
            ("a.s3.b.s3.amazonaws.com", Some("a.s3.b")),
            ("bucket.s3-fips.us-east-1.amazonaws.com", Some("bucket")),
            ("a.sqs.eu-west-1.amazonaws.com", None),
        ] {
            let endpoint = Endpoint::named(&host_name(host)).unwrap();
            assert_eq!(endpoint.bucket(), bucket, "{host}");
        }
    }

    #[test]
    fn no_service_has_a_longer_name() {
        let labels = |prefix: &str| prefix.split('.').count();
        let longest = aws_model::services().iter().map(|it| labels(it.endpoint_prefix)).max();
        assert!(longest <= Some(LABELS), "{longest:?}");
    }
}
