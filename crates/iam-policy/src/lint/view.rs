//! A statement as the linter looks at it: every string with its place.

use crate::condition::Operator;
use crate::json::{Member, Node, Value};
use crate::statement::Effect;

/// A string and its byte offset.
pub(super) type Placed<'n> = (u32, &'n str);

/// One key under one operator.
pub(super) struct ConditionView<'n> {
    pub(super) operator: Operator,
    pub(super) operator_at: u32,
    pub(super) key: &'n str,
    pub(super) key_at: u32,
    pub(super) values: Vec<Placed<'n>>,
}

/// A statement.
pub(super) struct View<'n> {
    pub(super) at: u32,
    pub(super) effect: Effect,
    /// `Action` or `NotAction`.
    pub(super) actions: Vec<Placed<'n>>,
    pub(super) not_action: Option<u32>,
    pub(super) resources: Vec<Placed<'n>>,
    pub(super) not_resource: Option<u32>,
    /// Kind (`AWS`, `Federated`, …; empty for a lone `"*"`) and value.
    pub(super) principals: Vec<(&'n str, Placed<'n>)>,
    pub(super) not_principal: Option<u32>,
    pub(super) conditions: Vec<ConditionView<'n>>,
    /// Elements with an empty list.
    pub(super) empty: Vec<(u32, &'n str)>,
}

impl<'n> View<'n> {
    /// `None` for what is no statement or lacks an effect: that is an error already.
    pub(super) fn of(node: &'n Node<'_>) -> Option<Self> {
        let Value::Object(members) = &node.value else { return None };
        let effect = members.iter().find(|member| member.key == "Effect")?;
        let mut view = Self {
            at: node.start,
            effect: match effect.value.value.text()? {
                "Allow" => Effect::Allow,
                "Deny" => Effect::Deny,
                _ => return None,
            },
            actions: Vec::new(),
            not_action: None,
            resources: Vec::new(),
            not_resource: None,
            principals: Vec::new(),
            not_principal: None,
            conditions: Vec::new(),
            empty: Vec::new(),
        };
        for member in members {
            view.member(member);
        }
        Some(view)
    }

    fn member(&mut self, member: &'n Member<'_>) {
        let value = &member.value;
        if matches!(&value.value, Value::List(items) if items.is_empty()) {
            self.empty.push((member.start, &member.key));
        }
        match &*member.key {
            "Action" => self.actions = texts(value),
            "NotAction" => {
                self.actions = texts(value);
                self.not_action = Some(member.start);
            }
            "Resource" => self.resources = texts(value),
            "NotResource" => {
                self.resources = texts(value);
                self.not_resource = Some(member.start);
            }
            "Principal" => self.principals = principals(value),
            "NotPrincipal" => {
                self.principals = principals(value);
                self.not_principal = Some(member.start);
            }
            "Condition" => self.condition_block(value),
            _ => {}
        }
    }

    fn condition_block(&mut self, value: &'n Node<'_>) {
        let Value::Object(operators) = &value.value else { return };
        for member in operators {
            let Some(operator) = Operator::parse(&member.key) else { continue };
            let Value::Object(keys) = &member.value.value else { continue };
            for key in keys {
                if matches!(&key.value.value, Value::List(items) if items.is_empty()) {
                    self.empty.push((key.start, &key.key));
                }
                self.conditions.push(ConditionView {
                    operator,
                    operator_at: member.start,
                    key: &key.key,
                    key_at: key.start,
                    values: texts(&key.value),
                });
            }
        }
    }

    /// Whether it is an Allow.
    pub(super) fn allows(&self) -> bool {
        self.effect == Effect::Allow
    }
}

fn texts<'n>(node: &'n Node<'_>) -> Vec<Placed<'n>> {
    let items = node.items().iter();
    items.filter_map(|item| item.value.scalar().map(|text| (item.start, text))).collect()
}

fn principals<'n>(node: &'n Node<'_>) -> Vec<(&'n str, Placed<'n>)> {
    match &node.value {
        Value::Text(text) => vec![("", (node.start, text))],
        Value::Object(kinds) => kinds
            .iter()
            .flat_map(|kind| texts(&kind.value).into_iter().map(move |placed| (&*kind.key, placed)))
            .collect(),
        _ => Vec::new(),
    }
}
