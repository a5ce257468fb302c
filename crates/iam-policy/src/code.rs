//! The codes of findings: one row for each, which the compiler sees to be whole.
//!
//! What is told of a code stands in the file of its kind; a test sees each code's example yield it.

mod conditions;
mod entry;
mod grammar;
mod statements;
mod syntax;
mod trust;

use std::fmt;

use crate::severity::Severity;
use entry::Entry;
pub use entry::Example;

/// Rows of variant, name, severity and what is told of it, sorted by name.
macro_rules! codes {
    ($($code:ident = $name:literal $severity:ident $kind:ident::$entry:ident,)*) => {
        /// What a finding is about: a word that stays the same between releases.
        ///
        /// More codes come with new checks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`")] $code,)*
        }

        impl Code {
            /// All codes, sorted by name.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// As reports and JSON have it, such as `missing-bracket`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)*
                }
            }

            /// How bad a finding of it is. One of `no-such-resource` may be an error, too.
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$code => Severity::$severity,)*
                }
            }

            fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$code => &$kind::$entry,)*
                }
            }
        }
    };
}

codes! {
    AbsentMfa = "absent-mfa" Warning conditions::ABSENT_MFA,
    AllowsEverything = "allows-everything" Warning statements::ALLOWS_EVERYTHING,
    Anybody = "anybody" Warning trust::ANYBODY,
    AudienceWithoutSubject = "audience-without-subject" Warning trust::AUDIENCE_WITHOUT_SUBJECT,
    BadAction = "bad-action" Error grammar::BAD_ACTION,
    BadConditionKey = "bad-condition-key" Error grammar::BAD_CONDITION_KEY,
    BadEffect = "bad-effect" Error grammar::BAD_EFFECT,
    BadEscape = "bad-escape" Error syntax::BAD_ESCAPE,
    BadNumber = "bad-number" Error syntax::BAD_NUMBER,
    BadPrincipal = "bad-principal" Error grammar::BAD_PRINCIPAL,
    BadResource = "bad-resource" Error grammar::BAD_RESOURCE,
    BadSid = "bad-sid" Error grammar::BAD_SID,
    BadVariable = "bad-variable" Error grammar::BAD_VARIABLE,
    BadVersion = "bad-version" Error grammar::BAD_VERSION,
    ByteOrderMark = "byte-order-mark" Error syntax::BYTE_ORDER_MARK,
    Comment = "comment" Error syntax::COMMENT,
    ControlCharacter = "control-character" Error syntax::CONTROL_CHARACTER,
    DuplicateKey = "duplicate-key" Error syntax::DUPLICATE_KEY,
    DuplicateSid = "duplicate-sid" Error grammar::DUPLICATE_SID,
    Empty = "empty" Error syntax::EMPTY,
    EmptyList = "empty-list" Suggestion statements::EMPTY_LIST,
    ExclusiveElements = "exclusive-elements" Error grammar::EXCLUSIVE_ELEMENTS,
    ForAllValuesAllow = "for-all-values-allow" Warning conditions::FOR_ALL_VALUES_ALLOW,
    GithubAnyBranch = "github-any-branch" Suggestion trust::GITHUB_ANY_BRANCH,
    GithubAnyRepository = "github-any-repository" Warning trust::GITHUB_ANY_REPOSITORY,
    GithubAnyRepositoryOfOwner = "github-any-repository-of-owner" Warning trust::GITHUB_ANY_REPOSITORY_OF_OWNER,
    GithubOwnerOfAnyId = "github-owner-of-any-id" Warning trust::GITHUB_OWNER_OF_ANY_ID,
    GithubPullRequests = "github-pull-requests" Warning trust::GITHUB_PULL_REQUESTS,
    HugeNumber = "huge-number" Error syntax::HUGE_NUMBER,
    IfExistsOnClaim = "if-exists-on-claim" Warning trust::IF_EXISTS_ON_CLAIM,
    KeyOfAnotherIssuer = "key-of-another-issuer" Warning trust::KEY_OF_ANOTHER_ISSUER,
    KeyOfOtherActions = "key-of-other-actions" Warning conditions::KEY_OF_OTHER_ACTIONS,
    LineBreak = "line-break" Error syntax::LINE_BREAK,
    MissingAction = "missing-action" Error grammar::MISSING_ACTION,
    MissingBracket = "missing-bracket" Error syntax::MISSING_BRACKET,
    MissingColon = "missing-colon" Error syntax::MISSING_COLON,
    MissingComma = "missing-comma" Error syntax::MISSING_COMMA,
    MissingEffect = "missing-effect" Error grammar::MISSING_EFFECT,
    MissingPrincipal = "missing-principal" Error grammar::MISSING_PRINCIPAL,
    MissingResource = "missing-resource" Error grammar::MISSING_RESOURCE,
    MissingStatement = "missing-statement" Error grammar::MISSING_STATEMENT,
    MissingVersion = "missing-version" Suggestion statements::MISSING_VERSION,
    NoResourceTypes = "no-resource-types" Warning statements::NO_RESOURCE_TYPES,
    NoSuchResource = "no-such-resource" Warning statements::NO_SUCH_RESOURCE,
    NotActionAllow = "not-action-allow" Warning statements::NOT_ACTION_ALLOW,
    NotAnAssumeAction = "not-an-assume-action" Error grammar::NOT_AN_ASSUME_ACTION,
    NotAnObject = "not-an-object" Error grammar::NOT_AN_OBJECT,
    NotPrincipal = "not-principal" Warning statements::NOT_PRINCIPAL,
    NotResourceAllow = "not-resource-allow" Warning statements::NOT_RESOURCE_ALLOW,
    NotUtf8 = "not-utf-8" Error syntax::NOT_UTF_8,
    OldSubjectBesideImmutable = "old-subject-beside-immutable" Warning trust::OLD_SUBJECT_BESIDE_IMMUTABLE,
    OldVersion = "old-version" Error statements::OLD_VERSION,
    OperatorDoesNotFitKey = "operator-does-not-fit-key" Warning conditions::OPERATOR_DOES_NOT_FIT_KEY,
    PrincipalEverybody = "principal-everybody" Warning statements::PRINCIPAL_EVERYBODY,
    PrivateSourceIp = "private-source-ip" Warning conditions::PRIVATE_SOURCE_IP,
    ProhibitedNotPrincipal = "prohibited-not-principal" Error grammar::PROHIBITED_NOT_PRINCIPAL,
    ProhibitedPrincipal = "prohibited-principal" Error grammar::PROHIBITED_PRINCIPAL,
    ProhibitedResource = "prohibited-resource" Error grammar::PROHIBITED_RESOURCE,
    RepeatedConditionKey = "repeated-condition-key" Warning conditions::REPEATED_CONDITION_KEY,
    ResourceControlAction = "resource-control-action" Error grammar::RESOURCE_CONTROL_ACTION,
    ResourceControlAllow = "resource-control-allow" Error grammar::RESOURCE_CONTROL_ALLOW,
    ResourceControlPrincipal = "resource-control-principal" Error grammar::RESOURCE_CONTROL_PRINCIPAL,
    SecretWithoutSuffix = "secret-without-suffix" Warning statements::SECRET_WITHOUT_SUFFIX,
    SetOperatorMissing = "set-operator-missing" Warning conditions::SET_OPERATOR_MISSING,
    SetOperatorOnSingleValue = "set-operator-on-single-value" Warning conditions::SET_OPERATOR_ON_SINGLE_VALUE,
    SharedIssuer = "shared-issuer" Error trust::SHARED_ISSUER,
    SingleQuotes = "single-quotes" Error syntax::SINGLE_QUOTES,
    SubjectOfAnybody = "subject-of-anybody" Warning trust::SUBJECT_OF_ANYBODY,
    SubjectWithoutAudience = "subject-without-audience" Suggestion trust::SUBJECT_WITHOUT_AUDIENCE,
    TooDeep = "too-deep" Error syntax::TOO_DEEP,
    TooLarge = "too-large" Error syntax::TOO_LARGE,
    TooLong = "too-long" Warning statements::TOO_LONG,
    TooManyValues = "too-many-values" Error grammar::TOO_MANY_VALUES,
    TrailingComma = "trailing-comma" Error syntax::TRAILING_COMMA,
    TrailingText = "trailing-text" Error syntax::TRAILING_TEXT,
    Unclosed = "unclosed" Error syntax::UNCLOSED,
    UnclosedString = "unclosed-string" Error syntax::UNCLOSED_STRING,
    Unexpected = "unexpected" Error syntax::UNEXPECTED,
    UnknownAction = "unknown-action" Warning statements::UNKNOWN_ACTION,
    UnknownConditionKey = "unknown-condition-key" Warning conditions::UNKNOWN_CONDITION_KEY,
    UnknownElement = "unknown-element" Error grammar::UNKNOWN_ELEMENT,
    UnknownOperator = "unknown-operator" Error grammar::UNKNOWN_OPERATOR,
    UnknownService = "unknown-service" Warning statements::UNKNOWN_SERVICE,
    UnquotedKey = "unquoted-key" Error syntax::UNQUOTED_KEY,
    ValueDoesNotFit = "value-does-not-fit" Warning conditions::VALUE_DOES_NOT_FIT,
    ValueNoTokenHas = "value-no-token-has" Warning trust::VALUE_NO_TOKEN_HAS,
    VariableBeforeResourcePart = "variable-before-resource-part" Warning statements::VARIABLE_BEFORE_RESOURCE_PART,
    VariableWithoutVersion = "variable-without-version" Warning statements::VARIABLE_WITHOUT_VERSION,
    WildcardInEquals = "wildcard-in-equals" Warning conditions::WILDCARD_IN_EQUALS,
    WrongAssumeAction = "wrong-assume-action" Warning trust::WRONG_ASSUME_ACTION,
    WrongResourceType = "wrong-resource-type" Warning statements::WRONG_RESOURCE_TYPE,
    WrongType = "wrong-type" Error grammar::WRONG_TYPE,
}

impl Code {
    /// The code of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// What it means, in one or two sentences.
    pub fn means(self) -> &'static str {
        self.entry().means
    }

    /// What to write instead.
    pub fn instead(self) -> &'static str {
        self.entry().instead
    }

    /// A text that yields a finding of it.
    pub fn example(self) -> Example {
        self.entry().example
    }

    /// Whether the text was not even JSON as a policy needs it.
    pub(crate) fn is_syntax(self) -> bool {
        self.entry().example.is_syntax()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
