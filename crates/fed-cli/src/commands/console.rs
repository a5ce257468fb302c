//! `console`: the AWS console, opened as the role.

mod open;

use std::time::Duration;

use clap::Args;
use credential_store::CredentialsEntry;
use fed_types::{Arn, Secret};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::arguments::RoleSessionArguments;
use crate::config::ConfigError;
use crate::context::{Context, Outcome, block_on};
use crate::environment::AWS_ENDPOINT_URL_SIGNIN;
use crate::settings::Service;
use crate::{Exit, Failure, choice, session};

/// Open the AWS console as the role.
///
/// At a terminal the browser opens it; with --no-browser, or where nobody sits at a terminal, the
/// address is printed. Whoever opens it within 15 minutes is signed in: hand it to your own
/// browser only.
#[derive(Debug, Args)]
pub struct ConsoleArguments {
    /// Console page to open [default: the console's home]
    #[arg(long, value_name = "URL")]
    pub destination: Option<Url>,
    /// Whose session of which role.
    #[command(flatten)]
    pub session: RoleSessionArguments,
}

/// The sign-in and console hosts of a partition.
///
/// Source: IAM user guide, "Enable custom identity broker access to the AWS console".
fn hosts(partition: &str) -> (&'static str, &'static str) {
    match partition {
        "aws-cn" => ("https://signin.amazonaws.cn/", "https://console.amazonaws.cn/"),
        "aws-us-gov" => {
            ("https://signin.amazonaws-us-gov.com/", "https://console.amazonaws-us-gov.com/")
        }
        _ => ("https://signin.aws.amazon.com/", "https://console.aws.amazon.com/"),
    }
}

/// How long the federation endpoint may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What the federation endpoint answers.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "SigninToken")]
    signin_token: String,
}

/// Runs the command.
pub(crate) fn run(context: Context<'_>, arguments: &ConsoleArguments) -> Outcome {
    let settings = choice::settings(context, &arguments.session)?;
    let role = settings.role_arn()?;
    let (signin, console) = hosts(Arn::parse(role.as_str()).map_or("aws", |arn| arn.partition));
    let configured = context.host.environment.text(AWS_ENDPOINT_URL_SIGNIN);
    let aws = settings.aws(&context.host.environment)?;
    if let (None, Some(sts)) = (configured, aws.endpoint(Service::Sts)) {
        let sts = Url::parse(sts).map_or_else(|_| String::new(), |url| origin(&url));
        if !is_of_aws(&sts) {
            return Err(no_console(&sts));
        }
    }
    let endpoint = federation_endpoint(configured.unwrap_or(signin))?;
    let entry = session::credentials(context, &settings, None)?;
    let builder =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT);
    let client = aws.http(context.host, builder)?;
    let token = block_on(signin_token(&client, &endpoint, &entry))?;
    let destination = arguments.destination.as_ref().map_or(console, Url::as_str);
    let mut address = endpoint;
    address
        .query_pairs_mut()
        .append_pair("Action", "login")
        .append_pair("Issuer", "fed-cli")
        .append_pair("Destination", destination)
        .append_pair("SigninToken", token.expose());
    let terminal = &context.host.terminal;
    if !settings.asking.no_browser
        && terminal.is_interactive()
        && block_on(open::once(context, &address))?
    {
        context.say(&format!("the console of `{}` opens in your browser", entry.role_arn));
        return Ok(Exit::Done);
    }
    context.data(&format!("{address}\n"))?;
    Ok(Exit::Done)
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether the address is one of AWS's own, in any partition.
fn is_of_aws(origin: &str) -> bool {
    [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"].iter().any(|end| origin.ends_with(end))
        && origin.starts_with("https://")
}

/// Credentials of another STS, such as a lab's, have no business at AWS.
fn no_console(sts: &str) -> Failure {
    let message = format!("the credentials come from `{sts}`, and AWS's console takes only AWS's");
    Failure::new(Exit::InvalidConfiguration, message).hint(format!(
        "where that has a console of its own, say where it signs in: `{AWS_ENDPOINT_URL_SIGNIN}`"
    ))
}

fn federation_endpoint(base: &str) -> Result<Url, ConfigError> {
    Url::parse(base).and_then(|url| url.join("federation")).map_err(|error| ConfigError::Invalid {
        key: "AWS_ENDPOINT_URL_SIGNIN",
        why: format!("expected a URL, found `{base}`: {error}"),
        hint: None,
    })
}

/// Asks for a sign-in token. What comes back, and what is sent, is never shown.
async fn signin_token(
    client: &reqwest::Client,
    endpoint: &Url,
    entry: &CredentialsEntry,
) -> Result<Secret, Failure> {
    let shown = endpoint.origin().ascii_serialization();
    let failed = |error: reqwest::Error| {
        Failure::new(Exit::Unexpected, format!("could not get a console sign-in from `{shown}`"))
            .caused_by(&error.without_url())
    };
    let credentials = &entry.credentials;
    let session = json!({
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key.expose(),
        "sessionToken": credentials.session_token.expose(),
    });
    let response = client
        .get(endpoint.clone())
        .query(&[("Action", "getSigninToken"), ("Session", &session.to_string())])
        .send()
        .await
        .map_err(failed)?;
    let status = response.status();
    if !status.is_success() {
        let exit = if status.is_client_error() { Exit::Denied } else { Exit::Unexpected };
        let message = format!("`{shown}` gives no console sign-in: status {}", status.as_u16());
        return Err(Failure::new(exit, message)
            .hint("a role that was assumed by another role's session cannot have one longer than 1 h; try without `chain`"));
    }
    let answer: Answer = response.json().await.map_err(failed)?;
    Ok(Secret::new(answer.signin_token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_awss_own_addresses_are_awss() {
        for good in
            ["https://sts.us-east-1.amazonaws.com", "https://sts.cn-north-1.amazonaws.com.cn"]
        {
            assert!(is_of_aws(good), "{good}");
        }
        for bad in [
            "http://127.0.0.1:4566",
            "http://sts.us-east-1.amazonaws.com",
            "https://sts.amazonaws.com.example",
            "https://example.com",
            "https://evilamazonaws.com",
            "",
        ] {
            assert!(!is_of_aws(bad), "{bad}");
        }
    }

    #[test]
    fn each_partition_has_its_own_console() {
        for (partition, host) in [
            ("aws", "signin.aws.amazon.com"),
            ("aws-cn", "signin.amazonaws.cn"),
            ("aws-us-gov", "signin.amazonaws-us-gov.com"),
        ] {
            let endpoint = federation_endpoint(hosts(partition).0).unwrap();
            assert_eq!(endpoint.as_str(), format!("https://{host}/federation"));
        }
    }
}
