//! The parameters of a Query-protocol request, each given once.

use std::collections::BTreeMap;

use super::{WireRequest, decode, encode};

/// Names and values. Built only from requests in which no name occurs twice: where two
/// values compete, the gate and the emulator might each believe another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, String>);

/// Why parameters cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RepeatedParameter {
    /// Given twice, in the query string, the body, or one each.
    #[error("parameter `{0}` is given more than once")]
    Repeated(String),
    /// Percent-encoding of something that is not text.
    #[error("the parameters are not UTF-8 text")]
    NotText,
}

impl Parameters {
    /// Reads the query string and, where the body is a form, the body. What belongs to a
    /// presigned signature is left out.
    pub(crate) fn read(request: &WireRequest) -> Result<Self, RepeatedParameter> {
        let mut parameters = BTreeMap::new();
        for (name, value) in request.query_pairs() {
            let name = decode(name).ok_or(RepeatedParameter::NotText)?;
            if !name.to_ascii_lowercase().starts_with("x-amz-") {
                keep(&mut parameters, name, decode(value))?;
            }
        }
        let content_type = request.header("content-type").unwrap_or_default();
        if content_type.starts_with("application/x-www-form-urlencoded") {
            let body =
                std::str::from_utf8(&request.body).map_err(|_| RepeatedParameter::NotText)?;
            for pair in body.trim_end().split('&').filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let name = decode(&name.replace('+', " ")).ok_or(RepeatedParameter::NotText)?;
                keep(&mut parameters, name, decode(&value.replace('+', " ")))?;
            }
        }
        Ok(Self(parameters))
    }

    /// A parameter's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The values of `NAME.1`, `NAME.2` … (EC2) or `NAME.member.1` … (the rest), in the
    /// order of their numbers, and of a bare `NAME`.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let mut found: Vec<(u64, &str)> = self
            .0
            .iter()
            .filter_map(|(key, value)| {
                let rest = key.strip_prefix(name)?;
                let number = match rest.strip_prefix(".member").unwrap_or(rest) {
                    "" => 0,
                    index => index.strip_prefix('.')?.parse().ok()?,
                };
                Some((number, value.as_str()))
            })
            .collect();
        found.sort_unstable_by_key(|(number, _)| *number);
        found.into_iter().map(|(_, value)| value).collect()
    }

    /// All names and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same parameters and this one instead of what stood under its name.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// `application/x-www-form-urlencoded`, written anew.
    pub(crate) fn to_form(&self) -> String {
        let pair = |(name, value)| format!("{}={}", encode(name), encode(value));
        self.iter().map(pair).collect::<Vec<_>>().join("&")
    }
}

impl<N: Into<String>, V: Into<String>, const L: usize> From<[(N, V); L]> for Parameters {
    fn from(pairs: [(N, V); L]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl FromIterator<(String, String)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

fn keep(
    parameters: &mut BTreeMap<String, String>,
    name: String,
    value: Option<String>,
) -> Result<(), RepeatedParameter> {
    let value = value.ok_or(RepeatedParameter::NotText)?;
    if parameters.contains_key(&name) {
        return Err(RepeatedParameter::Repeated(name));
    }
    parameters.insert(name, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(query: &str, body: &str) -> WireRequest {
        WireRequest {
            query: query.to_owned(),
            headers: vec![(
                "content-type".to_owned(),
                "application/x-www-form-urlencoded; charset=utf-8".to_owned(),
            )],
            body: body.to_owned().into(),
            ..WireRequest::default()
        }
    }

    #[test]
    fn query_and_body_are_read_together() {
        let parameters =
            Parameters::read(&form("Action=A&X-Amz-Signature=1", "N.2=b%20c&N.10=d&N.1=a+b"));
        let parameters = parameters.unwrap();
        assert_eq!(parameters.get("Action"), Some("A"));
        assert_eq!(parameters.list("N"), ["a b", "b c", "d"]);
        assert_eq!(parameters.to_form(), "Action=A&N.1=a%20b&N.10=d&N.2=b%20c");
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        for (query, body) in [("", "A=1&A=1"), ("A=1&A=2", ""), ("A=1", "A=2"), ("%41=1", "A=2")] {
            assert_eq!(
                Parameters::read(&form(query, body)),
                Err(RepeatedParameter::Repeated("A".to_owned())),
                "{query} {body}"
            );
        }
    }

    #[test]
    fn what_is_not_text_is_refused() {
        for (query, body) in [("A=%ff", ""), ("", "%ff=1"), ("", "A=%ff")] {
            assert_eq!(Parameters::read(&form(query, body)), Err(RepeatedParameter::NotText));
        }
    }

    #[test]
    fn a_body_that_is_no_form_holds_no_parameters() {
        let request = WireRequest { body: "A=1".into(), ..WireRequest::default() };
        assert_eq!(Parameters::read(&request), Ok(Parameters::default()));
    }
}
