//! The lab that a command runs in, else the one started last, and its issuers' control endpoints.

use fed_lab::{Entered, LabError, Surroundings, request_to_lab, running_labs};
use reqwest::Method;
use serde_json::Value;

/// A lab, by its variables.
pub(super) struct Place {
    running: Vec<(String, String)>,
}

/// What a control endpoint answered.
pub(super) struct Answer {
    url: String,
    members: Value,
}

impl Place {
    pub(super) fn of(surroundings: &Surroundings) -> Self {
        let running = match Entered::read(|name| std::env::var(name).ok()).lab() {
            Some(around) => Some(around.environment().to_vec()),
            None => running_labs(&surroundings.cache_dir).into_iter().next(),
        };
        Self { running: running.unwrap_or_default() }
    }

    /// A variable of the lab.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let of_running = || self.running.iter().find(|(known, _)| known == name);
        std::env::var(name).ok().or_else(|| of_running().map(|(_, value)| value.clone()))
    }

    /// Asks the issuer whose address is in that variable; `option` is its name for `--issuer`.
    ///
    /// # Errors
    /// [`LabError::NoSuchIssuer`], [`LabError::NoToken`].
    pub(super) async fn ask(
        &self,
        variable: &str,
        option: &'static str,
        endpoint: &str,
        body: &Value,
    ) -> Result<Answer, LabError> {
        let url = self.variable(variable).ok_or(LabError::NoSuchIssuer(option))?;
        let no_token = |reason: String| LabError::NoToken { url: url.clone(), reason };
        let endpoint = format!("{url}/_control/{endpoint}");
        let request = request_to_lab(Method::POST, &endpoint, |name| self.variable(name))?;
        let sent = request.json(body).send().await.map_err(|error| no_token(error.to_string()))?;
        let text = sent.text().await.map_err(|error| no_token(error.to_string()))?;
        let members = serde_json::from_str(&text).map_err(|_| no_token(text.clone()))?;
        Ok(Answer { url, members })
    }
}

impl Answer {
    /// A member that is text.
    ///
    /// # Errors
    /// [`LabError::NoToken`] where there is none.
    pub(super) fn member(&self, name: &str) -> Result<&str, LabError> {
        self.members.get(name).and_then(Value::as_str).ok_or_else(|| LabError::NoToken {
            url: self.url.clone(),
            reason: self.members.to_string(),
        })
    }
}
