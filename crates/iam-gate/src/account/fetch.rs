//! Reads an account from the emulator.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use fed_types::{AccountId, Arn};
use iam_policy::PolicyKind;
use iam_policy::web_identity::OidcProvider;
use roxmltree::Node;
use tokio::sync::OnceCell;

use super::snapshot::{Attached, Group, ManagedPolicy, Role, Snapshot, User};
use super::xml::{Answered, Elements};
use super::{CompiledPolicy, Documents};
use crate::error_response::ErrorResponse;
use crate::upstream::Upstream;

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

    /// [`Upstream::closings`].
    pub(super) fn closings(&self) -> u64 {
        self.upstream.closings()
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

    /// The whole account, by `GetAccountAuthorizationDetails`.
    pub(super) async fn snapshot(&self, account: &AccountId) -> Result<Snapshot, ErrorResponse> {
        const OPERATION: &str = "GetAccountAuthorizationDetails";
        let mut snapshot = Snapshot::default();
        let mut marker = String::new();
        for _ in 0..PAGES {
            let filter = [
                ("Filter.member.1", "User"),
                ("Filter.member.2", "Role"),
                ("Filter.member.3", "Group"),
                ("Filter.member.4", "LocalManagedPolicy"),
                (if marker.is_empty() { "MaxItems" } else { "Marker" }, marker.as_str()),
            ];
            let answer = match marker.is_empty() {
                true => {
                    let [first, second, third, fourth, _] = filter;
                    let filter = [first, second, third, fourth];
                    self.upstream.ask_iam(account, OPERATION, filter).await?
                }
                false => self.upstream.ask_iam(account, OPERATION, filter).await?,
            };
            let answered = Answered::read(&answer, OPERATION)?;
            let result =
                answered.first("GetAccountAuthorizationDetailsResult").ok_or_else(|| {
                    ErrorResponse::Upstream("the emulator's answer is empty".to_owned())
                })?;
            self.add(&mut snapshot, result);
            match (result.child_text("IsTruncated"), result.child_text("Marker")) {
                ("true", next) if !next.is_empty() => marker = next.to_owned(),
                _ => return Ok(snapshot),
            }
        }
        Err(ErrorResponse::Upstream("the emulator's answer has no end".to_owned()))
    }

    fn add(&self, snapshot: &mut Snapshot, result: Node<'_, '_>) {
        self.add_users(snapshot, result);
        self.add_groups(snapshot, result);
        self.add_roles(snapshot, result);
        self.add_managed_policies(snapshot, result);
    }

    fn add_users(&self, snapshot: &mut Snapshot, result: Node<'_, '_>) {
        for node in result.members("UserDetailList") {
            let user = User {
                id: node.child_text("UserId").to_owned(),
                name: node.child_text("UserName").to_owned(),
                path: node.child_text("Path").to_owned(),
                arn: node.child_text("Arn").to_owned(),
                inline: self.inline(node, "UserPolicyList"),
                attached: attached(node),
                groups: node
                    .members("GroupList")
                    .filter_map(|group| group.text().map(str::to_owned))
                    .collect(),
                tags: tags(node),
                boundary: OnceCell::new(),
            };
            snapshot.user_names.insert(user.id.clone(), user.name.clone());
            snapshot.users.insert(user.name.clone(), Arc::new(user));
        }
    }

    fn add_groups(&self, snapshot: &mut Snapshot, result: Node<'_, '_>) {
        for node in result.members("GroupDetailList") {
            let group = Group {
                name: node.child_text("GroupName").to_owned(),
                path: node.child_text("Path").to_owned(),
                arn: node.child_text("Arn").to_owned(),
                inline: self.inline(node, "GroupPolicyList"),
                attached: attached(node),
            };
            snapshot.groups.insert(group.name.clone(), Arc::new(group));
        }
    }

    fn add_roles(&self, snapshot: &mut Snapshot, result: Node<'_, '_>) {
        for node in result.members("RoleDetailList") {
            let name = node.child_text("RoleName").to_owned();
            let document = node.child_text("AssumeRolePolicyDocument");
            let boundary = node
                .child("PermissionsBoundary")
                .map(|boundary| boundary.child_text("PermissionsBoundaryArn"))
                .filter(|arn| !arn.is_empty());
            let role = Role {
                id: node.child_text("RoleId").to_owned(),
                arn: node.child_text("Arn").to_owned(),
                trust: self.documents.compile(&name, document, PolicyKind::Trust),
                inline: self.inline(node, "RolePolicyList"),
                attached: attached(node),
                boundary: boundary.map(str::to_owned),
                profiles: node
                    .members("InstanceProfileList")
                    .map(|profile| profile.child_text("Arn").to_owned())
                    .collect(),
                tags: tags(node),
                session_limit: OnceCell::new(),
                name,
            };
            snapshot.roles.insert(role.name.clone(), Arc::new(role));
        }
    }

    fn add_managed_policies(&self, snapshot: &mut Snapshot, result: Node<'_, '_>) {
        for node in result.members("Policies") {
            let arn = node.child_text("Arn");
            let document = node
                .members("PolicyVersionList")
                .find(|version| version.child_text("IsDefaultVersion") == "true")
                .map(|version| version.child_text("Document"))
                .unwrap_or_default();
            snapshot.managed.insert(arn.to_owned(), self.compile_managed(arn, document));
        }
    }

    fn inline(&self, node: Node<'_, '_>, list: &str) -> Vec<CompiledPolicy> {
        node.members(list)
            .map(|policy| {
                self.documents.compile(
                    policy.child_text("PolicyName"),
                    policy.child_text("PolicyDocument"),
                    PolicyKind::Identity,
                )
            })
            .collect()
    }

    fn compile_managed(&self, arn: &str, document: &str) -> Arc<ManagedPolicy> {
        let identity = self.documents.compile(arn, document, PolicyKind::Identity);
        Arc::new(ManagedPolicy { document: document.to_owned(), identity })
    }

    /// A managed policy that limits instead of granting.
    ///
    /// # Errors
    /// As [`Reader::managed`].
    pub(crate) async fn limiting(
        &self,
        account: &AccountId,
        snapshot: &Snapshot,
        arn: &str,
        kind: PolicyKind,
    ) -> Result<CompiledPolicy, ErrorResponse> {
        let policy = self.managed(account, snapshot, arn).await?;
        Ok(self.documents.compile(arn, &policy.document, kind))
    }

    /// A managed policy, the account's own or AWS's.
    ///
    /// # Errors
    /// [`ErrorResponse::Upstream`] when it cannot be read; what is attached and cannot be read
    /// might deny.
    pub(crate) async fn managed(
        &self,
        account: &AccountId,
        snapshot: &Snapshot,
        arn: &str,
    ) -> Result<Arc<ManagedPolicy>, ErrorResponse> {
        if let Some(policy) = snapshot.managed.get(arn) {
            return Ok(Arc::clone(policy));
        }
        if let Some(policy) =
            self.aws_managed.read().unwrap_or_else(PoisonError::into_inner).get(arn)
        {
            return Ok(Arc::clone(policy));
        }
        let answer = self.upstream.ask_iam(account, "GetPolicy", [("PolicyArn", arn)]).await?;
        let answered = Answered::read(&answer, "GetPolicy")?;
        let version = answered.text("DefaultVersionId").unwrap_or_default();
        let version = [("PolicyArn", arn), ("VersionId", version)];
        let answer = self.upstream.ask_iam(account, "GetPolicyVersion", version).await?;
        let answered = Answered::read(&answer, "GetPolicyVersion")?;
        let document = answered.text("Document").unwrap_or_default();
        let policy = self.compile_managed(arn, document);
        if Arn::parse(arn).is_ok_and(|arn| arn.account == "aws") {
            let mut kept = self.aws_managed.write().unwrap_or_else(PoisonError::into_inner);
            kept.insert(arn.to_owned(), Arc::clone(&policy));
        }
        Ok(policy)
    }

    /// The ARN of a user's permissions boundary, which the big answer leaves out.
    pub(crate) async fn user_boundary<'u>(
        &self,
        account: &AccountId,
        user: &'u User,
    ) -> Result<Option<&'u str>, ErrorResponse> {
        let read = || async {
            let name = [("UserName", user.name.as_str())];
            let answer = self.upstream.ask_iam(account, "GetUser", name).await?;
            let answered = Answered::read(&answer, "GetUser")?;
            Ok::<_, ErrorResponse>(answered.text("PermissionsBoundaryArn").map(str::to_owned))
        };
        let boundary = self.patiently(user.boundary.get_or_try_init(read)).await??;
        Ok(boundary.as_deref())
    }

    /// A role's `MaxSessionDuration`, in seconds.
    pub(crate) async fn session_limit(
        &self,
        account: &AccountId,
        role: &Role,
    ) -> Result<u32, ErrorResponse> {
        /// Source: IAM API reference, `CreateRole`, `MaxSessionDuration`.
        const DEFAULT: u32 = 3600;
        let read = || async {
            let name = [("RoleName", role.name.as_str())];
            let answer = self.upstream.ask_iam(account, "GetRole", name).await?;
            let answered = Answered::read(&answer, "GetRole")?;
            let limit = answered.text("MaxSessionDuration").and_then(|text| text.parse().ok());
            Ok::<_, ErrorResponse>(limit.unwrap_or(DEFAULT))
        };
        Ok(*self.patiently(role.session_limit.get_or_try_init(read)).await??)
    }

    /// The account's IAM OIDC providers.
    pub(crate) async fn providers<'s>(
        &self,
        account: &AccountId,
        snapshot: &'s Snapshot,
    ) -> Result<&'s [OidcProvider], ErrorResponse> {
        let read = async {
            const LIST: &str = "ListOpenIDConnectProviders";
            let answer = self.upstream.ask_iam(account, LIST, []).await?;
            let answered = Answered::read(&answer, LIST)?;
            let arns: Vec<String> = answered
                .root()
                .descendants()
                .filter(|node| node.has_tag_name_anywhere("Arn"))
                .filter_map(|node| node.text().map(str::to_owned))
                .collect();
            let mut providers = Vec::with_capacity(arns.len());
            for arn in arns {
                providers.push(self.provider(account, arn).await?);
            }
            Ok(providers)
        };
        let providers = snapshot.providers.get_or_try_init(|| read);
        self.patiently(providers).await?.map(Vec::as_slice)
    }

    async fn provider(
        &self,
        account: &AccountId,
        arn: String,
    ) -> Result<OidcProvider, ErrorResponse> {
        const GET: &str = "GetOpenIDConnectProvider";
        let parameters = [("OpenIDConnectProviderArn", arn.as_str())];
        let answer = self.upstream.ask_iam(account, GET, parameters).await?;
        let answered = Answered::read(&answer, GET)?;
        let url = answered.text("Url").unwrap_or_default();
        let Some(result) = answered.first("GetOpenIDConnectProviderResult") else {
            return Err(ErrorResponse::Upstream("the emulator's answer is empty".to_owned()));
        };
        let client_ids = result
            .members("ClientIDList")
            .filter_map(|node| node.text().map(str::to_owned))
            .collect();
        let url = url.strip_prefix("https://").unwrap_or(url).to_owned();
        Ok(OidcProvider { arn, url, client_ids })
    }
}

fn attached(node: Node<'_, '_>) -> Vec<Attached> {
    node.members("AttachedManagedPolicies")
        .map(|policy| policy.child_text("PolicyArn").to_owned())
        .collect()
}

fn tags(node: Node<'_, '_>) -> Vec<(String, String)> {
    node.members("Tags")
        .map(|tag| (tag.child_text("Key").to_owned(), tag.child_text("Value").to_owned()))
        .collect()
}
