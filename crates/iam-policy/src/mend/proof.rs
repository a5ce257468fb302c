//! What a mend is held to: this token in, nobody else who was out.

use fed_types::Claims;

use super::neighbour::{self, Neighbour, neighbours};
use super::tree::Tree;
use crate::policy::Policy;
use crate::policy_kind::PolicyKind;
use crate::sts::{Outcome, Report, RoleFact, RoleFacts, Trust};
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
}

impl<'a> Proof<'a> {
    pub(super) fn of(question: &Question<'a>, report: &Report<Found>, text: &str) -> Option<Self> {
        let token = report.found.token.clone()?;
        let provider = report.found.provider.clone()?;
        let providers = match question.providers {
            Providers::Are(providers) => providers.to_vec(),
            Providers::IncludeTheIssuer | Providers::Unknown => vec![of_token(&token, &provider)],
        };
        let mut proof =
            Self { question: *question, token, provider, providers, kept_out: Vec::new() };
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
        let all = neighbours(claims).into_iter().chain(neighbour::named(claims, &named));
        proof.kept_out = all.filter(is_out).collect();
        Some(proof)
    }

    /// The decision on a token under a policy, the rest of the call being in order.
    pub(super) fn decide(&self, policy: &Policy, claims: &Claims) -> Report<Found> {
        let own = claims.issuer() == Some(self.token.issuer.as_str());
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
            // A neighbour's issuer may be registered as well.
            providers: if own {
                Providers::Are(&self.providers)
            } else {
                Providers::IncludeTheIssuer
            },
            role: RoleFact::Exists(RoleFacts {
                trust: Trust::Policy(policy),
                max_session_duration: None,
            }),
            surroundings: self.question.surroundings,
        })
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
    /// token itself.
    pub(super) fn lets_in(&self, tree: &Tree) -> Option<Vec<String>> {
        let policy = Policy::parse(&tree.pretty(), PolicyKind::Trust).ok()?;
        if !self.decide(&policy, &self.token.claims).outcome().is_allowed() {
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
