//! Every section of a world file and every key in it: what is read is what is documented.

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    Texts,
    Number,
    Flag,
    /// A table of texts, such as tags.
    Table,
    /// The JSON text of a policy, or the path of a file that holds it.
    Document,
    /// A table of documents by their names.
    Documents,
    /// A table of its own.
    Section(&'static Section),
    /// Any number of tables.
    Sections(&'static Section),
}

/// When two names are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Same {
    /// Letter by letter.
    Exactly,
    /// In whichever case they are written.
    ///
    /// Source: IAM API Reference, `CreateUser`, `CreateGroup`, `CreateRole`, `CreatePolicy`.
    InAnyCase,
}

impl Same {
    pub(super) fn is(self, one: &str, other: &str) -> bool {
        match self {
            Self::Exactly => one == other,
            Self::InAnyCase => one.eq_ignore_ascii_case(other),
        }
    }
}

/// A key and what it is for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    /// For a text that no two tables of one list may have, when two are the same.
    pub(super) once: Option<Same>,
    pub(super) about: &'static str,
}

/// A table of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// As it is headed, without brackets.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) keys: &'static [Key],
}

impl Section {
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn needed(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: true, once: None, about }
}

/// A text that names the table.
const fn named(name: &'static str, once: Same, about: &'static str) -> Key {
    Key { name, kind: Kind::Text, required: true, once: Some(once), about }
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: false, once: None, about }
}

const MANAGED: Key = key(
    "managed_policies",
    Kind::Texts,
    "Attached: names of the account's `policy` sections, or ARNs such as \
     `arn:aws:iam::aws:policy/AmazonEC2FullAccess`.",
);
const INLINE: Key = key("inline_policies", Kind::Documents, "Put inside, by name.");
const BOUNDARY: Key = key(
    "permissions_boundary",
    Kind::Text,
    "The boundary: the name of one of the account's `policy` sections, or an ARN.",
);
const PATH: Key = key("path", Kind::Text, "Such as `/team/`; without it `/`.");
const TAGS: Key = key("tags", Kind::Table, "Tags, by name.");

/// The whole file.
pub(super) static WORLD: Section = Section {
    name: "",
    about: "",
    keys: &[
        key("region", Kind::Text, "The region; without it `ap-northeast-2`."),
        key(
            "services",
            Kind::Texts,
            "Services of the emulator beside `iam`, `sts`, `ec2` and those that buckets and stacks \
             need, as `--services` names them.",
        ),
        key(
            "issuers",
            Kind::Texts,
            "Issuers beside Google's, as `--issuer` names them: `github-actions`, `gitlab`, `eks`, \
             or an https URL.",
        ),
        key("person", Kind::Sections(&PERSON), "Who can sign in with Google."),
        key("oauth_client", Kind::Sections(&OAUTH_CLIENT), "OAuth clients of Google's."),
        key("organization", Kind::Section(&ORGANIZATION), "What the accounts are in."),
        needed("account", Kind::Sections(&ACCOUNT), "AWS accounts."),
    ],
};

static PERSON: Section = Section {
    name: "person",
    about: "Who can sign in with Google; the first is whose tokens the issuer gives unasked. \
            Without any there are the tutorial's two.",
    keys: &[
        named("subject", Same::Exactly, "`sub`, digits for ever."),
        named("email", Same::InAnyCase, "The address."),
        key("given_name", Kind::Text, "First name."),
        key("family_name", Kind::Text, "Last name."),
        key("email_verified", Kind::Flag, "Whether Google has checked the address; it has."),
        key(
            "hosted_domain",
            Kind::Text,
            "`hd`: the Workspace domain; without it that of the address, but for `gmail.com`. An \
             empty text: none.",
        ),
    ],
};

static OAUTH_CLIENT: Section = Section {
    name: "oauth_client",
    about: "An OAuth client of Google's beside the tutorial's, which every lab has.",
    keys: &[
        named("client_id", Same::Exactly, "Its id."),
        needed("type", Kind::Choice(&["web", "desktop", "tv"]), "Its type."),
        key("client_secret", Kind::Text, "Its secret, of the lab alone; without it it is public."),
        key("redirect_uris", Kind::Texts, "Where a `web` client's sign-ins come back to."),
    ],
};

static ORGANIZATION: Section = Section {
    name: "organization",
    about: "Puts all accounts of the file into an organization. Every level from the root down to \
            the account must allow what is to be allowed.",
    keys: &[
        key(
            "id",
            Kind::Text,
            "`aws:PrincipalOrgID`; without it no condition on that key allows anything.",
        ),
        key(
            "management_account",
            Kind::Text,
            "The name of the account whose principals no service control policy binds, and whose \
             resources no resource control policy guards.",
        ),
        key(
            "service_control_policies",
            Kind::Texts,
            "Attached to the root: names of `organization.policy` sections, or `FullAWSAccess`, \
             which alone is there without this key.",
        ),
        key(
            "resource_control_policies",
            Kind::Texts,
            "Attached to the root: names of `organization.resource_control_policy` sections. \
             `RCPFullAWSAccess` is attached everywhere.",
        ),
        key("policy", Kind::Sections(&ORGANIZATION_POLICY), "Service control policies."),
        key(
            "resource_control_policy",
            Kind::Sections(&RESOURCE_CONTROL_POLICY),
            "Resource control policies.",
        ),
        key("unit", Kind::Sections(&UNIT), "Organizational units."),
    ],
};

static ORGANIZATION_POLICY: Section = Section {
    name: "organization.policy",
    about: "A service control policy; it counts where it is attached.",
    keys: &[
        named("name", Same::Exactly, "Its name."),
        needed("document", Kind::Document, "What it says."),
    ],
};

static RESOURCE_CONTROL_POLICY: Section = Section {
    name: "organization.resource_control_policy",
    about: "A resource control policy: it denies, whoever asks, what is asked of an account's own \
            resources and roles. It counts where it is attached.",
    keys: &[
        named("name", Same::Exactly, "Its name."),
        needed("document", Kind::Document, "What it says."),
    ],
};

static UNIT: Section = Section {
    name: "organization.unit",
    about: "An organizational unit.",
    keys: &[
        named("name", Same::Exactly, "Its name."),
        key("parent", Kind::Text, "The unit it is in, written above it; without it the root."),
        key("service_control_policies", Kind::Texts, "Attached to it, as to the root."),
        key("resource_control_policies", Kind::Texts, "Attached to it, as to the root."),
    ],
};

static ACCOUNT: Section = Section {
    name: "account",
    about: "An AWS account. The first is the one whose administrator's key a command finds in \
            `FED_LAB_ADMIN_ACCESS_KEY_ID`.",
    keys: &[
        named("id", Same::Exactly, "12 digits."),
        Key {
            name: "name",
            kind: Kind::Text,
            required: false,
            once: Some(Same::Exactly),
            about: "What the file calls it, and the AWS profile with its administrator's key.",
        },
        key("unit", Kind::Text, "The organizational unit it is in; without it the root."),
        key("service_control_policies", Kind::Texts, "Attached to it, as to the root."),
        key("resource_control_policies", Kind::Texts, "Attached to it, as to the root."),
        key("oidc_provider", Kind::Sections(&OIDC_PROVIDER), "IAM OIDC providers."),
        key("policy", Kind::Sections(&POLICY), "Managed policies."),
        key("group", Kind::Sections(&GROUP), "IAM groups."),
        key("user", Kind::Sections(&USER), "IAM users."),
        key("role", Kind::Sections(&ROLE), "IAM roles, made in this order."),
        key("bucket", Kind::Sections(&BUCKET), "S3 buckets."),
        key("instance", Kind::Sections(&INSTANCE), "EC2 instances."),
        key("stack", Kind::Sections(&STACK), "CloudFormation stacks."),
        key("script", Kind::Sections(&SCRIPT), "Programs that do the rest."),
    ],
};

static OIDC_PROVIDER: Section = Section {
    name: "account.oidc_provider",
    about: "An IAM OIDC provider. Its keys are the lab's, if `issuers` names it.",
    keys: &[
        named("url", Same::Exactly, "Such as `https://token.actions.githubusercontent.com`."),
        needed("client_ids", Kind::Texts, "Whom tokens must be for."),
    ],
};

static POLICY: Section = Section {
    name: "account.policy",
    about: "A managed policy of the account's own.",
    keys: &[
        named("name", Same::InAnyCase, "Its name."),
        PATH,
        needed("document", Kind::Document, "What it says."),
    ],
};

static GROUP: Section = Section {
    name: "account.group",
    about: "An IAM group.",
    keys: &[named("name", Same::InAnyCase, "Its name."), PATH, MANAGED, INLINE],
};

static USER: Section = Section {
    name: "account.user",
    about: "An IAM user.",
    keys: &[
        named("name", Same::InAnyCase, "The name."),
        PATH,
        key("groups", Kind::Texts, "Names of the account's `group` sections."),
        MANAGED,
        INLINE,
        BOUNDARY,
        TAGS,
        key(
            "access_key",
            Kind::Flag,
            "Whether an access key is made; it is in the AWS profile `ACCOUNT/USER`, so that the \
             account needs a name.",
        ),
    ],
};

static ROLE: Section = Section {
    name: "account.role",
    about: "An IAM role.",
    keys: &[
        named("name", Same::InAnyCase, "Its name."),
        PATH,
        needed("trust_policy", Kind::Document, "Who may assume it."),
        MANAGED,
        INLINE,
        BOUNDARY,
        key("max_session_duration", Kind::Number, "In seconds; without it 3600."),
        TAGS,
    ],
};

pub(super) static BUCKET: Section = Section {
    name: "account.bucket",
    about: "An S3 bucket, in the world's region.",
    keys: &[
        named("name", Same::Exactly, "Its name, which no other account may have."),
        key("policy", Kind::Document, "The policy of the bucket."),
        key("objects", Kind::Table, "What is in it: texts by their keys."),
    ],
};

static INSTANCE: Section = Section {
    name: "account.instance",
    about: "EC2 instances. With an external emulator one that runs already with the same key name \
            is left alone.",
    keys: &[
        key("image_id", Kind::Text, "Any; without it one with the shape of a real one."),
        key("instance_type", Kind::Text, "Without it `t2.micro`."),
        key("key_name", Kind::Text, "The key pair's name."),
        key("count", Kind::Number, "How many; without it one."),
        TAGS,
    ],
};

static STACK: Section = Section {
    name: "account.stack",
    about: "A CloudFormation stack. CloudFormation makes what is in it as the account's \
            administrator. LocalStack on the host has no CloudFormation; moto's server has.",
    keys: &[
        named("name", Same::Exactly, "Its name."),
        needed("template", Kind::Text, "The path of the template."),
        key("parameters", Kind::Table, "The template's parameters, by name."),
    ],
};

static SCRIPT: Section = Section {
    name: "account.script",
    about: "A program that is run in the lab, in the file's folder, with the key of the account's \
            administrator in `AWS_ACCESS_KEY_ID`, after all else was made.",
    keys: &[needed("command", Kind::Texts, "The program and its arguments.")],
};
