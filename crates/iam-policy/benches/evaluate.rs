//! Evaluations a second on one core: `cargo bench -p iam-policy`.
//!
//! The 600 sample cases with their policies compiled, the same with every policy's JSON
//! parsed for each evaluation, and one identity policy of 10, 100 and 1,000 statements of
//! which the last decides. Medians of several rounds; and how often an evaluation asks the
//! heap for memory, counted apart from the time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use iam_policy::cases::Case;
use iam_policy::{
    Context, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request, evaluate,
};

const SAMPLE: &str = include_str!("../cases/sample.jsonl");
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(400);

fn main() {
    let cases: Vec<Case> = SAMPLE.lines().filter_map(|line| Case::parse(line).ok()).collect();
    assert_eq!(cases.len(), 600);
    let requests: Vec<Request<'_>> = cases.iter().map(Case::request).collect();
    let bytes: usize = cases.iter().flat_map(|case| policies(&case.policies)).map(str::len).sum();

    println!("| what | evaluations/s/core | ns each | allocations each |");
    println!("| --- | ---: | ---: | ---: |");
    row("600 sample cases, policies compiled", 600, || {
        for (case, request) in cases.iter().zip(&requests) {
            black_box(evaluate(black_box(&case.policies), black_box(request)));
        }
    });
    let name = format!("600 sample cases, JSON parsed each time ({} bytes a case)", bytes / 600);
    row(&name, 600, || {
        for (case, request) in cases.iter().zip(&requests) {
            let policies = parsed_again(&case.policies);
            black_box(evaluate(&policies, black_box(request)));
        }
    });
    for statements in [10, 100, 1000] {
        let (policies, principal, context) = grown(statements);
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: "arn:aws:s3:::reports/2026/november.csv",
            resource_account: Some("278805249149"),
            context: &context,
        };
        assert!(evaluate(&policies, &request).decision.is_allowed());
        row(&format!("{statements} statements, the last allows"), 1, || {
            black_box(evaluate(black_box(&policies), black_box(&request)));
        });
    }
}

/// How long this thread has run, where Linux tells: other processes do not count then.
fn time_on_a_core() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Prints the median rate of `work`, which makes `evaluations` evaluations.
fn row(name: &str, evaluations: u32, mut work: impl FnMut()) {
    // `cargo bench -p iam-policy -- JSON` prints the rows that hold the word.
    let mut wanted = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    if wanted.peek().is_some() && !wanted.any(|word| name.contains(&word)) {
        return;
    }
    let mut rates: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let busy = time_on_a_core();
            let mut runs = 0_u32;
            while start.elapsed() < ROUND {
                for _ in 0..8 {
                    work();
                }
                runs += 8;
            }
            let spent = match (busy, time_on_a_core()) {
                (Some(before), Some(after)) => after.saturating_sub(before),
                _ => start.elapsed(),
            };
            f64::from(runs) * f64::from(evaluations) / spent.as_secs_f64()
        })
        .collect();
    rates.sort_by(f64::total_cmp);
    let median = rates.get(ROUNDS / 2).copied().unwrap_or_default();
    let counted = allocation_counter::measure(work).count_total;
    let each = counted as f64 / f64::from(evaluations);
    println!("| {name} | {median:.0} | {:.0} | {each:.1} |", 1e9 / median);
}

fn policies(set: &PolicySet) -> impl Iterator<Item = &str> {
    let levels = set.service_control.iter().chain(&set.resource_control).flatten();
    let session = set.session.iter().flatten();
    let all = set.identity.iter().chain(&set.boundary).chain(&set.resource);
    all.chain(session).chain(levels).map(|named| named.policy.text())
}

fn again(named: &NamedPolicy) -> NamedPolicy {
    let policy = Policy::parse(black_box(named.policy.text()), named.policy.kind());
    match policy {
        Ok(policy) => NamedPolicy::new(named.name.clone(), policy),
        Err(error) => unreachable!("a policy that was read before: {error}"),
    }
}

fn parsed_again(set: &PolicySet) -> PolicySet {
    let list = |policies: &Vec<NamedPolicy>| policies.iter().map(again).collect::<Vec<_>>();
    PolicySet {
        identity: list(&set.identity),
        boundary: set.boundary.as_ref().map(again),
        session: set.session.as_ref().map(list),
        service_control: set.service_control.iter().map(list).collect(),
        resource_control: set.resource_control.iter().map(list).collect(),
        resource: set.resource.as_ref().map(again),
    }
}

/// One policy whose statements all cover the action and differ in their condition.
fn grown(statements: usize) -> (PolicySet, Principal, Context) {
    let list: Vec<String> = (1..=statements)
        .map(|number| {
            format!(
                r#"{{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::reports/*","Condition":{{"StringEquals":{{"aws:userid":"{number}"}}}}}}"#
            )
        })
        .collect();
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, list.join(","));
    let policy = match Policy::parse(&text, PolicyKind::Identity) {
        Ok(policy) => policy,
        Err(error) => unreachable!("the bench's own policy: {error}"),
    };
    let set =
        PolicySet { identity: vec![NamedPolicy::new("grown", policy)], ..PolicySet::default() };
    let principal = Principal::User { arn: "arn:aws:iam::278805249149:user/alice".to_owned() };
    let mut context = Context::new();
    principal.describe(&mut context);
    context.set("aws:userid", statements.to_string());
    (set, principal, context)
}
