//! AWS's sentence of a denial.
//!
//! Source: IAM user guide, "Troubleshoot access denied error messages"; AWS Security Blog,
//! "Enhanced access denied error messages with policy ARNs"; docs/aws-truth.md, "Denials".

/// The type of a policy that a denial names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyType {
    /// Attached to a user, group or role.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// Passed when the session was made.
    Session,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
    /// The resource's own.
    Resource,
    /// A role's trust policy.
    Trust,
    /// A VPC endpoint's.
    VpcEndpoint,
}

impl PolicyType {
    pub(super) const ALL: [Self; 8] = [
        Self::Identity,
        Self::Boundary,
        Self::Session,
        Self::ServiceControl,
        Self::ResourceControl,
        Self::Resource,
        Self::Trust,
        Self::VpcEndpoint,
    ];

    /// As AWS's sentences call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
            Self::Resource => "resource-based policy",
            Self::Trust => "role trust policy",
            Self::VpcEndpoint => "VPC endpoint policy",
        }
    }

    /// The one that the text begins with, and what follows.
    fn at_start(text: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|one| {
            let (head, rest) = text.split_at_checked(one.name().len())?;
            head.eq_ignore_ascii_case(one.name()).then_some((one, rest))
        })
    }
}

/// Why it was denied, as far as the sentence says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No policy of this type allows it.
    NoAllow(PolicyType),
    /// A Deny statement of a policy of this type, where it is said; and the policy's ARN.
    ExplicitDeny(Option<PolicyType>, Option<String>),
    /// The resource is not there, or its own policy does not allow it: AWS does not say which.
    NotThereOrResource,
    /// It is not said.
    Untold,
}

/// Who was refused what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The caller's ARN.
    pub principal: Option<String>,
    /// `service:Action`, as the service spells it.
    pub action: String,
    /// An ARN, `*`, or a name as the service gives it, such as `role NAME`.
    pub resource: Option<String>,
    /// Why.
    pub reason: Reason,
}

const REFUSED: &str = "not authorized to perform";
const NO_ALLOW: &str = "because no ";
const EXPLICIT: &str = "with an explicit deny";
const NOT_THERE: &str = "because the resource does not exist";

/// Finds the sentence in a text of one line.
pub(super) fn read(text: &str) -> Option<Refused> {
    text.match_indices(REFUSED).find_map(|(at, _)| {
        let before = text.get(..at)?;
        let rest = text.get(at + REFUSED.len()..)?.trim_start_matches([':', ' ']);
        // The next sentence, if there is one, is another's.
        let end = rest.find("User: ").unwrap_or(rest.len());
        refused(before, rest.get(..end)?)
    })
}

fn refused(before: &str, rest: &str) -> Option<Refused> {
    let (action, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let action = action.trim_end_matches(['.', ',', ';', '"', '\'']);
    if !is_action(action) {
        return None;
    }
    let (place, reason) = reason(rest);
    Some(Refused {
        principal: principal(before),
        action: action.to_owned(),
        resource: resource(place, reason != Reason::Untold),
        reason,
    })
}

/// `User: X is `, the last one before the sentence.
fn principal(before: &str) -> Option<String> {
    let (_, named) = before.rsplit_once("User: ")?;
    let named = named.trim_end().strip_suffix("is")?.trim();
    (!named.is_empty()).then(|| named.to_owned())
}

fn is_action(text: &str) -> bool {
    let letters = |part: &str, more: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    text.split_once(':').is_some_and(|(service, name)| letters(service, "-") && letters(name, "_"))
}

/// What stands before the reason, and the reason.
fn reason(rest: &str) -> (&str, Reason) {
    let first = [NO_ALLOW, EXPLICIT, NOT_THERE].into_iter().filter_map(|start| {
        let at = rest.find(start)?;
        Some((at, start))
    });
    let Some((at, start)) = first.min() else { return (rest, Reason::Untold) };
    let (place, told) = rest.split_at(at);
    let told = told.get(start.len()..).unwrap_or_default();
    let reason = match start {
        NO_ALLOW => PolicyType::at_start(told).map(|(of, _)| Reason::NoAllow(of)),
        EXPLICIT => Some(explicit(told)),
        _ => Some(Reason::NotThereOrResource),
    };
    (place, reason.unwrap_or(Reason::Untold))
}

/// ` in a service control policy: arn:…`
fn explicit(told: &str) -> Reason {
    let of = told.strip_prefix(" in ").and_then(|told| {
        let (article, rest) = told.split_once(' ')?;
        matches!(article, "a" | "an" | "the").then_some(())?;
        PolicyType::at_start(rest)
    });
    match of {
        None => Reason::ExplicitDeny(None, None),
        Some((of, rest)) => {
            let arn = rest.strip_prefix(':').map(str::trim_start).and_then(first_word);
            let arn = arn.filter(|arn| arn.starts_with("arn:"));
            Reason::ExplicitDeny(Some(of), arn.map(str::to_owned))
        }
    }
}

/// What is named behind `on resource:`; a name with blanks ends at a quotation mark or at the
/// reason.
fn resource(place: &str, is_bounded: bool) -> Option<String> {
    let (_, named) = place.split_once("on resource:")?;
    let named = named.trim();
    if let Some(quoted) = named.strip_prefix('"') {
        return quoted.split_once('"').map(|(name, _)| name.to_owned());
    }
    if is_bounded {
        return (!named.is_empty()).then(|| named.to_owned());
    }
    let (first, rest) = named.split_once(' ').unwrap_or((named, ""));
    match first {
        "role" | "user" | "group" | "policy" => Some(format!("{first} {}", first_word(rest)?)),
        _ => first_word(first).map(str::to_owned),
    }
}

fn first_word(text: &str) -> Option<&str> {
    let word = text.split([' ', '"']).next()?.trim_end_matches(['.', ',', ';', ')', '\'']);
    (!word.is_empty()).then_some(word)
}
