//! AWS's Query protocol, as much of it as seeding an account needs.
//!
//! It speaks to the emulator directly, which verifies no signature: an access key
//! id of twelve digits makes the caller that account's root.

use fed_types::AccountId;

use crate::lab_error::innermost;

/// A service and the version of its API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Service {
    name: &'static str,
    version: &'static str,
}

/// Identity and Access Management.
pub(crate) const IAM: Service = Service { name: "iam", version: "2010-05-08" };
/// Elastic Compute Cloud.
pub(crate) const EC2: Service = Service { name: "ec2", version: "2016-11-15" };

/// Calls an emulator as the root of any account.
#[derive(Clone)]
pub(crate) struct QueryClient {
    pub(crate) http: reqwest::Client,
    pub(crate) endpoint: String,
    pub(crate) region: String,
}

/// An answer that is no success.
#[derive(Debug)]
pub(crate) enum QueryError {
    /// An error of the service, such as `EntityAlreadyExists`.
    Code(u16, String),
    /// No answer.
    Silence(reqwest::Error),
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(status, code) => write!(f, "{status} `{code}`"),
            Self::Silence(error) => write!(f, "nothing: {}", innermost(error)),
        }
    }
}

impl QueryClient {
    /// One call; the answer's XML.
    pub(crate) async fn call(
        &self,
        account: &AccountId,
        service: Service,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, QueryError> {
        let (date, now) = ("20260101", "20260101T000000Z");
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={account}/{date}/{}/{}/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature=00",
            self.region, service.name
        );
        let mut form = vec![("Action", action), ("Version", service.version)];
        form.extend_from_slice(parameters);
        let request = self
            .http
            .post(&self.endpoint)
            .header("authorization", authorization)
            .header("x-amz-date", now)
            // moto tells accounts by this.
            .header("x-moto-account-id", account.as_str())
            .form(&form);
        let answer = request.send().await.map_err(QueryError::Silence)?;
        let status = answer.status();
        let text = answer.text().await.map_err(QueryError::Silence)?;
        if status.is_success() {
            return Ok(text);
        }
        let code = element(&text, "Code").unwrap_or_else(|| "no error code".to_owned());
        Err(QueryError::Code(status.as_u16(), code))
    }
}

/// The text of the first element of that name.
pub(crate) fn element(xml: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let found = document.descendants().find(|node| node.tag_name().name() == name)?;
    found.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_in_any_namespace() {
        let xml = "<Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><Errors><Error>\
                   <Code>InvalidAMIID.NotFound</Code></Error></Errors></Response>";
        assert_eq!(element(xml, "Code").as_deref(), Some("InvalidAMIID.NotFound"));
        assert_eq!(element(xml, "instanceId"), None);
        assert_eq!(element("no xml", "Code"), None);
    }
}
