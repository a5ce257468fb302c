//! Requests to a lab's control endpoints.

use std::fs;
use std::path::Path;

use fed_types::Secret;
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::LabError;
use crate::innermost::innermost;
use crate::running_lab_error::RunningLabError;

/// Where to ask, and the key that has to be shown.
pub(super) struct Control {
    url: String,
    key: Secret,
    http: reqwest::Client,
}

/// How the lab says no.
#[derive(Deserialize)]
struct Refusal {
    error: String,
    hint: Option<String>,
}

impl Control {
    pub(super) fn new(url: &str, key_file: &Path, http: reqwest::Client) -> Result<Self, LabError> {
        let unreadable =
            |source| LabError::File { what: "read", path: key_file.to_owned(), source };
        let key = Secret::new(fs::read_to_string(key_file).map_err(unreadable)?);
        Ok(Self { url: url.to_owned(), key, http })
    }

    /// Asks, and reads the answer. `what` begins with a verb.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        what: &'static str,
        method: Method,
        page: &str,
        body: Option<Value>,
    ) -> Result<T, LabError> {
        let text = self.send(what, method, page, body).await?;
        serde_json::from_str(&text).map_err(|error| self.asked(what, error.to_string()))
    }

    /// Asks for something that has no answer but that it was done.
    pub(super) async fn tell(
        &self,
        what: &'static str,
        method: Method,
        page: &str,
        body: Option<Value>,
    ) -> Result<(), LabError> {
        self.send(what, method, page, body).await.map(drop)
    }

    async fn send(
        &self,
        what: &'static str,
        method: Method,
        page: &str,
        body: Option<Value>,
    ) -> Result<String, LabError> {
        let mut request = self.http.request(method, format!("{}/_lab{page}", self.url));
        request = request.bearer_auth(self.key.expose());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let silence = |error: reqwest::Error| self.asked(what, innermost(&error));
        let answer = request.send().await.map_err(silence)?;
        let status = answer.status();
        let text = answer.text().await.map_err(silence)?;
        match status.is_success() {
            true => Ok(text),
            false => Err(self.refused(what, status, &text)),
        }
    }

    fn refused(&self, what: &'static str, status: StatusCode, text: &str) -> LabError {
        match serde_json::from_str(text) {
            Ok(Refusal { error, hint }) => RunningLabError::Refused { error, hint }.into(),
            Err(_) => self.asked(what, format!("{} {}", status.as_u16(), text.trim())),
        }
    }

    fn asked(&self, what: &'static str, reason: String) -> LabError {
        RunningLabError::Asked { what, url: self.url.clone(), reason }.into()
    }
}
