//! What AWS is, for everything that decides: services and their protocols, operations, the
//! shapes of what they take, actions, resource types, condition keys. Data and lookups
//! alone; each service is decoded when it is first asked for, and stays.
//!
//! ```
//! let sqs = aws_model::service("sqs").ok_or("sqs")?;
//! let send = sqs.operation("SendMessage").ok_or("SendMessage")?;
//! let input = sqs.input(send).ok_or("input")?;
//! assert!(input.member("QueueUrl").is_some_and(|member| member.required));
//!
//! // On which types of resources is an action checked, and is this ARN one of them?
//! let action = aws_model::action("s3:getobject").ok_or("s3:GetObject")?;
//! let object = action.resource_type_of("arn:aws:s3:::bucket/a/b").ok_or("object")?;
//! assert_eq!(object.name, "object");
//! let parts = object.matches("arn:aws:s3:::bucket/a/b").ok_or("parts")?;
//! assert_eq!(parts.get("ObjectName"), Some("a/b"));
//! assert!(action.resource_type_of("arn:aws:s3:::bucket").is_none());
//! # Ok::<(), &str>(())
//! ```

mod arn_template;
mod authorization;
mod decode;
mod index;
mod operation;
mod pack;
mod protocol;
mod route;
mod service;
mod shape;
mod text;
mod uri_template;

pub use arn_template::ArnParts;
pub use authorization::{
    AccessLevel, Action, ActionResource, Authorization, ConditionKey, KeyType, ResourceType,
    global_condition_keys,
};
pub use decode::DataVersions;
pub use index::{
    action, authorization, authorizations, condition_key, data_date, data_versions, service,
    services, services_signed_as,
};
pub use operation::{Auth, Checksum, ErrorShape, Operation};
pub use protocol::Protocol;
pub use route::{RestRequest, Route};
pub use service::Service;
pub use shape::{
    Blob, Bounds, List, Location, Map, Member, Shape, ShapeId, Structure, Text, TimestampFormat,
};
pub use text::DamagedData;
