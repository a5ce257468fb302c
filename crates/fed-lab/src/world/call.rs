//! What is asked of the gate, as an account's administrator, to make what a world file says.

use super::source::Place;

/// A service whose API takes a form, and the version of that API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// Identity and Access Management.
pub(crate) const IAM: Service = Service { name: "iam", version: "2010-05-08" };
/// Elastic Compute Cloud.
pub(crate) const EC2: Service = Service { name: "ec2", version: "2016-11-15" };
/// CloudFormation.
pub(crate) const CLOUDFORMATION: Service =
    Service { name: "cloudformation", version: "2010-05-15" };

/// A call, and what of the file it is for.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) place: Place,
    pub(crate) request: Request,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// A form; `there_already` are codes of errors that mean that nothing is to be done.
    Form {
        service: Service,
        action: &'static str,
        parameters: Vec<(String, String)>,
        there_already: &'static [&'static str],
    },
    /// S3's, by path.
    S3 {
        action: &'static str,
        /// The bucket, and the object's key behind a `/`.
        path: String,
        /// Such as `policy`; or empty.
        query: &'static str,
        body: String,
    },
    /// An access key, which goes into a profile.
    AccessKey { user: String },
}

/// Instances to run.
#[derive(Clone, Debug)]
pub(crate) struct Instances {
    pub(crate) call: Call,
    pub(crate) key_name: Option<String>,
}

/// A stack to make, and to wait for.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    pub(crate) name: String,
    pub(crate) call: Call,
}

/// A program to run.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) place: Place,
    pub(crate) command: Vec<String>,
}

/// IAM's form of a call that makes something, unless it is there.
pub(super) fn iam(place: &Place, action: &'static str, parameters: &[(&str, &str)]) -> Call {
    form(place, IAM, action, parameters, &["EntityAlreadyExists"])
}

pub(super) fn form(
    place: &Place,
    service: Service,
    action: &'static str,
    parameters: &[(&str, &str)],
    there_already: &'static [&'static str],
) -> Call {
    let owned = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let parameters = owned.collect();
    let request = Request::Form { service, action, parameters, there_already };
    Call { place: place.clone(), request }
}

/// Adds to a form: `Tags.member.1.Key` and so on.
pub(super) fn add(call: &mut Call, added: impl IntoIterator<Item = (String, String)>) {
    if let Request::Form { parameters, .. } = &mut call.request {
        parameters.extend(added);
    }
}
