//! JSON's members made to fit a structure: what is `null` is absent, numbers are of their kind.

use aws_model::{Member, Service, Shape, Structure};
use serde_json::{Map, Value};

use super::misfit::Misfit;
use super::scalar;
use crate::api::Api;

/// Makes the members of a call fit, by their names on the wire.
pub(super) fn fit(api: Api, members: &mut Map<String, Value>) -> Result<(), Misfit> {
    let fitting = Fitting { service: api.service };
    match api.service.input(api.operation) {
        Some(structure) => fitting.structure(structure, members, ""),
        None => {
            members.retain(|_, value| !value.is_null());
            members.keys().next().map_or(Ok(()), |name| Err(Misfit::Unknown(name.clone())))
        }
    }
}

/// Makes a document fit that is one member.
pub(super) fn fit_value(api: Api, member: &Member, value: &mut Value) -> Result<(), Misfit> {
    let fitting = Fitting { service: api.service };
    fitting.value(member, value, &|| member.name.to_owned())
}

struct Fitting {
    service: &'static Service,
}

impl Fitting {
    fn structure(
        &self,
        structure: &Structure,
        members: &mut Map<String, Value>,
        path: &str,
    ) -> Result<(), Misfit> {
        members.retain(|_, value| !value.is_null());
        for (name, value) in members.iter_mut() {
            let is_named = |member: &&Member| member.location_name.unwrap_or(member.name) == name;
            let member = structure.members.iter().find(is_named);
            let member = member.filter(|member| member.location.is_none());
            let path = || if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let member = member.ok_or_else(|| Misfit::Unknown(path()))?;
            self.value(member, value, &path)?;
        }
        match structure.is_union && members.len() != 1 {
            true => Err(Misfit::Union(path.to_owned())),
            false => Ok(()),
        }
    }

    /// `path` is written only where it is told of.
    fn value(
        &self,
        member: &Member,
        value: &mut Value,
        path: &dyn Fn() -> String,
    ) -> Result<(), Misfit> {
        let shape = self.service.shape(member.shape);
        let shape = shape.ok_or_else(|| Misfit::Unknown(path()))?;
        match (shape, &mut *value) {
            (Shape::Structure(structure), _) if structure.is_document => {}
            (Shape::Structure(structure), Value::Object(members)) if !structure.is_event_stream => {
                return self.structure(structure, members, &path());
            }
            (Shape::List(list), Value::Array(elements)) => {
                for element in elements {
                    self.value(&list.element, element, path)?;
                }
            }
            (Shape::Map(map), Value::Object(entries)) => {
                entries.retain(|_, value| !value.is_null());
                for entry in entries.values_mut() {
                    self.value(&map.value, entry, path)?;
                }
            }
            (_, found) => {
                let fits = fits(shape, found);
                let expected = scalar::name(shape);
                fits.ok_or_else(|| Misfit::Type { member: path(), found: kind(found), expected })?;
            }
        }
        Ok(())
    }
}

/// Whether a value is of a shape without members; a whole number is written as one.
fn fits(shape: &Shape, value: &mut Value) -> Option<()> {
    let fits = match (shape, &*value) {
        (Shape::String(_), Value::String(_)) | (Shape::Boolean, Value::Bool(_)) => true,
        (Shape::Blob(_), Value::String(text)) => {
            *value = scalar::blob(text)?.into();
            true
        }
        (Shape::Integer(_) | Shape::Long(_), Value::Number(number)) => {
            let whole = number.as_i64().or_else(|| whole(number.as_f64()?))?;
            let short = i32::try_from(whole).is_ok() || matches!(shape, Shape::Long(_));
            *value = whole.into();
            short
        }
        (Shape::Float(_) | Shape::Double(_) | Shape::Timestamp(_), Value::Number(_)) => true,
        // Source: Smithy 2.0, "float shape serialization".
        (Shape::Float(_) | Shape::Double(_), Value::String(text)) => {
            matches!(text.as_str(), "NaN" | "Infinity" | "-Infinity")
        }
        (Shape::Timestamp(_), Value::String(text)) => scalar::is_moment(text),
        _ => false,
    };
    fits.then_some(())
}

/// A number that was written with a point though it is whole, as far as doubles are exact.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// As AWS's reader of JSON names what it finds.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}
