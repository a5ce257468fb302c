//! One API of AWS: what is known of it at once, and its operations and shapes, which are
//! decoded when they are first asked for.

use std::sync::OnceLock;

use crate::authorization::{Action, Authorization};
use crate::operation::{ErrorShape, Operation};
use crate::pack::Place;
use crate::protocol::Protocol;
use crate::shape::{Shape, ShapeId, Structure};
use crate::text::DamagedData;

/// One API of AWS.
#[derive(Debug)]
pub struct Service {
    /// Its name in AWS's command line and SDKs (`sqs`, `sesv2`, `s3control`).
    pub name: &'static str,
    /// The service's name in a signature's scope; several APIs may share one.
    pub signing_name: &'static str,
    /// The prefix of its actions in policies, where it has any.
    pub iam_prefix: Option<&'static str>,
    /// What its hosts' names begin with.
    pub endpoint_prefix: &'static str,
    /// AWS's id of it (`SFN`).
    pub service_id: &'static str,
    /// The version of the API, which query protocols say.
    pub api_version: &'static str,
    /// The protocols that it answers, the first being clients' choice.
    pub protocols: Vec<Protocol>,
    /// What `X-Amz-Target` begins with, before the dot.
    pub target_prefix: Option<&'static str>,
    /// The namespace of its XML.
    pub xml_namespace: Option<&'static str>,
    /// For a service that is not regional: the region that signs for it.
    pub global_region: Option<&'static str>,
    /// Whether LocalStack serves it.
    pub in_localstack: bool,
    /// Whether moto serves it.
    pub in_moto: bool,
    pub(crate) place: Place,
    pub(crate) authorization: Option<&'static Authorization>,
    /// Whoever reads the index says how the rest is read.
    pub(crate) decode: fn(&'static str, Place) -> Result<Model, DamagedData>,
    pub(crate) model: OnceLock<Option<Model>>,
}

/// What a service's data says.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) shapes: Vec<Shape>,
    /// In the order of their names.
    pub(crate) errors: Vec<ErrorShape>,
    /// In the order of their names.
    pub(crate) operations: Vec<Operation>,
}

impl Service {
    /// Whether its operations and shapes are carried; the others are known by name.
    pub fn is_carried(&self) -> bool {
        self.place.length > 0
    }

    /// Whether it speaks a protocol.
    pub fn speaks(&self, protocol: Protocol) -> bool {
        self.protocols.contains(&protocol)
    }

    /// Its operations, in the order of their names.
    pub fn operations(&self) -> &[Operation] {
        self.model().map_or(&[], |model| &model.operations)
    }

    /// The operation of this name, case and all.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let operations = self.operations();
        let index = operations.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
        operations.get(index)
    }

    /// The shape of this number; `None` for another service's.
    pub fn shape(&self, id: ShapeId) -> Option<&Shape> {
        self.model()?.shapes.get(id.0 as usize)
    }

    /// What an operation takes.
    pub fn input(&self, operation: &Operation) -> Option<&Structure> {
        match self.shape(operation.input?)? {
            Shape::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    /// The error of this name in the model.
    pub fn error(&self, name: &str) -> Option<&ErrorShape> {
        self.model()?.errors.iter().find(|error| error.name == name)
    }

    /// Its actions, resource types and condition keys.
    pub fn authorization(&self) -> Option<&'static Authorization> {
        self.authorization
    }

    /// The action that has the operation's name. `None` where AWS names the action otherwise
    /// (`s3:ListBucket` for `ListObjects`) or asks for none; a call may need others besides.
    pub fn action_named_as(&self, operation: &Operation) -> Option<&'static Action> {
        self.authorization()?.action(operation.name)
    }

    fn model(&self) -> Option<&Model> {
        self.model.get_or_init(|| self.decode().ok()).as_ref()
    }

    /// Decodes the service anew.
    pub(crate) fn decode(&self) -> Result<Model, DamagedData> {
        if !self.is_carried() {
            return Ok(Model::default());
        }
        (self.decode)(self.name, self.place)
    }
}
