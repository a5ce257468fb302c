//! JSON as the AWS JSON protocols carry it: read with each key once, written so that a reader
//! of forms finds nothing in it.

use std::fmt;
use std::io;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use serde_json::{Map, Number, Value};

/// What separates and encodes in `application/x-www-form-urlencoded`, in URLs and in XML.
const OF_FORMS: [u8; 9] = *b"&=+%;<>?#";

/// The members of an input; `None` when the text is no object, or one in it has a key twice: of
/// two values, the gate and the emulator might each believe another one.
pub(crate) fn read_members(text: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(text).ok()? {
        Once(Value::Object(members)) => Some(members),
        Once(_) => None,
    }
}

/// The members as JSON. moto looks for `Action=` in every body, LocalStack hands some bodies on
/// to moto: whatever means something in a form is written as `\u00XX`, in keys as in values.
pub(crate) fn write_members(members: &Map<String, Value>) -> Bytes {
    let mut text = Vec::with_capacity(128);
    let mut serializer = Serializer::with_formatter(&mut text, NoForm(CompactFormatter));
    // What was read from JSON always has a text.
    let written = members.serialize(&mut serializer);
    written.map(|()| text.into()).unwrap_or_default()
}

struct NoForm(CompactFormatter);

impl Formatter for NoForm {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for part in fragment.as_bytes().split_inclusive(|byte| OF_FORMS.contains(byte)) {
            match part.split_last() {
                Some((last, rest)) if OF_FORMS.contains(last) => {
                    self.0.write_string_fragment(writer, text(rest))?;
                    write!(writer, "\\u{last:04x}")?;
                }
                _ => self.0.write_string_fragment(writer, text(part))?,
            }
        }
        Ok(())
    }
}

/// Cut at ASCII characters, text stays text.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// A value in which no object has a key twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OnceVisitor).map(Self)
    }
}

struct OnceVisitor;

impl<'de> DeserializeSeed<'de> for OnceVisitor {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OnceVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element_seed(OnceVisitor)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(OnceVisitor)?;
            if members.insert(key, value).is_some() {
                return Err(A::Error::custom("a key is given more than once"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_form_is_written() {
        let given =
            r#"{"a&Action=B&":"&Action=GetParameter&c=%41+;<?>#","n":[1,-2,1.5,null,true]}"#;
        let members = read_members(given.as_bytes()).unwrap();
        let written = write_members(&members);
        assert!(!written.iter().any(|byte| OF_FORMS.contains(byte)), "{written:?}");
        assert_eq!(url::form_urlencoded::parse(&written).count(), 1);
        assert_eq!(read_members(&written), Some(members));
    }

    #[test]
    fn other_text_is_written_as_it_is() {
        let members = read_members(r#"{"é":"a\"\\\n\u0007ü"}"#.as_bytes()).unwrap();
        assert_eq!(write_members(&members), r#"{"é":"a\"\\\n\u0007ü"}"#.as_bytes());
    }

    #[test]
    fn keys_given_twice_are_refused_at_every_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"x":{"a":1,"a":1}}"#,
            r#"{"x":[[{"a":1,"a":2}]]}"#,
            "[]",
            "\"a\"",
            "",
            "{} {}",
            "\u{feff}{}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":1e999}",
        ] {
            assert_eq!(read_members(text.as_bytes()), None, "{text}");
        }
    }
}
