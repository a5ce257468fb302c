//! An IAM that keeps state, and an STS that says whose it is, on a loopback port.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

pub(crate) const ACCOUNT: &str = "278805249149";

/// A role as IAM keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Role {
    pub(crate) path: String,
    pub(crate) trust: String,
    pub(crate) max_session_duration: String,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: BTreeMap<String, String>,
    pub(crate) instance_profiles: BTreeSet<String>,
}

/// A user as IAM keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) tags: BTreeMap<String, String>,
    /// By id: whether it was ever used.
    pub(crate) access_keys: BTreeMap<String, bool>,
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: BTreeMap<String, String>,
    pub(crate) groups: BTreeSet<String>,
    pub(crate) password: bool,
    pub(crate) mfa_devices: BTreeSet<String>,
    pub(crate) ssh_public_keys: BTreeSet<String>,
    pub(crate) service_specific_credentials: BTreeSet<String>,
    pub(crate) signing_certificates: BTreeSet<String>,
}

/// A group and what its members may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) managed: BTreeSet<String>,
    pub(crate) inline: BTreeMap<String, String>,
}

/// An OIDC provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Provider {
    pub(crate) client_ids: BTreeSet<String>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// Everything that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) users: BTreeMap<String, User>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) providers: BTreeMap<String, Provider>,
    /// Managed policies, ARN to document.
    pub(crate) policies: BTreeMap<String, String>,
    pub(crate) keys_made: usize,
}

/// What happens to one of the calls that change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The connection ends before it is carried out.
    Before,
    /// It is carried out, and the connection ends without an answer.
    After,
}

type Act = Box<dyn FnOnce(&mut State) + Send>;

#[derive(Default)]
struct Inner {
    state: State,
    calls: Vec<String>,
    /// Calls that change something until the cut.
    cut: Option<(usize, Cut)>,
    /// The action that is carried out and never answered.
    hold: Option<&'static str>,
    /// What somebody else does just before the first call of this action.
    meanwhile: Option<(&'static str, Act)>,
    held: Vec<TcpStream>,
}

/// The running account.
#[derive(Clone)]
pub(crate) struct Account {
    url: String,
    inner: Arc<(Mutex<Inner>, Condvar)>,
}

type Form = BTreeMap<String, String>;

impl Account {
    /// With nothing in it but AWS's own policies of these names.
    pub(crate) fn start(policies: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let account = Self { url, inner: Arc::default() };
        for name in policies {
            let arn = format!("arn:aws:iam::aws:policy/{name}");
            account.state().policies.insert(arn, "{\"Statement\": []}".to_owned());
        }
        let served = account.clone();
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                served.answer(stream.unwrap());
            }
        });
        account
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.0.lock().unwrap()
    }

    /// What is there; may be changed.
    pub(crate) fn state(&self) -> StateGuard<'_> {
        StateGuard(self.lock())
    }

    /// The actions asked for so far, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// The actions so far that change something.
    pub(crate) fn changes(&self) -> Vec<String> {
        self.calls().into_iter().filter(|action| changes(action)).collect()
    }

    /// Cuts the connection at the call number `after` (from 0) of those that change something.
    pub(crate) fn cut(&self, after: usize, cut: Cut) {
        self.lock().cut = Some((after, cut));
    }

    /// Cuts no more; whether the cut came to pass.
    pub(crate) fn mend(&self) -> bool {
        self.lock().cut.take().is_none()
    }

    /// Carries this action out and never answers it.
    pub(crate) fn hold(&self, action: Option<&'static str>) {
        self.lock().hold = action;
    }

    /// Lets somebody else act just before the first call of `action`.
    pub(crate) fn meanwhile(
        &self,
        action: &'static str,
        act: impl FnOnce(&mut State) + Send + 'static,
    ) {
        self.lock().meanwhile = Some((action, Box::new(act)));
    }

    /// Waits until this action was asked for.
    pub(crate) fn wait_for(&self, action: &str) {
        let waiting = |inner: &mut Inner| !inner.calls.iter().any(|call| call == action);
        drop(self.inner.1.wait_while(self.lock(), waiting).unwrap());
    }

    fn answer(&self, mut stream: TcpStream) {
        let Some(form) = request(&mut stream) else { return };
        let action = form.get("Action").cloned().unwrap_or_default();
        let mut inner = self.lock();
        inner.calls.push(action.clone());
        if inner.meanwhile.as_ref().is_some_and(|(on, _)| *on == action) {
            let (_, act) = inner.meanwhile.take().unwrap();
            act(&mut inner.state);
        }
        let mut answered = true;
        let mut carried_out = true;
        if changes(&action) {
            match inner.cut {
                Some((0, cut)) => {
                    inner.cut = None;
                    answered = false;
                    carried_out = cut == Cut::After;
                }
                Some((calls, cut)) => inner.cut = Some((calls - 1, cut)),
                None => {}
            }
        }
        let outcome = if carried_out {
            carry_out(&mut inner.state, &action, &form)
        } else {
            Ok(String::new())
        };
        if inner.hold == Some(action.as_str()) {
            inner.held.push(stream);
        } else if answered {
            write(&mut stream, &action, outcome);
        }
        drop(inner);
        self.inner.1.notify_all();
    }
}

/// The state, locked.
pub(crate) struct StateGuard<'a>(MutexGuard<'a, Inner>);

impl std::ops::Deref for StateGuard<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        &self.0.state
    }
}

impl std::ops::DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.0.state
    }
}

fn changes(action: &str) -> bool {
    !["Get", "List"].iter().any(|reads| action.starts_with(reads))
}

fn request(stream: &mut TcpStream) -> Option<Form> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    Some(pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap().to_owned();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn write(stream: &mut TcpStream, action: &str, outcome: Result<String, Fault>) {
    let (status, body) = match outcome {
        Ok(result) => (
            200,
            format!(
                "<{action}Response><{action}Result>{result}</{action}Result><ResponseMetadata>\
                 <RequestId>r</RequestId></ResponseMetadata></{action}Response>"
            ),
        ),
        Err((code, message)) => (
            if code == "NoSuchEntity" { 404 } else { 409 },
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}\
                 </Message></Error><RequestId>r</RequestId></ErrorResponse>"
            ),
        ),
    };
    let head = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: \
         close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

type Fault = (&'static str, String);
type Answer = Result<String, Fault>;

fn missing(what: &str) -> Fault {
    ("NoSuchEntity", format!("{what} cannot be found."))
}

fn exists(what: &str) -> Fault {
    ("EntityAlreadyExists", format!("{what} already exists."))
}

fn conflict(what: &str) -> Fault {
    ("DeleteConflict", format!("Cannot delete entity, must {what} first."))
}

fn members<T>(items: impl IntoIterator<Item = T>, body: impl Fn(T) -> String) -> String {
    items.into_iter().map(|item| format!("<member>{}</member>", body(item))).collect()
}

fn tags_xml(tags: &BTreeMap<String, String>) -> String {
    let body = |(key, value): (&String, &String)| format!("<Key>{key}</Key><Value>{value}</Value>");
    format!("<Tags>{}</Tags>", members(tags, body))
}

fn attached_xml(policies: &BTreeSet<String>) -> String {
    let body = |arn: &String| {
        format!(
            "<PolicyName>{}</PolicyName><PolicyArn>{arn}</PolicyArn>",
            arn.rsplit('/').next().unwrap()
        )
    };
    format!(
        "<AttachedPolicies>{}</AttachedPolicies><IsTruncated>false</IsTruncated>",
        members(policies, body)
    )
}

fn names_xml(policies: &BTreeMap<String, String>) -> String {
    format!(
        "<PolicyNames>{}</PolicyNames><IsTruncated>false</IsTruncated>",
        members(policies.keys(), String::clone)
    )
}

const DATE: &str = "<CreateDate>2026-11-23T10:00:00Z</CreateDate>";

fn role_xml(name: &str, role: &Role, with_tags: bool) -> String {
    format!(
        "<Path>{}</Path><RoleName>{name}</RoleName><RoleId>AROAEXAMPLE</RoleId><Arn>arn:aws:iam::\
         {ACCOUNT}:role/{name}</Arn>{DATE}<AssumeRolePolicyDocument>{}</AssumeRolePolicyDocument>\
         {}{}",
        role.path,
        encoded(&role.trust),
        match role.max_session_duration.as_str() {
            "" => String::new(),
            seconds => format!("<MaxSessionDuration>{seconds}</MaxSessionDuration>"),
        },
        if with_tags { tags_xml(&role.tags) } else { String::new() }
    )
}

fn user_xml(name: &str, user: &User) -> String {
    format!(
        "<User><Path>/</Path><UserName>{name}</UserName><UserId>AIDAEXAMPLE</UserId><Arn>arn:aws:\
         iam::{ACCOUNT}:user/{name}</Arn>{DATE}{}</User>",
        tags_xml(&user.tags)
    )
}

fn policy_xml(form: &Form, document: &str) -> String {
    format!(
        "<RoleName>r</RoleName><UserName>u</UserName><GroupName>g</GroupName><PolicyName>{}\
         </PolicyName><PolicyDocument>{}</PolicyDocument>",
        form["PolicyName"],
        encoded(document)
    )
}

fn tags_of(form: &Form) -> BTreeMap<String, String> {
    (1..)
        .map_while(|n| {
            let key = form.get(&format!("Tags.member.{n}.Key"))?;
            Some((key.clone(), form.get(&format!("Tags.member.{n}.Value"))?.clone()))
        })
        .collect()
}

fn client_ids_of(form: &Form) -> BTreeSet<String> {
    (1..).map_while(|n| form.get(&format!("ClientIDList.member.{n}")).cloned()).collect()
}

fn carry_out(state: &mut State, action: &str, form: &Form) -> Answer {
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    match action {
        "GetCallerIdentity" => Ok(format!(
            "<Arn>arn:aws:iam::{ACCOUNT}:user/admin</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>"
        )),
        "GetPolicy" => {
            let arn = field("PolicyArn");
            state.policies.get(&arn).ok_or_else(|| missing(&arn))?;
            Ok(format!("<Policy><Arn>{arn}</Arn><DefaultVersionId>v1</DefaultVersionId></Policy>"))
        }
        "GetPolicyVersion" => {
            let arn = field("PolicyArn");
            let document = state.policies.get(&arn).ok_or_else(|| missing(&arn))?;
            Ok(format!("<PolicyVersion><Document>{}</Document></PolicyVersion>", encoded(document)))
        }
        _ if form.contains_key("GroupName") => of_group(state, action, form),
        _ if form.contains_key("UserName") || form.contains_key("AccessKeyId") => {
            of_user(state, action, form)
        }
        _ if action.contains("OpenIDConnectProvider") => of_provider(state, action, form),
        _ => of_role(state, action, form),
    }
}

fn of_provider(state: &mut State, action: &str, form: &Form) -> Answer {
    let arn = match form.get("Url") {
        Some(url) => {
            let host = url.trim_start_matches("https://");
            format!("arn:aws:iam::{ACCOUNT}:oidc-provider/{host}")
        }
        None => form["OpenIDConnectProviderArn"].clone(),
    };
    if action == "CreateOpenIDConnectProvider" {
        if state.providers.contains_key(&arn) {
            return Err(exists(&arn));
        }
        let provider = Provider { client_ids: client_ids_of(form), tags: tags_of(form) };
        state.providers.insert(arn.clone(), provider);
        return Ok(format!("<OpenIDConnectProviderArn>{arn}</OpenIDConnectProviderArn>"));
    }
    let provider = state.providers.get_mut(&arn).ok_or_else(|| missing(&arn))?;
    match action {
        "GetOpenIDConnectProvider" => Ok(format!(
            "<Url>u</Url><ClientIDList>{}</ClientIDList>{}",
            members(&provider.client_ids, String::clone),
            tags_xml(&provider.tags)
        )),
        "AddClientIDToOpenIDConnectProvider" => {
            provider.client_ids.insert(form["ClientID"].clone());
            Ok(String::new())
        }
        "DeleteOpenIDConnectProvider" => {
            state.providers.remove(&arn);
            Ok(String::new())
        }
        other => panic!("the account knows no {other}"),
    }
}

// Long: one arm an operation on roles.
fn of_role(state: &mut State, action: &str, form: &Form) -> Answer {
    if action == "ListRoles" {
        // IAM leaves tags out of lists.
        let body = |(name, role): (&String, &Role)| role_xml(name, role, false);
        return Ok(format!(
            "<Roles>{}</Roles><IsTruncated>false</IsTruncated>",
            members(&state.roles, body)
        ));
    }
    let name = form["RoleName"].clone();
    if action == "CreateRole" {
        if state.roles.contains_key(&name) {
            return Err(exists(&name));
        }
        let role = Role {
            path: form["Path"].clone(),
            trust: form["AssumeRolePolicyDocument"].clone(),
            max_session_duration: form["MaxSessionDuration"].clone(),
            tags: tags_of(form),
            ..Role::default()
        };
        let xml = format!("<Role>{}</Role>", role_xml(&name, &role, true));
        state.roles.insert(name, role);
        return Ok(xml);
    }
    let known: BTreeSet<String> = state.policies.keys().cloned().collect();
    let role = state.roles.get_mut(&name).ok_or_else(|| missing(&name))?;
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    match action {
        "GetRole" => Ok(format!("<Role>{}</Role>", role_xml(&name, role, true))),
        "ListAttachedRolePolicies" => Ok(attached_xml(&role.managed)),
        "ListRolePolicies" => Ok(names_xml(&role.inline)),
        "GetRolePolicy" => Ok(policy_xml(form, &role.inline[&field("PolicyName")])),
        "ListInstanceProfilesForRole" => {
            let body = |name: &String| {
                format!(
                    "<Path>/</Path><InstanceProfileName>{name}</InstanceProfileName>\
                     <InstanceProfileId>AIPA</InstanceProfileId><Arn>a</Arn>{DATE}<Roles/>"
                )
            };
            let profiles = members(&role.instance_profiles, body);
            Ok(format!(
                "<InstanceProfiles>{profiles}</InstanceProfiles><IsTruncated>false</IsTruncated>"
            ))
        }
        "TagRole" => {
            role.tags.extend(tags_of(form));
            Ok(String::new())
        }
        "UpdateAssumeRolePolicy" => {
            role.trust = field("PolicyDocument");
            Ok(String::new())
        }
        "UpdateRole" => {
            role.max_session_duration = field("MaxSessionDuration");
            Ok(String::new())
        }
        "AttachRolePolicy" => {
            let arn = field("PolicyArn");
            if !known.contains(&arn) {
                return Err(missing(&arn));
            }
            role.managed.insert(arn);
            Ok(String::new())
        }
        "DetachRolePolicy" => {
            let arn = field("PolicyArn");
            role.managed.remove(&arn).then(String::new).ok_or_else(|| missing(&arn))
        }
        "PutRolePolicy" => {
            role.inline.insert(field("PolicyName"), field("PolicyDocument"));
            Ok(String::new())
        }
        "DeleteRolePolicy" => {
            let policy = field("PolicyName");
            role.inline.remove(&policy).map(|_| String::new()).ok_or_else(|| missing(&policy))
        }
        "DeleteRole" if !role.instance_profiles.is_empty() => {
            Err(conflict("remove roles from instance profile"))
        }
        "DeleteRole" if !role.managed.is_empty() || !role.inline.is_empty() => {
            Err(conflict("delete policies"))
        }
        "DeleteRole" => {
            state.roles.remove(&name);
            Ok(String::new())
        }
        other => panic!("the account knows no {other}"),
    }
}

// Long: one arm an operation on users.
fn of_user(state: &mut State, action: &str, form: &Form) -> Answer {
    if action == "GetAccessKeyLastUsed" {
        let id = &form["AccessKeyId"];
        let used = state.users.values().any(|user| user.access_keys.get(id) == Some(&true));
        let date = if used { "<LastUsedDate>2026-11-24T10:00:00Z</LastUsedDate>" } else { "" };
        return Ok(format!(
            "<UserName>u</UserName><AccessKeyLastUsed>{date}<ServiceName>N/A</ServiceName><Region>\
             N/A</Region></AccessKeyLastUsed>"
        ));
    }
    let name = form["UserName"].clone();
    if action == "CreateUser" {
        if state.users.contains_key(&name) {
            return Err(exists(&name));
        }
        let user = User { tags: tags_of(form), ..User::default() };
        let xml = user_xml(&name, &user);
        state.users.insert(name, user);
        return Ok(xml);
    }
    let keys_made = &mut state.keys_made;
    let user = state.users.get_mut(&name).ok_or_else(|| missing(&name))?;
    match action {
        "GetUser" => Ok(user_xml(&name, user)),
        "TagUser" => {
            user.tags.extend(tags_of(form));
            Ok(String::new())
        }
        "CreateAccessKey" => {
            *keys_made += 1;
            let id = format!("AKIAMADE{keys_made}");
            user.access_keys.insert(id.clone(), false);
            Ok(format!(
                "<AccessKey><UserName>{name}</UserName><AccessKeyId>{id}</AccessKeyId><Status>\
                 Active</Status><SecretAccessKey>canary-of-{id}</SecretAccessKey></AccessKey>"
            ))
        }
        "DeleteAccessKey" => {
            let id = &form["AccessKeyId"];
            user.access_keys.remove(id).map(|_| String::new()).ok_or_else(|| missing(id))
        }
        "ListAccessKeys" => {
            let body =
                |id: &String| format!("<UserName>{name}</UserName><AccessKeyId>{id}</AccessKeyId>");
            let keys = members(user.access_keys.keys(), body);
            Ok(format!(
                "<AccessKeyMetadata>{keys}</AccessKeyMetadata><IsTruncated>false</IsTruncated>"
            ))
        }
        "ListAttachedUserPolicies" => Ok(attached_xml(&user.managed)),
        "ListUserPolicies" => Ok(names_xml(&user.inline)),
        "GetUserPolicy" => Ok(policy_xml(form, &user.inline[&form["PolicyName"]])),
        "ListGroupsForUser" => {
            let body = |name: &String| {
                format!(
                    "<Path>/</Path><GroupName>{name}</GroupName><GroupId>AGPA</GroupId><Arn>a</Arn>{DATE}"
                )
            };
            Ok(format!(
                "<Groups>{}</Groups><IsTruncated>false</IsTruncated>",
                members(&user.groups, body)
            ))
        }
        "GetLoginProfile" if user.password => {
            Ok(format!("<LoginProfile><UserName>{name}</UserName>{DATE}</LoginProfile>"))
        }
        "GetLoginProfile" => Err(missing("Login Profile")),
        "ListMFADevices" => {
            let body = |serial: &String| {
                format!(
                    "<UserName>{name}</UserName><SerialNumber>{serial}</SerialNumber><EnableDate>\
                     2026-11-23T10:00:00Z</EnableDate>"
                )
            };
            let devices = members(&user.mfa_devices, body);
            Ok(format!("<MFADevices>{devices}</MFADevices><IsTruncated>false</IsTruncated>"))
        }
        "ListSSHPublicKeys" => {
            let body = |id: &String| {
                format!(
                    "<UserName>{name}</UserName><SSHPublicKeyId>{id}</SSHPublicKeyId>\
                     <Status>Active</Status><UploadDate>2026-11-23T10:00:00Z</UploadDate>"
                )
            };
            let keys = members(&user.ssh_public_keys, body);
            Ok(format!("<SSHPublicKeys>{keys}</SSHPublicKeys><IsTruncated>false</IsTruncated>"))
        }
        "ListSigningCertificates" => {
            let body = |id: &String| {
                format!(
                    "<UserName>{name}</UserName><CertificateId>{id}</CertificateId>\
                     <CertificateBody>b</CertificateBody><Status>Active</Status>"
                )
            };
            let all = members(&user.signing_certificates, body);
            Ok(format!("<Certificates>{all}</Certificates><IsTruncated>false</IsTruncated>"))
        }
        "ListServiceSpecificCredentials" => {
            let body = |id: &String| {
                format!(
                    "<UserName>{name}</UserName><Status>Active</Status>\
                     <ServiceUserName>s</ServiceUserName>{DATE}\
                     <ServiceSpecificCredentialId>{id}</ServiceSpecificCredentialId>\
                     <ServiceName>codecommit.amazonaws.com</ServiceName>"
                )
            };
            let all = members(&user.service_specific_credentials, body);
            Ok(format!("<ServiceSpecificCredentials>{all}</ServiceSpecificCredentials>"))
        }
        "DeleteUser" => {
            let User { access_keys, managed, inline, groups, password, mfa_devices, .. } = &*user;
            let further = [
                &user.ssh_public_keys,
                &user.service_specific_credentials,
                &user.signing_certificates,
            ];
            if !access_keys.is_empty() {
                return Err(conflict("delete access keys"));
            }
            if !managed.is_empty() || !inline.is_empty() {
                return Err(conflict("delete policies"));
            }
            let is_tied = further.iter().any(|ids| !ids.is_empty());
            if !groups.is_empty() || *password || !mfa_devices.is_empty() || is_tied {
                return Err(conflict("remove what hangs on it"));
            }
            state.users.remove(&name);
            Ok(String::new())
        }
        other => panic!("the account knows no {other}"),
    }
}

fn of_group(state: &mut State, action: &str, form: &Form) -> Answer {
    let name = &form["GroupName"];
    let group = state.groups.get(name).ok_or_else(|| missing(name))?;
    match action {
        "ListAttachedGroupPolicies" => Ok(attached_xml(&group.managed)),
        "ListGroupPolicies" => Ok(names_xml(&group.inline)),
        "GetGroupPolicy" => Ok(policy_xml(form, &group.inline[&form["PolicyName"]])),
        other => panic!("the account knows no {other}"),
    }
}
