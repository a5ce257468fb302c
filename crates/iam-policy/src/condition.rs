//! The Condition element: operators, set operators, IfExists, and how they are decided.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition", "…: Condition
//! operators", and "Conditions with multiple context keys or values".

mod binary;
mod boolean;
mod date;
mod ip;
mod numeric;
mod operator;
mod text;

use aws_model::KeyType;

use crate::arn;
use crate::context::{Context, Key, Lookup};
use crate::template::{Template, VariableFault, Wildcards};
use crate::truth::Truth;

use date::Moment;
use numeric::Decimal;
pub(crate) use operator::{Family, Operator, Qualifier, nearest};

/// One key of one operator, with the values to compare it to.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) operator: Operator,
    pub(crate) key: Key,
    /// Byte offset of the key in the policy's text.
    pub(crate) at: u32,
    required: Required,
}

/// What AWS does not settle of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undocumented {
    /// What the empty value of its key counts as.
    EmptyValue,
    /// What a value of the policy means that its operator cannot read.
    UnreadableValue,
}

/// The policy's values, read once. A value that does not fit the operator is kept as
/// nothing: nobody says what it matches.
#[derive(Debug, Clone)]
enum Required {
    Texts(Box<[Template]>),
    Numbers(Box<[Option<Decimal>]>),
    Moments(Box<[Option<Moment>]>),
    Booleans(Box<[Option<bool>]>),
    Bytes(Box<[Option<Box<[u8]>>]>),
    Networks(Box<[Option<ip::Network>]>),
}

impl Condition {
    /// Compiles the values of one key.
    pub(crate) fn compile<'a>(
        operator: Operator,
        key: &str,
        at: u32,
        values: impl Iterator<Item = &'a str>,
        variables: bool,
    ) -> Result<Self, VariableFault> {
        let required = match operator.family {
            Family::Text { like, .. } => {
                let wildcards = if like { Wildcards::Any } else { Wildcards::Literal };
                Required::Texts(templates(values, wildcards, variables)?)
            }
            Family::Arn { .. } => Required::Texts(templates(values, Wildcards::Any, variables)?),
            Family::Numeric(_) => Required::Numbers(values.map(Decimal::parse).collect()),
            Family::Date(_) => Required::Moments(values.map(Moment::parse).collect()),
            Family::Bool | Family::Null => Required::Booleans(values.map(boolean::parse).collect()),
            Family::Binary => Required::Bytes(
                values.map(|value| binary::decode(value).map(Iterator::collect)).collect(),
            ),
            Family::Ip => Required::Networks(values.map(ip::Network::parse).collect()),
        };
        Ok(Self { operator, key: Key::new(key), at, required })
    }

    /// Whether the request's context meets this condition.
    pub(crate) fn holds(&self, context: &Context) -> Truth {
        let found = context.lookup(&self.key);
        if self.operator.family == Family::Null {
            return self.null(found);
        }
        match (self.operator.qualifier, found) {
            (_, Lookup::Unknown) => Truth::Unknown,
            (_, Lookup::Absent) => Truth::from(self.operator.holds_without_key()),
            (Qualifier::None, Lookup::Single(value)) => self.value(value, context),
            (Qualifier::None, Lookup::Multiple(values)) => self.unqualified(values, context),
            (Qualifier::ForAllValues, Lookup::Single(value)) => {
                if value.is_empty() {
                    Truth::True
                } else {
                    self.value(value, context)
                }
            }
            (Qualifier::ForAnyValue, Lookup::Single(value)) if value.is_empty() => {
                self.value(value, context).and(Truth::Unknown)
            }
            (Qualifier::ForAnyValue, Lookup::Single(value)) => self.value(value, context),
            (Qualifier::ForAllValues, Lookup::Multiple(values)) => {
                Truth::all(values, |value| self.value(value, context))
            }
            (Qualifier::ForAnyValue, Lookup::Multiple(values)) => {
                Truth::any(values, |value| self.value(value, context))
            }
        }
    }

    /// A multivalued key under an operator without `ForAllValues` or `ForAnyValue`: AWS
    /// asks for one of them. Without, a single value is compared as such, and several
    /// meet a positive operator when one of them does, a negated one when all do.
    fn unqualified(&self, values: &[String], context: &Context) -> Truth {
        if values.is_empty() {
            return Truth::from(self.operator.holds_without_key());
        }
        if self.operator.negated {
            Truth::all(values, |value| self.value(value, context))
        } else {
            Truth::any(values, |value| self.value(value, context))
        }
    }

    /// What it hangs on that AWS does not settle, where it does: an empty value is "a null data
    /// set" to `ForAllValues` and to `Null`, and `ForAnyValue` was once said not to find any value
    /// in it; and of a value that its operator cannot read nothing is said.
    ///
    /// Source: IAM user guide, "Single-valued vs. multivalued context keys".
    pub(crate) fn undocumented(&self, context: &Context) -> Option<Undocumented> {
        if self.holds(context) != Truth::Unknown {
            return None;
        }
        let is_empty = matches!(context.lookup(&self.key), Lookup::Single(""));
        let asks = self.operator.family == Family::Null
            || self.operator.qualifier == Qualifier::ForAnyValue;
        if self.required.has_unreadable(self.operator, context) {
            return Some(Undocumented::UnreadableValue);
        }
        (is_empty && asks).then_some(Undocumented::EmptyValue)
    }

    /// `Null`: `true` asks that the key be absent, `false` that it be there.
    fn null(&self, found: Lookup<'_>) -> Truth {
        let Required::Booleans(required) = &self.required else { return Truth::False };
        let absent = match found {
            Lookup::Unknown => return Truth::Unknown,
            Lookup::Absent => true,
            // There, and "a null data set": it may be either.
            Lookup::Single("") => {
                let either = |absent| compared(required, |required| *required == absent);
                return match (either(true), either(false)) {
                    (one, other) if one == other => one,
                    _ => Truth::Unknown,
                };
            }
            Lookup::Single(_) => false,
            Lookup::Multiple(values) => values.is_empty(),
        };
        compared(required, |required| *required == absent)
    }

    /// One value of the request against all of the policy's: any for a positive
    /// operator, none for a negated one. A value that does not fit the operator (`ten`
    /// for a number) meets neither the operator nor its negation.
    fn value(&self, value: &str, context: &Context) -> Truth {
        let any = match (&self.required, self.operator.family) {
            (Required::Texts(templates), Family::Arn { .. }) => Truth::any(templates, |template| {
                let mut told = Truth::Unknown;
                let known = template.compare(context, |pattern| {
                    told = arn::matches(pattern, value);
                    true
                });
                if known == Truth::True { told } else { known }
            }),
            (Required::Texts(templates), Family::Text { ignore_case: true, .. }) => {
                Truth::any(templates, |template| {
                    template.compare(context, |exact| text::equal_ignoring_case(exact, value))
                })
            }
            (Required::Texts(templates), _) => {
                Truth::any(templates, |template| template.matches(value, context))
            }
            (required, family) => match required.typed(value, family) {
                Some(matches) => matches,
                None => return Truth::False,
            },
        };
        if self.operator.negated { any.negate() } else { any }
    }

    /// The keys read: its own, and those of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let templates = match &self.required {
            Required::Texts(templates) => &**templates,
            _ => &[],
        };
        std::iter::once(&self.key).chain(templates.iter().flat_map(Template::keys))
    }
}

fn templates<'a>(
    values: impl Iterator<Item = &'a str>,
    wildcards: Wildcards,
    variables: bool,
) -> Result<Box<[Template]>, VariableFault> {
    values.map(|value| Template::compile(value, wildcards, variables)).collect()
}

impl Required {
    /// Whether a value of the request, read as the operator's type, compares to any of
    /// these; `None` when it cannot be read so.
    fn typed(&self, value: &str, family: Family) -> Option<Truth> {
        match (self, family) {
            (Self::Numbers(numbers), Family::Numeric(comparison)) => {
                let value = Decimal::parse(value)?;
                Some(compared(numbers, |required| comparison.holds(&value, required)))
            }
            (Self::Moments(moments), Family::Date(comparison)) => {
                let value = Moment::parse(value)?;
                Some(compared(moments, |required| comparison.holds(&value, required)))
            }
            (Self::Booleans(booleans), _) => {
                let value = boolean::parse(value)?;
                Some(compared(booleans, |required| *required == value))
            }
            (Self::Bytes(expected), _) => {
                let value = binary::decode(value)?;
                Some(compared(expected, |required| value.clone().eq(required.iter().copied())))
            }
            (Self::Networks(networks), _) => {
                let value = ip::Network::parse(value)?;
                Some(compared(networks, |required| value.is_within(*required)))
            }
            _ => None,
        }
    }

    /// Whether one of them cannot be read as the operator's type.
    fn has_unreadable(&self, operator: Operator, context: &Context) -> bool {
        match self {
            Self::Texts(templates) => {
                let is_none = |template: &Template| {
                    let is_one = template.compare(context, arn::is_pattern);
                    is_one == Truth::False && template.has_value(context)
                };
                matches!(operator.family, Family::Arn { .. }) && templates.iter().any(is_none)
            }
            Self::Numbers(numbers) => numbers.contains(&None),
            Self::Moments(moments) => moments.contains(&None),
            Self::Booleans(booleans) => booleans.contains(&None),
            Self::Bytes(bytes) => bytes.contains(&None),
            Self::Networks(networks) => networks.contains(&None),
        }
    }
}

/// Whether one of the policy's values meets it. Of one that cannot be read nobody knows.
fn compared<T>(required: &[Option<T>], meets: impl Fn(&T) -> bool) -> Truth {
    Truth::any(required, |required| match required {
        Some(required) => Truth::from(meets(required)),
        None => Truth::Unknown,
    })
}

/// Whether a request's value can be read as one of the key's type.
pub(crate) fn reads_as(key_type: KeyType, value: &str) -> bool {
    match key_type {
        KeyType::Numeric => Decimal::parse(value).is_some(),
        KeyType::Date => Moment::parse(value).is_some(),
        KeyType::Bool | KeyType::ArrayOfBool => boolean::parse(value).is_some(),
        KeyType::IpAddress => ip::Network::parse(value).is_some(),
        KeyType::String | KeyType::ArrayOfString | KeyType::Arn | KeyType::ArrayOfArn => true,
    }
}

/// Whether a policy's value can be read as the operator's type; the error says what it
/// should be.
pub(crate) fn fits(family: Family, value: &str) -> Result<(), &'static str> {
    let (readable, expected) = match family {
        Family::Text { .. } => return Ok(()),
        Family::Numeric(_) => (Decimal::parse(value).is_some(), "a number"),
        Family::Date(_) => (Moment::parse(value).is_some(), "a date like 2026-11-23T10:00:00Z"),
        Family::Bool | Family::Null => (boolean::parse(value).is_some(), "`true` or `false`"),
        Family::Binary => (binary::decode(value).is_some(), "base64"),
        Family::Ip => (ip::Network::parse(value).is_some(), "an IP address or CIDR range"),
        Family::Arn { .. } => {
            (value.contains("${") || value == "*" || value.split(':').count() >= 6, "an ARN")
        }
    };
    if readable { Ok(()) } else { Err(expected) }
}
