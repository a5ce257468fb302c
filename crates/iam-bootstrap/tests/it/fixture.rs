//! A blueprint with everything in it, and a person who applies and destroys.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use fed_types::UnixTime;
use iam_bootstrap::{
    AccessKey, Blueprint, BootstrapError, InlinePolicy, Plan, Provider, Removal, converge, plan,
    plan_removal, read, read_removal, record_access_key,
};
use tokio::runtime::{Builder, Runtime};

use crate::account::Account;

pub(crate) const ROLE: &str = "deploy";
pub(crate) const USER: &str = "no-policy-user";
pub(crate) const EC2: &str = "arn:aws:iam::aws:policy/AmazonEC2FullAccess";
pub(crate) const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
pub(crate) const PROVIDER: &str =
    "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com";

/// An account with these policies to attach.
pub(crate) fn account() -> Account {
    Account::start(&["AmazonEC2FullAccess", "AdministratorAccess"])
}

/// Provider, role, managed and inline policy, user.
pub(crate) fn blueprint() -> Blueprint {
    let issuer = "https://token.actions.githubusercontent.com";
    Blueprint {
        role: "arn:aws:iam::278805249149:role/deploy".parse().unwrap(),
        provider: Provider::from_issuer(issuer).unwrap(),
        audiences: vec!["sts.amazonaws.com".to_owned()],
        original_audiences: Vec::new(),
        subjects: vec!["repo:acme/app:ref:refs/heads/main".to_owned()],
        max_session_duration: 3600,
        managed_policies: vec![EC2.to_owned()],
        inline_policies: vec![InlinePolicy {
            name: "extra".to_owned(),
            document: r#"{"Version": "2012-10-17", "Statement": []}"#.to_owned(),
        }],
        user: Some(USER.to_owned()),
        adopt: false,
    }
}

pub(crate) fn removal() -> Removal {
    Removal { role: blueprint().role, provider: None, user: USER.to_owned(), user_is_named: false }
}

/// Somebody with credentials of the account. What is cut is not sent again: they are gone.
pub(crate) struct Person {
    pub(crate) config: SdkConfig,
    runtime: Runtime,
}

impl Person {
    pub(crate) fn of(account: &Account) -> Self {
        let credentials = Credentials::new("AKIAEXAMPLE", "canary", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(account.url())
            .retry_config(RetryConfig::disabled())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { config, runtime }
    }

    pub(crate) fn plan(&self, blueprint: &Blueprint) -> Plan {
        let live = self.runtime.block_on(read(&self.config, blueprint)).unwrap();
        plan(blueprint, &live).unwrap()
    }

    /// Carries the plan out; keys are kept and recorded.
    pub(crate) fn carry_out(
        &self,
        blueprint: &Blueprint,
        plan: &Plan,
    ) -> Result<Vec<AccessKey>, BootstrapError> {
        self.runtime.block_on(async {
            let mut keys = Vec::new();
            let done = |_: &_, key: Option<&AccessKey>| keys.extend(key.cloned());
            converge(&self.config, blueprint, plan, clock, done).await?;
            for key in &keys {
                record_access_key(&self.config, key).await?;
            }
            Ok(keys)
        })
    }

    pub(crate) fn apply(&self, blueprint: &Blueprint) -> Result<Vec<AccessKey>, BootstrapError> {
        let plan = self.plan(blueprint);
        self.carry_out(blueprint, &plan)
    }

    pub(crate) fn plan_removal(&self, removal: &Removal) -> Plan {
        let live = self.runtime.block_on(read_removal(&self.config, removal)).unwrap();
        plan_removal(removal, &live)
    }

    pub(crate) fn destroy(&self, removal: &Removal) -> Result<Plan, BootstrapError> {
        let plan = self.plan_removal(removal);
        let changes = &plan.changes;
        self.runtime.block_on(iam_bootstrap::apply(&self.config, changes, clock, |_, _| ()))?;
        Ok(plan)
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }
}

/// What time it is.
pub(crate) fn clock() -> UnixTime {
    std::time::SystemTime::now().into()
}

/// The changes as people see them.
pub(crate) fn told(plan: &Plan) -> Vec<String> {
    plan.changes.iter().map(|change| format!("{} {change}", change.sign())).collect()
}

/// The notes and what stands in the way, as people see them.
pub(crate) fn remarks(plan: &Plan) -> Vec<String> {
    let notes = plan.notes.iter().map(|note| format!("note: {note}"));
    notes.chain(plan.in_the_way.iter().map(|it| format!("in the way: {it}"))).collect()
}
