//! What an error is about, where it is no sentence of a denial.
//!
//! Source: docs/aws-truth.md; STS and IAM API references, errors; S3 API reference, error codes.

/// What an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// A policy denies it, or does not allow it.
    Denied,
    /// A denial that names nothing.
    DeniedUntold,
    /// The role is not there, or its trust policy does not admit the token.
    NotAdmitted,
    /// The root user assumes no roles.
    Root,
    /// A session asked for what sessions may not ask for.
    OfASession,
    /// The token's issuer is no provider of the account.
    NoProvider,
    /// The token is for another audience.
    Audience,
    /// The issuer's keys cannot be had, or lack the token's.
    VerificationKey,
    /// The issuer's certificate is not the one that the provider is pinned to.
    Thumbprint,
    /// No token of OpenID Connect, or one that lacks what it must have.
    TokenForm,
    /// The token's time is over.
    TokenExpired,
    /// The token says which roles it is for, and this is none of them.
    RolesClaim,
    /// The token's claims of tags or source identity are malformed.
    SessionTags,
    /// The issuer rejected the claims, or could not be asked.
    Issuer,
    /// A longer session than the role allows.
    Duration,
    /// What was given is no ARN of a role, or another parameter is wrong.
    Parameter,
    /// The session policies are malformed or too long.
    SessionPolicy,
    /// STS is switched off in the region.
    Region,
    /// AWS does not know the access key or the session.
    UnknownKey,
    /// The signature is not by the secret key.
    WrongSignature,
    /// The session's time is over.
    SessionExpired,
    /// The clock of who signed is wrong.
    Clock,
    /// Nothing was signed.
    Unsigned,
}

/// What the sentence begins with or has in it, and what it is about; most particular first.
const SENTENCES: [(&str, Topic); 30] = [
    ("Roles may not be assumed by root accounts", Topic::Root),
    ("with session credentials", Topic::OfASession),
    ("Not authorized to perform sts:AssumeRole", Topic::NotAdmitted),
    ("No OpenIDConnect provider found in your account for", Topic::NoProvider),
    ("Incorrect token audience", Topic::Audience),
    ("Couldn't retrieve verification key from your identity provider", Topic::VerificationKey),
    ("HTTPS certificate doesn't match configured thumbprint", Topic::Thumbprint),
    ("The ID Token provided is not a valid JWT", Topic::TokenForm),
    ("Issuer must be a valid URL", Topic::TokenForm),
    ("Missing a required claim:", Topic::TokenForm),
    ("Provided Token is not a Login With Amazon token", Topic::TokenForm),
    ("Unrecognized OAuth provider", Topic::TokenForm),
    ("The web identity token that was passed", Topic::TokenForm),
    ("Token expired: current date/time", Topic::TokenExpired),
    ("Token too old:", Topic::TokenExpired),
    ("is not present in the roles claim of the identity token", Topic::RolesClaim),
    ("Unable to validate tags", Topic::SessionTags),
    ("exceeds the MaxSessionDuration set for this role", Topic::Duration),
    ("exceeds the 1 hour session limit for roles assumed by role chaining", Topic::Duration),
    ("Request ARN is invalid", Topic::Parameter),
    ("Signature expired:", Topic::Clock),
    ("Signature not yet current:", Topic::Clock),
    ("Request is not yet valid", Topic::Clock),
    ("The difference between the request time and the current time", Topic::Clock),
    ("Request is missing Authentication Token", Topic::Unsigned),
    ("The request signature we calculated does not match", Topic::WrongSignature),
    ("security token included in the request is invalid", Topic::UnknownKey),
    ("security token included in the request is expired", Topic::SessionExpired),
    ("AWS was not able to validate the provided access credentials", Topic::UnknownKey),
    ("You are not authorized to perform this operation", Topic::DeniedUntold),
];

/// What the code says where the sentence does not.
const CODES: [(&str, Topic); 34] = [
    ("InvalidIdentityToken", Topic::TokenForm),
    ("InvalidIdentityTokenException", Topic::TokenForm),
    ("IDPRejectedClaim", Topic::Issuer),
    ("IDPRejectedClaimException", Topic::Issuer),
    ("IDPCommunicationError", Topic::Issuer),
    ("IDPCommunicationErrorException", Topic::Issuer),
    ("PackedPolicyTooLarge", Topic::SessionPolicy),
    ("PackedPolicyTooLargeException", Topic::SessionPolicy),
    ("RegionDisabledException", Topic::Region),
    ("ExpiredToken", Topic::SessionExpired),
    ("ExpiredTokenException", Topic::SessionExpired),
    ("RequestExpired", Topic::SessionExpired),
    ("InvalidClientTokenId", Topic::UnknownKey),
    ("InvalidAccessKeyId", Topic::UnknownKey),
    ("UnrecognizedClientException", Topic::UnknownKey),
    ("InvalidToken", Topic::UnknownKey),
    ("AuthFailure", Topic::UnknownKey),
    ("SignatureDoesNotMatch", Topic::WrongSignature),
    ("InvalidSignatureException", Topic::WrongSignature),
    ("IncompleteSignature", Topic::WrongSignature),
    ("IncompleteSignatureException", Topic::WrongSignature),
    ("AuthorizationHeaderMalformed", Topic::WrongSignature),
    ("RequestTimeTooSkewed", Topic::Clock),
    ("RequestInTheFuture", Topic::Clock),
    ("MissingAuthenticationToken", Topic::Unsigned),
    ("MissingAuthenticationTokenException", Topic::Unsigned),
    ("AccessDenied", Topic::DeniedUntold),
    ("AccessDeniedException", Topic::DeniedUntold),
    ("AuthorizationError", Topic::DeniedUntold),
    ("UnauthorizedOperation", Topic::DeniedUntold),
    ("Client.UnauthorizedOperation", Topic::DeniedUntold),
    ("UnauthorizedAccess", Topic::DeniedUntold),
    ("NotAuthorized", Topic::DeniedUntold),
    ("AllAccessDisabled", Topic::DeniedUntold),
];

/// Whether the word is a code of these.
pub(super) fn is_known_code(word: &str) -> bool {
    CODES.iter().any(|(known, _)| *known == word)
}

impl Topic {
    /// By the sentence, else by the code.
    pub(super) fn of(code: Option<&str>, message: &str) -> Option<Self> {
        let sentence = SENTENCES.iter().find(|(words, _)| message.contains(words));
        let by_code = || {
            let code = code?;
            if code == "MalformedPolicyDocument" && message.contains("session") {
                return Some(Self::SessionPolicy);
            }
            CODES.iter().find(|(known, _)| *known == code).map(|(_, topic)| *topic)
        };
        // S3 says no more than this.
        let last = message.rsplit(": ").next().unwrap_or_default().trim_end_matches('.');
        let bare = || (last == "Access Denied").then_some(Self::DeniedUntold);
        sentence.map(|(_, topic)| *topic).or_else(by_code).or_else(bare)
    }

    /// What it means, in a sentence or two.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Denied => "a policy denies it, or none allows it",
            Self::DeniedUntold => {
                "it was denied, and AWS does not say by what: the caller is of another account \
                 than the resource, or the service tells no more; a resource that is not there is \
                 answered the same"
            }
            Self::NotAdmitted => {
                "the role is not there, or its trust policy does not let this token in: STS does \
                 not say which"
            }
            Self::Root => "the root user of an account cannot assume roles, whatever policies say",
            Self::OfASession => "temporary credentials cannot ask for this, whatever policies say",
            Self::NoProvider => {
                "the token's `iss` is no OIDC provider of the role's account; it is compared \
                 letter by letter, slash at the end included"
            }
            Self::Audience => "the token's `aud` (or `azp`) is no client id of the OIDC provider",
            Self::VerificationKey => {
                "STS could not fetch the issuer's keys within 5 seconds, or the key that signed \
                 the token is not among them; it may pass by itself"
            }
            Self::Thumbprint => {
                "the issuer's HTTPS certificate is by another authority than the OIDC provider's \
                 thumbprints name"
            }
            Self::TokenForm => {
                "it is no ID token that STS takes: an access token, one that lacks a claim, or \
                 one whose signature does not hold"
            }
            Self::TokenExpired => {
                "the ID token's time is over: STS takes it until 5 minutes after `exp`"
            }
            Self::RolesClaim => {
                "the token's claim `https://aws.amazon.com/roles` lists the roles that it is for, \
                 and this is none of them"
            }
            Self::SessionTags => "the token's claim `https://aws.amazon.com/tags` is malformed",
            Self::Issuer => "the issuer rejected what STS asked it about, or could not be asked",
            Self::Duration => "a longer session was asked for than the role allows",
            Self::Parameter => "a parameter is not what STS takes",
            Self::SessionPolicy => "session policies and tags are malformed, or longer than fits",
            Self::Region => "STS is switched off for this account in this region",
            Self::UnknownKey => {
                "AWS does not know the access key or the session's token: deleted, inactive, of \
                 another partition, or a session's key without its token"
            }
            Self::WrongSignature => {
                "the request is not signed by the secret that belongs to the key"
            }
            Self::SessionExpired => "the session's credentials are over",
            Self::Clock => "the clock of who signed the request is wrong by minutes",
            Self::Unsigned => "the request was not signed: no credentials were found",
        }
    }
}
