//! What the operations of further services need: those whose resources are named by
//! parameters.
//!
//! Source: Service Authorization Reference; the operations are in `named/table.rs`.

mod alarm;
mod elsewhere;
mod kms;
mod parameter;
mod queue;
mod secret;
mod table;
mod topic;

use fed_types::AccountId;
use serde_json::Value;

use crate::api::Api;
use crate::call::{Call, Input};
use crate::caller::Caller;
use crate::demand::Demand;
use crate::resource::Kind;
use crate::resource::Reference;
use table::{ANYTHING, BATCHES, Form, ON_ALL, PREFIXES, RULES, Rule, UNBOUND};

/// The permissions that an operation of these services needs; `None` when it is not mapped,
/// or names its resource so that the ARN cannot be told.
pub(super) fn demands(call: &Call, caller: &Caller) -> Option<Vec<Demand>> {
    let service = call.service.as_str();
    let operation = call.operation.as_str();
    let action = action(service, operation);
    let place = Place { call, caller };
    elsewhere::is_nowhere(&place).then_some(())?;
    let unbound =
        UNBOUND.iter().any(|(of, operations)| *of == service && operations.contains(&operation));
    if unbound {
        let anything = ANYTHING.iter().find(|(of, _)| *of == service);
        let mut demands = vec![match anything {
            Some((_, template)) => Demand::on(action, place.arn(template, Form::Name, "")?),
            None => Demand::without_resource(action),
        }];
        if service == "sns" {
            topic::complete(&place, &mut demands);
        }
        return Some(demands);
    }
    let mut demands = match (service, operation) {
        ("kms", _) => kms::demands(&place, &action)?,
        ("secretsmanager", _) => secret::demands(&place, &action)?,
        ("dynamodb", "BatchGetItem" | "BatchWriteItem") => {
            place.tables_of_batch()?.into_iter().map(|arn| place.on_table(&action, arn)).collect()
        }
        ("dynamodb", "Query" | "Scan") => vec![place.on_table(&action, place.table_or_index()?)],
        ("sns", "Publish") if call.input.text("PhoneNumber").is_some() => {
            vec![Demand::on(action, "*")]
        }
        _ => {
            let rule = RULES
                .iter()
                .find(|rule| rule.service == service && rule.operations.contains(&operation))?;
            let on = |arn: String| place.on(&action, rule, arn);
            place.named_by(rule)?.into_iter().map(on).collect()
        }
    };
    if service == "ssm" {
        demands.extend(parameter::secrets(&place, &demands)?);
    }
    match service {
        "sns" => topic::complete(&place, &mut demands),
        "sqs" if !queue::keeps_dead_letters(&place) => return None,
        "monitoring" => alarm::complete(&place, &mut demands),
        _ => {}
    }
    Some(demands)
}

/// The action that the operation needs: a batch's is that of one of it.
fn action(service: &str, operation: &str) -> String {
    let single = BATCHES
        .iter()
        .find(|(of, batch, _)| *of == service && *batch == operation)
        .map_or(operation, |(_, _, single)| *single);
    let prefix = PREFIXES
        .iter()
        .find(|(signing_name, _)| *signing_name == service)
        .map_or(service, |(_, prefix)| *prefix);
    format!("{prefix}:{single}")
}

/// Whether an operation is in the tables.
pub(super) fn is_mapped(api: Api) -> bool {
    let (service, operation) = (api.service.signing_name, api.operation.name);
    let unbound = UNBOUND.iter().any(|(of, names)| *of == service && names.contains(&operation));
    let special = match service {
        "kms" => kms::is_mapped(operation),
        "secretsmanager" => secret::is_mapped(operation),
        "dynamodb" => matches!(operation, "BatchGetItem" | "BatchWriteItem" | "Query" | "Scan"),
        _ => false,
    };
    let single = BATCHES.iter().find(|(of, batch, _)| *of == service && *batch == operation);
    let ruled = |name: &str| {
        RULES.iter().any(|rule| rule.service == service && rule.operations.contains(&name))
    };
    unbound || special || ruled(operation) || single.is_some_and(|(.., single)| ruled(single))
}

/// Operations on what is not there yet, and so has no policy.
const MAKES: [&str; 4] = ["CreateLogGroup", "CreateQueue", "CreateTable", "CreateTopic"];

/// A call of one of these services.
struct Place<'a> {
    call: &'a Call,
    caller: &'a Caller,
}

impl Place<'_> {
    fn account(&self) -> &AccountId {
        self.caller.account_id()
    }

    fn reference(&self, kind: Kind, name: &str) -> Reference {
        Reference::named(kind, self.account(), &self.call.region, name)
    }

    fn on(&self, action: &str, rule: &Rule, arn: String) -> Demand {
        let kind = rule.policy.filter(|_| !MAKES.contains(&self.call.operation.as_str()));
        let reference = kind.map(|kind| self.reference(kind, &arn));
        Demand { reference, ..Demand::on(action, arn) }
    }

    fn on_table(&self, action: &str, arn: String) -> Demand {
        let table = self.reference(Kind::Table, &arn);
        Demand::on(action, arn).held_by(table)
    }

    /// The ARNs of everything the rule's parameters name; `None` where one cannot be told.
    fn named_by(&self, rule: &Rule) -> Option<Vec<String>> {
        let mut names: Vec<&str> =
            rule.parameters.iter().flat_map(|name| self.texts(name)).collect();
        // What begins so is asked for besides those that are named.
        if !names.is_empty() && !self.texts("AlarmNamePrefix").is_empty() {
            names.push("*");
        }
        let operation = (self.call.service.as_str(), self.call.operation.as_str());
        let names = match (names.is_empty(), ON_ALL.contains(&operation)) {
            (false, _) => names,
            (true, true) => vec!["*"],
            (true, false) => return None,
        };
        names.into_iter().map(|name| self.arn(rule.template, rule.form, name)).collect()
    }

    /// The values of a parameter that is a text or a list of texts.
    fn texts(&self, name: &str) -> Vec<&str> {
        match &self.call.input {
            Input::Query(parameters) => parameters.list(name),
            input => match input.members().and_then(|members| members.get(name)) {
                Some(Value::String(one)) => vec![one],
                Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            },
        }
    }

    fn arn(&self, template: &str, form: Form, name: &str) -> Option<String> {
        let mut account = self.account().as_str();
        let name = match form {
            Form::QueueUrl => {
                let (rest, name) = name.rsplit_once('/')?;
                account = rest.rsplit('/').next()?;
                let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
                (is_account && !name.is_empty()).then_some(name)?
            }
            Form::Subscription => return name.rsplit_once(':').map(|(topic, _)| topic.to_owned()),
            _ if name.starts_with("arn:") => return Some(name.to_owned()),
            Form::Arn => return None,
            Form::Path => name.trim_start_matches('/').split(':').next()?,
            Form::Name => name,
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
        let tables = self.call.input.members()?.get("RequestItems")?.as_object()?;
        tables.keys().map(|name| self.table(name)).collect()
    }

    /// An index where one is named, else the table.
    fn table_or_index(&self) -> Option<String> {
        let table = self.table(self.call.input.text("TableName")?)?;
        Some(match self.call.input.text("IndexName") {
            Some(index) => format!("{table}/index/{index}"),
            None => table,
        })
    }
}
