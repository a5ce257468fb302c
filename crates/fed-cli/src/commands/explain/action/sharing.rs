//! Resources that another account may share: AWS asks of them the policies of those alone with
//! whom they are shared.
//!
//! Source: AWS RAM user guide, "Shareable AWS resources" and "How AWS RAM works with IAM".

use fed_types::Arn;

/// Service, and what an ARN's resource begins with. What is shared by a policy of its own, as a
/// certificate authority, is not here.
const SHAREABLE: [(&str, &str); 27] = [
    ("codebuild", "project/"),
    ("codebuild", "report-group/"),
    ("ec2", "capacity-reservation/"),
    ("ec2", "coip-pool/"),
    ("ec2", "dedicated-host/"),
    ("ec2", "ipam-pool/"),
    ("ec2", "ipam-resource-discovery/"),
    ("ec2", "local-gateway-route-table/"),
    ("ec2", "placement-group/"),
    ("ec2", "prefix-list/"),
    ("ec2", "security-group/"),
    ("ec2", "subnet/"),
    ("ec2", "traffic-mirror-target/"),
    ("ec2", "transit-gateway-multicast-domain/"),
    ("ec2", "transit-gateway/"),
    ("ec2", "verified-access-group/"),
    ("imagebuilder", "component/"),
    ("imagebuilder", "container-recipe/"),
    ("imagebuilder", "image-recipe/"),
    ("imagebuilder", "image/"),
    ("license-manager", "license-configuration:"),
    ("network-firewall", "firewall-policy/"),
    ("network-firewall", "stateful-rulegroup/"),
    ("rds", "cluster:"),
    ("resource-groups", "group/"),
    ("route53resolver", "resolver-query-log-config/"),
    ("route53resolver", "resolver-rule/"),
];

/// The account that may share what an ARN names.
pub(super) fn owner(arn: &str) -> Option<&str> {
    let arn = Arn::parse(arn).ok()?;
    let is_of = |(service, start): &(&str, &str)| {
        arn.service == *service && arn.resource.starts_with(start)
    };
    (!arn.account.is_empty() && SHAREABLE.iter().any(is_of)).then_some(arn.account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_is_shared_and_an_instance_is_not() {
        let of = |rest: &str| owner(&format!("arn:aws:{rest}")).map(str::to_owned);
        let own = Some("111122223333".to_owned());
        assert_eq!(of("ec2:eu-west-1:111122223333:subnet/subnet-1"), own);
        assert_eq!(of("rds:eu-west-1:111122223333:cluster:c"), own);
        for other in [
            "ec2:eu-west-1:111122223333:instance/i-1",
            "ec2:eu-west-1:111122223333:subnet-group/s",
            "ec2:eu-west-1::image/ami-1",
            "rds:eu-west-1:111122223333:cluster-snapshot:c",
            "s3:::b",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
        assert!(SHAREABLE.is_sorted());
    }
}
