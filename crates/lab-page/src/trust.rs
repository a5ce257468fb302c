//! What would let a token in that a role's trust policy kept out.

use iam_gate::TrustRemedy;
use iam_policy::mend::{Mend, Remedy, pretty};
use similar::{ChangeTag, TextDiff};

/// Strangers who are named.
const NAMED: usize = 3;

/// A remedy in words, and the mend where there is one that lets in nobody else.
pub(crate) struct Trust {
    pub(crate) said: String,
    pub(crate) mend: Option<Mended>,
}

/// A trust policy before and after.
pub(crate) struct Mended {
    pub(crate) changes: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) document: String,
}

/// A line of both, `+` and `-` before what one of them alone has.
pub(crate) struct Line {
    pub(crate) change: Change,
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    None,
    Added,
    Removed,
}

/// What is told of a remedy: never a mend that lets in others besides.
pub(crate) fn trust(remedy: &TrustRemedy) -> Trust {
    let said = |said: String| Trust { said, mend: None };
    match remedy {
        TrustRemedy::LetInNow => {
            said("The trust policy as it is now lets this token in.".to_owned())
        }
        TrustRemedy::KeptOut { document, remedy: Remedy::Mends(mends) } => {
            match mends.iter().find(|mend| !mend.widens()) {
                Some(mend) => Trust {
                    said: "Tried by what decides here: it admits this token, and no token like it \
                           of others."
                        .to_owned(),
                    mend: Some(mended(document, mend)),
                },
                None => said(none(mends)),
            }
        }
        TrustRemedy::KeptOut { remedy: Remedy::Forbidden { line, sid }, .. } => {
            let name = sid.as_ref().map(|sid| format!(" {sid}")).unwrap_or_default();
            said(format!(
                "Somebody forbade it on purpose: the Deny{name} in line {line} of the trust policy. \
                 No change of a value would spare this token alone."
            ))
        }
        TrustRemedy::KeptOut { remedy: Remedy::Elsewhere(denial), .. } => said(format!(
            "No change of the trust policy helps, since it is not what stops the token now: {}: {}",
            denial.check.name(),
            denial.message
        )),
        TrustRemedy::KeptOut { remedy: Remedy::NoneProved, .. } => said(none(&[])),
    }
}

/// There is nothing that could be proposed; what there is lets in others.
fn none(wide: &[Mend]) -> String {
    let said = "No change of the trust policy was found that admits this token and nobody else.";
    let strangers: Vec<&str> =
        wide.first().into_iter().flat_map(|mend| &mend.lets_in).map(String::as_str).collect();
    if strangers.is_empty() {
        return said.to_owned();
    }
    let named = strangers.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let more = match strangers.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{said} The least one that was found would let in {named}{more} as well.")
}

fn mended(document: &str, mend: &Mend) -> Mended {
    let before = pretty(document).unwrap_or_else(|| document.to_owned());
    let diff = TextDiff::from_lines(&before, &mend.document);
    let lines = diff.iter_all_changes().map(|change| Line {
        change: match change.tag() {
            ChangeTag::Equal => Change::None,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        },
        text: change.value().trim_end_matches('\n').to_owned(),
    });
    Mended {
        changes: mend.changes.clone(),
        lines: lines.collect(),
        document: mend.document.clone(),
    }
}
