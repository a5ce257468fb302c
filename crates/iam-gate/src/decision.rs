//! The record of what the gate decided, for people and tests to read.

use fed_types::{AccountId, UnixTime};
use serde::{Serialize, Serializer};

use crate::kept_out::KeptOut;

/// How a request came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Verdict {
    /// A policy allowed it, or it needs no permission.
    Allowed,
    /// A `Deny` statement spoke against it.
    ExplicitlyDenied,
    /// Nothing allowed it.
    ImplicitlyDenied,
    /// It never came to a policy: no valid signature or token, or the request itself is
    /// wrong, or the gate could not decide.
    Refused,
}

/// Temporary credentials, without what is secret of them.
#[derive(Clone, Debug, Serialize)]
pub struct SessionRecord {
    /// `ASIA…`; as CloudTrail tells it.
    pub access_key_id: String,
    /// The role, with its path, of one who assumed a role.
    pub role_arn: Option<String>,
    /// When they end.
    #[serde(serialize_with = "rfc3339")]
    pub expiration: UnixTime,
    /// Who signed the person or workload in.
    pub federated_provider: Option<String>,
    /// What was set when the role was assumed.
    pub source_identity: Option<String>,
}

/// What a token says of whom it is: never the token.
#[derive(Clone, Debug, Serialize)]
pub struct TokenRecord {
    /// As a trust policy names it: `accounts.google.com`, or the ARN of an IAM OIDC provider.
    pub provider: String,
    /// The condition keys for `aud`, `oaud` and `sub`, as far as it has them, and those that tell
    /// whose it is where its subject does not.
    pub keys: Vec<(String, String)>,
    /// What a mend is looked for with, of one that the role's trust policy kept out: never told.
    #[serde(skip)]
    pub kept_out: Option<KeptOut>,
}

/// One permission that was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct DemandRecord {
    /// Such as `s3:GetObject`.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// The account that owns it, where that is another than the caller's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<String>,
    /// Whether it was given.
    pub decision: Verdict,
    /// Condition keys that the gate's owner wants to be told of, with their values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<(String, Vec<String>)>,
}

/// A condition, beside what the request has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionRecord {
    /// The statement, as `policy#statement`.
    pub statement: String,
    /// The line in the policy's text, counted from 1.
    pub line: u32,
    /// Such as `StringEquals`.
    pub operator: String,
    /// As the policy spells it.
    pub key: String,
    /// The values that the policy gives.
    pub required: Vec<String>,
    /// What the request has; `None` where it has no such key, or the gate does not know it.
    pub actual: Option<Vec<String>>,
}

/// One request and what became of it. Holds no secret and no token.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionRecord {
    /// When, by the gate's clock; RFC 3339 in JSON.
    #[serde(serialize_with = "rfc3339")]
    pub time: UnixTime,
    /// The `RequestId` of the answer.
    pub request_id: String,
    /// The caller's ARN, once it is known.
    pub principal: Option<String>,
    /// The temporary credentials that it was made with, if it was.
    pub session: Option<SessionRecord>,
    /// The token that it showed, of AssumeRoleWithWebIdentity, once its issuer is known.
    pub token: Option<TokenRecord>,
    /// The host that was called, as the client names it, and the region that it means.
    pub endpoint: Option<String>,
    /// See `endpoint`.
    pub region: Option<String>,
    /// Such as `ec2:DescribeInstances`, once it is known.
    pub action: Option<String>,
    /// The ARN that the verdict is about, or `*`.
    pub resource: Option<String>,
    /// Every permission that was asked for, in this order, until one was denied.
    pub demands: Vec<DemandRecord>,
    /// How many more there were, of which nothing is told.
    #[serde(skip_serializing_if = "is_none")]
    pub demands_left_out: usize,
    /// The verdict.
    pub decision: Verdict,
    /// `false` where it was denied and yet let through: [`Enforcement::Audit`](crate::Enforcement).
    pub enforced: bool,
    /// The statements that decided, each as `policy#statement`.
    pub deciding_statement: Vec<String>,
    /// Of a denial, the conditions that stood against it: of the Deny, else of the Allow that
    /// comes nearest.
    pub conditions: Vec<ConditionRecord>,
    /// Why it was denied or refused.
    pub reason: Option<String>,
    /// The HTTP status answered.
    pub status: u16,
    /// The error code answered, if any; also the emulator's.
    pub code: Option<String>,
    /// How long the emulator took, in milliseconds, if it was asked.
    pub upstream_milliseconds: Option<f64>,
}

impl DecisionRecord {
    /// Whether principal or resource are of this account.
    pub fn is_about(&self, account: &AccountId) -> bool {
        let of_it = |arn: &Option<String>| {
            arn.as_deref().and_then(|arn| arn.split(':').nth(4)) == Some(account.as_str())
        };
        of_it(&self.principal) || of_it(&self.resource)
    }
}

impl DecisionRecord {
    /// How much memory it takes up, in bytes, more or less.
    pub(crate) fn size(&self) -> usize {
        let text = |text: &Option<String>| text.as_deref().map_or(0, str::len);
        let texts = |all: &[String]| all.iter().map(|one| one.len() + EACH).sum::<usize>();
        let session = self.session.as_ref().map_or(0, |session| {
            session.access_key_id.len()
                + text(&session.role_arn)
                + text(&session.federated_provider)
                + text(&session.source_identity)
        });
        let token = self.token.as_ref().map_or(0, |token| {
            let keys = token.keys.iter().map(|(key, value)| key.len() + value.len() + 2 * EACH);
            let kept_out = token.kept_out.as_ref().map_or(0, KeptOut::size);
            token.provider.len() + keys.sum::<usize>() + kept_out
        });
        let own = [&self.principal, &self.endpoint, &self.region, &self.action, &self.resource];
        let own = own.into_iter().chain([&self.reason, &self.code]).map(text);
        size_of::<Self>()
            + own.sum::<usize>()
            + session
            + token
            + texts(&self.deciding_statement)
            + self.demands.iter().map(DemandRecord::size).sum::<usize>()
            + self.conditions.iter().map(ConditionRecord::size).sum::<usize>()
    }
}

/// What each text takes up beside its bytes.
const EACH: usize = size_of::<String>();

impl DemandRecord {
    pub(crate) fn size(&self) -> usize {
        let keys = self.keys.iter().map(|(key, values)| {
            key.len() + EACH + values.iter().map(|value| value.len() + EACH).sum::<usize>()
        });
        let account = self.resource_account.as_deref().map_or(0, str::len);
        size_of::<Self>() + self.action.len() + self.resource.len() + account + keys.sum::<usize>()
    }
}

impl ConditionRecord {
    pub(crate) fn size(&self) -> usize {
        let values = self.required.iter().chain(self.actual.iter().flatten());
        let values = values.map(|value| value.len() + EACH).sum::<usize>();
        size_of::<Self>() + self.statement.len() + self.operator.len() + self.key.len() + values
    }
}

fn is_none(count: &usize) -> bool {
    *count == 0
}

fn rfc3339<S: Serializer>(time: &UnixTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition() -> ConditionRecord {
        ConditionRecord {
            statement: String::new(),
            line: 1,
            operator: String::new(),
            key: String::new(),
            required: Vec::new(),
            actual: None,
        }
    }

    fn demand() -> DemandRecord {
        DemandRecord {
            action: String::new(),
            resource: String::new(),
            resource_account: None,
            decision: Verdict::Allowed,
            keys: Vec::new(),
        }
    }

    /// The memory that a client can make the gate take up is bounded by these.
    #[test]
    fn every_text_that_a_record_holds_counts() {
        let long = || "x".repeat(1000);
        let (key, texts) = (long, || vec!["x".repeat(1000)]);
        let demands = [
            (1, DemandRecord { action: long(), ..demand() }),
            (1, DemandRecord { resource: long(), ..demand() }),
            (1, DemandRecord { resource_account: Some(long()), ..demand() }),
            (1, DemandRecord { keys: vec![(key(), Vec::new())], ..demand() }),
            (2, DemandRecord { keys: vec![(key(), texts())], ..demand() }),
            (4, DemandRecord { keys: vec![(key(), texts()), (key(), texts())], ..demand() }),
        ];
        let conditions = [
            (1, ConditionRecord { statement: long(), ..condition() }),
            (1, ConditionRecord { operator: long(), ..condition() }),
            (1, ConditionRecord { key: key(), ..condition() }),
            (2, ConditionRecord { required: vec![long(), long()], ..condition() }),
            (1, ConditionRecord { actual: Some(texts()), ..condition() }),
        ];
        let demands = demands.map(|(texts, demand)| (texts, demand.size()));
        let conditions = conditions.map(|(texts, condition)| (texts, condition.size()));
        let (no_demand, no_condition) = (demand().size(), condition().size());
        let grown = demands.map(|(texts, size)| (texts, size - no_demand)).into_iter();
        for (texts, grown) in grown.chain(conditions.map(|(n, size)| (n, size - no_condition))) {
            assert!(
                (texts * 1000..texts * 1000 + 4 * EACH + 1).contains(&grown),
                "{texts} {grown}"
            );
        }
        assert!(no_demand >= size_of::<DemandRecord>());
        assert!(no_condition >= size_of::<ConditionRecord>());
    }
}
