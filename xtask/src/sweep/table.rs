//! What came of the cases, as a document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::failure::Failure;

/// Where it is.
pub(super) const DOCUMENT: &str = "docs/least-privilege.md";

const HEAD: &str = "\
# The least that calls need

`cargo xtask sweep` wrote this. Each operation was called by the aws CLI four times: past the gate; by
a role that has exactly the permissions that AWS asks for, on exactly the resources, by its Service
Authorization Reference; by a role that may do everything but one of them, for each; and by a role that
may do everything and is denied one of them on that very resource, for each. What is refused is refused in
the service's own form, with the action and the resource named. The last call of each is the one that
works, so that what was refused before it has changed nothing. What is closed to roles is refused to all
of them, since the gate does not know all that it needs. What an emulator fails at fails past the gate, too,
and the gate lets it through to who may do it. LocalStack and moto serve only some services.

The cases are in `xtask/src/sweep/cases`, a file a service, with the source of what is asked for.
";

/// A line of the results.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    service: String,
    operation: String,
    /// Past the gate, and by the role with exactly the permissions: `works`; the second may be
    /// `closed`, where the gate lets no role; both may be `fails`, where the emulator cannot.
    works: [String; 2],
    /// Without a permission, and denied one: `refused`.
    refused: [String; 2],
    remark: String,
}

impl Outcome {
    pub(super) fn read(line: &str) -> Result<Self, Failure> {
        let parts: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let expected =
            || Failure::new(format!("expected seven fields between tabs, found `{line}`"));
        let [service, operation, direct, exact, without, denied, remark]: [String; 7] =
            parts.try_into().map_err(|_| expected())?;
        let (works, refused) = ([direct, exact], [without, denied]);
        Ok(Self { service, operation, works, refused, remark })
    }

    fn is_closed(&self) -> bool {
        self.works[1] == "closed"
    }

    fn fails(&self) -> bool {
        self.works.iter().all(|outcome| outcome == "fails")
    }

    /// What is otherwise than it has to be.
    pub(super) fn fault(&self) -> Option<String> {
        let works = self.works[0] == "works" && (self.works[1] == "works" || self.is_closed());
        let is_right =
            (works || self.fails()) && self.refused.iter().all(|outcome| outcome == "refused");
        let told = || {
            let [direct, exact, without, denied] =
                [&self.works[0], &self.works[1], &self.refused[0], &self.refused[1]];
            format!(
                "{} {}\n  directly: {direct}\n  with exactly that: {exact}\n  without: {without}\n  \
                 denied: {denied}",
                self.service, self.operation
            )
        };
        (!is_right).then(told)
    }

    fn name(&self) -> String {
        match self.remark.is_empty() || self.is_closed() || self.fails() {
            true => format!("`{}`", self.operation),
            false => format!("`{}` ({})", self.operation, self.remark),
        }
    }
}

/// The tables, one an emulator, a row a service.
pub(super) fn document(sections: &[(&str, Vec<Outcome>)]) -> String {
    let mut text = HEAD.to_owned();
    for (emulator, outcomes) in sections {
        let name = if *emulator == "localstack" { "LocalStack on the host" } else { "moto" };
        let mut services: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
        for outcome in outcomes {
            services.entry(&outcome.service).or_default().push(outcome);
        }
        // Writing to a text does not fail.
        let _ = write!(
            text,
            "\n## In front of {name}\n\n{} calls of {} services.\n\n\
             | service | operations | work | refused without | refused by Deny | remarks |\n\
             | --- | --- | --- | --- | --- | --- |\n",
            outcomes.len(),
            services.len()
        );
        for (service, outcomes) in services {
            let _ = writeln!(text, "{}", row(service, &outcomes));
        }
    }
    text
}

fn row(service: &str, outcomes: &[&Outcome]) -> String {
    let names: Vec<_> = outcomes.iter().map(|outcome| outcome.name()).collect();
    let work = outcomes.iter().filter(|outcome| outcome.works[1] == "works").count();
    let count = |which: usize| {
        outcomes.iter().filter(|outcome| outcome.refused[which] == "refused").count()
    };
    let told = |which: fn(&Outcome) -> bool, how: &str| {
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for outcome in outcomes.iter().filter(|outcome| which(outcome)) {
            reasons.entry(&outcome.remark).or_default().push(outcome.name());
        }
        let told =
            |(why, names): (&&str, &Vec<String>)| format!("{how}: {}, for {why}", names.join(", "));
        reasons.iter().map(told).collect::<Vec<_>>()
    };
    let mut remarks = told(Outcome::is_closed, "closed to roles");
    remarks.extend(told(Outcome::fails, "the emulator fails"));
    format!(
        "| {service} | {} | {work} | {} | {} | {} |",
        names.join(", "),
        count(0),
        count(1),
        remarks.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(line: &str) -> Outcome {
        Outcome::read(&line.replace(' ', "\t").replace('_', " ")).unwrap()
    }

    #[test]
    fn a_service_is_one_row() {
        let outcomes = vec![
            outcome("sqs send-message works works refused refused "),
            outcome("sqs create-queue works works refused refused with_tags"),
            outcome("kms sign works closed refused refused nobody_looks"),
            outcome("kms verify fails fails refused refused it_has_no_keys"),
        ];
        let text = document(&[("moto", outcomes)]);
        let rows: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("## ")).collect();
        assert_eq!(
            rows,
            [
                "## In front of moto",
                "",
                "4 calls of 2 services.",
                "",
                "| service | operations | work | refused without | refused by Deny | remarks |",
                "| --- | --- | --- | --- | --- | --- |",
                "| kms | `sign`, `verify` | 0 | 2 | 2 | closed to roles: `sign`, for nobody looks; \
                 the emulator fails: `verify`, for it has no keys |",
                "| sqs | `send-message`, `create-queue` (with tags) | 2 | 2 | 2 |  |",
            ]
        );
        let failure = Outcome::read("sqs\tsend-message").unwrap_err().to_string();
        assert_eq!(failure, "expected seven fields between tabs, found `sqs\tsend-message`");
    }

    #[test]
    fn every_other_outcome_is_a_fault() {
        for right in [
            "works works refused refused ",
            "works closed refused refused why",
            "fails fails refused refused why",
        ] {
            assert_eq!(outcome(&format!("sqs send-message {right}")).fault(), None);
        }
        for wrong in [
            "failed works refused refused ",
            "works refused refused refused ",
            "works works WORKED refused ",
            "works closed refused WORKED why",
            "fails works refused refused why",
            "fails fails refused WORKED why",
        ] {
            let fault = outcome(&format!("sqs send-message {wrong}")).fault().unwrap();
            assert!(fault.starts_with("sqs send-message\n  directly: "), "{fault}");
        }
    }
}
