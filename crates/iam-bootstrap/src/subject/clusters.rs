//! Kubernetes: `system:serviceaccount:NAMESPACE:NAME`.
//!
//! Source: Kubernetes documentation, "Managing Service Accounts"; EKS user guide, "Assign IAM
//! roles to Kubernetes service accounts".

use super::{Shape, is_pattern, never, strangers};

const FORM: &str = "the form is `system:serviceaccount:NAMESPACE:NAME`";

pub(super) fn check(subject: &str) -> Shape {
    let parts: Vec<&str> = subject.split(':').collect();
    match parts.as_slice() {
        ["system", "serviceaccount", namespace, ..] if is_pattern(namespace) => everybody(),
        ["system", "serviceaccount", namespace, name]
            if !namespace.is_empty() && !name.is_empty() =>
        {
            Ok(is_pattern(name).then(|| format!("service accounts of namespace `{namespace}`")))
        }
        _ if is_pattern(subject) => everybody(),
        _ => Err(never("a pod's `sub` names its service account", FORM)),
    }
}

fn everybody() -> Shape {
    Err(strangers(
        "service accounts of every namespace fit, whoever makes them",
        format!("name the namespace in full; {FORM}"),
    ))
}
