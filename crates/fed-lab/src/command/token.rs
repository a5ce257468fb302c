//! `fed-lab token`: a token as a provider would give it, from the lab's issuer of that name.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use fed_lab::{LabError, Surroundings};
use serde_json::json;

use super::place::Place;
use crate::claims::{self, AUDIENCE};

/// Whose token.
#[derive(Args)]
pub(crate) struct TokenOptions {
    #[command(subcommand)]
    whose: Whose,
}

#[derive(Subcommand)]
enum Whose {
    /// Of a workflow run, as GitHub Actions gives it
    Github(OfRun),
    /// Of a CI job, as GitLab gives it
    Gitlab(claims::Gitlab),
    /// Of a person, as Google gives it
    Google(claims::Google),
    /// Of a pod's service account, as an EKS cluster gives it
    Eks(claims::Eks),
}

/// A workflow run, and whom its token is for.
#[derive(Args)]
struct OfRun {
    #[command(flatten)]
    run: claims::Github,
    /// Whom the token is for
    #[arg(long, default_value = AUDIENCE)]
    audience: String,
}

/// Prints the token: of the lab that this command runs in, else of the one started last.
pub(crate) async fn token(
    options: TokenOptions,
    surroundings: &Surroundings,
) -> Result<ExitCode, LabError> {
    let place = Place::of(surroundings);
    let (issuer, option, claims) = match &options.whose {
        Whose::Github(of_run) => {
            let mut claims = of_run.run.run().claims();
            claims["aud"] = of_run.audience.as_str().into();
            ("FED_LAB_GITHUB_ACTIONS_ISSUER_URL", "github-actions", claims)
        }
        Whose::Gitlab(job) => ("FED_LAB_GITLAB_ISSUER_URL", "gitlab", job.claims()),
        Whose::Google(person) => {
            let claims = person.claims(place.variable("FED_LAB_CLIENT_ID"));
            ("FED_LAB_ISSUER_URL", "google", claims)
        }
        Whose::Eks(pod) => ("FED_LAB_EKS_ISSUER_URL", "eks", pod.claims()),
    };
    let answer = place.ask(issuer, option, "token", &json!({ "claims": claims })).await?;
    anstream::println!("{}", answer.member("id_token")?);
    Ok(ExitCode::SUCCESS)
}
