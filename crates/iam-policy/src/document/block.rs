//! The Condition element's block.

use super::Compiler;
use crate::code::Code;
use crate::condition::{Condition, Operator, nearest};
use crate::json::{Member, Node, Value};

/// The most keys, and the most values under one key, that one block may hold.
const MAX_VALUES: usize = 10_000;

impl Compiler {
    /// `{operator: {key: value or values}}`
    pub(super) fn conditions(&mut self, node: &Node<'_>) -> Vec<Condition> {
        let Value::Object(operators) = &node.value else {
            self.fault(
                node.start,
                Code::WrongType,
                format!(
                    "expected `Condition` to be an object of operators, found {}",
                    node.value.kind()
                ),
            );
            return Vec::new();
        };
        let mut conditions = Vec::new();
        for member in operators {
            let Some(operator) = Operator::parse(&member.key) else {
                self.unknown_operator(member);
                continue;
            };
            let Value::Object(keys) = &member.value.value else {
                self.fault(
                    member.value.start,
                    Code::WrongType,
                    format!(
                        "expected an object of condition keys under `{}`, found {}",
                        member.key,
                        member.value.value.kind()
                    ),
                );
                continue;
            };
            for key in keys {
                conditions.extend(self.condition(operator, key));
            }
        }
        conditions
    }

    fn unknown_operator(&mut self, member: &Member<'_>) {
        let message = format!("`{}` is not a condition operator", member.key.escape_debug());
        match nearest(&member.key) {
            Some(near) => self.fault_hint(
                member.start,
                Code::UnknownOperator,
                message,
                format!("did you mean `{near}`? operators are case-sensitive"),
            ),
            None => self.fault(member.start, Code::UnknownOperator, message),
        }
    }

    fn condition(&mut self, operator: Operator, member: &Member<'_>) -> Option<Condition> {
        let key = &*member.key;
        let bytes = key.as_bytes();
        let colon = bytes.iter().position(|byte| *byte == b':');
        let valid = colon.is_some_and(|colon| colon > 0 && colon + 1 < bytes.len())
            && !bytes.iter().any(u8::is_ascii_control);
        if !valid {
            self.fault_hint(
                member.start,
                Code::BadConditionKey,
                format!(
                    "expected a condition key like `aws:SourceIp`, found `{}`",
                    key.escape_debug()
                ),
                "a key has a service's or provider's prefix, a colon and a name",
            );
        }
        let nodes = self.values(&member.value, key)?;
        let texts = nodes.iter().filter_map(|node| node.value.scalar());
        match Condition::compile(operator, key, member.start, texts, self.variables) {
            Ok(condition) => Some(condition),
            Err(fault) => {
                self.fault(member.value.start, Code::BadVariable, fault.message());
                None
            }
        }
    }

    /// Strings, numbers and booleans, single or in a list.
    fn values<'n, 't>(&mut self, node: &'n Node<'t>, key: &str) -> Option<&'n [Node<'t>]> {
        let nodes = node.items();
        if nodes.len() > MAX_VALUES {
            self.fault(
                node.start,
                Code::TooManyValues,
                format!("expected at most {MAX_VALUES} values"),
            );
            return None;
        }
        if let Some(other) = nodes.iter().find(|item| item.value.scalar().is_none()) {
            self.fault(
                other.start,
                Code::WrongType,
                format!("expected a string under `{key}`, found {}", other.value.kind()),
            );
            return None;
        }
        Some(nodes)
    }
}
