//! EC2's resource types: which operation is authorized on which, and their ids and ARNs.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A type of resource that takes part in an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) kind: &'static str,
    /// Whether it always takes part, named or not.
    pub(super) always: bool,
}

static OPERATIONS: LazyLock<HashMap<&'static str, Vec<Part>>> = LazyLock::new(|| {
    include_str!("../../../data/ec2-operations.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut words = line.split_ascii_whitespace();
            let operation = words.next()?;
            let parts = words.map(|word| match word.strip_suffix('!') {
                Some(kind) => Part { kind, always: true },
                None => Part { kind: word, always: false },
            });
            Some((operation, parts.collect()))
        })
        .collect()
});

/// The types an operation is authorized on; `None` when it is not known.
pub(super) fn operation(name: &str) -> Option<&'static [Part]> {
    OPERATIONS.get(name).map(Vec::as_slice)
}

/// What the ids of a type begin with. Source: EC2 user guide, "Resource IDs".
#[rustfmt::skip]
const PREFIXES: [(&str, &str); 47] = [
    ("i", "instance"), ("vpc", "vpc"), ("subnet", "subnet"), ("eni", "network-interface"),
    ("ami", "image"), ("sg", "security-group"), ("snap", "snapshot"), ("vol", "volume"),
    ("cr", "capacity-reservation"), ("cvpn-endpoint", "client-vpn-endpoint"),
    ("rtb", "route-table"), ("tgw-rtb", "transit-gateway-route-table"),
    ("tgw-attach", "transit-gateway-attachment"), ("tgw", "transit-gateway"),
    ("pl", "prefix-list"), ("eipalloc", "elastic-ip"), ("pg", "placement-group"),
    ("vpn", "vpn-connection"), ("vgw", "vpn-gateway"), ("lt", "launch-template"),
    ("nat", "natgateway"), ("igw", "internet-gateway"), ("vpce", "vpc-endpoint"),
    ("vpce-svc", "vpc-endpoint-service"), ("pcx", "vpc-peering-connection"),
    ("acl", "network-acl"), ("dopt", "dhcp-options"), ("sgr", "security-group-rule"),
    ("cgw", "customer-gateway"), ("fl", "vpc-flow-log"),
    ("eigw", "egress-only-internet-gateway"), ("sir", "spot-instances-request"),
    ("sfr", "spot-fleet-request"), ("fleet", "fleet"), ("h", "dedicated-host"),
    ("cagw", "carrier-gateway"), ("import-snap", "import-snapshot-task"),
    ("import-ami", "import-image-task"), ("export-ami", "export-image-task"),
    ("tmf", "traffic-mirror-filter"), ("tmt", "traffic-mirror-target"),
    ("tms", "traffic-mirror-session"), ("tmfr", "traffic-mirror-filter-rule"),
    ("iew", "instance-event-window"), ("eice", "instance-connect-endpoint"),
    ("tgw-mcast-domain", "transit-gateway-multicast-domain"), ("nip", "network-insights-path"),
];

/// The type of which this is an id, such as `instance` for `i-0123456789abcdef0`.
pub(super) fn kind_of_id(id: &str) -> Option<&'static str> {
    let (prefix, _) = id.rsplit_once('-').filter(|_| is_id(id))?;
    PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, kind)| *kind)
}

/// Whether a text has the form of an id of EC2, of whatever type.
pub(super) fn is_id(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(prefix, rest)| {
        !prefix.is_empty()
            && prefix.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            && rest.len() >= 8
            && rest.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The ARN of a resource. Images and snapshots name no account, since they are shared.
pub(super) fn resource_arn(kind: &str, region: &str, account: &str, id: &str) -> String {
    let account = if matches!(kind, "image" | "snapshot") { "" } else { account };
    format!("arn:aws:ec2:{region}:{account}:{kind}/{id}")
}

/// The type in such an ARN.
pub(super) fn kind_of_arn(arn: &str) -> &str {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
    resource.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_its_type() {
        assert_eq!(kind_of_id("i-0123456789abcdef0"), Some("instance"));
        assert_eq!(kind_of_id("ami-12345678"), Some("image"));
        assert_eq!(kind_of_id("tgw-rtb-0123456789abcdef0"), Some("transit-gateway-route-table"));
    }

    #[test]
    fn what_is_no_id_has_no_type() {
        for text in ["", "i-", "i-123", "i-0123456789abcdefg", "t2.micro", "x-0123456789abcdef0"] {
            assert_eq!(kind_of_id(text), None, "{text}");
        }
    }

    #[test]
    fn every_type_in_the_data_can_be_told() {
        for part in OPERATIONS.values().flatten() {
            let told =
                part.kind == "key-pair" || PREFIXES.iter().any(|(_, known)| *known == part.kind);
            assert!(told, "{}", part.kind);
        }
        assert_eq!(operation("DescribeInstances"), Some(&[][..]));
        assert_eq!(operation("NoSuchOperation"), None);
    }

    #[test]
    fn an_image_names_no_account() {
        assert_eq!(
            resource_arn("image", "eu-west-1", "111122223333", "ami-1"),
            "arn:aws:ec2:eu-west-1::image/ami-1"
        );
        assert_eq!(
            resource_arn("instance", "eu-west-1", "111122223333", "*"),
            "arn:aws:ec2:eu-west-1:111122223333:instance/*"
        );
    }
}
