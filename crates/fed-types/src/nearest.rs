//! What somebody probably meant.

/// The known name nearest to `typed`: the only one that begins with it, else the one that
/// is near enough to be a slip: at most a third of the letters differ, or one of two.
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let mut begins = known.iter().filter(|name| typed.len() > 2 && name.starts_with(typed));
    if let (Some(only), None) = (begins.next(), begins.next()) {
        return Some(only);
    }
    let rated = known.into_iter().map(|name| (distance(typed, name), name));
    let best = rated.min_by_key(|(distance, _)| *distance);
    let letters = |name: &str| typed.len().max(name.len()).max(3);
    best.filter(|(distance, name)| typed.len() > 1 && *distance * 3 <= letters(name))
        .map(|(_, name)| name)
}

/// `did you mean …?`, where there is something near.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(typed, known).map(|name| format!("did you mean `{name}`?"))
}

/// Letters put in, left out, changed or swapped; case and `-` against `_` not counted.
fn distance(left: &str, right: &str) -> usize {
    let normal = |text: &str| -> String {
        text.chars()
            .map(|character| if character == '-' { '_' } else { character.to_ascii_lowercase() })
            .take(100)
            .collect()
    };
    strsim::damerau_levenshtein(&normal(left), &normal(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("kitten", "sitting", 3),
            ("role-ARN", "role_arn", 0),
            ("dynmaodb", "dynamodb", 1),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_a_slip_is_guessed() {
        let keys: &[&str] = &["client_id", "region", "role_arn"];
        let services: &[&str] = &["dynamodb", "dynamodbstreams", "sns", "sqs", "secretsmanager"];
        for (typed, known, meant) in [
            ("clientid", keys, Some("client_id")),
            ("rol_arn", keys, Some("role_arn")),
            // It begins with it.
            ("role", keys, Some("role_arn")),
            ("colour", keys, None),
            ("x", &[], None),
            ("dynamdb", services, Some("dynamodb")),
            ("dynmaodb", services, Some("dynamodb")),
            ("secrets", services, Some("secretsmanager")),
            ("secretmanager", services, Some("secretsmanager")),
            ("sms", services, Some("sns")),
            ("kinesis", services, None),
            ("s4", &["s3"], Some("s3")),
            ("s", &["s3"], None),
            ("", services, None),
        ] {
            assert_eq!(nearest(typed, known.iter().copied()), meant, "{typed}");
        }
        let told = did_you_mean("sms", services.iter().copied());
        assert_eq!(told.as_deref(), Some("did you mean `sns`?"));
    }
}
