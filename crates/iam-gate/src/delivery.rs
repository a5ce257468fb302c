//! What a service would deliver for its caller: the queue or topic it is delivered to must
//! let the service in by its own policy, of which emulators ask nothing.
//!
//! Source: SNS developer guide, "Subscribing an Amazon SQS queue to an Amazon SNS topic"; S3
//! user guide, "Granting permissions to publish event notification messages to a
//! destination"; CloudWatch user guide, "Notifying users on alarm changes".

use fed_types::AccountId;
use iam_policy::{Context, Decision, PolicySet, Principal, Request, evaluate, evaluate_trust};

use crate::account::readable;
use crate::caller::{Caller, Identity};
use crate::error_response::ErrorResponse;
use crate::resource::{Kind, Reference};
use crate::state::State;

/// One delivery.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    /// Who delivers, such as `sns.amazonaws.com`.
    pub(crate) service: &'static str,
    /// For what: `aws:SourceArn`.
    pub(crate) source: String,
    /// The account of that: `aws:SourceAccount`.
    pub(crate) account: AccountId,
    /// The ARN of what it is delivered to.
    pub(crate) target: String,
}

/// What is known of the target's consent.
enum Consent {
    Given,
    Refused,
    /// The target is of a kind whose policy the gate cannot read, or is not there.
    Unknown,
}

impl Delivery {
    /// Makes sure that the target lets the service in.
    ///
    /// # Errors
    /// S3's own words where S3 delivers, since S3 itself asks; [`ErrorResponse::Undecidable`]
    /// to everybody but the administrator elsewhere, where AWS would not deliver and the
    /// emulator would.
    pub(crate) async fn check(&self, state: &State, caller: &Caller) -> Result<(), ErrorResponse> {
        let consent = self.consent(state).await?;
        let is_root = matches!(caller.identity, Identity::Root);
        match (consent, self.service) {
            (Consent::Given, _) => Ok(()),
            (Consent::Unknown, _) if is_root => Ok(()),
            (Consent::Refused, "s3.amazonaws.com") => Err(ErrorResponse::answered(
                400,
                "InvalidArgument",
                "Unable to validate the following destination configurations",
            )),
            (Consent::Refused, _) if is_root => Ok(()),
            (Consent::Refused, service) => Err(ErrorResponse::Undecidable(format!(
                "the policy of `{}` does not let `{service}` in for `{}`, so AWS would deliver \
                 nothing there; let it in first",
                self.target, self.source
            ))),
            (Consent::Unknown, service) => Err(ErrorResponse::Undecidable(format!(
                "the gate cannot tell whether `{}` lets `{service}` in, so it allows the delivery \
                 to the account's administrator alone",
                self.target
            ))),
        }
    }

    async fn consent(&self, state: &State) -> Result<Consent, ErrorResponse> {
        let parts: Vec<&str> = self.target.splitn(6, ':').collect();
        let (kind, action) = match parts.as_slice() {
            ["arn", "aws", "sqs", _, _, name] if is_name(name) => (Kind::Queue, "sqs:SendMessage"),
            ["arn", "aws", "sns", _, _, name] if is_name(name) => (Kind::Topic, "sns:Publish"),
            _ => return Ok(Consent::Unknown),
        };
        let reference = Reference::named(kind, &self.account, "", &self.target);
        let Some(target) = state.resources.find(&reference).await? else {
            return Ok(Consent::Unknown);
        };
        let Some(policy) = target.policy.clone() else { return Ok(Consent::Refused) };
        let policy = readable(policy)?;
        let over_target = state.organization.resource_control_policies(&target.owner);
        let set = PolicySet {
            resource: Some(policy.clone()),
            resource_control: over_target,
            ..PolicySet::default()
        };
        let allows = |principal: Principal| {
            let mut context = Context::new();
            principal.describe(&mut context);
            context.set("aws:SecureTransport", "true");
            context.set("aws:SourceArn", self.source.as_str());
            context.set("aws:SourceAccount", self.account.as_str());
            let owner = matches!(principal, Principal::Root { .. });
            if owner {
                context.set("aws:SourceOwner", self.account.as_str());
            }
            let answer = evaluate_trust(&policy.policy, &principal, action, &self.target, &context);
            if set.resource_control.is_empty() || answer.decision != Decision::Allowed {
                return answer.decision;
            }
            let request = Request {
                principal: &principal,
                action,
                resource: &self.target,
                resource_account: Some(target.owner.as_str()),
                context: &context,
            };
            evaluate(&set, &request).decision
        };
        let service = allows(Principal::Service { name: self.service.to_owned() });
        // A topic's first policy lets in what is the account's own, alarms too.
        let own = || {
            self.service == "cloudwatch.amazonaws.com"
                && allows(Principal::Root { account: self.account.to_string() })
                    == Decision::Allowed
        };
        Ok(match service {
            Decision::Allowed => Consent::Given,
            Decision::ExplicitlyDenied => Consent::Refused,
            _ if own() => Consent::Given,
            _ => Consent::Refused,
        })
    }
}

/// A queue's or topic's name.
fn is_name(name: &str) -> bool {
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    !stem.is_empty()
        && stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
