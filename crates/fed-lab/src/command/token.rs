//! `fed-lab token`: a token as a provider would give it, from the lab's issuer of that name.

mod claims;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use fed_lab::{LabError, Surroundings, running_labs};
use serde_json::{Value, json};

/// Whose token.
#[derive(Args)]
pub(crate) struct TokenOptions {
    #[command(subcommand)]
    whose: Whose,
}

#[derive(Subcommand)]
enum Whose {
    /// Of a workflow run, as GitHub Actions gives it
    Github(claims::Github),
    /// Of a CI job, as GitLab gives it
    Gitlab(claims::Gitlab),
    /// Of a person, as Google gives it
    Google(claims::Google),
    /// Of a pod's service account, as an EKS cluster gives it
    Eks(claims::Eks),
}

/// Prints the token: of the lab that this command runs in, else of the one started last.
pub(crate) async fn token(
    options: TokenOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let running = running_labs(&surroundings.cache_dir).into_iter().next().unwrap_or_default();
    let variable = |name: &str| {
        let of_running = || running.iter().find(|(known, _)| known == name);
        std::env::var(name).ok().or_else(|| of_running().map(|(_, value)| value.clone()))
    };
    let (place, option, claims) = match &options.whose {
        Whose::Github(run) => ("FED_LAB_GITHUB_ACTIONS_ISSUER_URL", "github-actions", run.claims()),
        Whose::Gitlab(job) => ("FED_LAB_GITLAB_ISSUER_URL", "gitlab", job.claims()),
        Whose::Google(person) => {
            ("FED_LAB_ISSUER_URL", "google", person.claims(variable("FED_LAB_CLIENT_ID")))
        }
        Whose::Eks(pod) => ("FED_LAB_EKS_ISSUER_URL", "eks", pod.claims()),
    };
    let url = variable(place).ok_or(LabError::NoSuchIssuer(option))?;
    anstream::println!("{}", ask(&url, &claims).await?);
    Ok(ExitCode::SUCCESS)
}

async fn ask(url: &str, claims: &Value) -> Result<String, LabError> {
    let no_token = |reason: String| LabError::NoToken { url: url.to_owned(), reason };
    let http = reqwest::Client::builder().no_proxy().build().map_err(LabError::Http)?;
    let body = json!({ "claims": claims }).to_string();
    let request = http.post(format!("{url}/_control/token")).body(body);
    let request = request.header("content-type", "application/json");
    let sent = request.send().await.map_err(|error| no_token(error.to_string()))?;
    let text = sent.text().await.map_err(|error| no_token(error.to_string()))?;
    let answer: Value = serde_json::from_str(&text).map_err(|_| no_token(text.clone()))?;
    let token = answer.get("id_token").and_then(Value::as_str);
    token.map(str::to_owned).ok_or_else(|| no_token(text))
}
