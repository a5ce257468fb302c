//! What time it is for AWS: the `Date` of its last answer.

use std::sync::{Arc, Mutex};

use aws_sdk_sts::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_sts::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sts::error::BoxError;
use aws_sdk_sts::primitives::{DateTime, DateTimeFormat};
use fed_types::UnixTime;

/// Reads the `Date` of each answer as it comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerDate(Arc<Mutex<Option<UnixTime>>>);

impl ServerDate {
    /// The last answer's; `None` where it had none.
    pub(crate) fn last(&self) -> Option<UnixTime> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Intercept for ServerDate {
    fn name(&self) -> &'static str {
        "ServerDate"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date").and_then(read);
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = date;
        Ok(())
    }
}

/// An `HTTP-date` (RFC 9110 section 5.6.7).
fn read(text: &str) -> Option<UnixTime> {
    let date = DateTime::from_str(text, DateTimeFormat::HttpDate).ok()?;
    Some(UnixTime::from_seconds(date.secs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_are_read_and_nothing_else() {
        let read = |text| read(text).map(UnixTime::seconds);
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        for text in ["", "now", "1994-11-06T08:49:37Z", "784111777"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
