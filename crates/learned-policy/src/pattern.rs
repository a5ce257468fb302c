//! A resource as a policy names it, so that it means that resource and no other.

use iam_policy::literal_pattern;

/// The pattern that matches this resource alone: what has a meaning in a policy is written as
/// the variable that stands for it.
pub(crate) fn exactly(resource: &str) -> String {
    let segments: Vec<&str> = resource.splitn(6, ':').collect();
    let [.., name] = segments.as_slice() else { return resource.to_owned() };
    // Without six segments it is no ARN: `*`.
    if segments.len() < 6 {
        return resource.to_owned();
    }
    let head = &resource[..resource.len() - name.len()];
    let is_s3 = segments.get(2) == Some(&"s3");
    let mut pattern = head.to_owned();
    for part in name.split_inclusive(['/', ':']) {
        let (text, separator) = match part.strip_suffix(['/', ':']) {
            Some(text) => part.split_at(text.len()),
            None => (part, ""),
        };
        match text == "*" && (!is_s3 || *name == "*") {
            true => pattern.push('*'),
            false => pattern.push_str(&literal_pattern(text)),
        }
        pattern.push_str(separator);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_a_policy_is_written_as_a_variable() {
        for (resource, pattern) in [
            ("*", "*"),
            ("no-arn*", "no-arn*"),
            ("arn:aws:s3:::b/k", "arn:aws:s3:::b/k"),
            ("arn:aws:s3:::b/a*b?", "arn:aws:s3:::b/a${*}b${?}"),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/${*}"),
            // As S3 asks for ListAllMyBuckets: no bucket is called so.
            ("arn:aws:s3:::*", "arn:aws:s3:::*"),
            ("arn:aws:s3:::b/${aws:username}$", "arn:aws:s3:::b/${$}{aws:username}$"),
            ("arn:aws:ec2:r:1:instance/*", "arn:aws:ec2:r:1:instance/*"),
            ("arn:aws:logs:r:1:log-group:g:*", "arn:aws:logs:r:1:log-group:g:*"),
            ("arn:aws:ssm:r:1:parameter/a*", "arn:aws:ssm:r:1:parameter/a${*}"),
        ] {
            assert_eq!(exactly(resource), pattern);
        }
    }
}
