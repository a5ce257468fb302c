//! AWS's wordings as tools print them.

use super::*;

fn refused(text: &str) -> Refused {
    AwsError::read(text).and_then(|error| error.refused).unwrap_or_else(|| panic!("{text}"))
}

const USER: &str = "arn:aws:iam::278805249149:user/u";

/// A denial as the services word it: action, what is named behind `on resource:`, the reason.
fn told(action: &str, on: &str, reason: &str) -> String {
    format!("User: {USER} is not authorized to perform: {action}{on} {reason}")
}

#[test]
fn a_denial_says_who_what_and_on_what() {
    let because = "because no identity-based policy allows the A action";
    for (action, on, resource) in [
        ("SNS:Publish", " on resource: +358401234567", Some("+358401234567")),
        ("sqs:sendmessage", " on resource: arn:aws:sqs:r:1:q", Some("arn:aws:sqs:r:1:q")),
        ("s3:GetObject", " on resource: \"arn:aws:s3:::b/a key\"", Some("arn:aws:s3:::b/a key")),
        ("iam:GetRole", " on resource: role r", Some("role r")),
        (
            "iam:GetPolicy",
            " on resource: policy arn:aws:iam::aws:policy/X",
            Some("policy arn:aws:iam::aws:policy/X"),
        ),
        ("kms:CreateKey", " on resource: *", Some("*")),
        (
            "logs:DescribeLogGroups",
            " on resource: arn:aws:logs:r:1:log-group::log-stream:",
            Some("arn:aws:logs:r:1:log-group::log-stream:"),
        ),
        ("ec2:DescribeInstances", "", None),
    ] {
        let found = refused(&told(action, on, because));
        assert_eq!(found.action, action);
        assert_eq!(found.principal.as_deref(), Some(USER));
        assert_eq!(found.resource.as_deref(), resource, "{action}");
        assert_eq!(found.reason, Reason::NoAllow(PolicyType::Identity));
        // Without a reason a name ends by itself.
        let found = refused(
            &told(action, on, "").replace("\"arn:aws:s3:::b/a key\"", "\"arn:aws:s3:::b/a key\"."),
        );
        assert_eq!((found.resource.as_deref(), found.reason), (resource, Reason::Untold));
    }
}

#[test]
fn each_policy_type_is_told() {
    let of = |reason: &str| refused(&told("a:B", " on resource: arn:aws:a:::c", reason)).reason;
    for kind in PolicyType::ALL {
        let name = kind.name();
        let reason = of(&format!("because no {name} allows the a:B action"));
        assert_eq!(reason, Reason::NoAllow(kind));
        for article in ["a", "an"] {
            let reason = of(&format!("with an explicit deny in {article} {name}"));
            assert_eq!(reason, Reason::ExplicitDeny(Some(kind), None));
        }
    }
    let arn = "arn:aws:organizations::987654321098:policy/o-a/service_control_policy/p-b";
    assert_eq!(
        of(&format!("with an explicit deny in a service control policy: {arn}")),
        Reason::ExplicitDeny(Some(PolicyType::ServiceControl), Some(arn.to_owned()))
    );
    assert_eq!(of("with an explicit deny"), Reason::ExplicitDeny(None, None));
    assert_eq!(of("because no friendly policy allows the a:B action"), Reason::Untold);
    let ciphertext = format!(
        "User: {USER} is not authorized to perform: kms:Decrypt on the resource associated with \
         this ciphertext because the resource does not exist in this Region, no resource-based \
         policies allow access, or a resource-based policy explicitly denies access"
    );
    let found = refused(&ciphertext);
    assert_eq!((found.resource, found.reason), (None, Reason::NotThereOrResource));
}

// Long: a table of cases.
#[test]
fn a_form_is_taken_off_the_sentence() {
    let sentence = told(
        "s3:PutObject",
        " on resource: \"arn:aws:s3:::b/k\"",
        "with an explicit deny in a resource-based policy",
    );
    let escaped = sentence.replace('"', "&quot;");
    let in_json = sentence.replace('"', "\\\"");
    for (text, code, operation) in [
        (sentence.clone(), None, None),
        (
            format!(
                "\nAn error occurred (AccessDenied) when calling the PutObject operation: {sentence}\n"
            ),
            Some("AccessDenied"),
            Some("PutObject"),
        ),
        (
            format!(
                "An error occurred (AccessDenied) when calling the PutObject operation (reached max retries: 4): {sentence}"
            ),
            Some("AccessDenied"),
            Some("PutObject"),
        ),
        (
            format!(
                "operation error S3: PutObject, https response error StatusCode: 403, RequestID: x, HostID: y, api error AccessDenied: {sentence}"
            ),
            Some("AccessDenied"),
            Some("PutObject"),
        ),
        (
            format!(
                "{sentence} (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: x; Proxy: null)"
            ),
            Some("AccessDenied"),
            None,
        ),
        (
            format!(
                "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>{escaped}</Message></Error>"
            ),
            Some("AccessDenied"),
            None,
        ),
        (
            format!("{{\"__type\": \"com.amazon#AccessDenied\", \"Message\": \"{in_json}\"}}"),
            Some("AccessDenied"),
            None,
        ),
        (
            format!(
                "{{\"errorCode\": \"AccessDenied\", \"errorMessage\": \"{in_json}\", \"eventName\": \"PutObject\"}}"
            ),
            Some("AccessDenied"),
            Some("PutObject"),
        ),
        (
            format!("Error: AccessDenied: {sentence}\n    at Request.extractError"),
            Some("AccessDenied"),
            None,
        ),
        (
            format!(
                "│ Error: `AccessDenied`:\n│ {}",
                sentence.replacen(" is not authorized", "\n  is not authorized", 1)
            ),
            Some("AccessDenied"),
            None,
        ),
    ] {
        let error = AwsError::read(&text).unwrap();
        assert_eq!(error.code.as_deref(), code, "{text}");
        assert_eq!(error.operation.as_deref(), operation, "{text}");
        let found = error.refused.unwrap();
        assert_eq!(found.resource.as_deref(), Some("arn:aws:s3:::b/k"), "{text}");
        assert_eq!(found.principal.as_deref(), Some(USER), "{text}");
        assert_eq!(found.reason, Reason::ExplicitDeny(Some(PolicyType::Resource), None), "{text}");
    }
}

// Long: a table of cases.
#[test]
fn what_sts_says_of_a_token_is_known() {
    use Topic::*;
    for (code, message, topic) in [
        ("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", NotAdmitted),
        (
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account for https://a.example",
            NoProvider,
        ),
        ("InvalidIdentityToken", "Incorrect token audience", Audience),
        (
            "InvalidIdentityToken",
            "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
            VerificationKey,
        ),
        (
            "InvalidIdentityToken",
            "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
            Thumbprint,
        ),
        (
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            TokenForm,
        ),
        ("InvalidIdentityToken", "Missing a required claim: sub", TokenForm),
        ("InvalidIdentityToken", "something new", TokenForm),
        (
            "ExpiredTokenException",
            "Token expired: current date/time 2 must be before the expiration date/time 1",
            TokenExpired,
        ),
        (
            "ExpiredTokenException",
            "The security token included in the request is expired",
            SessionExpired,
        ),
        (
            "InvalidIdentityToken",
            "The target role ARN is not present in the roles claim of the identity token",
            RolesClaim,
        ),
        ("ValidationError", "Unable to validate tags", SessionTags),
        (
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            Duration,
        ),
        ("IDPRejectedClaim", "", Issuer),
        ("IDPCommunicationError", "", Issuer),
        (
            "PackedPolicyTooLarge",
            "Packed policy consumes 118% of allotted space, please use smaller policy.",
            SessionPolicy,
        ),
        ("RegionDisabledException", "STS is not activated in this region", Region),
        (
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
            UnknownKey,
        ),
        ("AuthFailure", "AWS was not able to validate the provided access credentials", UnknownKey),
        (
            "SignatureDoesNotMatch",
            "Signature expired: D is now earlier than E (N - 15 min.)",
            Clock,
        ),
        ("RequestExpired", "Request has expired.", SessionExpired),
        ("MissingAuthenticationToken", "Request is missing Authentication Token", Unsigned),
        ("AccessDenied", "Roles may not be assumed by root accounts.", Root),
        ("AccessDenied", "Cannot call GetSessionToken with session credentials", OfASession),
        ("AccessDenied", "Access Denied", DeniedUntold),
        (
            "UnauthorizedOperation",
            "You are not authorized to perform this operation.",
            DeniedUntold,
        ),
    ] {
        let text = format!("An error occurred ({code}) when calling the X operation: {message}");
        let error = AwsError::read(&text).unwrap();
        assert_eq!((error.topic, error.refused), (topic, None), "{text}");
        // The sentence alone is enough, whoever tells it.
        let topic = |text: &str| AwsError::read(text).map(|error| error.topic);
        assert_eq!(topic(&format!("Error: {message}")), topic(message), "{message}");
    }
    let told = "Assuming role arn:aws:iam::278805249149:role/ci/deploy with OIDC\nError: Could not \
                assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity";
    let error = AwsError::read(told).unwrap();
    assert_eq!(error.topic, NotAdmitted);
    assert_eq!(error.role_arn.as_deref(), Some("arn:aws:iam::278805249149:role/ci/deploy"));
}

#[test]
fn an_encoded_message_is_found_whole() {
    let encoded = "aB-_".repeat(40);
    let (first, second) = encoded.split_at(70);
    let sentence = told(
        "ec2:RunInstances",
        " on resource: arn:aws:ec2:r:1:instance/*",
        "because no identity-based policy allows the ec2:RunInstances action",
    );
    for text in [
        format!(
            "You are not authorized to perform this operation. {sentence}. Encoded authorization failure message: {encoded}"
        ),
        format!(
            "You are not authorized to perform this operation. {sentence}. Encoded authorization failure message: {first}\n  {second}\n"
        ),
        format!(
            "You are not authorized to perform this operation. Encoded authorization failure message: {encoded}"
        ),
        encoded.clone(),
        format!("{first}\n{second}"),
    ] {
        let error = AwsError::read(&text).unwrap();
        assert_eq!(error.encoded.as_deref(), Some(encoded.as_str()), "{text}");
        assert!(!error.message.contains("aB-_"), "{text}");
    }
    assert_eq!(AwsError::read(&"word ".repeat(40)), None);
}

#[test]
fn a_decoded_message_is_read_too() {
    let decoded = r#"{"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[{"statementId":"NoBig","effect":"DENY"}]},"failures":{"items":[]},"context":{"principal":{"id":"AIDA","arn":"arn:aws:iam::278805249149:user/u"},"action":"ec2:RunInstances","resource":"arn:aws:ec2:r:1:instance/*","conditions":{"items":[{"key":"ec2:InstanceType","values":{"items":[{"value":"m5.large"}]}}]}}}"#;
    let answer = serde_json::json!({ "DecodedMessage": decoded }).to_string();
    for text in [decoded, &answer] {
        let error = AwsError::read(text).unwrap();
        let found = error.decoded.unwrap();
        assert_eq!(found.refused.reason, Reason::ExplicitDeny(None, None));
        assert_eq!(found.refused.action, "ec2:RunInstances");
        assert_eq!(found.statements[0].id, "NoBig");
        assert_eq!(found.context, [("ec2:InstanceType".to_owned(), vec!["m5.large".to_owned()])]);
    }
}

#[test]
fn what_is_no_error_of_aws_is_none() {
    for text in [
        "",
        " ",
        "hello",
        "error: linking with cc failed",
        "permission denied",
        "403 Forbidden",
        "You are authorized",
        "the caller is not authorized to perform magic",
        "I was told AccessDenied by somebody",
        "{}",
        "[1, 2]",
        "{\"error\": \"access_denied\"}",
        "<Code></Code>",
        "An error occurred (",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJl",
        "User: is not authorized to perform:",
        "An error occurred (NoSuchBucket) when calling the ListObjects operation: The specified bucket does not exist",
    ] {
        assert_eq!(AwsError::read(text), None, "{text}");
    }
    assert_eq!(AwsError::read(&"a".repeat(MAX_ERROR_BYTES + 1)), None);
}

#[test]
fn no_text_makes_it_fail() {
    let sentence = told(
        "s3:PutObject",
        " on resource: \"arn:aws:s3:::b/ké\"",
        "with an explicit deny in a resource-based policy: arn:x",
    );
    for end in (0..=sentence.len()).filter(|end| sentence.is_char_boundary(*end)) {
        let _ = AwsError::read(&sentence[..end]);
        let _ = AwsError::read(&sentence[end..]);
        let _ = AwsError::read(&format!("{}\u{1b}[31m{}", &sentence[..end], &sentence[end..]));
    }
}
