//! Who signs people and workloads in, and what goes wrong there.

use askama::Template;

use crate::LabFacts;
use crate::frame::{Frame, Here};

/// An issuer as it is now.
#[derive(Clone, Debug)]
pub struct IssuerFacts {
    /// Its `iss`.
    pub issuer: String,
    /// Where it listens.
    pub url: String,
    /// The keys that are published; the first signs.
    pub key_ids: Vec<String>,
    /// Seconds that its clock is off.
    pub clock_offset: i64,
    /// What it does wrongly.
    pub faults: Vec<String>,
}

struct Issuer<'a> {
    number: usize,
    issuer: &'a str,
    url: &'a str,
    key_ids: &'a [String],
    clock: String,
    faults: &'a [String],
}

/// `/issuers`
#[derive(Template)]
#[template(path = "issuers.html")]
pub struct IssuersPage<'a> {
    frame: Frame<'a>,
    issuers: Vec<Issuer<'a>>,
    known_faults: &'a [String],
}

impl<'a> IssuersPage<'a> {
    /// All of a lab, which are counted from 0, and the faults that may be asked of one.
    pub fn new(lab: &'a LabFacts, issuers: &'a [IssuerFacts], known_faults: &'a [String]) -> Self {
        let shown = |(number, facts): (usize, &'a IssuerFacts)| Issuer {
            number,
            issuer: &facts.issuer,
            url: &facts.url,
            key_ids: &facts.key_ids,
            clock: clock(facts.clock_offset),
            faults: &facts.faults,
        };
        let issuers = issuers.iter().enumerate().map(shown).collect();
        Self { frame: Frame { lab, here: Here::Issuers }, issuers, known_faults }
    }
}

fn clock(offset: i64) -> String {
    match offset {
        0 => "right".to_owned(),
        1.. => format!("{offset} s ahead"),
        _ => format!("{} s behind", offset.unsigned_abs()),
    }
}
