//! How an error taken apart looks.

use std::fmt::Write as _;

use iam_policy::aws_error::{PolicyType, Reason, Refused};
use serde_json::{Value, json};

use super::Told;

/// For a person: one after the other.
pub(super) fn texts(all: &[Told]) -> String {
    let count = all.len();
    let texts = all.iter().enumerate().map(|(index, told)| match count {
        1 => text(told),
        _ => format!("error {} of {count}: {}", index + 1, text(told)),
    });
    texts.collect::<Vec<_>>().join("\n")
}

fn text(told: &Told) -> String {
    let error = &told.error;
    let mut text = match (&error.code, &error.operation) {
        (Some(code), Some(operation)) => format!("`{code}` of the call `{operation}`\n"),
        (Some(code), None) => format!("`{code}`\n"),
        (None, Some(operation)) => format!("an error of the call `{operation}`\n"),
        (None, None) => "an error of AWS\n".to_owned(),
    };
    match refused(told) {
        Some(refused) => refused_text(refused, told, &mut text),
        None if !error.message.is_empty() => {
            let _ = writeln!(text, "  AWS says  {}", error.message);
        }
        None => {}
    }
    if let Some(decoded) = &told.decoded {
        for statement in &decoded.statements {
            let of = statement.policy.as_ref().map(|policy| format!(" of `{policy}`"));
            let _ = writeln!(
                text,
                "  decided by statement `{}`{}",
                statement.id,
                of.unwrap_or_default()
            );
        }
        for (key, values) in &decoded.context {
            let _ = writeln!(text, "  with      {key} = {}", values.join(", "));
        }
    }
    let _ = writeln!(text, "\nit means: {}", meaning(told));
    if !told.further.is_empty() {
        text.push_str("\nto look further:\n");
    }
    for command in &told.further {
        let _ = writeln!(text, "  {command}");
    }
    if !told.notes.is_empty() {
        text.push('\n');
    }
    for note in &told.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// The decoded message knows more than the sentence, save the policy's type.
fn refused(told: &Told) -> Option<&Refused> {
    told.error.refused.as_ref().or(told.decoded.as_ref().map(|decoded| &decoded.refused))
}

fn refused_text(refused: &Refused, told: &Told, text: &mut String) {
    let who = refused.principal.as_deref().unwrap_or("not said");
    let _ = writeln!(text, "  who       {who}");
    let _ = writeln!(text, "  what      {}", refused.action);
    let _ = writeln!(text, "  on        {}", refused.resource.as_deref().unwrap_or("not said"));
    let (policy_type, arn) = parts(&refused.reason);
    let _ = match denial(told) {
        Some(kind) => writeln!(text, "  denial    {kind}"),
        None => writeln!(text, "  denial    not said whether explicit or implicit"),
    };
    let _ = writeln!(text, "  policy    {}", policy_type.map_or("not said", PolicyType::name));
    if let Some(arn) = arn {
        let _ = writeln!(text, "            {arn}");
    }
}

/// Explicit or implicit: by the decoded message, which says it always, or by the sentence.
fn denial(told: &Told) -> Option<&'static str> {
    if let Some(decoded) = &told.decoded {
        return Some(if decoded.explicit_deny { "explicit" } else { "implicit" });
    }
    match refused(told)?.reason {
        Reason::NoAllow(_) => Some("implicit"),
        Reason::ExplicitDeny(..) => Some("explicit"),
        Reason::NotThereOrResource | Reason::Untold => None,
    }
}

/// The type of the policy, its ARN.
fn parts(reason: &Reason) -> (Option<PolicyType>, Option<&str>) {
    match reason {
        Reason::NoAllow(of) => (Some(*of), None),
        Reason::ExplicitDeny(of, arn) => (*of, arn.as_deref()),
        Reason::NotThereOrResource => (Some(PolicyType::Resource), None),
        Reason::Untold => (None, None),
    }
}

fn meaning(told: &Told) -> String {
    let Some(refused) = refused(told) else { return told.error.topic.meaning().to_owned() };
    let denied_by_statement = told.decoded.as_ref().map(|decoded| decoded.explicit_deny);
    match &refused.reason {
        Reason::NoAllow(PolicyType::Identity) => {
            "no policy attached to the caller, or to its groups, allows it".to_owned()
        }
        Reason::NoAllow(PolicyType::Resource | PolicyType::Trust) => {
            "the resource's own policy must allow it, and does not".to_owned()
        }
        Reason::NoAllow(of) => {
            format!(
                "a {} is in force that does not allow it: it grants nothing, it limits",
                of.name()
            )
        }
        Reason::ExplicitDeny(of, _) => {
            let of = of.map_or("policy", PolicyType::name);
            format!("a Deny statement of a {of} applies: no Allow helps, it must no longer apply")
                .replace("a identity", "an identity")
        }
        Reason::NotThereOrResource => {
            "the resource is not there, or its own policy does not allow it".to_owned()
        }
        Reason::Untold if denied_by_statement == Some(true) => {
            "a Deny statement applies: no Allow helps, it must no longer apply".to_owned()
        }
        Reason::Untold if denied_by_statement == Some(false) => {
            "no statement denies it, and none that must allow it does".to_owned()
        }
        Reason::Untold if refused.action.to_ascii_lowercase().starts_with("sts:assumerole") => {
            "the caller's policies or the role's trust policy do not allow it, or the role is not \
             there: STS does not say which"
                .to_owned()
        }
        Reason::Untold => told.error.topic.meaning().to_owned(),
    }
}

/// For a program: the first one, and under `more` the others.
pub(super) fn all_json(all: &[Told]) -> Value {
    let mut values: Vec<Value> = all.iter().map(json).collect();
    let more = values.split_off(values.len().min(1));
    let mut first = values.pop().unwrap_or_default();
    if !more.is_empty() {
        first["more"] = Value::from(more);
    }
    first
}

fn json(told: &Told) -> Value {
    let refused = refused(told);
    let (policy_type, arn) = refused.map_or((None, None), |refused| parts(&refused.reason));
    let statements = told.decoded.iter().flat_map(|decoded| &decoded.statements);
    let statements = statements.map(|it| json!({"id": it.id, "policy": it.policy}));
    let context = told.decoded.iter().flat_map(|decoded| &decoded.context);
    json!({
        "code": told.error.code,
        "operation": told.error.operation,
        "message": told.error.message,
        "principal": refused.and_then(|refused| refused.principal.as_deref()),
        "action": refused.map(|refused| &refused.action),
        "resource": refused.and_then(|refused| refused.resource.as_deref()),
        "denial": denial(told),
        "policy_type": policy_type.map(PolicyType::name),
        "policy_arn": arn,
        "statements": statements.collect::<Vec<_>>(),
        "context": context.map(|(key, values)| (key.clone(), json!(values))).collect::<serde_json::Map<_, _>>(),
        "meaning": meaning(told),
        "further": told.further,
        "notes": told.notes,
    })
}
