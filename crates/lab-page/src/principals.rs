//! Who asked, how often, and with which sessions.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use iam_gate::{DecisionRecord, SessionRecord};

use crate::LabFacts;
use crate::decisions::Filter;
use crate::frame::{Frame, Here};
use crate::row::kind;

/// Sessions that are told of one principal, the last ones.
const SESSIONS: usize = 5;

struct Principal {
    name: String,
    query: String,
    allowed: usize,
    denied: usize,
    refused: usize,
    sessions: Vec<Session>,
}

struct Session {
    access_key_id: String,
    expiration: String,
    provider: Option<String>,
}

/// `/principals`
#[derive(Template)]
#[template(path = "principals.html")]
pub struct PrincipalsPage<'a> {
    frame: Frame<'a>,
    principals: Vec<Principal>,
}

impl<'a> PrincipalsPage<'a> {
    /// Of all decisions that are kept.
    pub fn new(lab: &'a LabFacts, kept: &[Arc<DecisionRecord>]) -> Self {
        let mut principals: BTreeMap<&str, Principal> = BTreeMap::new();
        for record in kept {
            let Some(name) = record.principal.as_deref() else { continue };
            let one = principals.entry(name).or_insert_with(|| Principal::new(name));
            match kind(record.decision) {
                "allowed" => one.allowed += 1,
                "denied" => one.denied += 1,
                _ => one.refused += 1,
            }
            if let Some(session) = &record.session {
                one.note(session);
            }
        }
        let principals = principals.into_values().collect();
        Self { frame: Frame { lab, here: Here::Principals }, principals }
    }
}

impl Principal {
    fn new(name: &str) -> Self {
        let filter = Filter { principal: name.to_owned(), ..Filter::default() };
        Self {
            name: name.to_owned(),
            query: filter.query(),
            allowed: 0,
            denied: 0,
            refused: 0,
            sessions: Vec::new(),
        }
    }

    fn note(&mut self, session: &SessionRecord) {
        self.sessions.retain(|known| known.access_key_id != session.access_key_id);
        self.sessions.insert(
            0,
            Session {
                access_key_id: session.access_key_id.clone(),
                expiration: session.expiration.to_string(),
                provider: session.federated_provider.clone(),
            },
        );
        self.sessions.truncate(SESSIONS);
    }
}
