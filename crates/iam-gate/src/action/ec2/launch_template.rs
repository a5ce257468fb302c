//! The launch templates that a call names, as the emulator has them: what is in one counts as
//! if the call itself said it.
//!
//! Source: EC2 user guide, "Control launching instances from a launch template"; EC2 API
//! reference, DescribeLaunchTemplateVersions.

use std::collections::BTreeSet;

use roxmltree::Node;

use crate::account::Answered;
use crate::call::{Call, Input};
use crate::caller::Caller;
use crate::error_response::ErrorResponse;
use crate::protocol::Protocol;
use crate::state::State;
use crate::wire::Parameters;

const OPERATION: &str = "DescribeLaunchTemplateVersions";

/// Templates that one call may name. Source: EC2 API reference, CreateFleet.
const NAMED_AT_ONCE: usize = 50;

/// Operations that launch by a template, or change what is launched by it.
const LAUNCHING: [&str; 6] = [
    "CreateFleet",
    "EnableFastLaunch",
    "ModifyFleet",
    "ModifySpotFleetRequest",
    "RequestSpotFleet",
    "RunInstances",
];

/// One template, and the version of it that the call means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LaunchTemplate {
    /// `None` when there is no such template.
    pub(super) id: Option<String>,
    /// What is in it, under names such as `NetworkInterfaceSet.1.SubnetId`. Empty where
    /// nothing is launched.
    pub(super) data: Vec<(String, String)>,
}

/// Reads the templates that a call names.
///
/// # Errors
/// [`ErrorResponse::Upstream`] when the emulator does not answer, and
/// [`ErrorResponse::Undecidable`] where it cannot be told which template is meant.
pub(super) async fn read(
    state: &State,
    call: &Call,
    parameters: &Parameters,
    caller: &Caller,
) -> Result<Vec<LaunchTemplate>, ErrorResponse> {
    let launches = LAUNCHING.contains(&call.operation.as_str());
    let named = |name: &str| name.ends_with("LaunchTemplateName");
    let stems: BTreeSet<&str> = parameters
        .iter()
        .filter(|(name, _)| named(name) || (launches && name.ends_with("LaunchTemplateId")))
        .filter_map(|(name, _)| {
            name.strip_suffix("LaunchTemplateName").or(name.strip_suffix("LaunchTemplateId"))
        })
        .collect();
    // The name of one that is about to be made, and filters.
    if call.operation == "CreateLaunchTemplate" || call.operation.starts_with("Describe") {
        return Ok(Vec::new());
    }
    if stems.len() > NAMED_AT_ONCE {
        return Err(ErrorResponse::Undecidable(format!(
            "the gate reads {NAMED_AT_ONCE} launch templates for one call, and this one names {}",
            stems.len()
        )));
    }
    let mut templates = Vec::new();
    for stem in stems {
        templates.push(Question { state, call, parameters, caller, stem }.ask(launches).await?);
    }
    Ok(templates)
}

struct Question<'a> {
    state: &'a State,
    call: &'a Call,
    parameters: &'a Parameters,
    caller: &'a Caller,
    /// What stands before `LaunchTemplateId`, such as `LaunchTemplate.`.
    stem: &'a str,
}

impl Question<'_> {
    fn given(&self, name: &str) -> Option<&str> {
        self.parameters.get(&format!("{}{name}", self.stem))
    }

    fn unclear(&self) -> ErrorResponse {
        ErrorResponse::Undecidable(format!(
            "the gate cannot tell which launch template `{}` means, so it cannot allow `{}`",
            self.stem.trim_end_matches('.'),
            self.call.action()
        ))
    }

    async fn ask(&self, launches: bool) -> Result<LaunchTemplate, ErrorResponse> {
        let which = match (self.given("LaunchTemplateId"), self.given("LaunchTemplateName")) {
            (Some(id), None) => ("LaunchTemplateId", id),
            (None, Some(name)) => ("LaunchTemplateName", name),
            _ => return Err(self.unclear()),
        };
        // Beside the operation itself, `Version` is the API's.
        let version = self.given("Version").filter(|_| !self.stem.is_empty());
        let parameters = Parameters::from([
            ("Action", OPERATION),
            ("Version", "2016-11-15"),
            which,
            ("LaunchTemplateVersion.1", version.unwrap_or("$Default")),
        ]);
        let question = Call {
            service: "ec2".to_owned(),
            operation: OPERATION.to_owned(),
            protocol: Protocol::Ec2,
            region: self.call.region.clone(),
            input: Input::Query(parameters),
        };
        let answer = self.state.upstream.ask(self.caller.account_id(), &question).await?;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status == 400 && text.contains("NotFound") {
            return Ok(LaunchTemplate { id: None, data: Vec::new() });
        }
        let answered = Answered::read(&answer, OPERATION).map_err(|_| self.unclear())?;
        let id = answered.text("launchTemplateId").ok_or_else(|| self.unclear())?;
        let data = answered.first("launchTemplateData").ok_or_else(|| self.unclear())?;
        let mut flat = Vec::new();
        if launches {
            flatten(data, "", &mut flat);
        }
        Ok(LaunchTemplate { id: Some(id.to_owned()), data: flat })
    }
}

/// Writes elements as a call writes its parameters.
fn flatten(node: Node<'_, '_>, path: &str, flat: &mut Vec<(String, String)>) {
    let mut parts = node.children().filter(Node::is_element).peekable();
    if parts.peek().is_none() {
        let value = node.text().unwrap_or_default().trim();
        flat.push((path.to_owned(), value.to_owned()));
        return;
    }
    for (index, part) in parts.enumerate() {
        let mut name = part.tag_name().name().to_owned();
        match name.as_str() {
            "item" | "member" => name = (index + 1).to_string(),
            _ => name.get_mut(..1).into_iter().for_each(|first| first.make_ascii_uppercase()),
        }
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        flatten(part, &path, flat);
    }
}
