//! An exchange of a token as a diagram: who said what to whom, as far as the run saw it.

use std::cmp::Ordering;

use iam_gate::{ConditionRecord, DecisionRecord};
use lab_page::{verdict_class, verdict_words};

use crate::run::Command;

/// The action that is an exchange.
const EXCHANGE: &str = "sts:AssumeRoleWithWebIdentity";

/// Who takes part, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    Person = 1,
    Program,
    Issuer,
    Gate,
    Emulator,
}

use Actor::{Emulator, Gate, Issuer, Person, Program};

/// One arrow, or what somebody does by themselves.
pub(crate) struct Message {
    from: Actor,
    to: Actor,
    pub(crate) text: String,
    /// A class of the style.
    pub(crate) kind: &'static str,
}

/// The diagram of one exchange.
pub(crate) struct Sequence<'a> {
    pub(crate) decision: &'a DecisionRecord,
    pub(crate) actors: [&'static str; 5],
    pub(crate) messages: Vec<Message>,
    pub(crate) kind: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) conditions: Vec<String>,
}

impl Message {
    /// Where it stands in the diagram, and its colour, as classes of the style.
    pub(crate) fn class(&self) -> String {
        let (from, to) = (self.from as usize, self.to as usize);
        let direction = match from.cmp(&to) {
            Ordering::Less => "right",
            Ordering::Equal => "self",
            Ordering::Greater => "left",
        };
        let (first, span) = (from.min(to), from.abs_diff(to) + 1);
        format!("{direction} from-{first} span-{span} {}", self.kind)
    }

    /// Such as `Person → fed-cli`.
    pub(crate) fn ends(&self, actors: &[&'static str; 5]) -> String {
        let name = |actor: Actor| actors[actor as usize - 1];
        if self.from == self.to {
            name(self.from).to_owned()
        } else {
            format!("{} → {}", name(self.from), name(self.to))
        }
    }
}

/// Each exchange while the command ran. `earlier` is who signed in before it.
pub(crate) fn sequences<'a>(command: &'a Command, earlier: Option<&str>) -> Vec<Sequence<'a>> {
    let is_one = |record: &&DecisionRecord| record.action.as_deref() == Some(EXCHANGE);
    let exchanges = command.decisions.iter().map(AsRef::as_ref).filter(is_one);
    let of = |decision: &'a DecisionRecord| Sequence {
        decision,
        actors: ["Person", program(&command.text), "Issuer", "Gate", "Emulator"],
        messages: messages(command, earlier, decision),
        kind: verdict_class(decision.decision),
        verdict: verdict_words(decision.decision, decision.enforced),
        conditions: decision.conditions.iter().map(told).collect(),
    };
    exchanges.map(of).collect()
}

fn messages(command: &Command, earlier: Option<&str>, decision: &DecisionRecord) -> Vec<Message> {
    let mut all = Vec::new();
    let mut say = |from, to, text: String| all.push(Message { from, to, text, kind: "" });
    say(Person, Program, command.text.lines().next().unwrap_or_default().to_owned());
    match (&command.signed_in, earlier) {
        (Some(account), _) => {
            say(Program, Person, "the address of the sign-in page".to_owned());
            say(Person, Issuer, format!("signs in as {account}"));
            say(Issuer, Program, "a code, by a redirect to this machine".to_owned());
            say(Program, Issuer, "the code, and the PKCE verifier".to_owned());
            say(Issuer, Program, "an ID token".to_owned());
        }
        (None, Some(account)) => {
            say(Program, Program, format!("has the ID token of the sign-in as {account}"));
        }
        (None, None) => say(Program, Program, "has an ID token".to_owned()),
    }
    let role = decision.resource.as_deref().unwrap_or("a role");
    let name = role.rsplit_once(':').map_or(role, |(_, name)| name);
    let token = decision.token.as_ref().map(|token| format!(", token of {}", token.provider));
    say(Program, Gate, format!("AssumeRoleWithWebIdentity: {name}{}", token.unwrap_or_default()));
    let decided = Message {
        from: Gate,
        to: Gate,
        text: decided(decision),
        kind: verdict_class(decision.decision),
    };
    all.push(decided);
    let mut say = |from, to, text: String| all.push(Message { from, to, text, kind: "" });
    match decision.upstream_milliseconds {
        Some(time) => {
            say(Gate, Emulator, "the request, signed anew".to_owned());
            say(Emulator, Gate, format!("the answer, after {time} ms"));
        }
        None => say(Gate, Gate, "answers by itself: nothing is forwarded".to_owned()),
    }
    let code = decision.code.as_deref().map(|code| format!(" {code}")).unwrap_or_default();
    let brings = if decision.status == 200 { ": credentials" } else { "" };
    say(Gate, Program, format!("{}{code}{brings}", decision.status));
    say(Program, Person, format!("exit status {}", command.status));
    all
}

fn decided(decision: &DecisionRecord) -> String {
    let verdict = verdict_words(decision.decision, decision.enforced);
    match (&decision.reason, decision.deciding_statement.as_slice()) {
        (Some(reason), []) => format!("{verdict}: {reason}"),
        (Some(reason), by) => format!("{verdict} by {}: {reason}", by.join(", ")),
        (None, []) => verdict.to_owned(),
        (None, by) => format!("{verdict} by {}", by.join(", ")),
    }
}

/// What a condition asks for, and what was there.
fn told(condition: &ConditionRecord) -> String {
    let actual = condition.actual.as_ref().map_or("no such key".to_owned(), |all| all.join(", "));
    let ConditionRecord { statement, line, operator, key, required, .. } = condition;
    let required = required.join(", ");
    format!("{statement}, line {line}: {operator} {key} asks for {required}, found {actual}")
}

/// The program that a person has before them.
fn program(command: &str) -> &'static str {
    let has =
        |word: &str| command.split(|c: char| !c.is_alphanumeric() && c != '-').any(|w| w == word);
    if has("fed-cli") {
        "fed-cli"
    } else if has("aws") {
        "aws CLI"
    } else if has("python3") || has("python") {
        "Python"
    } else {
        "Program"
    }
}

#[cfg(test)]
mod tests {
    use super::program;

    #[test]
    fn a_program_is_known_by_its_name() {
        let cases = [
            ("fed-cli assume", "fed-cli"),
            ("eval \"$(fed-cli env)\" && aws sts get-caller-identity", "fed-cli"),
            ("export A=b\naws ec2 describe-instances", "aws CLI"),
            ("python3 program.py", "Python"),
            ("cat notfed-clix", "Program"),
        ];
        for (command, expected) in cases {
            assert_eq!(program(command), expected, "{command}");
        }
    }
}
