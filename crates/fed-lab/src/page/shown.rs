//! What each page shows.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use fake_issuer::{Controls, Fault};
use fed_types::{RoleArn, shell_line};
use iam_gate::{DecisionRecord, Gate, PolicyDocument, UnreadablePolicies, Verdict};
use iam_policy::PolicyKind;
use lab_page::{
    AccountFacts, DecisionPage, DecisionsPage, Document, Filter, IssuerFacts, IssuersPage,
    PrincipalsPage, WorldPage,
};
use learned_policy::{Permission, Rules, learn};
use serde::Deserialize;

use super::html::{html, nothing};
use super::learned::pretty;
use super::served::Served;

#[derive(Deserialize)]
pub(super) struct Paging {
    before: Option<String>,
}

pub(super) async fn decisions(
    State(served): State<Arc<Served>>,
    Query(filter): Query<Filter>,
    Query(paging): Query<Paging>,
) -> Response {
    let (lab, gate) = (served.lab(), &served.shown.gate);
    let (kept, dropped) = (gate.decisions(), gate.dropped_decisions());
    let page = DecisionsPage::new(&lab, &filter, paging.before.as_deref(), &kept, dropped);
    html(StatusCode::OK, &page)
}

pub(super) async fn decision(
    State(served): State<Arc<Served>>,
    Path(id): Path<String>,
) -> Response {
    let (lab, gate) = (served.lab(), &served.shown.gate);
    let found = gate.decisions().into_iter().rev().find(|record| record.request_id == id);
    let Some(record) = found else { return nothing("That decision is no longer kept.") };
    let (mend, command, put) = (missing(&record), command(&record), put(&record));
    let documents = took_part(gate, &record).await;
    let documents = documents.map_err(|why| format!("They cannot be read: {why}."));
    let remedy = gate.trust_remedy(&record).await.transpose();
    let remedy = remedy.map(|it| it.map_err(|why| format!("The role cannot be read: {why}.")));
    let page = DecisionPage::new(&lab, &record)
        .mend(mend.as_deref())
        .trust(remedy.as_ref().map(|it| it.as_ref().map_err(String::as_str)), put.as_deref())
        .command(command.as_deref())
        .documents(documents.as_deref().map_err(String::as_str));
    html(StatusCode::OK, &page)
}

/// The policies that took part: what the user or role who asked may do, and who may assume the
/// role that was to be assumed.
async fn took_part(
    gate: &Gate,
    record: &DecisionRecord,
) -> Result<Vec<Document>, UnreadablePolicies> {
    let role = record.session.as_ref().and_then(|session| session.role_arn.as_deref());
    let assumes = record.action.as_deref().is_some_and(|it| it.starts_with("sts:AssumeRole"));
    let mut all = Vec::new();
    if let Some(asks) = role.or(record.principal.as_deref()) {
        let own = gate.documents(asks).await?.into_iter();
        all.extend(own.filter(|policy| policy.kind != PolicyKind::Trust));
    }
    if let Some(assumed) = record.resource.as_deref().filter(|_| assumes) {
        let its = gate.documents(assumed).await?.into_iter();
        all.extend(its.filter(|policy| policy.kind == PolicyKind::Trust));
    }
    Ok(all.into_iter().map(document).collect())
}

fn document(policy: PolicyDocument) -> Document {
    Document { name: policy.name, kind: policy.kind.name().to_owned(), text: policy.text }
}

/// What the identity-based policies lack, where it is they that do not allow it.
fn missing(record: &DecisionRecord) -> Option<String> {
    let lacks = record.decision == Verdict::ImplicitlyDenied
        && record.reason.as_deref()?.contains("no identity-based policy allows");
    let denied = record.demands.iter().filter(|demand| demand.decision != Verdict::Allowed);
    let denied = denied.map(|demand| Permission::new(&demand.action, &demand.resource));
    lacks.then(|| learn(denied, &Rules::default()).documents.first().map(pretty))?
}

/// The command that explains a denial by the policies that are there.
fn command(record: &DecisionRecord) -> Option<String> {
    let denied = matches!(record.decision, Verdict::ExplicitlyDenied | Verdict::ImplicitlyDenied);
    let role = record.session.as_ref().and_then(|session| session.role_arn.as_deref());
    let principal = role.or(record.principal.as_deref())?;
    let (action, resource) = (record.action.as_deref()?, record.resource.as_deref()?);
    if !denied || record.token.is_some() {
        return None;
    }
    let mut words = vec!["fed-cli", "explain", "--action", action, "--principal", principal];
    if resource != "*" {
        words.extend(["--resource", resource]);
    }
    Some(shell_line(words))
}

/// The command that puts a trust policy on the role that was to be assumed.
fn put(record: &DecisionRecord) -> Option<String> {
    let role = record.resource.as_deref()?.parse::<RoleArn>().ok()?;
    let words = ["aws", "iam", "update-assume-role-policy", "--role-name", role.name()];
    let document = ["--policy-document", "file://trust.json"];
    Some(shell_line(words.into_iter().chain(document)))
}

pub(super) async fn principals(State(served): State<Arc<Served>>) -> Response {
    let page = (served.lab(), served.shown.gate.decisions());
    html(StatusCode::OK, &PrincipalsPage::new(&page.0, &page.1))
}

pub(super) async fn issuers(State(served): State<Arc<Served>>) -> Response {
    let issuers: Vec<IssuerFacts> = served.shown.issuers.iter().map(issuer).collect();
    let faults: Vec<String> = Fault::PLAIN.iter().map(Fault::name).collect();
    html(StatusCode::OK, &IssuersPage::new(&served.lab(), &issuers, &faults))
}

fn issuer(controls: &Controls) -> IssuerFacts {
    let fault = |active: fake_issuer::ActiveFault| match active.times {
        None => active.fault.name(),
        Some(1) => format!("{}, once", active.fault.name()),
        Some(times) => format!("{}, {times} times", active.fault.name()),
    };
    IssuerFacts {
        issuer: controls.issuer().to_owned(),
        url: controls.url().to_owned(),
        key_ids: controls.key_ids(),
        clock_offset: controls.clock().offset_seconds(),
        faults: controls.faults().into_iter().map(fault).collect(),
    }
}

pub(super) async fn world(State(served): State<Arc<Served>>) -> Response {
    let shown = &served.shown;
    let kept = shown.gate.decisions();
    let facts = |(id, name, is_first)| AccountFacts {
        decisions: kept.iter().filter(|record| record.is_about(&id)).count(),
        id: id.to_string(),
        name,
        is_first,
    };
    let accounts: Vec<AccountFacts> = shown.accounts.list().into_iter().map(facts).collect();
    let lab = served.lab();
    html(StatusCode::OK, &WorldPage::new(&lab, &accounts, &shown.people, &shown.addresses))
}
