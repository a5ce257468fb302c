//! What is told of a code at length, and a policy that yields it.

use crate::policy_kind::PolicyKind;

/// What is told of a code at length.
pub(super) struct Entry {
    pub(super) means: &'static str,
    pub(super) instead: &'static str,
    pub(super) example: Example,
}

/// A code of statements: the example is what stands in the statement's braces.
pub(super) const fn statement(
    (means, instead): (&'static str, &'static str),
    kind: PolicyKind,
    statement: &'static str,
) -> Entry {
    document((means, instead), kind, Form::Statement(statement))
}

/// A code of whole documents.
pub(super) const fn document(
    (means, instead): (&'static str, &'static str),
    kind: PolicyKind,
    form: Form,
) -> Entry {
    Entry { means, instead, example: Example { kind: Some(kind), form } }
}

/// A code of texts that are not JSON as a policy needs it.
pub(super) const fn syntax((means, instead): (&'static str, &'static str), form: Form) -> Entry {
    Entry { means, instead, example: Example { kind: None, form } }
}

/// A text that yields a finding of the code.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// `None` where the text is not even JSON as a policy needs it, whatever its kind.
    kind: Option<PolicyKind>,
    form: Form,
}

/// How an example is kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// The members of the only statement.
    Statement(&'static str),
    /// All of it.
    Text(&'static str),
    /// All of it, where it is no text.
    Bytes(&'static [u8]),
    /// A text that is large for a part that stands in it many times.
    Repeated { before: &'static str, part: &'static str, times: usize, after: &'static str },
}

impl Example {
    /// What the policy is attached to. Any kind does where the text is not even JSON.
    pub fn kind(self) -> PolicyKind {
        self.kind.unwrap_or(PolicyKind::Identity)
    }

    /// What it is: the policy's kind, or `text` where it is not even JSON.
    pub fn what(self) -> &'static str {
        self.kind.map_or("text", PolicyKind::name)
    }

    pub(super) fn is_syntax(self) -> bool {
        self.kind.is_none()
    }

    /// The file's contents: UTF-8 but in the example of `not-utf-8`. At most 513 KiB.
    pub fn contents(self) -> Vec<u8> {
        match self.form {
            Form::Statement(members) => policy_of(members).into_bytes(),
            Form::Text(text) => text.as_bytes().to_vec(),
            Form::Bytes(bytes) => bytes.to_vec(),
            Form::Repeated { before, part, times, after } => {
                format!("{before}{}{after}", part.repeat(times)).into_bytes()
            }
        }
    }

    /// The contents to be read by people: a long repetition is counted, and what cannot be seen
    /// is named, as in `<U+FEFF>`.
    pub fn shown(self) -> String {
        let text = match self.form {
            Form::Statement(members) => policy_of(members),
            Form::Text("") => "(an empty file)".to_owned(),
            Form::Text(text) => text.to_owned(),
            Form::Bytes(bytes) => bytes
                .utf8_chunks()
                .flat_map(|chunk| {
                    let invalid = chunk.invalid().iter().map(|byte| format!("<byte {byte:02X}>"));
                    std::iter::once(chunk.valid().to_owned()).chain(invalid)
                })
                .collect(),
            Form::Repeated { before, part, times, after } => {
                format!("{before}{part}… ({times} times) …{after}")
            }
        };
        text.chars().fold(String::new(), |mut shown, character| {
            match character {
                '\u{feff}' => shown.push_str("<U+FEFF>"),
                '\n' => shown.push('\n'),
                hidden if hidden.is_control() => {
                    shown.push_str(&format!("<U+{:04X}>", u32::from(hidden)));
                }
                seen => shown.push(seen),
            }
            shown
        })
    }
}

fn policy_of(members: &str) -> String {
    let members = members.replace('\n', "\n  ");
    format!("{{\"Version\": \"2012-10-17\", \"Statement\": {{\n  {members}\n}}}}")
}
