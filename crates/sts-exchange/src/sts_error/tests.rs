//! Every error text of aws-truth.md, and what becomes of it.

use super::*;

fn at(seconds: i64) -> Option<UnixTime> {
    Some(UnixTime::from_seconds(seconds))
}

// Long: a table of cases.
#[test]
fn every_known_error_has_its_own_kind() {
    for (code, message, status, kind) in [
        (
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            400,
            StsErrorKind::NotAJwt,
        ),
        (
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://idp.example.com",
            400,
            StsErrorKind::NoProvider { issuer: "https://idp.example.com".into() },
        ),
        ("InvalidIdentityToken", "Incorrect token audience", 400, StsErrorKind::IncorrectAudience),
        (
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
            400,
            StsErrorKind::VerificationKey,
        ),
        (
            "InvalidIdentityToken",
            "Missing a required claim: aud",
            400,
            StsErrorKind::MissingClaim { claim: "aud".into() },
        ),
        (
            "InvalidIdentityToken",
            "Missing a required claim: sub",
            400,
            StsErrorKind::MissingClaim { claim: "sub".into() },
        ),
        (
            "InvalidIdentityToken",
            "The target role ARN is not present in the roles claim of the identity token",
            400,
            StsErrorKind::RoleNotInRolesClaim,
        ),
        ("InvalidIdentityToken", "something new", 400, StsErrorKind::InvalidToken),
        (
            "ExpiredTokenException",
            "Token expired: current date/time 1795428000 must be before the expiration date/time 1795424400",
            400,
            StsErrorKind::Expired { now: at(1_795_428_000), expiration: at(1_795_424_400) },
        ),
        (
            "ExpiredTokenException",
            "Token expired",
            400,
            StsErrorKind::Expired { now: None, expiration: None },
        ),
        (
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithWebIdentity",
            403,
            StsErrorKind::NotAuthorized,
        ),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            400,
            StsErrorKind::DurationOverMaximum,
        ),
        (
            "ValidationError",
            "1 validation error detected: Value '100' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
            400,
            StsErrorKind::Parameter,
        ),
        (
            "PackedPolicyTooLarge",
            "Packed policy consumes 118% of allotted space, please use smaller policy.",
            400,
            StsErrorKind::PackedPolicyTooLarge { percent: Some(118) },
        ),
        (
            "PackedPolicyTooLarge",
            "too large",
            400,
            StsErrorKind::PackedPolicyTooLarge { percent: None },
        ),
        ("MalformedPolicyDocument", "x", 400, StsErrorKind::MalformedPolicyDocument),
        ("IDPCommunicationError", "x", 400, StsErrorKind::IssuerUnreachable),
        ("IDPRejectedClaim", "x", 403, StsErrorKind::IssuerRejected),
        ("RegionDisabledException", "x", 403, StsErrorKind::RegionDisabled),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            403,
            StsErrorKind::ChainCredentials,
        ),
        (
            "ExpiredToken",
            "The security token included in the request is expired",
            403,
            StsErrorKind::ChainCredentials,
        ),
        ("Throttling", "Rate exceeded", 400, StsErrorKind::Throttled),
        ("Whatever", "x", 429, StsErrorKind::Throttled),
        ("ServiceUnavailable", "x", 503, StsErrorKind::Server),
        ("AccessDenied", "from a broken proxy", 502, StsErrorKind::Server),
        ("Novelty", "x", 400, StsErrorKind::Unknown),
    ] {
        assert_eq!(StsErrorKind::read(code, message, status), kind, "{code}: {message}");
    }
}

fn refusal(kind: StsErrorKind) -> StsError {
    StsError {
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
    let denial = refusal(StsErrorKind::NotAuthorized);
    assert!(denial.is_denial() && !denial.kind.may_pass());
    let busy = refusal(StsErrorKind::Throttled);
    assert!(!busy.is_denial() && busy.kind.may_pass());
    assert!(!refusal(StsErrorKind::Parameter).is_denial());
    assert!(!refusal(StsErrorKind::Unknown).kind.may_pass());
}

#[test]
fn only_a_token_that_is_over_needs_a_new_one() {
    let expired = StsErrorKind::Expired { now: None, expiration: None };
    assert!(refusal(expired).needs_new_token());
    for kind in [StsErrorKind::NotAuthorized, StsErrorKind::InvalidToken, StsErrorKind::Throttled] {
        assert!(!refusal(kind).needs_new_token());
    }
}

#[test]
fn a_missing_claim_is_told_by_its_name() {
    let hint = |claim: &str| refusal(StsErrorKind::MissingClaim { claim: claim.into() }).hint();
    assert_eq!(hint("aud").to_string(), "have the issuer put `aud` into the ID token");
    assert!(hint("sub").to_string().starts_with("this looks like a request token"));
}

#[test]
fn the_message_is_awss_own() {
    assert_eq!(
        refusal(StsErrorKind::NotAuthorized).to_string(),
        "AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity"
    );
}

#[test]
fn hints_name_the_account_and_the_role() {
    assert_eq!(
        refusal(StsErrorKind::NoProvider { issuer: "idp.example.com".into() }).hint().to_string(),
        "in account 278805249149, once: `aws iam create-open-id-connect-provider --url https://idp.example.com --client-id-list AUDIENCE`; mind a slash at the end"
    );
    assert_eq!(
        refusal(StsErrorKind::NotAuthorized).hint().to_string(),
        "the role does not exist or its trust policy does not admit this token; `aws iam get-role --role-name google-oidc-role --query Role.AssumeRolePolicyDocument` shows what the role admits"
    );
}

/// The words that a shell makes of the command in the hint, after the program's own name.
#[cfg(unix)]
fn words(hint: &Hint) -> Vec<String> {
    let text = hint.to_string();
    let (begin, end) = (text.find("`aws ").unwrap() + 1, text.rfind('`').unwrap());
    let script = format!("aws() {{ printf '%s\\n' \"$@\"; }}\n{}", &text[begin..end]);
    let output = std::process::Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{script}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn what_aws_and_issuers_say_stays_one_word_of_a_command() {
    for foreign in ["x; touch y", "$(id)", "`id`", "a'b\"c", "a b", "*", "~", "-x"] {
        let role_arn = format!("arn:aws-cn:iam::278805249149:role/{foreign}").parse().unwrap();
        let of = |kind| StsError { role_arn: RoleArn::clone(&role_arn), ..refusal(kind) }.hint();
        let issuer = format!("https://idp.example/{foreign}");
        let no_provider = words(&of(StsErrorKind::NoProvider { issuer: issuer.clone() }));
        assert_eq!(no_provider[3], issuer, "{no_provider:?}");
        assert_eq!(no_provider.len(), 6, "{no_provider:?}");
        for kind in [StsErrorKind::NotAuthorized, StsErrorKind::DurationOverMaximum] {
            let words = words(&of(kind));
            assert_eq!((words[3].as_str(), words.len()), (foreign, 6), "{words:?}");
        }
        let audience = words(&of(StsErrorKind::IncorrectAudience));
        assert_eq!(audience[3], "arn:aws-cn:iam::278805249149:oidc-provider/ISSUER");
    }
}
