//! All decisions, the newest first.

use std::sync::Arc;

use askama::Template;
use iam_gate::{DecisionRecord, Verdict};
use serde::Deserialize;

use crate::LabFacts;
use crate::frame::{Frame, Here};
use crate::row::{Row, kind};

/// Decisions on one page.
pub const ROWS: usize = 100;

/// Which decisions are asked for, as the address says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// `allowed`, `denied`, `refused`, or all.
    pub decision: String,
    /// A part of the principal's ARN.
    pub principal: String,
    /// Such as `s3`.
    pub service: String,
}

impl Filter {
    /// Whether it is one of them.
    pub fn shows(&self, record: &DecisionRecord) -> bool {
        let service = record.action.as_deref().and_then(|action| action.split(':').next());
        let of_verdict = match self.decision.as_str() {
            "" => true,
            "not-allowed" => record.decision != Verdict::Allowed,
            word => kind(record.decision) == word,
        };
        of_verdict
            && record.principal.as_deref().unwrap_or_default().contains(&self.principal)
            && (self.service.is_empty()
                || service.is_some_and(|it| it.eq_ignore_ascii_case(&self.service)))
    }

    fn verdicts(&self) -> [(&'static str, &'static str); 5] {
        [
            ("", "all"),
            ("allowed", "allowed"),
            ("not-allowed", "denied or refused"),
            ("denied", "denied"),
            ("refused", "refused"),
        ]
    }

    fn is_verdict(&self, value: &str) -> bool {
        self.decision == value
    }

    fn is_set(&self) -> bool {
        *self != Self::default()
    }

    pub(crate) fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("decision", &self.decision),
            ("principal", &self.principal),
            ("service", &self.service),
        ];
        query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
        query.finish()
    }
}

/// `/`
#[derive(Template)]
#[template(path = "decisions.html")]
pub struct DecisionsPage<'a> {
    frame: Frame<'a>,
    filter: &'a Filter,
    rows: Vec<Row>,
    matching: usize,
    total: usize,
    dropped: u64,
    is_newest: bool,
    older: Option<String>,
}

impl<'a> DecisionsPage<'a> {
    /// Those that the filter shows, from the one that came before the request of this id on, of
    /// all that are kept, the oldest first.
    pub fn new(
        lab: &'a LabFacts,
        filter: &'a Filter,
        before: Option<&str>,
        kept: &[Arc<DecisionRecord>],
        dropped: u64,
    ) -> Self {
        let matching: Vec<_> = kept.iter().rev().filter(|record| filter.shows(record)).collect();
        // What is no longer kept has nothing before it.
        let first = match before {
            None => 0,
            Some(id) => matching
                .iter()
                .position(|record| record.request_id == id)
                .map_or(matching.len(), |at| at + 1),
        };
        let shown: Vec<_> = matching.iter().skip(first).take(ROWS).collect();
        let more = matching.len() > first + shown.len();
        let last = shown.last().map(|record| record.request_id.clone());
        Self {
            frame: Frame { lab, here: Here::Decisions },
            filter,
            rows: shown.into_iter().map(|record| Row::of(record)).collect(),
            matching: matching.len(),
            total: kept.len(),
            dropped,
            is_newest: before.is_none(),
            older: last.filter(|_| more),
        }
    }
}
