//! Reads an account from the emulator, one user, role, group or policy at a time.

mod policies;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Instant;

use fed_types::AccountId;
use iam_policy::PolicyKind;
use iam_policy::web_identity::OidcProvider;
use roxmltree::Node;

use super::entity::{Group, Holder, InstanceProfile, ManagedPolicy, Role, User};
use super::xml::{Answered, Elements, is_absent};
use super::{CompiledPolicy, Documents};
use crate::error_response::ErrorResponse;
use crate::upstream::{Answer, Upstream};

/// Source: IAM API reference, `CreateRole`, `MaxSessionDuration`.
const SESSION_LIMIT: u32 = 3600;

/// Pages of one answer; more than a lab's account can fill.
const PAGES: usize = 1000;

/// Reads accounts, and keeps what is the same in all of them: AWS's managed policies.
pub(crate) struct Reader {
    upstream: Arc<Upstream>,
    documents: Arc<Documents>,
    aws_managed: RwLock<HashMap<String, Arc<ManagedPolicy>>>,
}

impl Reader {
    pub(crate) fn new(upstream: Arc<Upstream>, documents: Arc<Documents>) -> Self {
        Self { upstream, documents, aws_managed: RwLock::default() }
    }

    /// [`Upstream::breaks`].
    pub(super) fn breaks(&self) -> u64 {
        self.upstream.breaks()
    }

    /// [`Upstream::settled`].
    pub(super) fn settled(&self) -> Option<Instant> {
        self.upstream.settled()
    }

    /// Waits for what another request is reading, but not for one after the other: those
    /// who wait when the emulator falls silent all give up when the first does.
    pub(super) async fn patiently<T>(
        &self,
        turn: impl Future<Output = T>,
    ) -> Result<T, ErrorResponse> {
        tokio::time::timeout(self.upstream.patience(), turn).await.map_err(|_| {
            ErrorResponse::Upstream("the emulator behind the gate does not answer".to_owned())
        })
    }

    pub(super) fn compile(&self, name: &str, text: &str, kind: PolicyKind) -> CompiledPolicy {
        self.documents.compile(name, text, kind)
    }

    /// What IAM answers about one thing; `None` when there is no such thing.
    async fn ask<const N: usize>(
        &self,
        account: &AccountId,
        operation: &str,
        parameters: [(&str, &str); N],
    ) -> Result<Option<Answer>, ErrorResponse> {
        let answer = self.upstream.ask_iam(account, operation, parameters).await?;
        Ok(Some(answer).filter(|answer| !is_absent(answer)))
    }

    /// What IAM answers about somebody or something with this name.
    async fn ask_for(
        &self,
        account: &AccountId,
        operation: &str,
        parameter: &str,
        name: &str,
    ) -> Result<Option<Answer>, ErrorResponse> {
        match is_name(name) {
            true => self.ask(account, operation, [(parameter, name)]).await,
            false => Ok(None),
        }
    }

    pub(super) async fn user(
        &self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<Arc<User>>, ErrorResponse> {
        const GET: &str = "GetUser";
        let Some(answer) = self.ask_for(account, GET, "UserName", name).await? else {
            return Ok(None);
        };
        let answered = Answered::read(&answer, GET)?;
        let node = named(&answered, "User", name)?;
        Ok(Some(Arc::new(User {
            id: node.child_text("UserId").to_owned(),
            name: node.child_text("UserName").to_owned(),
            path: node.child_text("Path").to_owned(),
            arn: node.child_text("Arn").to_owned(),
            tags: tags(node),
            boundary: boundary(node),
        })))
    }

    pub(super) async fn group(
        &self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<Arc<Group>>, ErrorResponse> {
        const GET: &str = "GetGroup";
        let Some(answer) = self.ask_for(account, GET, "GroupName", name).await? else {
            return Ok(None);
        };
        let answered = Answered::read(&answer, GET)?;
        let node = named(&answered, "Group", name)?;
        Ok(Some(Arc::new(Group {
            name: node.child_text("GroupName").to_owned(),
            path: node.child_text("Path").to_owned(),
            arn: node.child_text("Arn").to_owned(),
        })))
    }

    pub(super) async fn role(
        &self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<Arc<Role>>, ErrorResponse> {
        const GET: &str = "GetRole";
        let Some(answer) = self.ask_for(account, GET, "RoleName", name).await? else {
            return Ok(None);
        };
        let answered = Answered::read(&answer, GET)?;
        let node = named(&answered, "Role", name)?;
        let name = node.child_text("RoleName").to_owned();
        let trust = node.child_text("AssumeRolePolicyDocument");
        let limit = node.child_text("MaxSessionDuration").parse().unwrap_or(SESSION_LIMIT);
        Ok(Some(Arc::new(Role {
            id: node.child_text("RoleId").to_owned(),
            arn: node.child_text("Arn").to_owned(),
            trust: self.compile(&name, trust, PolicyKind::Trust),
            tags: tags(node),
            boundary: boundary(node),
            session_limit: limit,
            name,
        })))
    }

    pub(super) async fn instance_profile(
        &self,
        account: &AccountId,
        name: &str,
    ) -> Result<Option<Arc<InstanceProfile>>, ErrorResponse> {
        const GET: &str = "GetInstanceProfile";
        let Some(answer) = self.ask_for(account, GET, "InstanceProfileName", name).await? else {
            return Ok(None);
        };
        let answered = Answered::read(&answer, GET)?;
        let node = named(&answered, "InstanceProfile", name)?;
        let role = node.members("Roles").next();
        Ok(Some(Arc::new(InstanceProfile {
            arn: node.child_text("Arn").to_owned(),
            role: role.map(|role| role.child_text("RoleName").to_owned()),
        })))
    }

    /// All that a list about somebody holds, page by page: the texts of its members, or of
    /// one element of each, as in `Groups/GroupName`.
    async fn list(
        &self,
        account: &AccountId,
        operation: &str,
        of: &str,
        name: &str,
        what: &str,
    ) -> Result<Option<Vec<String>>, ErrorResponse> {
        if !is_name(name) {
            return Ok(None);
        }
        let (list, element) = what.split_once('/').unwrap_or((what, ""));
        let mut found = Vec::new();
        let mut marker = String::new();
        for _ in 0..PAGES {
            let answer = match marker.is_empty() {
                true => self.ask(account, operation, [(of, name)]).await?,
                false => self.ask(account, operation, [(of, name), ("Marker", &marker)]).await?,
            };
            let Some(answer) = answer else { return Ok(None) };
            let answered = Answered::read(&answer, operation)?;
            let result = result(&answered, operation)?;
            found.extend(result.members(list).map(|member| match element {
                "" => member.text().unwrap_or_default().to_owned(),
                element => member.child_text(element).to_owned(),
            }));
            match next_page(result) {
                Some(next) => marker = next,
                None => return Ok(Some(found)),
            }
        }
        Err(endless(operation))
    }

    /// The names of all users, or of all roles, by their ids.
    pub(super) async fn names_by_id(
        &self,
        account: &AccountId,
        holder: Holder,
    ) -> Result<Option<Arc<HashMap<String, String>>>, ErrorResponse> {
        let word = holder.word();
        let operation = format!("List{word}s");
        let (id, name) = (format!("{word}Id"), format!("{word}Name"));
        let mut names = HashMap::new();
        let mut marker = String::new();
        for _ in 0..PAGES {
            let answer = match marker.is_empty() {
                true => self.upstream.ask_iam(account, &operation, [("MaxItems", "1000")]).await?,
                false => {
                    let page = [("MaxItems", "1000"), ("Marker", marker.as_str())];
                    self.upstream.ask_iam(account, &operation, page).await?
                }
            };
            let answered = Answered::read(&answer, &operation)?;
            let result = result(&answered, &operation)?;
            names.extend(
                result
                    .members(&format!("{word}s"))
                    .map(|one| (one.child_text(&id).to_owned(), one.child_text(&name).to_owned())),
            );
            match next_page(result) {
                Some(next) => marker = next,
                None => return Ok(Some(Arc::new(names))),
            }
        }
        Err(endless(&operation))
    }

    /// The account's IAM OIDC providers.
    pub(super) async fn providers(
        &self,
        account: &AccountId,
    ) -> Result<Option<Arc<[OidcProvider]>>, ErrorResponse> {
        const LIST: &str = "ListOpenIDConnectProviders";
        let answer = self.upstream.ask_iam(account, LIST, []).await?;
        let answered = Answered::read(&answer, LIST)?;
        let list = result(&answered, LIST)?;
        let listed = list.members("OpenIDConnectProviderList");
        let arns: Vec<&str> = listed.map(|provider| provider.child_text("Arn")).collect();
        let mut providers = Vec::with_capacity(arns.len());
        for arn in arns {
            // One that is deleted meanwhile is none.
            providers.extend(self.provider(account, arn).await?);
        }
        Ok(Some(providers.into()))
    }

    async fn provider(
        &self,
        account: &AccountId,
        arn: &str,
    ) -> Result<Option<OidcProvider>, ErrorResponse> {
        const GET: &str = "GetOpenIDConnectProvider";
        let parameters = [("OpenIDConnectProviderArn", arn)];
        let Some(answer) = self.ask(account, GET, parameters).await? else { return Ok(None) };
        let answered = Answered::read(&answer, GET)?;
        let result = result(&answered, GET)?;
        let url = result.child_text("Url");
        let client_ids = result.members("ClientIDList").filter_map(|node| node.text());
        Ok(Some(OidcProvider {
            arn: arn.to_owned(),
            url: url.strip_prefix("https://").unwrap_or(url).to_owned(),
            client_ids: client_ids.map(str::to_owned).collect(),
        }))
    }
}

/// Whether somebody or something can have this name.
/// Source: IAM user guide, "IAM name requirements".
fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-".contains(&byte);
    (1..=128).contains(&name.len()) && name.bytes().all(plain)
}

/// The element that an answer is about, if it is about the one of this name.
fn named<'d, 'a>(
    answered: &'d Answered<'a>,
    element: &str,
    name: &str,
) -> Result<Node<'d, 'a>, ErrorResponse> {
    let node = answered.first(element);
    let is_meant =
        |node: &Node<'_, '_>| node.child_text(&format!("{element}Name")).eq_ignore_ascii_case(name);
    node.filter(is_meant).ok_or_else(|| {
        let kind = element.to_ascii_lowercase();
        ErrorResponse::Upstream(format!(
            "the emulator behind the gate told of another {kind} than `{name}`"
        ))
    })
}

fn result<'d, 'a>(
    answered: &'d Answered<'a>,
    operation: &str,
) -> Result<Node<'d, 'a>, ErrorResponse> {
    answered
        .first(&format!("{operation}Result"))
        .ok_or_else(|| ErrorResponse::Upstream("the emulator's answer is empty".to_owned()))
}

/// The marker of the next page, where there is one.
fn next_page(result: Node<'_, '_>) -> Option<String> {
    let marker = result.child_text("Marker");
    (result.child_text("IsTruncated") == "true" && !marker.is_empty()).then(|| marker.to_owned())
}

fn endless(operation: &str) -> ErrorResponse {
    ErrorResponse::Upstream(format!(
        "the emulator behind the gate answers `{operation}` without end"
    ))
}

fn boundary(node: Node<'_, '_>) -> Option<String> {
    let boundary = node.child("PermissionsBoundary")?;
    let arn = boundary.child_text("PermissionsBoundaryArn");
    (!arn.is_empty()).then(|| arn.to_owned())
}

fn tags(node: Node<'_, '_>) -> Vec<(String, String)> {
    node.members("Tags")
        .map(|tag| (tag.child_text("Key").to_owned(), tag.child_text("Value").to_owned()))
        .collect()
}
