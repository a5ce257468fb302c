//! The names of the condition operators.

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// `String*`
    Text { ignore_case: bool, like: bool },
    /// `Numeric*`
    Numeric(Comparison),
    /// `Date*`
    Date(Comparison),
    /// `Bool`
    Bool,
    /// `BinaryEquals`
    Binary,
    /// `IpAddress`, `NotIpAddress`
    Ip,
    /// `Arn*`; `Like` and `Equals` behave alike.
    Arn { like: bool },
    /// `Null`
    Null,
}

/// How two ordered values must stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equals,
    LessThan,
    LessThanEquals,
    GreaterThan,
    GreaterThanEquals,
}

impl Comparison {
    pub(crate) fn holds<T: PartialOrd>(self, value: &T, required: &T) -> bool {
        match self {
            Self::Equals => value == required,
            Self::LessThan => value < required,
            Self::LessThanEquals => value <= required,
            Self::GreaterThan => value > required,
            Self::GreaterThanEquals => value >= required,
        }
    }
}

/// `ForAllValues:` or `ForAnyValue:` in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Qualifier {
    None,
    ForAllValues,
    ForAnyValue,
}

/// A condition operator, whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) qualifier: Qualifier,
    pub(crate) family: Family,
    pub(crate) negated: bool,
    pub(crate) if_exists: bool,
}

/// The operators without qualifier and suffix, as the IAM user guide lists them.
const NAMES: [(&str, Family, bool); 27] = {
    use Comparison::{Equals, GreaterThan, GreaterThanEquals, LessThan, LessThanEquals};
    const EXACT: Family = Family::Text { ignore_case: false, like: false };
    const CASELESS: Family = Family::Text { ignore_case: true, like: false };
    const LIKE: Family = Family::Text { ignore_case: false, like: true };
    [
        ("StringEquals", EXACT, false),
        ("StringNotEquals", EXACT, true),
        ("StringEqualsIgnoreCase", CASELESS, false),
        ("StringNotEqualsIgnoreCase", CASELESS, true),
        ("StringLike", LIKE, false),
        ("StringNotLike", LIKE, true),
        ("NumericEquals", Family::Numeric(Equals), false),
        ("NumericNotEquals", Family::Numeric(Equals), true),
        ("NumericLessThan", Family::Numeric(LessThan), false),
        ("NumericLessThanEquals", Family::Numeric(LessThanEquals), false),
        ("NumericGreaterThan", Family::Numeric(GreaterThan), false),
        ("NumericGreaterThanEquals", Family::Numeric(GreaterThanEquals), false),
        ("DateEquals", Family::Date(Equals), false),
        ("DateNotEquals", Family::Date(Equals), true),
        ("DateLessThan", Family::Date(LessThan), false),
        ("DateLessThanEquals", Family::Date(LessThanEquals), false),
        ("DateGreaterThan", Family::Date(GreaterThan), false),
        ("DateGreaterThanEquals", Family::Date(GreaterThanEquals), false),
        ("Bool", Family::Bool, false),
        ("BinaryEquals", Family::Binary, false),
        ("IpAddress", Family::Ip, false),
        ("NotIpAddress", Family::Ip, true),
        ("ArnEquals", Family::Arn { like: false }, false),
        ("ArnLike", Family::Arn { like: true }, false),
        ("ArnNotEquals", Family::Arn { like: false }, true),
        ("ArnNotLike", Family::Arn { like: true }, true),
        ("Null", Family::Null, false),
    ]
};

impl Operator {
    /// Reads an operator's name. Operators are case-sensitive. `Null` takes neither
    /// qualifier nor suffix.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (qualifier, rest) = match name.split_once(':') {
            None => (Qualifier::None, name),
            Some(("ForAllValues", rest)) => (Qualifier::ForAllValues, rest),
            Some(("ForAnyValue", rest)) => (Qualifier::ForAnyValue, rest),
            Some(_) => return None,
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (_, family, negated) = *NAMES.iter().find(|(name, ..)| *name == base)?;
        if family == Family::Null && (if_exists || qualifier != Qualifier::None) {
            return None;
        }
        Some(Self { qualifier, family, negated, if_exists })
    }

    /// Its name, with qualifier and suffix.
    pub(crate) fn name(self) -> String {
        let qualifier = match self.qualifier {
            Qualifier::None => "",
            Qualifier::ForAllValues => "ForAllValues:",
            Qualifier::ForAnyValue => "ForAnyValue:",
        };
        let base = NAMES
            .iter()
            .find(|(_, family, negated)| *family == self.family && *negated == self.negated)
            .map_or("", |(name, ..)| name);
        let suffix = if self.if_exists { "IfExists" } else { "" };
        format!("{qualifier}{base}{suffix}")
    }

    /// Whether the condition is met when the key is not in the request: with `IfExists`
    /// and `ForAllValues` yes, with `ForAnyValue` no, else only by negated operators.
    pub(crate) fn holds_without_key(self) -> bool {
        match self.qualifier {
            _ if self.if_exists => true,
            Qualifier::ForAllValues => true,
            Qualifier::ForAnyValue => false,
            Qualifier::None => self.negated,
        }
    }
}

/// The operator whose name is nearest to one that is none, for a hint.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    let bare = name.split_once(':').map_or(name, |(_, rest)| rest);
    let bare = bare.strip_suffix("IfExists").unwrap_or(bare);
    fed_types::nearest(bare, NAMES.iter().map(|(name, ..)| *name))
}

#[cfg(test)]
mod tests;
