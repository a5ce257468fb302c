//! The protocols that AWS's services speak.

/// How a request says its operation and its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// `Action=…&Version=…` as a form.
    Query,
    /// EC2's own kind of query.
    Ec2,
    /// `X-Amz-Target` and a JSON body, `application/x-amz-json-1.0`.
    Json10,
    /// The same, `application/x-amz-json-1.1`.
    Json11,
    /// Method and path, JSON bodies.
    RestJson,
    /// Method and path, XML bodies.
    RestXml,
    /// `/service/NAME/operation/NAME` and a CBOR body.
    SmithyRpcV2Cbor,
}

impl Protocol {
    pub(crate) fn of_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'q' => Self::Query,
            'e' => Self::Ec2,
            '0' => Self::Json10,
            '1' => Self::Json11,
            'r' => Self::RestJson,
            'x' => Self::RestXml,
            'c' => Self::SmithyRpcV2Cbor,
            _ => return None,
        })
    }

    /// Whether method and path name the operation.
    pub fn is_rest(self) -> bool {
        matches!(self, Self::RestJson | Self::RestXml)
    }

    /// The name that AWS's models have for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Ec2 => "ec2",
            Self::Json10 => "json 1.0",
            Self::Json11 => "json 1.1",
            Self::RestJson => "rest-json",
            Self::RestXml => "rest-xml",
            Self::SmithyRpcV2Cbor => "smithy-rpc-v2-cbor",
        }
    }
}
