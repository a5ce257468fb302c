//! One decision by an identity's policies of so many statements in all, of which the last allows.

use iam_policy::{
    Context, NamedPolicy, Policy, PolicyKind, PolicySet, Principal, Request, evaluate,
};

use crate::{Failure, tell, timed};

/// How many statements one document has at most: more of them it could not hold.
const OF_A_DOCUMENT: usize = 1000;
/// One decision is too short for the clock.
const DECISIONS: u32 = 100;

pub(crate) fn row(sizes: &[usize]) -> Result<(), Failure> {
    let principal = Principal::User { arn: "arn:aws:iam::278805249149:user/u".to_owned() };
    let mut context = Context::new();
    principal.describe(&mut context);
    for &size in sizes {
        let policies = grown(size)?;
        let request = Request {
            principal: &principal,
            action: "s3:GetObject",
            resource: &object(size - 1),
            resource_account: Some("278805249149"),
            context: &context,
        };
        let times = timed(|| {
            for _ in 0..DECISIONS {
                if !evaluate(&policies, &request).decision.is_allowed() {
                    return Err("expected the last statement to allow".into());
                }
            }
            Ok(())
        })?;
        tell("statements", size, times.into_iter().map(|time| time / DECISIONS).collect());
    }
    Ok(())
}

fn object(number: usize) -> String {
    format!("arn:aws:s3:::reports/{number}.csv")
}

fn grown(size: usize) -> Result<PolicySet, Failure> {
    let numbers: Vec<usize> = (0..size).collect();
    let mut policies = PolicySet::default();
    for numbers in numbers.chunks(OF_A_DOCUMENT) {
        let statement = |number: &usize| {
            let resource = object(*number);
            format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"{resource}"}}"#)
        };
        let statements: Vec<String> = numbers.iter().map(statement).collect();
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        let policy = Policy::parse(&text, PolicyKind::Identity)?;
        policies.identity.push(NamedPolicy::new("grown", policy));
    }
    Ok(policies)
}
