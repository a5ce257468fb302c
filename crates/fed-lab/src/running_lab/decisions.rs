//! What the gate of a running lab has decided, and goes on deciding.

use reqwest::{Method, Response};
use serde_json::Value;

use super::{RunningLab, request_to_lab};
use crate::LabError;
use crate::innermost::innermost;
use crate::running_lab_error::RunningLabError;

const TRIED: &str = "read the gate's decisions";

/// Decisions, one after the other, oldest first.
pub struct Decisions {
    /// How many the gate had to drop to make room for later ones.
    pub dropped: u64,
    url: String,
    answer: Response,
    pending: Vec<u8>,
}

impl RunningLab {
    /// What the gate has decided, as far as it keeps it; with `follow` also what it decides
    /// from now on, until the lab ends.
    ///
    /// # Errors
    /// [`LabError::RunningLab`] where the gate does not answer.
    pub async fn decisions(&self, follow: bool) -> Result<Decisions, LabError> {
        let page = if follow { "?follow=1" } else { "" };
        let (url, answer) = self.ask_gate(Method::GET, page).await?;
        let dropped = answer.headers().get("x-decisions-dropped");
        let dropped = dropped.and_then(|text| text.to_str().ok()?.parse().ok()).unwrap_or(0);
        Ok(Decisions { dropped, url, answer, pending: Vec::new() })
    }

    /// Has the gate forget what it has decided so far.
    ///
    /// # Errors
    /// [`LabError::RunningLab`] where the gate does not answer.
    pub async fn clear_decisions(&self) -> Result<(), LabError> {
        self.ask_gate(Method::DELETE, "").await.map(drop)
    }

    async fn ask_gate(&self, method: Method, page: &str) -> Result<(String, Response), LabError> {
        let url = format!("{}/_gate/decisions", self.variable("FED_LAB_GATE_URL")?);
        let asked = |reason| RunningLabError::Asked { what: TRIED, url: url.clone(), reason };
        let request = request_to_lab(method, &format!("{url}{page}"), |name| self.found(name))?;
        let sent = request.send().await;
        let answer = sent.map_err(|error| asked(innermost(&error)))?;
        match answer.status() {
            status if status.is_success() => Ok((url, answer)),
            status => Err(asked(format!("it answered with {}", status.as_u16())).into()),
        }
    }
}

impl Decisions {
    /// The next one; `None` when there is none, or the lab has ended.
    ///
    /// # Errors
    /// [`LabError::RunningLab`] where the answer ends in the middle, or is none of a gate.
    pub async fn next(&mut self) -> Result<Option<Value>, LabError> {
        let asked = |url: &str, reason: String| {
            let url = url.to_owned();
            LabError::from(RunningLabError::Asked { what: TRIED, url, reason })
        };
        loop {
            if let Some(end) = self.pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.pending.drain(..=end).collect();
                let read = serde_json::from_slice(&line);
                return read.map(Some).map_err(|error| asked(&self.url, error.to_string()));
            }
            match self.answer.chunk().await {
                Ok(Some(chunk)) => self.pending.extend_from_slice(&chunk),
                Ok(None) if self.pending.is_empty() => return Ok(None),
                Ok(None) => return Err(asked(&self.url, "the answer ends in a line".to_owned())),
                Err(error) => return Err(asked(&self.url, innermost(&error))),
            }
        }
    }
}
