//! Writes STS's answers.

use fed_types::TemporaryCredentials;

use crate::error_response::xml_text;

/// The members of a result, in order: an element's name, and its text or its own members.
pub(crate) struct StsAnswer {
    operation: String,
    members: String,
}

impl StsAnswer {
    pub(super) fn new(operation: &str) -> Self {
        Self { operation: operation.to_owned(), members: String::new() }
    }

    /// Adds an element with text.
    #[must_use]
    pub(super) fn text(mut self, name: &str, text: &str) -> Self {
        self.members.push_str(&element(name, text));
        self
    }

    /// Adds an element where there is a text for it.
    #[must_use]
    pub(super) fn maybe(self, name: &str, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// Adds an element whose members are texts.
    #[must_use]
    pub(super) fn structure(mut self, name: &str, members: &[(&str, &str)]) -> Self {
        let inner: String = members.iter().map(|(name, text)| element(name, text)).collect();
        self.members.push_str(&format!("    <{name}>\n{inner}    </{name}>\n"));
        self
    }

    /// Adds `Credentials`.
    #[must_use]
    pub(super) fn credentials(self, credentials: &TemporaryCredentials) -> Self {
        self.structure(
            "Credentials",
            &[
                ("AccessKeyId", &credentials.access_key_id),
                ("SecretAccessKey", credentials.secret_access_key.expose()),
                ("SessionToken", credentials.session_token.expose()),
                ("Expiration", &credentials.expiration.to_string()),
            ],
        )
    }

    /// The whole answer.
    pub(crate) fn to_xml(&self, request_id: &str) -> String {
        let Self { operation, members } = self;
        format!(
            "<{operation}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  \
             <{operation}Result>\n{members}  </{operation}Result>\n  <ResponseMetadata>\n    \
             <RequestId>{request_id}</RequestId>\n  </ResponseMetadata>\n</{operation}Response>\n"
        )
    }
}

fn element(name: &str, text: &str) -> String {
    format!("    <{name}>{}</{name}>\n", xml_text(text))
}
