//! ID tokens of a running lab's issuers, described by whom they are of.

use fake_issuer::TokenRequest;
use serde_json::{Map, Value, json};

use crate::{PipelineJob, PlacedIssuer, WorkflowRun};

/// A token that a lab's issuer shall sign; see [`Lab::token`](crate::Lab::token).
#[derive(Clone, Debug)]
pub struct Token {
    issuer: PlacedIssuer,
    claims: Map<String, Value>,
}

impl Token {
    /// A sign-in of that person at Google, for the lab's OAuth client.
    pub fn google(email: &str) -> Self {
        Self::of(PlacedIssuer::Google, json!({ "email": email }))
    }

    /// A run of a workflow on the branch `main` of a repository, `OWNER/NAME`.
    pub fn github(repository: &str) -> Self {
        Self::of(PlacedIssuer::GithubActions, WorkflowRun::on_main(repository).claims())
            .claim("aud", WorkflowRun::AUDIENCE)
    }

    /// A job on the branch `main` of a project, `GROUP/NAME`.
    pub fn gitlab(project: &str) -> Self {
        Self::of(PlacedIssuer::Gitlab, PipelineJob::on_main(project).claims())
            .claim("aud", PipelineJob::AUDIENCE)
    }

    /// A token of any issuer of the lab, with these claims over those that it gives by itself.
    pub fn of(issuer: PlacedIssuer, claims: Value) -> Self {
        let claims = if let Value::Object(claims) = claims { claims } else { Map::new() };
        Self { issuer, claims }
    }

    /// The same with another value of a claim; `null` leaves it out.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn issuer(&self) -> &PlacedIssuer {
        &self.issuer
    }

    /// As `--issuer` names it.
    pub(crate) fn option(&self) -> &'static str {
        match self.issuer {
            PlacedIssuer::Google => "google",
            PlacedIssuer::GithubActions => "github-actions",
            PlacedIssuer::Gitlab => "gitlab",
            PlacedIssuer::Eks => "eks",
            PlacedIssuer::Other(_) => "URL",
        }
    }

    pub(crate) fn request(&self, client_id: &str) -> TokenRequest {
        let mut claims = self.claims.clone();
        if self.issuer == PlacedIssuer::Google {
            claims.entry("aud").or_insert_with(|| client_id.into());
            claims.entry("azp").or_insert_with(|| client_id.into());
        }
        TokenRequest { claims, ..TokenRequest::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_whom_it_would_be_for() {
        let google = Token::google("ada@example.com").request("client").claims;
        assert_eq!((&google["aud"], &google["azp"]), (&json!("client"), &json!("client")));
        let other = Token::google("ada@example.com").claim("aud", "another").request("client");
        assert_eq!(other.claims["aud"], "another");
        let github = Token::github("acme/app").request("client").claims;
        assert_eq!(github["aud"], "sts.amazonaws.com");
        assert_eq!(github["sub"], "repo:acme/app:ref:refs/heads/main");
        assert!(!github.contains_key("azp"));
        let gitlab = Token::gitlab("acme/app").request("client").claims;
        assert_eq!(gitlab["aud"], "https://gitlab.com");
        assert_eq!(gitlab["sub"], "project_path:acme/app:ref_type:branch:ref:main");
    }
}
