//! Every error text of aws-truth.md, and what becomes of it.

use super::*;

fn at(seconds: i64) -> Option<UnixTime> {
    Some(UnixTime::from_seconds(seconds))
}

#[test]
fn every_known_error_has_its_own_kind() {
    for (code, message, status, kind) in [
        (
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            400,
            RefusalKind::NotAJwt,
        ),
        (
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://idp.example.com",
            400,
            RefusalKind::NoProvider { issuer: "https://idp.example.com".into() },
        ),
        ("InvalidIdentityToken", "Incorrect token audience", 400, RefusalKind::IncorrectAudience),
        (
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
            400,
            RefusalKind::VerificationKey,
        ),
        (
            "InvalidIdentityToken",
            "Missing a required claim: aud",
            400,
            RefusalKind::MissingClaim { claim: "aud".into() },
        ),
        (
            "InvalidIdentityToken",
            "Missing a required claim: sub",
            400,
            RefusalKind::MissingClaim { claim: "sub".into() },
        ),
        (
            "InvalidIdentityToken",
            "The target role ARN is not present in the roles claim of the identity token",
            400,
            RefusalKind::RoleNotInRolesClaim,
        ),
        ("InvalidIdentityToken", "something new", 400, RefusalKind::InvalidToken),
        (
            "ExpiredTokenException",
            "Token expired: current date/time 1795428000 must be before the expiration date/time 1795424400",
            400,
            RefusalKind::Expired { now: at(1_795_428_000), expiration: at(1_795_424_400) },
        ),
        (
            "ExpiredTokenException",
            "Token expired",
            400,
            RefusalKind::Expired { now: None, expiration: None },
        ),
        (
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            403,
            RefusalKind::NotAuthorized,
        ),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            400,
            RefusalKind::DurationOverMaximum,
        ),
        (
            "ValidationError",
            "1 validation error detected: Value '100' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
            400,
            RefusalKind::Parameter,
        ),
        (
            "PackedPolicyTooLarge",
            "Packed policy consumes 118% of allotted space, please use smaller policy.",
            400,
            RefusalKind::PackedPolicyTooLarge { percent: Some(118) },
        ),
        (
            "PackedPolicyTooLarge",
            "too large",
            400,
            RefusalKind::PackedPolicyTooLarge { percent: None },
        ),
        ("MalformedPolicyDocument", "x", 400, RefusalKind::MalformedPolicyDocument),
        ("IDPCommunicationError", "x", 400, RefusalKind::IssuerUnreachable),
        ("IDPRejectedClaim", "x", 403, RefusalKind::IssuerRejected),
        ("RegionDisabledException", "x", 403, RefusalKind::RegionDisabled),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            403,
            RefusalKind::ChainCredentials,
        ),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            403,
            RefusalKind::ChainCredentials,
        ),
        ("Throttling", "Rate exceeded", 400, RefusalKind::Throttled),
        ("Whatever", "x", 429, RefusalKind::Throttled),
        ("ServiceUnavailable", "x", 503, RefusalKind::Server),
        ("AccessDenied", "from a broken proxy", 502, RefusalKind::Server),
        ("Novelty", "x", 400, RefusalKind::Unknown),
    ] {
        assert_eq!(RefusalKind::read(code, message, status), kind, "{code}: {message}");
    }
}

fn refusal(kind: RefusalKind) -> Refusal {
    Refusal {
        kind,
        code: "AccessDenied".into(),
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity".into(),
        status: 403,
        request_id: None,
        role_arn: "arn:aws:iam::278805249149:role/google-oidc-role".parse().unwrap(),
        attempts: 1,
    }
}

#[test]
fn a_denial_never_passes_by_itself() {
    let denial = refusal(RefusalKind::NotAuthorized);
    assert!(denial.is_denial() && !denial.kind.may_pass());
    let busy = refusal(RefusalKind::Throttled);
    assert!(!busy.is_denial() && busy.kind.may_pass());
    assert!(!refusal(RefusalKind::Parameter).is_denial());
    assert!(!refusal(RefusalKind::Unknown).kind.may_pass());
}

#[test]
fn the_message_is_awss_own() {
    assert_eq!(
        refusal(RefusalKind::NotAuthorized).to_string(),
        "AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
    );
}

#[test]
fn hints_name_the_account_and_the_role() {
    assert_eq!(
        refusal(RefusalKind::NoProvider { issuer: "idp.example.com".into() }).hint(),
        "in account 278805249149, once: `aws iam create-open-id-connect-provider --url https://idp.example.com --client-id-list AUDIENCE`; mind a slash at the end"
    );
    assert_eq!(
        refusal(RefusalKind::NotAuthorized).hint(),
        "the role does not exist or its trust policy does not admit this token; `aws iam get-role --role-name google-oidc-role --query Role.AssumeRolePolicyDocument` shows what the role admits"
    );
}
