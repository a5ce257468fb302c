//! Condition keys that no request has, that the actions do not carry, or whose values the
//! operator does not compare.

use aws_model::KeyType;

use super::Linter;
use super::view::{ConditionView, View};
use super::vocabulary;
use crate::code::Code;
use crate::condition::Family;

impl Linter<'_> {
    pub(super) fn condition_key(&mut self, view: &View<'_>, condition: &ConditionView<'_>) {
        if !self.is_unknown_key(condition) {
            self.key_of_other_actions(view, condition);
            self.operator_and_type(condition);
        }
    }

    /// Keys that no request has.
    fn is_unknown_key(&mut self, condition: &ConditionView<'_>) -> bool {
        let Some((prefix, name)) = condition.key.split_once(':') else { return false };
        // Issuers' keys are the trust rules' business.
        if prefix.contains(['.', '/']) {
            return self.is_google_claim(condition);
        }
        let Some(known) = vocabulary::key_names(prefix) else { return false };
        if aws_model::condition_key(condition.key).is_some() {
            return false;
        }
        let hint = match fed_types::nearest(name, known) {
            Some(near) => format!("did you mean `{prefix}:{near}`?"),
            None => "see the service's page in the Service Authorization Reference".to_owned(),
        };
        let date = aws_model::data_date();
        self.find(
            condition.key_at,
            Code::UnknownConditionKey,
            format!("no request is known to have the key `{}` (as of {date})", condition.key),
            hint,
        );
        true
    }

    fn is_google_claim(&mut self, condition: &ConditionView<'_>) -> bool {
        let Some((prefix, name)) = condition.key.rsplit_once(':') else { return false };
        let offered = !["email", "hd", "azp"].contains(&name.to_ascii_lowercase().as_str());
        if !prefix.eq_ignore_ascii_case("accounts.google.com") || offered {
            return false;
        }
        self.find(
            condition.key_at,
            Code::UnknownConditionKey,
            format!("IAM reads no `{name}` from a Google token"),
            "pin the person by `accounts.google.com:sub`, the client by `accounts.google.com:aud`",
        );
        true
    }

    /// A condition that is not met without its key never is where the action lacks it.
    fn key_of_other_actions(&mut self, view: &View<'_>, condition: &ConditionView<'_>) {
        let key = condition.key;
        let Some((prefix, _)) = key.split_once(':') else { return };
        let is_null = condition.operator.family == Family::Null;
        if is_null
            || condition.operator.holds_without_key()
            || view.not_action.is_some()
            || prefix.eq_ignore_ascii_case("aws")
            || vocabulary::comes_with_credentials(key)
        {
            return;
        }
        for (at, action) in &view.actions {
            let Some((service, name)) = action.split_once(':') else { continue };
            if self.is_full() || !service.eq_ignore_ascii_case(prefix) {
                continue;
            }
            let matching = vocabulary::matching(service, name).unwrap_or_default();
            if matching.is_empty() || matching.iter().any(|action| action.carries(key)) {
                continue;
            }
            let effect = if view.allows() { "allows" } else { "denies" };
            self.find(
                *at,
                Code::KeyOfOtherActions,
                format!("no request for `{action}` has the key `{key}`, so this never {effect} it"),
                format!("move `{action}` to a statement without that condition"),
            );
        }
    }

    /// Operators for numbers, dates, addresses and truth compare nothing else; an address is
    /// no text.
    fn operator_and_type(&mut self, condition: &ConditionView<'_>) {
        let known = aws_model::condition_key(condition.key);
        let Some(key_type) = known.and_then(|key| key.key_type) else { return };
        let fits = match condition.operator.family {
            Family::Numeric(_) => key_type == KeyType::Numeric || is_epoch(condition.key),
            Family::Date(_) => key_type == KeyType::Date,
            Family::Bool => matches!(key_type, KeyType::Bool | KeyType::ArrayOfBool),
            Family::Ip => key_type == KeyType::IpAddress,
            Family::Text { .. } | Family::Arn { .. } => key_type != KeyType::IpAddress,
            Family::Binary | Family::Null => true,
        };
        if fits {
            return;
        }
        let (values, operators) = words(key_type);
        let operator = condition.operator.name();
        self.find(
            condition.operator_at,
            Code::OperatorDoesNotFitKey,
            format!("`{operator}` does not compare {values}, which `{}` has", condition.key),
            format!("use {operators}"),
        );
    }
}

/// The one moment that may be compared as a number, too.
fn is_epoch(key: &str) -> bool {
    ["aws:EpochTime", "aws:CurrentTime"].iter().any(|known| known.eq_ignore_ascii_case(key))
}

fn words(key_type: KeyType) -> (&'static str, &'static str) {
    match key_type {
        KeyType::String | KeyType::ArrayOfString => ("text", "`StringEquals` or `StringLike`"),
        KeyType::Arn | KeyType::ArrayOfArn => ("ARNs", "`ArnEquals` or `ArnLike`"),
        KeyType::Bool | KeyType::ArrayOfBool => ("`true` and `false`", "`Bool`"),
        KeyType::Numeric => ("numbers", "`NumericEquals` and its like"),
        KeyType::Date => ("dates", "`DateLessThan` and its like"),
        KeyType::IpAddress => ("addresses", "`IpAddress` or `NotIpAddress`"),
    }
}
