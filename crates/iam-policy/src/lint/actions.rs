//! Actions that do not exist, and statements that allow nearly everything.

use super::Linter;
use super::view::View;
use super::vocabulary;
use crate::code::Code;
use crate::document::is_everything;
use crate::policy_kind::PolicyKind;

impl Linter<'_> {
    pub(super) fn actions(&mut self, view: &View<'_>) {
        for (at, action) in &view.actions {
            self.action(*at, action);
        }
        if self.kind == PolicyKind::Identity && view.allows() {
            self.breadth(view);
        }
        if !matches!(self.kind, PolicyKind::Trust) {
            self.resources(view);
        }
    }

    fn action(&mut self, at: u32, action: &str) {
        let Some((service, name)) = action.split_once(':') else { return };
        if self.is_full() || service.is_empty() || name.is_empty() || is_everything(action) {
            return;
        }
        let date = aws_model::data_date();
        let Some(matching) = vocabulary::matching(service, name) else {
            let hint = match fed_types::nearest(service, vocabulary::prefixes()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "see the Service Authorization Reference for the service's prefix".to_owned()
                }
            };
            self.find(
                at,
                Code::UnknownService,
                format!("no service is known by the prefix `{service}` (as of {date})"),
                hint,
            );
            return;
        };
        if !matching.is_empty() {
            return;
        }
        let hint = if name.contains(['*', '?']) {
            "check the spelling before the wildcard".to_owned()
        } else {
            let known = vocabulary::matching(service, "*").unwrap_or_default();
            match fed_types::nearest(name, known.iter().map(|action| action.name)) {
                Some(near) => format!("did you mean `{service}:{near}`?"),
                None => "see the service's page in the Service Authorization Reference".to_owned(),
            }
        };
        self.find(
            at,
            Code::UnknownAction,
            format!("`{action}` is no known action (as of {date})"),
            hint,
        );
    }

    fn breadth(&mut self, view: &View<'_>) {
        let everything = |texts: &[(u32, &str)]| texts.iter().any(|(_, text)| is_everything(text));
        if let Some(at) = view.not_action {
            self.find(
                at,
                Code::NotActionAllow,
                "`NotAction` in an Allow allows every other action, also those of services to come",
                "list what is allowed under `Action`",
            );
        } else if everything(&view.actions)
            && everything(&view.resources)
            && view.conditions.is_empty()
        {
            self.find(
                view.at,
                Code::AllowsEverything,
                "the statement allows every action on every resource",
                "list the actions that are needed",
            );
        }
        if let Some(at) = view.not_resource {
            self.find(
                at,
                Code::NotResourceAllow,
                "`NotResource` in an Allow allows every other resource, also those of other accounts",
                "list the resources under `Resource`",
            );
        }
    }
}
