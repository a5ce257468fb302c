//! Policy documents, compiled once however often they are read.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use iam_policy::{NamedPolicy, Policy, PolicyKind};

use crate::error_response::ErrorResponse;
use crate::wire::decode;

/// Compiled documents kept; past this many all are forgotten and compiled again.
const KEPT: usize = 4096;

/// A document is attached, but cannot be understood: nothing can be allowed while it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy `{name}` cannot be understood: {reason}")]
pub(crate) struct DocumentFault {
    name: String,
    reason: String,
}

impl DocumentFault {
    /// What is wrong with the document.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }
}

/// A policy, or why it is none.
pub(crate) type CompiledPolicy = Result<NamedPolicy, DocumentFault>;

/// The policy, or a refusal: a document that cannot be read might deny.
///
/// # Errors
/// [`ErrorResponse::Undecidable`] with the document's fault.
pub(crate) fn readable(policy: CompiledPolicy) -> Result<NamedPolicy, ErrorResponse> {
    policy.map_err(|fault| ErrorResponse::Undecidable(fault.to_string()))
}

type Compiled = Result<Arc<Policy>, String>;

/// The compiled documents.
#[derive(Default)]
pub(crate) struct Documents {
    compiled: Mutex<HashMap<(&'static str, String), Compiled>>,
}

impl Documents {
    /// Compiles a document, or finds it compiled. `text` may be percent-encoded, as IAM
    /// answers it.
    pub(crate) fn compile(&self, name: &str, text: &str, kind: PolicyKind) -> CompiledPolicy {
        let text = match text.trim_start().starts_with('%') {
            true => decode(text).unwrap_or_default(),
            false => text.to_owned(),
        };
        let key = (kind_name(kind), text);
        let mut kept = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() > KEPT {
            kept.clear();
        }
        let compiled = match kept.get(&key) {
            Some(compiled) => compiled.clone(),
            None => {
                let compiled =
                    Policy::parse(&key.1, kind).map(Arc::new).map_err(|error| error.to_string());
                kept.insert(key, compiled.clone());
                compiled
            }
        };
        match compiled {
            Ok(policy) => Ok(NamedPolicy::new(name, policy)),
            Err(reason) => Err(DocumentFault { name: name.to_owned(), reason }),
        }
    }
}

fn kind_name(kind: PolicyKind) -> &'static str {
    match kind {
        PolicyKind::Identity => "identity",
        PolicyKind::Trust => "trust",
        PolicyKind::Resource => "resource",
        PolicyKind::Boundary => "boundary",
        PolicyKind::Session => "session",
        PolicyKind::ServiceControl => "service control",
        PolicyKind::ResourceControl => "resource control",
    }
}
