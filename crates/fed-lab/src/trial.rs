//! A role of its own for a command that runs in a lab, with no policies but those it is tried
//! with, and its credentials.

use fed_types::Secret;
use reqwest::StatusCode;
use serde_json::json;

use crate::account::LabAccount;
use crate::administrator::{Administrator, CallError, element};
use crate::innermost::innermost;
use crate::seed::Seed;
use crate::usage::Usage;
use crate::world::IAM;
use crate::{Lab, LabError, Token, tutorial};

/// The role's name.
const ROLE: &str = "learned";
/// AWS's longest session. Source: STS API reference, `DurationSeconds`.
const SECONDS: &str = "43200";
/// What may do everything.
const ADMINISTRATOR: &str = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\
                             \"Action\":\"*\",\"Resource\":\"*\"}]}";

/// The role's credentials, and what it is.
pub struct Trial {
    /// The role's ARN.
    pub role_arn: String,
    /// Variables that lead AWS clients to act as the role.
    pub environment: Vec<(String, String)>,
}

impl Lab {
    /// A new account that holds what the lab's first one held at its start.
    ///
    /// # Errors
    /// As [`Lab::account`], and [`LabError::Seed`].
    pub async fn account_as_first(&self, seed: Seed) -> Result<LabAccount, LabError> {
        self.accounts.open(seed).await
    }

    /// Closes an account that was opened since the start.
    ///
    /// # Errors
    /// [`LabError::Account`].
    pub async fn close_account(&self, account: &LabAccount) -> Result<(), LabError> {
        self.accounts.close(&account.id).await
    }

    /// Makes the role in an account, with these policies alone, or as an administrator where
    /// none are given, and signs it in with a token of the lab's Google.
    ///
    /// # Errors
    /// [`LabError::Seed`] where the emulator does not make it or the gate does not let it in.
    pub async fn trial(
        &self,
        account: &LabAccount,
        policies: Option<&[(String, String)]>,
    ) -> Result<Trial, LabError> {
        let administrator = [("administrator".to_owned(), ADMINISTRATOR.to_owned())];
        let keys = json!({
            "accounts.google.com:aud": self.client_id(),
            "accounts.google.com:sub": tutorial::SUBJECT,
        });
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": keys },
        }]});
        let trust = trust.to_string();
        let made = [
            ("RoleName", ROLE),
            ("AssumeRolePolicyDocument", trust.as_str()),
            ("MaxSessionDuration", SECONDS),
        ];
        self.make(account, "CreateRole", &made).await?;
        for (name, document) in policies.unwrap_or(&administrator) {
            let policy = [("PolicyName", name.as_str()), ("PolicyDocument", document)];
            self.make(account, "CreatePolicy", &policy).await?;
            let arn = format!("arn:aws:iam::{}:policy/{name}", account.id);
            let attached = [("RoleName", ROLE), ("PolicyArn", arn.as_str())];
            self.make(account, "AttachRolePolicy", &attached).await?;
        }
        self.sign_in(account).await
    }

    /// What happened in the account since it was asked for last; see [`Lab::record_usage`].
    pub fn take_usage(&self, account: &LabAccount) -> Usage {
        self.usages.take(&account.id)
    }

    /// Has what principals use be gathered from now on.
    pub fn record_usage(&self) {
        let usages = self.usages.clone();
        self.gate().observe(Box::new(move |record| usages.note(record)));
    }

    async fn make(
        &self,
        account: &LabAccount,
        action: &'static str,
        parameters: &[(&str, &str)],
    ) -> Result<(), LabError> {
        let administrator = Administrator {
            http: &self.http,
            url: self.gate_url(),
            region: self.region(),
            key: &account.administrator,
            clock: self.gate().clock(),
        };
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let parameters: Vec<(String, String)> = parameters.iter().map(owned).collect();
        let refused = |error: CallError| LabError::Seed { action, answer: error.to_string() };
        administrator.form(IAM, action, &parameters).await.map(drop).map_err(refused)
    }

    async fn sign_in(&self, account: &LabAccount) -> Result<Trial, LabError> {
        let action = "AssumeRoleWithWebIdentity";
        let refused = |answer: String| LabError::Seed { action, answer };
        let token = Token::google("ada@example.com").claim("sub", tutorial::SUBJECT);
        let token = self.token(&token)?;
        let role_arn = format!("arn:aws:iam::{}:role/{ROLE}", account.id);
        let form = [
            ("Action", action),
            ("Version", "2011-06-15"),
            ("RoleArn", &role_arn),
            ("RoleSessionName", "fed-lab"),
            ("DurationSeconds", SECONDS),
            ("WebIdentityToken", token.expose()),
        ];
        let sent = self.http.post(self.gate_url()).form(&form).send().await;
        let answer = sent.map_err(|error| refused(innermost(&error)))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| refused(innermost(&error)))?;
        let of = |name: &str| element(&text, name);
        let credentials = match status {
            StatusCode::OK => of("AccessKeyId").zip(of("SecretAccessKey").zip(of("SessionToken"))),
            _ => None,
        };
        let Some((id, (secret, session))) = credentials else {
            let said = of("Message").unwrap_or_default();
            return Err(refused(format!("{} {said}", status.as_u16())));
        };
        let (secret, session) = (Secret::new(secret), Secret::new(session));
        let mut environment = account.environment();
        environment.extend([
            ("AWS_ACCESS_KEY_ID".to_owned(), id),
            ("AWS_SECRET_ACCESS_KEY".to_owned(), secret.expose().to_owned()),
            ("AWS_SESSION_TOKEN".to_owned(), session.expose().to_owned()),
        ]);
        Ok(Trial { role_arn, environment })
    }
}
