//! What a mend is held to: this token in, nobody else who was out.

use fed_types::Claims;

use super::holder;
use super::neighbour::{self, Neighbour, neighbours};
use super::tree::Tree;
use crate::context::Context;
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::sts::{Outcome, Report, ResourceControl, RoleFact, RoleFacts, Trust};
use crate::web_identity::{
    Clock, Found, OidcProvider, Parameters, Presented, Provider, Providers, Question, Signature,
    TokenContent, decide,
};

/// The call, and the neighbours that the trust policy as it is keeps out.
pub(super) struct Proof<'a> {
    question: Question<'a>,
    pub(super) token: TokenContent,
    pub(super) provider: Provider,
    /// The account's providers, or where they are not known the token's own, for its audience.
    providers: Vec<OidcProvider>,
    kept_out: Vec<Neighbour>,
    /// Tokens that the policy as it is lets in.
    let_in: Vec<Claims>,
    /// The condition keys that the token gives.
    keys: Context,
    /// The claims that conditions of the policy look at by keys that the token gives.
    pub(super) read: Vec<String>,
}

impl<'a> Proof<'a> {
    pub(super) fn of(question: &Question<'a>, report: &Report<Found>, text: &str) -> Option<Self> {
        let token = report.found.token.clone()?;
        let provider = report.found.provider.clone()?;
        let providers = match question.providers {
            Providers::Are(providers) => providers.to_vec(),
            Providers::IncludeTheIssuer | Providers::Unknown => vec![of_token(&token, &provider)],
        };
        let mut proof = Self {
            question: *question,
            token,
            provider,
            providers,
            kept_out: Vec::new(),
            let_in: Vec::new(),
            keys: report.found.keys.clone().unwrap_or_default(),
            read: Vec::new(),
        };
        let policy = Policy::parse(text, PolicyKind::Trust).ok()?;
        let named: Vec<(String, String)> = report
            .obstacle()?
            .explanation
            .statements
            .iter()
            .flat_map(|statement| &statement.conditions)
            .filter_map(|condition| Some((condition.key.rsplit_once(':')?.1, condition)))
            .flat_map(|(name, condition)| {
                condition.required.iter().map(|value| (name.to_owned(), value.clone()))
            })
            .collect();
        let is_out = |neighbour: &Neighbour| !proof.may_admit(&policy, &neighbour.claims);
        let claims = &proof.token.claims;
        let offered = |name: &String| {
            proof.own_value(&format!("{}:{name}", proof.provider.prefix())).is_some()
        };
        let mut read: Vec<String> = named.iter().map(|(name, _)| name.clone()).collect();
        read.sort();
        read.dedup();
        read.retain(offered);
        let all = neighbours(claims)
            .into_iter()
            .chain(neighbour::named(claims, &named, &read))
            .chain(neighbour::looked_at(claims, &read));
        let kept_out = all.filter(is_out).collect();
        let holders = holder::holders(&Tree::read(text)?).into_iter();
        let let_in = holders.filter(|it| proof.holds(&policy, it)).collect();
        (proof.kept_out, proof.let_in, proof.read) = (kept_out, let_in, read);
        Some(proof)
    }

    /// The decision on a token under a policy, the rest of the call being in order.
    pub(super) fn decide(&self, policy: &Policy, claims: &Claims) -> Report<Found> {
        // A neighbour's issuer may be registered as well.
        let is_own = claims.issuer() == Some(self.token.issuer.as_str());
        let providers =
            if is_own { Providers::Are(&self.providers) } else { Providers::IncludeTheIssuer };
        self.decide_with(policy, claims, providers)
    }

    /// Whether one of the account's tokens is let in; where its providers are not known, every
    /// issuer may be one of them.
    fn holds(&self, policy: &Policy, claims: &Claims) -> bool {
        let providers = match self.question.providers {
            Providers::Are(providers) => Providers::Are(providers),
            Providers::IncludeTheIssuer | Providers::Unknown => Providers::IncludeTheIssuer,
        };
        let report = self.decide_with(policy, claims, providers);
        !matches!(report.outcome(), Outcome::Denied { .. })
    }

    fn decide_with(
        &self,
        policy: &Policy,
        claims: &Claims,
        providers: Providers<'_>,
    ) -> Report<Found> {
        decide(&Question {
            parameters: Parameters {
                duration: None,
                policy: None,
                policy_arns: &[],
                ..self.question.parameters
            },
            token: Presented::Claims(claims),
            signature: Signature::Verified,
            clock: Clock::WhileTokenIsCurrent,
            providers,
            role: RoleFact::Exists(RoleFacts {
                trust: Trust::Policy(policy),
                max_session_duration: None,
            }),
            resource_control: match self.question.resource_control {
                ResourceControl::Are(levels) => ResourceControl::Are(levels),
                // What nobody knows stays the question that it is.
                ResourceControl::Unknown => ResourceControl::Are(&[]),
            },
            surroundings: self.question.surroundings,
        })
    }

    /// The token's own value for a condition key.
    pub(super) fn own_value(&self, key: &str) -> Option<String> {
        self.keys.get(key)?.first().cloned()
    }

    fn may_admit(&self, policy: &Policy, claims: &Claims) -> bool {
        !matches!(self.decide(policy, claims).outcome(), Outcome::Denied { .. })
    }

    /// The decision on the token itself.
    pub(super) fn own(&self, tree: &Tree) -> Option<Report<Found>> {
        let policy = Policy::parse(&tree.pretty(), PolicyKind::Trust).ok()?;
        Some(self.decide(&policy, &self.token.claims))
    }

    /// Whom a changed policy lets in who was kept out; `None` where it does not admit the
    /// token itself, or no longer admits who was let in.
    pub(super) fn lets_in(&self, tree: &Tree) -> Option<Vec<String>> {
        let policy = Policy::parse(&tree.pretty(), PolicyKind::Trust).ok()?;
        if !self.decide(&policy, &self.token.claims).outcome().is_allowed() {
            return None;
        }
        if !self.let_in.iter().all(|claims| self.holds(&policy, claims)) {
            return None;
        }
        let admitted = self.kept_out.iter().filter(|it| self.may_admit(&policy, &it.claims));
        Some(admitted.map(|neighbour| neighbour.difference.clone()).collect())
    }
}

fn of_token(token: &TokenContent, provider: &Provider) -> OidcProvider {
    let meant = match token.claims.authorized_party() {
        Some(party) => vec![party.to_owned()],
        None => token.claims.audience().into_iter().map(str::to_owned).collect(),
    };
    OidcProvider {
        arn: provider.name().to_owned(),
        url: provider.prefix().to_owned(),
        client_ids: meant,
    }
}
