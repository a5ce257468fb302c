//! What the operations of further services need: those whose one resource is named by one
//! parameter.
//!
//! Source: Service Authorization Reference; the operations are in `named/table.rs`.

mod table;

use serde_json::Value;

use super::Demand;
use crate::call::{Call, Input};
use crate::caller::Caller;
use table::{BATCHES, Form, RULES, Rule, TARGETS, UNBOUND};

/// The permissions that an operation of these services needs; `None` when it is not mapped,
/// or names its resource so that the ARN cannot be told.
pub(super) fn demands(call: &Call, caller: &Caller) -> Option<Vec<Demand>> {
    let service = call.service.as_str();
    let operation = call.operation.as_str();
    if let Input::Json { target, .. } = &call.input {
        let prefix = target.strip_suffix(operation)?.strip_suffix('.')?;
        // An emulator may go by the target where the gate goes by the signature's scope.
        if !TARGETS.contains(&(service, prefix)) {
            return None;
        }
    }
    let single = BATCHES
        .iter()
        .find(|(of, batch, _)| *of == service && *batch == operation)
        .map_or(operation, |(_, _, single)| *single);
    let action = format!("{service}:{single}");
    let unbound =
        UNBOUND.iter().any(|(of, operations)| *of == service && operations.contains(&operation));
    if unbound {
        return Some(vec![Demand::on(action, "*")]);
    }
    let place = Place { call, caller };
    let resources = match (service, operation) {
        ("dynamodb", "BatchGetItem" | "BatchWriteItem") => place.tables_of_batch()?,
        ("dynamodb", "Query" | "Scan") => place.table_or_index()?,
        ("sns", "Publish") if call.input.text("PhoneNumber").is_some() => vec!["*".to_owned()],
        _ => {
            let rule = RULES
                .iter()
                .find(|rule| rule.service == service && rule.operations.contains(&operation))?;
            place.named_by(rule)?
        }
    };
    Some(resources.into_iter().map(|resource| Demand::on(action.clone(), resource)).collect())
}

struct Place<'a> {
    call: &'a Call,
    caller: &'a Caller,
}

impl Place<'_> {
    /// The ARNs of everything the rule's parameters name; `None` where one cannot be told.
    fn named_by(&self, rule: &Rule) -> Option<Vec<String>> {
        let names: Vec<&str> = rule.parameters.iter().flat_map(|name| self.texts(name)).collect();
        if names.is_empty() {
            return None;
        }
        names.into_iter().map(|name| self.arn(rule.template, rule.form, name)).collect()
    }

    /// The values of a parameter that is a text or a list of texts.
    fn texts(&self, name: &str) -> Vec<&str> {
        match &self.call.input {
            Input::Query(parameters) => parameters.list(name),
            Input::Json { members, .. } => match members.get(name) {
                Some(Value::String(one)) => vec![one],
                Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            },
        }
    }

    fn arn(&self, template: &str, form: Form, name: &str) -> Option<String> {
        let account = self.caller.account_id().as_str();
        let name = match form {
            Form::QueueUrl => {
                let (rest, name) = name.rsplit_once('/')?;
                let owner = rest.rsplit('/').next()?;
                // A queue of another account has a policy that the gate does not know.
                (owner == account && !name.is_empty()).then_some(name)?
            }
            _ if name.starts_with("arn:") => return Some(name.to_owned()),
            Form::Arn => return None,
            Form::KeyId if name.contains('/') => return None,
            Form::Path => name.trim_start_matches('/').split(':').next()?,
            Form::Name | Form::KeyId => name,
        };
        let arn = template
            .replace("{region}", &self.call.region)
            .replace("{account}", account)
            .replace("{}", name);
        Some(match arn.contains("{stream}") {
            true => arn.replace("{stream}", self.call.input.text("logStreamName")?),
            false => arn,
        })
    }

    fn table(&self, name: &str) -> Option<String> {
        self.arn("arn:aws:dynamodb:{region}:{account}:table/{}", Form::Name, name)
    }

    fn tables_of_batch(&self) -> Option<Vec<String>> {
        let Input::Json { members, .. } = &self.call.input else { return None };
        let tables = members.get("RequestItems")?.as_object()?;
        tables.keys().map(|name| self.table(name)).collect()
    }

    /// An index where one is named, else the table.
    fn table_or_index(&self) -> Option<Vec<String>> {
        let table = self.table(self.call.input.text("TableName")?)?;
        Some(vec![match self.call.input.text("IndexName") {
            Some(index) => format!("{table}/index/{index}"),
            None => table,
        }])
    }
}
