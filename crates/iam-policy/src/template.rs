//! Strings of a policy that may hold wildcards and policy variables.
//!
//! Source: IAM user guide, "IAM policy elements: Variables and tags".

use crate::context::{Context, Key, Lookup};
use crate::truth::Truth;
use crate::wildcard::{self, ONE, RUN, SEGMENT_ONE, SEGMENT_RUN};

/// What `*` and `?` mean in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcards {
    /// Themselves.
    Literal,
    /// Any run, any one character.
    Any,
    /// As `Any`; but in an ARN's first five segments a wildcard crosses a colon only
    /// where it is the segment's last character and a `*`, and a variable is plain text.
    Arn,
}

/// A string compiled for matching.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    /// Only stars: matches everything.
    Everything,
    /// No wildcard, no variable.
    Exact(Box<str>),
    /// Literal text and one star at the end.
    Prefix(Box<str>),
    /// With wildcards that match anything.
    Pattern(Box<[u8]>),
    /// With wildcards that stop at colons.
    Segments(Box<[u8]>),
    /// With variables.
    Variables(Box<[Part]>),
}

#[derive(Debug, Clone)]
enum Part {
    Pattern(Box<[u8]>),
    Variable { key: Key, default: Option<Box<str>> },
}

/// Why a policy variable cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VariableFault {
    /// No closing brace.
    Unclosed,
    /// `${}` or characters that no condition key has.
    BadKey,
    /// Something else than `, 'text'` behind the key.
    BadDefault,
}

impl VariableFault {
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Unclosed => "the policy variable that begins with `${` has no closing brace",
            Self::BadKey => "expected a condition key between `${` and `}`",
            Self::BadDefault => "expected a default value in single quotes, as in `${key, 'text'}`",
        }
    }
}

impl Template {
    /// Compiles `text`. `variables` is false under Version 2008-10-17, where `${` has no
    /// meaning.
    pub(crate) fn compile(
        text: &str,
        wildcards: Wildcards,
        variables: bool,
    ) -> Result<Self, VariableFault> {
        let (wild, dollar) = text.bytes().fold((false, false), |(wild, dollar), byte| {
            (wild | matches!(byte, b'*' | b'?'), dollar | (byte == b'$'))
        });
        let form = if variables && dollar && variable_at(text).is_some() {
            Self::parts(text, wildcards)?
        } else if !wild || wildcards == Wildcards::Literal {
            Form::Exact(text.into())
        } else {
            match text.strip_suffix('*') {
                Some(head) if head.bytes().all(|byte| byte == b'*') => Form::Everything,
                Some(head) if !head.bytes().any(|byte| matches!(byte, b'*' | b'?')) => {
                    Form::Prefix(head.into())
                }
                _ => {
                    let mut colons = 0;
                    Self::pattern_form(pattern(text, wildcards, &mut colons, false))
                }
            }
        };
        Ok(Self { form })
    }

    fn pattern_form(pattern: Vec<u8>) -> Form {
        let pattern = pattern.into_boxed_slice();
        if wildcard::stops_at_colons(&pattern) {
            Form::Segments(pattern)
        } else {
            Form::Pattern(pattern)
        }
    }

    fn parts(text: &str, wildcards: Wildcards) -> Result<Form, VariableFault> {
        let mut parts = Vec::new();
        let mut literal = Vec::new();
        let mut colons = 0;
        let mut rest = text;
        while let Some(start) = variable_at(rest) {
            let (before, from) = rest.split_at(start);
            literal.append(&mut pattern(before, wildcards, &mut colons, true));
            let body = from.get(2..).unwrap_or_default();
            let (inner, behind) = variable(body)?;
            rest = behind;
            match inner {
                "*" | "?" | "$" => literal.extend_from_slice(inner.as_bytes()),
                _ => {
                    let variable = parse_variable(inner)?;
                    if wildcards == Wildcards::Arn && colons < RESOURCE_PART {
                        literal.extend_from_slice(format!("${{{inner}}}").as_bytes());
                        continue;
                    }
                    if !literal.is_empty() {
                        parts.push(Part::Pattern(std::mem::take(&mut literal).into_boxed_slice()));
                    }
                    parts.push(variable);
                }
            }
        }
        literal.append(&mut pattern(rest, wildcards, &mut colons, false));
        if parts.is_empty() {
            return Ok(Self::pattern_form(literal));
        }
        if !literal.is_empty() {
            parts.push(Part::Pattern(literal.into_boxed_slice()));
        }
        Ok(Form::Variables(parts.into_boxed_slice()))
    }

    /// Whether `text` matches. A variable that has no value and no default makes the
    /// template match nothing (user guide, as above, "Policy variables with no value").
    pub(crate) fn matches(&self, text: &str, context: &Context) -> Truth {
        match &self.form {
            Form::Everything => Truth::True,
            Form::Exact(exact) => Truth::from(**exact == *text),
            Form::Prefix(prefix) => Truth::from(text.starts_with(&**prefix)),
            Form::Pattern(pattern) => Truth::from(wildcard::matches(pattern, text)),
            Form::Segments(pattern) => Truth::from(wildcard::matches_segments(pattern, text)),
            Form::Variables(parts) => {
                let mut scratch = Scratch::new();
                match expand(parts, context, &mut scratch) {
                    Expansion::Complete if wildcard::stops_at_colons(scratch.bytes()) => {
                        Truth::from(wildcard::matches_segments(scratch.bytes(), text))
                    }
                    Expansion::Complete => Truth::from(wildcard::matches(scratch.bytes(), text)),
                    Expansion::NoValue => Truth::False,
                    Expansion::Unknown => Truth::Unknown,
                }
            }
        }
    }

    /// Whether all that a pattern stands for matches, or none of it, by [`several`].
    pub(crate) fn matches_several(&self, several: &[u8], context: &Context) -> Truth {
        let mut told = Truth::False;
        let known = self.compare(context, |pattern| {
            told = wildcard::matches_several(pattern, several);
            true
        });
        if known == Truth::True { told } else { known }
    }

    /// As [`Template::matches`], for a caller that compares the expanded pattern itself.
    pub(crate) fn compare(&self, context: &Context, test: impl FnOnce(&[u8]) -> bool) -> Truth {
        match &self.form {
            Form::Everything => Truth::from(test(&[RUN])),
            Form::Exact(exact) => Truth::from(test(exact.as_bytes())),
            Form::Pattern(pattern) | Form::Segments(pattern) => Truth::from(test(pattern)),
            Form::Prefix(prefix) => {
                let mut scratch = Scratch::new();
                scratch.push(prefix.as_bytes());
                scratch.push(&[RUN]);
                Truth::from(test(scratch.bytes()))
            }
            Form::Variables(parts) => {
                let mut scratch = Scratch::new();
                match expand(parts, context, &mut scratch) {
                    Expansion::Complete => Truth::from(test(scratch.bytes())),
                    Expansion::NoValue => Truth::False,
                    Expansion::Unknown => Truth::Unknown,
                }
            }
        }
    }

    /// Whether every variable in it has a value.
    pub(crate) fn has_value(&self, context: &Context) -> bool {
        self.compare(context, |_| true) == Truth::True
    }

    /// The condition keys that its variables read, lowercase.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let parts = match &self.form {
            Form::Variables(parts) => &**parts,
            _ => &[],
        };
        parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key),
            Part::Pattern(_) => None,
        })
    }
}

/// A pattern of ARNs that is asked about, for [`Template::matches_several`].
pub(crate) fn several(text: &str) -> Vec<u8> {
    pattern(text, Wildcards::Arn, &mut 0, false)
}

/// Where the first `${` stands.
fn variable_at(text: &str) -> Option<usize> {
    text.as_bytes().windows(2).position(|pair| pair == b"${")
}

/// The colons in front of an ARN's resource part.
const RESOURCE_PART: usize = 5;

/// Whether an ARN has a variable in front of its resource part, where IAM replaces none.
pub(crate) fn has_early_variable(arn: &str) -> bool {
    let part = arn.match_indices(':').nth(RESOURCE_PART - 1).map_or(arn.len(), |(at, _)| at);
    arn.get(..part).is_some_and(|early| {
        early.replace("${*}", "").replace("${?}", "").replace("${$}", "").contains("${")
    })
}

/// Replaces wildcards by their bytes, counting literal colons on the way. `continued`
/// tells that something else than the end of the string follows.
fn pattern(text: &str, wildcards: Wildcards, colons: &mut usize, continued: bool) -> Vec<u8> {
    if wildcards == Wildcards::Literal {
        return text.as_bytes().to_vec();
    }
    let confine = wildcards == Wildcards::Arn;
    let mut bytes = text.bytes().peekable();
    let mut pattern = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let confined = confine && *colons < RESOURCE_PART;
        pattern.push(match byte {
            b'*' if confined && bytes.peek().map_or(continued, |next| *next != b':') => SEGMENT_RUN,
            b'*' => RUN,
            b'?' if confined => SEGMENT_ONE,
            b'?' => ONE,
            other => {
                *colons += usize::from(other == b':');
                other
            }
        });
    }
    pattern
}

/// Splits what stands behind `${` into the inside of the braces and the rest. A brace
/// inside single quotes closes nothing.
fn variable(body: &str) -> Result<(&str, &str), VariableFault> {
    let mut quoted = false;
    for (index, byte) in body.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted => {
                let inner = body.get(..index).unwrap_or_default();
                return Ok((inner, body.get(index + 1..).unwrap_or_default()));
            }
            _ => {}
        }
    }
    Err(VariableFault::Unclosed)
}

fn parse_variable(inner: &str) -> Result<Part, VariableFault> {
    let (key, default) = match inner.split_once(',') {
        None => (inner, None),
        Some((key, default)) => {
            let text = default.trim();
            let text = text
                .strip_prefix('\'')
                .and_then(|text| text.strip_suffix('\''))
                .filter(|text| !text.contains('\''))
                .ok_or(VariableFault::BadDefault)?;
            (key, Some(text.into()))
        }
    };
    let key = key.trim();
    if key.is_empty() || key.contains(['$', '{', '\'', '*', '?']) {
        return Err(VariableFault::BadKey);
    }
    Ok(Part::Variable { key: Key::new(key), default })
}

enum Expansion {
    Complete,
    NoValue,
    Unknown,
}

/// Writes the pattern with its variables replaced. What a variable stands for is taken
/// literally: a `*` in a tag's value is no wildcard.
fn expand(parts: &[Part], context: &Context, scratch: &mut Scratch) -> Expansion {
    for part in parts {
        match part {
            Part::Pattern(bytes) => scratch.push(bytes),
            Part::Variable { key, default } => match (context.lookup(key), default) {
                (Lookup::Single(value), _) => scratch.push(value.as_bytes()),
                (Lookup::Unknown, _) => return Expansion::Unknown,
                (Lookup::Absent, Some(default)) => scratch.push(default.as_bytes()),
                // Only single-valued keys may stand in a variable.
                (Lookup::Absent, None) | (Lookup::Multiple(_), _) => return Expansion::NoValue,
            },
        }
    }
    Expansion::Complete
}

/// A short buffer on the stack that moves to the heap when it must.
struct Scratch {
    inline: [u8; 192],
    length: usize,
    spilled: Vec<u8>,
}

impl Scratch {
    fn new() -> Self {
        Self { inline: [0; 192], length: 0, spilled: Vec::new() }
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        if self.spilled.is_empty()
            && let Some(room) = self.inline.get_mut(self.length..end)
        {
            room.copy_from_slice(bytes);
            self.length = end;
            return;
        }
        if self.spilled.is_empty() {
            self.spilled.extend_from_slice(self.inline.get(..self.length).unwrap_or_default());
        }
        self.spilled.extend_from_slice(bytes);
    }

    fn bytes(&self) -> &[u8] {
        if self.spilled.is_empty() {
            self.inline.get(..self.length).unwrap_or_default()
        } else {
            &self.spilled
        }
    }
}

#[cfg(test)]
mod tests;
