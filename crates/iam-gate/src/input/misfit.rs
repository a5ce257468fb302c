//! Why an input is not what the model says, and how services say so.

use aws_model::Protocol;

use crate::api::Api;
use crate::error_response::ErrorResponse;

/// Letters of a name that are told.
const SHOWN: usize = 200;

/// The one service of REST's XML that has a code of its own.
const ROUTE_53: &str = "route53";

/// What does not fit, and where: by the names on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// A member that the model does not have.
    Unknown(String),
    /// A member that is given more than once.
    Repeated(String),
    /// A body that is not what it should be at all, or where there should be none.
    NotWhole,
    /// Bytes that a reader of forms finds an operation in.
    Form(String),
    /// Another type than the member's.
    Type { member: String, found: &'static str, expected: &'static str },
    /// A character that stands in no path, parameter or header.
    Control { member: String, found: char },
    /// Numbers of elements or entries that do not run from one without a gap.
    Numbers(String),
    /// Several members of a union, or none.
    Union(String),
}

impl Misfit {
    /// In the service's own form. A service may make nothing of a member that it does not know;
    /// an emulator may make something of it, so it is refused here.
    pub(super) fn answer(self, api: Api, protocol: Protocol) -> ErrorResponse {
        let code = match (&self, protocol) {
            // Source: EC2 API reference, "Error codes".
            (Self::Unknown(_), Protocol::Ec2) => "UnknownParameter",
            (_, Protocol::Ec2) => "InvalidParameterValue",
            (Self::Unknown(_), Protocol::Query) => "ValidationError",
            (_, Protocol::Query) => "MalformedInput",
            // Source: aws/aws-sdk-ruby#137, `InvalidInput` `Invalid XML ; …`.
            (_, Protocol::RestXml) if api.service.signing_name == ROUTE_53 => "InvalidInput",
            (_, Protocol::RestXml) => "MalformedXML",
            _ => "SerializationException",
        };
        ErrorResponse::answered(400, code, self.message(api, protocol))
    }

    /// The same, long names cut: a client may send what it likes, and the log keeps it.
    fn shortened(&self) -> Self {
        let short = |name: &String| name.chars().take(SHOWN).collect();
        match self {
            Self::Unknown(name) => Self::Unknown(short(name)),
            Self::Repeated(name) => Self::Repeated(short(name)),
            Self::Form(name) => Self::Form(short(name)),
            Self::Numbers(name) => Self::Numbers(short(name)),
            Self::Union(name) => Self::Union(short(name)),
            Self::Control { member, found } => {
                Self::Control { member: short(member), found: *found }
            }
            Self::NotWhole => Self::NotWhole,
            Self::Type { member, found, expected } => {
                Self::Type { member: short(member), found, expected }
            }
        }
    }

    fn message(&self, api: Api, protocol: Protocol) -> String {
        match &self.shortened() {
            Self::Unknown(member) if protocol == Protocol::Ec2 => {
                format!("The parameter {member} is not recognized")
            }
            Self::Unknown(member) => format!(
                "`{member}` is no member of `{}` by AWS's models of {}",
                api.action(),
                aws_model::data_date()
            ),
            Self::Type { member, found, expected } => match protocol {
                Protocol::Ec2 | Protocol::Query => {
                    format!("Invalid value for parameter {member}: expected {expected}")
                }
                _ => format!("{found} can not be converted to {expected}: `{member}`"),
            },
            // Source: getmoto/moto#8004; plesk/ext-route53#13 for the sentence.
            Self::Control { found, .. } if api.service.signing_name == ROUTE_53 => {
                let shown = match found {
                    '\t' | '\n' | '\r' => found.to_string(),
                    other => other.escape_default().to_string(),
                };
                format!(
                    "FATAL problem: UnsupportedCharacter (Value contains unsupported characters) \
                     encountered with '{shown}'"
                )
            }
            Self::Control { member, .. } => {
                format!("STRING_VALUE can not be converted to a String: `{member}`")
            }
            Self::Repeated(member) => format!("`{member}` is given more than once"),
            Self::NotWhole => String::new(),
            Self::Form(member) => {
                format!("the emulator behind the gate would take `{member}` for a form")
            }
            Self::Numbers(member) => {
                format!("the numbers of `{member}` do not run from 1 without a gap")
            }
            Self::Union(member) => format!("`{member}` is to have exactly one member"),
        }
    }
}
