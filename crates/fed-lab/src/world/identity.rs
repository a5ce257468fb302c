//! Who is in an account: providers, policies, groups, users and roles, as calls of IAM in an
//! order that they can be made in.

use std::path::Path;

use fed_types::AccountId;
use iam_policy::PolicyKind;

use super::call::{Call, Request, add, iam};
use super::document;
use super::section::{Table, Text};
use super::source::{Place, WorldError};
use fed_types::did_you_mean;

/// Reads the identities of one account.
pub(super) struct Identities<'w> {
    pub(super) account: &'w AccountId,
    /// What the file calls the account.
    pub(super) name: Option<&'w str>,
    pub(super) folder: &'w Path,
    /// The account's own policies: name and ARN.
    policies: Vec<(String, String)>,
    groups: Vec<String>,
    calls: Vec<Call>,
}

/// The longest session that a role can have, in seconds.
const LONGEST_SESSION: u32 = 43_200;

impl<'w> Identities<'w> {
    pub(super) fn of(
        account: &'w AccountId,
        name: Option<&'w str>,
        folder: &'w Path,
        table: &Table<'_>,
    ) -> Result<Vec<Call>, WorldError> {
        let (policies, groups, calls) = (Vec::new(), Vec::new(), Vec::new());
        let mut this = Self { account, name, folder, policies, groups, calls };
        for provider in table.sections("oidc_provider")? {
            this.provider(&provider)?;
        }
        for policy in table.sections("policy")? {
            this.policy(&policy)?;
        }
        for group in table.sections("group")? {
            this.group(&group)?;
        }
        for user in table.sections("user")? {
            this.user(&user)?;
        }
        for role in table.sections("role")? {
            this.role(&role)?;
        }
        Ok(this.calls)
    }

    fn call(&mut self, place: &Place, action: &'static str, parameters: &[(&str, &str)]) {
        self.calls.push(iam(place, action, parameters));
    }

    fn provider(&mut self, table: &Table<'_>) -> Result<(), WorldError> {
        let url = table.needed("url")?;
        let mut call =
            iam(&url.place, "CreateOpenIDConnectProvider", &[("Url", url.text.as_str())]);
        let ids = table.texts("client_ids").into_iter().enumerate();
        add(&mut call, ids.map(|(at, id)| (format!("ClientIDList.member.{}", at + 1), id.text)));
        self.calls.push(call);
        Ok(())
    }

    fn policy(&mut self, table: &Table<'_>) -> Result<(), WorldError> {
        let name = table.needed("name")?;
        let given = table.needed("document")?;
        let document = document::read(&given, self.folder, PolicyKind::Identity)?;
        let path = table.text("path").map_or_else(|| "/".to_owned(), |path| path.text);
        let arn = format!("arn:aws:iam::{}:policy{path}{}", self.account, name.text);
        let parameters =
            [("PolicyName", name.text.as_str()), ("PolicyDocument", &document), ("Path", &path)];
        self.call(&name.place, "CreatePolicy", &parameters);
        self.policies.push((name.text, arn));
        Ok(())
    }

    fn group(&mut self, table: &Table<'_>) -> Result<(), WorldError> {
        let name = table.needed("name")?;
        let mut call = iam(&name.place, "CreateGroup", &[("GroupName", &name.text)]);
        add(&mut call, path(table));
        self.calls.push(call);
        self.permissions(table, &name.text, &OF_GROUP)?;
        self.groups.push(name.text);
        Ok(())
    }

    fn user(&mut self, table: &Table<'_>) -> Result<(), WorldError> {
        let name = table.needed("name")?;
        let mut call = iam(&name.place, "CreateUser", &[("UserName", &name.text)]);
        add(&mut call, path(table).into_iter().chain(self.boundary(table)?).chain(tags(table)));
        self.calls.push(call);
        for group in table.texts("groups") {
            if !self.groups.contains(&group.text) {
                let known = self.groups.iter().map(String::as_str);
                let message = format!("expected a `group` of this account, found `{}`", group.text);
                return Err(group.place.error_with(message, did_you_mean(&group.text, known)));
            }
            let parameters = [("UserName", name.text.as_str()), ("GroupName", &group.text)];
            self.call(&group.place, "AddUserToGroup", &parameters);
        }
        self.permissions(table, &name.text, &OF_USER)?;
        if table.flag("access_key") == Some(true) {
            if self.name.is_none() {
                let message = "expected the account of a user with an access key to have a name";
                let hint = "the key goes into the AWS profile ACCOUNT/USER: give the account a \
                            name = \"…\"";
                return Err(name.place.error_with(message, Some(hint.to_owned())));
            }
            let request = Request::AccessKey { user: name.text };
            self.calls.push(Call { place: name.place, request });
        }
        Ok(())
    }

    fn role(&mut self, table: &Table<'_>) -> Result<(), WorldError> {
        let name = table.needed("name")?;
        let given = table.needed("trust_policy")?;
        let trust = document::read(&given, self.folder, PolicyKind::Trust)?;
        let parameters = [("RoleName", name.text.as_str()), ("AssumeRolePolicyDocument", &trust)];
        let mut call = iam(&name.place, "CreateRole", &parameters);
        let duration = table.number("max_session_duration", LONGEST_SESSION)?;
        let duration =
            duration.map(|seconds| ("MaxSessionDuration".to_owned(), seconds.to_string()));
        let beside = path(table).into_iter().chain(self.boundary(table)?).chain(duration);
        add(&mut call, beside.chain(tags(table)));
        self.calls.push(call);
        self.permissions(table, &name.text, &OF_ROLE)
    }

    /// The boundary that a user or role is made with.
    fn boundary(&self, table: &Table<'_>) -> Result<Option<(String, String)>, WorldError> {
        let Some(boundary) = table.text("permissions_boundary") else { return Ok(None) };
        Ok(Some(("PermissionsBoundary".to_owned(), self.arn(&boundary)?)))
    }

    /// Attaches managed policies, and puts inline ones.
    fn permissions(
        &mut self,
        table: &Table<'_>,
        name: &str,
        holder: &Holder,
    ) -> Result<(), WorldError> {
        for managed in table.texts("managed_policies") {
            let arn = self.arn(&managed)?;
            let parameters = [(holder.parameter, name), ("PolicyArn", &arn)];
            self.call(&managed.place, holder.attach, &parameters);
        }
        for (policy, given) in table.table("inline_policies") {
            let document = document::read(&given, self.folder, PolicyKind::Identity)?;
            let parameters = [
                (holder.parameter, name),
                ("PolicyName", policy.as_str()),
                ("PolicyDocument", &document),
            ];
            self.call(&given.place, holder.put, &parameters);
        }
        Ok(())
    }

    /// The ARN that a policy's name means, or that is given.
    fn arn(&self, policy: &Text) -> Result<String, WorldError> {
        if policy.text.starts_with("arn:") {
            return Ok(policy.text.clone());
        }
        let own = self.policies.iter().find(|(name, _)| *name == policy.text);
        own.map(|(_, arn)| arn.clone()).ok_or_else(|| {
            let known = self.policies.iter().map(|(name, _)| name.as_str());
            let message =
                format!("expected a `policy` of this account or an ARN, found `{}`", policy.text);
            policy.place.error_with(message, did_you_mean(&policy.text, known))
        })
    }
}

/// How IAM calls what is done with the policies of one who has some.
struct Holder {
    parameter: &'static str,
    attach: &'static str,
    put: &'static str,
}

const OF_GROUP: Holder =
    Holder { parameter: "GroupName", attach: "AttachGroupPolicy", put: "PutGroupPolicy" };
const OF_USER: Holder =
    Holder { parameter: "UserName", attach: "AttachUserPolicy", put: "PutUserPolicy" };
const OF_ROLE: Holder =
    Holder { parameter: "RoleName", attach: "AttachRolePolicy", put: "PutRolePolicy" };

fn path(table: &Table<'_>) -> Option<(String, String)> {
    table.text("path").map(|path| ("Path".to_owned(), path.text))
}

fn tags(table: &Table<'_>) -> Vec<(String, String)> {
    let tags = table.table("tags").into_iter().enumerate();
    tags.flat_map(|(at, (key, value))| {
        let member = format!("Tags.member.{}", at + 1);
        [(format!("{member}.Key"), key), (format!("{member}.Value"), value.text)]
    })
    .collect()
}
