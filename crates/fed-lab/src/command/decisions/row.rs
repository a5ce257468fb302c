//! One decision for people: a line, and more where it was denied. All of it comes from
//! clients, so nothing of it commands the terminal.

use anstyle::{AnsiColor, Style};
use fed_types::printable_line;
use serde_json::Value;

/// Above the lines.
pub(super) const HEADER: &str = "\
TIME                  DECISION  PRINCIPAL                           ACTION, RESOURCE";

/// Where what is told beside a line begins.
const INDENT: &str = "                                ";

pub(super) fn of(decision: &Value) -> String {
    let text = |name: &str| decision.get(name).and_then(Value::as_str).unwrap_or("-");
    let enforced = decision.get("enforced").and_then(Value::as_bool).unwrap_or(true);
    let (word, color) = match (text("decision"), enforced) {
        ("Allowed", _) => ("allowed", AnsiColor::Green),
        (_, false) => ("AUDITED", AnsiColor::Magenta),
        ("Refused", _) => ("refused", AnsiColor::Yellow),
        _ => ("denied", AnsiColor::Red),
    };
    let style = Style::new().fg_color(Some(color.into()));
    let principal = printable_line(named(text("principal"))).into_owned();
    let mut lines = vec![format!(
        "{}  {style}{word:<8}{style:#}  {principal:<34}  {} {}",
        printable_line(text("time")),
        printable_line(text("action")),
        printable_line(text("resource")),
    )];
    if word != "allowed" {
        lines.extend(
            detail(decision).iter().map(|told| format!("{INDENT}{}", printable_line(told))),
        );
    }
    lines.join("\n")
}

/// What an ARN names, without what all of an account have alike.
fn named(principal: &str) -> &str {
    match principal.strip_prefix("arn:") {
        Some(arn) => arn.splitn(5, ':').nth(4).unwrap_or(principal),
        None => principal,
    }
}

/// Why, and by which condition of which statement.
fn detail(decision: &Value) -> Vec<String> {
    let text = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let several = |value: Option<&Value>| -> Option<String> {
        let values = value?.as_array()?.iter().filter_map(Value::as_str);
        Some(values.collect::<Vec<_>>().join("`, `"))
    };
    let mut told: Vec<String> = Vec::new();
    told.extend(Some(text(decision, "reason")).filter(|reason| !reason.is_empty()));
    let deciding = several(decision.get("deciding_statement")).filter(|them| !them.is_empty());
    told.extend(deciding.map(|them| format!("by `{them}`")));
    let conditions = decision.get("conditions").and_then(Value::as_array);
    for condition in conditions.into_iter().flatten() {
        let line = condition.get("line").and_then(Value::as_u64).unwrap_or_default();
        let has =
            several(condition.get("actual")).map_or("nothing".to_owned(), |it| format!("`{it}`"));
        told.push(format!(
            "{}, line {line}: {} {}: asked for `{}`, the request has {has}",
            text(condition, "statement"),
            text(condition, "operator"),
            text(condition, "key"),
            several(condition.get("required")).unwrap_or_default(),
        ));
    }
    if decision.get("enforced").and_then(Value::as_bool) == Some(false) {
        told.push("let through all the same: the gate only audits".to_owned());
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(decision: &Value) -> String {
        anstream::adapter::strip_str(&of(decision)).to_string()
    }

    #[test]
    fn a_denial_names_statement_and_condition() {
        let decision = json!({
            "time": "2026-11-23T10:00:00Z", "decision": "ImplicitlyDenied",
            "principal": "arn:aws:sts::278805249149:assumed-role/r/s", "enforced": true,
            "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
            "reason": "because no identity-based policy allows the s3:GetObject action",
            "deciding_statement": [],
            "conditions": [{
                "statement": "inline#regions", "line": 4, "operator": "StringEquals",
                "key": "aws:RequestedRegion", "required": ["us-east-1", "us-east-2"],
                "actual": null,
            }],
        });
        assert_eq!(
            plain(&decision),
            "2026-11-23T10:00:00Z  denied    assumed-role/r/s                    s3:GetObject \
             arn:aws:s3:::b/k\n                                because no identity-based policy \
             allows the s3:GetObject action\n                                inline#regions, line \
             4: StringEquals aws:RequestedRegion: asked for `us-east-1`, `us-east-2`, the request \
             has nothing"
        );
    }

    #[test]
    fn what_was_let_through_is_said_loudly() {
        let decision = json!({"decision": "ExplicitlyDenied", "enforced": false});
        assert!(plain(&decision).contains("AUDITED"));
        assert!(plain(&decision).ends_with("let through all the same: the gate only audits"));
    }

    #[test]
    fn an_allowed_one_is_one_line_and_green() {
        let decision = json!({"decision": "Allowed", "reason": null, "action": "a:B"});
        assert!(!plain(&decision).contains('\n'));
        assert!(of(&decision).contains("\u{1b}[32mallowed"));
    }

    #[test]
    fn nothing_in_it_commands_the_terminal() {
        let evil = "\u{1b}]0;x\u{7}\u{202e}\n";
        let decision = json!({
            "time": evil, "decision": evil, "principal": evil, "action": evil, "resource": evil,
            "reason": evil, "deciding_statement": [evil],
            "conditions": [{"statement": evil, "key": evil, "operator": evil, "required": [evil],
                            "actual": [evil]}],
        });
        let shown = of(&decision);
        let ours = shown.replace("\u{1b}[31m", "").replace("\u{1b}[0m", "");
        for bad in ['\u{1b}', '\u{7}', '\u{202e}'] {
            assert!(!ours.contains(bad), "{ours:?}");
        }
        assert_eq!(shown.lines().count(), 4);
    }
}
