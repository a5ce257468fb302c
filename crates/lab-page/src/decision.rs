//! One decision in full.

use askama::Template;
use iam_gate::{DecisionRecord, TrustRemedy};

use crate::LabFacts;
use crate::document::{Document, Shown, shown};
use crate::frame::{Frame, Here};
use crate::row::{Row, kind, verdict};
use crate::trust::{Change, Trust, trust};

struct DemandRow<'a> {
    kind: &'static str,
    verdict: &'static str,
    action: &'a str,
    resource: &'a str,
}

/// `/decisions/ID`
#[derive(Template)]
#[template(path = "decision.html")]
pub struct DecisionPage<'a> {
    frame: Frame<'a>,
    row: Row,
    record: &'a DecisionRecord,
    demands: Vec<DemandRow<'a>>,
    mend: Option<&'a str>,
    trust: Option<Result<Trust, &'a str>>,
    put: Option<&'a str>,
    command: Option<&'a str>,
    documents: Vec<Shown>,
    no_documents: &'a str,
    is_decided: bool,
}

impl<'a> DecisionPage<'a> {
    /// Without policies.
    pub fn new(lab: &'a LabFacts, record: &'a DecisionRecord) -> Self {
        let demands = record.demands.iter().map(|demand| DemandRow {
            kind: kind(demand.decision),
            verdict: verdict(demand.decision, record.enforced),
            action: &demand.action,
            resource: &demand.resource,
        });
        Self {
            frame: Frame { lab, here: Here::Decisions },
            row: Row::of(record),
            record,
            demands: demands.collect(),
            mend: None,
            trust: None,
            put: None,
            command: None,
            documents: Vec::new(),
            no_documents: "No policy binds who asked.",
            is_decided: false,
        }
    }

    /// With the policies of those who took part, or why there are none.
    #[must_use]
    pub fn documents(mut self, documents: Result<&[Document], &'a str>) -> Self {
        match documents {
            Ok(all) => {
                let deciding = &self.record.deciding_statement;
                self.documents = all.iter().map(|one| shown(one, deciding)).collect();
                self.is_decided = self.documents.iter().any(|one| one.decides);
            }
            Err(why) => self.no_documents = why,
        }
        self
    }

    /// With the smallest policy that would allow it.
    #[must_use]
    pub fn mend(mut self, policy: Option<&'a str>) -> Self {
        self.mend = policy;
        self
    }

    /// With what would have the trust policy let the token in, or why that cannot be told, and the
    /// command that puts a policy which lies in `trust.json`.
    #[must_use]
    pub fn trust(
        mut self,
        remedy: Option<Result<&TrustRemedy, &'a str>>,
        put: Option<&'a str>,
    ) -> Self {
        self.trust = remedy.map(|remedy| remedy.map(trust));
        self.put = put;
        self
    }

    /// With the command that says more.
    #[must_use]
    pub fn command(mut self, command: Option<&'a str>) -> Self {
        self.command = command;
        self
    }
}
