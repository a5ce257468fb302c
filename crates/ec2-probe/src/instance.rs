//! What is worth telling about an instance.

use aws_sdk_ec2::types;
use fed_types::UnixTime;
use serde::Serialize;

/// An EC2 instance, reduced to what identifies it. A field is `None` when EC2 did
/// not name it.
///
/// Source: EC2 API reference, `Instance`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instance {
    /// `i-…`.
    pub instance_id: String,
    /// Such as `t2.micro`.
    pub instance_type: Option<String>,
    /// `pending`, `running`, `shutting-down`, `terminated`, `stopping` or `stopped`.
    pub state: Option<String>,
    /// Such as `ap-northeast-2a`.
    pub availability_zone: Option<String>,
    /// The key pair it was launched with.
    pub key_name: Option<String>,
    /// The value of its `Name` tag.
    pub name: Option<String>,
    /// Inside the VPC.
    pub private_ip_address: Option<String>,
    /// From outside, where it has one.
    pub public_ip_address: Option<String>,
    /// When it was last launched.
    pub launch_time: Option<UnixTime>,
}

impl From<&types::Instance> for Instance {
    fn from(instance: &types::Instance) -> Self {
        let text = |value: Option<&str>| value.map(str::to_owned);
        Self {
            instance_id: instance.instance_id().unwrap_or_default().to_owned(),
            instance_type: text(instance.instance_type().map(types::InstanceType::as_str)),
            state: text(
                instance
                    .state()
                    .and_then(types::InstanceState::name)
                    .map(types::InstanceStateName::as_str),
            ),
            availability_zone: text(
                instance.placement().and_then(types::Placement::availability_zone),
            ),
            key_name: text(instance.key_name()),
            name: text(
                instance
                    .tags()
                    .iter()
                    .find(|tag| tag.key() == Some("Name"))
                    .and_then(types::Tag::value),
            ),
            private_ip_address: text(instance.private_ip_address()),
            public_ip_address: text(instance.public_ip_address()),
            launch_time: instance.launch_time().map(|moment| UnixTime::from_seconds(moment.secs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_instance_has_only_an_id() {
        let instance = types::Instance::builder().instance_id("i-0").build();
        assert_eq!(
            Instance::from(&instance),
            Instance {
                instance_id: "i-0".to_owned(),
                instance_type: None,
                state: None,
                availability_zone: None,
                key_name: None,
                name: None,
                private_ip_address: None,
                public_ip_address: None,
                launch_time: None,
            }
        );
    }

    #[test]
    fn the_name_is_the_tag_called_name() {
        let tag = |key: &str, value: &str| types::Tag::builder().key(key).value(value).build();
        let instance = types::Instance::builder()
            .instance_id("i-0")
            .tags(tag("name", "wrong"))
            .tags(tag("Name", "right"))
            .build();
        assert_eq!(Instance::from(&instance).name.as_deref(), Some("right"));
    }
}
