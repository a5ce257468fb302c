//! `policy lint`: what is wrong with a policy, and where.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use fed_types::did_you_mean;
use iam_policy::lint::{Code, lint, mend};
use iam_policy::{Finding, PolicyKind, Severity};
use serde_json::json;

use crate::arguments::{OutputArguments, OutputFormat};
use crate::context::{Context, Outcome};
use crate::{Exit, Failure, render};

/// Say what IAM would reject in a policy, and what a careful person would not write.
///
/// Each finding names line and column; where the JSON itself is broken and the mend is
/// evident, the mended file follows. The exit status is 3 when IAM would reject a
/// policy, or for warnings too with --deny-warnings.
#[derive(Debug, Args)]
pub struct LintArguments {
    /// Policy files, - for standard input
    #[arg(required_unless_present = "explain", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Say what a finding's code means and what to write instead, with an example
    #[arg(
        long,
        value_name = "CODE",
        conflicts_with_all = ["files", "kind", "mend", "deny_warnings", "output"]
    )]
    pub explain: Option<String>,
    /// What the policy is attached to; without it, told from its contents
    #[arg(long, value_enum, value_name = "KIND")]
    pub kind: Option<Kind>,
    /// Print only the mended file to standard output, the findings to standard error
    #[arg(long, conflicts_with = "output")]
    pub mend: bool,
    /// End with exit status 3 for warnings too
    #[arg(long)]
    pub deny_warnings: bool,
    /// How to report.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// What a policy is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// A user, group or role
    Identity,
    /// A role's trust policy
    Trust,
    /// Another resource, such as a bucket
    Resource,
    /// A permissions boundary
    Boundary,
    /// A session
    Session,
    /// A service control policy
    ServiceControl,
    /// A resource control policy
    ResourceControl,
}

impl From<Kind> for PolicyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Identity => Self::Identity,
            Kind::Trust => Self::Trust,
            Kind::Resource => Self::Resource,
            Kind::Boundary => Self::Boundary,
            Kind::Session => Self::Session,
            Kind::ServiceControl => Self::ServiceControl,
            Kind::ResourceControl => Self::ResourceControl,
        }
    }
}

/// Told from the text alone, since the text may not even be JSON: only trust policies
/// and resource policies name principals, and only trust policies are about STS.
fn kind_of(text: &str) -> PolicyKind {
    let names_principal = text.contains("\"Principal\"") || text.contains("\"NotPrincipal\"");
    let sts = text.to_ascii_lowercase().contains("\"sts:");
    match (names_principal, sts || !text.contains("\"Resource\"")) {
        (true, true) => PolicyKind::Trust,
        (true, false) => PolicyKind::Resource,
        (false, _) => PolicyKind::Identity,
    }
}

pub(super) fn run(context: Context<'_>, arguments: &LintArguments) -> Outcome {
    if let Some(name) = &arguments.explain {
        context.data(&explained(code(name)?))?;
        return Ok(Exit::Done);
    }
    let mut worst = None;
    let mut reports = Vec::new();
    for path in &arguments.files {
        let text = super::read(context, path)?;
        let kind = arguments.kind.map_or_else(|| kind_of(&text), PolicyKind::from);
        let findings = lint(&text, kind);
        worst = worst.into_iter().chain(findings.iter().map(|finding| finding.severity)).min();
        let mended = mend(&text);
        if arguments.mend {
            context.say(report(path, &text, kind, &findings).trim_end());
            context.verbatim(mended.as_deref().unwrap_or(&text))?;
            continue;
        }
        match arguments.output.output {
            OutputFormat::Text => {
                let mut told = report(path, &text, kind, &findings);
                if let Some(mended) = mended {
                    let _ = write!(told, "\n{}, mended:\n{mended}", path.display());
                    if !mended.ends_with('\n') {
                        told.push('\n');
                    }
                }
                context.data(&told)?;
            }
            OutputFormat::Json => reports.push(json!({
                "file": path.display().to_string(),
                "kind": kind.name(),
                "findings": findings.iter().map(as_json).collect::<Vec<_>>(),
                "mended": mended,
            })),
        }
    }
    if arguments.output.output == OutputFormat::Json {
        context.data(&render::json(&reports))?;
    }
    let rejected = match worst {
        Some(Severity::Error) => true,
        Some(Severity::Warning) => arguments.deny_warnings,
        Some(Severity::Suggestion) | None => false,
    };
    Ok(if rejected { Exit::Denied } else { Exit::Done })
}

fn code(name: &str) -> Result<Code, Failure> {
    Code::named(name).ok_or_else(|| {
        let message = format!("expected the code of a finding in `--explain`, found `{name}`");
        let meant = did_you_mean(name, Code::ALL.iter().map(|code| code.name()));
        let elsewhere = || "a finding's code stands in brackets at the end of its line".to_owned();
        Failure::new(Exit::Usage, message).hint(meant.unwrap_or_else(elsewhere))
    })
}

fn explained(code: Code) -> String {
    format!(
        "{code}: {}\n\n{}\n{}\n\nAs in this {}:\n\n{}\n",
        code.severity().name(),
        code.means(),
        code.instead(),
        code.example().what(),
        code.example().shown(),
    )
}

fn as_json(finding: &Finding) -> serde_json::Value {
    json!({
        "severity": finding.severity.name(),
        "code": finding.code.name(),
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "hint": finding.hint,
    })
}

fn report(path: &Path, text: &str, kind: PolicyKind, findings: &[Finding]) -> String {
    let path = path.display();
    if findings.is_empty() {
        return format!("{path}: {}: nothing to say against it\n", kind.name());
    }
    let mut told = String::new();
    for finding in findings {
        let Finding { severity, code, line, column, message, hint } = finding;
        let _ = writeln!(
            told,
            "{path}:{line}:{column}: {}: {message} [{code}]\n{}",
            severity.name(),
            finding.excerpt(text)
        );
        if let Some(hint) = hint {
            let _ = writeln!(told, "  hint: {hint}");
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_told_from_broken_text_too() {
        let trust = r#"{"Statement": {"Principal": {"Federated": "a"}, "Action": "sts:AssumeRole"#;
        assert_eq!(kind_of(trust), PolicyKind::Trust);
        let bucket = r#"{"Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#;
        assert_eq!(kind_of(bucket), PolicyKind::Resource);
        assert_eq!(kind_of(r#"{"Action": "sts:AssumeRole"}"#), PolicyKind::Identity);
        assert_eq!(kind_of(""), PolicyKind::Identity);
    }
}
