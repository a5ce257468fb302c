//! What came of the clients, as a document.

use std::collections::BTreeMap;
use std::fmt::Write as _;

const HEAD: &str = "\
# Clients in the lab

Programs as they are released, run in a lab by AWS's and Google's own names with nothing that leads
them there: `cargo xtask clients` wrote this. Each was answered by the lab and connected nowhere else,
by the lab's log of connections and, with `--sealed`, by the namespace's counters: one interface,
loopback, and no packet without a way. By `--names` only those run that are known to go by a proxy.
What each did is in `crates/fed-lab/tests/clients/each`.

| client | version | `--sealed` | `--names` |
| --- | --- | --- | --- |
";

/// A line of the results.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    name: String,
    version: String,
    /// `passed`, `failed` or `left out`.
    pub(super) what: String,
    connections: String,
}

impl Outcome {
    pub(super) fn read(line: &str) -> Option<Self> {
        let mut parts = line.split('\t').map(str::to_owned);
        let (name, version) = (parts.next()?, parts.next()?);
        Some(Self { name, version, what: parts.next()?, connections: parts.next()? })
    }

    fn cell(&self) -> String {
        match self.what.as_str() {
            "passed" if self.connections == "1" => "1 connection".to_owned(),
            "passed" => format!("{} connections", self.connections),
            other => other.to_owned(),
        }
    }
}

/// The table, a line a client.
pub(super) fn document(outcomes: &[(&str, Vec<Outcome>)]) -> String {
    let mut rows: BTreeMap<&str, (&str, BTreeMap<&str, String>)> = BTreeMap::new();
    for (way, outcomes) in outcomes {
        for outcome in outcomes {
            let row = rows.entry(&outcome.name).or_default();
            row.0 = &outcome.version;
            row.1.insert(way, outcome.cell());
        }
    }
    let mut text = HEAD.to_owned();
    for (name, (version, cells)) in rows {
        let cell = |way: &str| cells.get(way).map_or("–", String::as_str);
        let (sealed, names) = (cell("sealed"), cell("names"));
        // Writing to a text does not fail.
        let _ = writeln!(text, "| {name} | {version} | {sealed} | {names} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_one_row() {
        let line = |text: &str| Outcome::read(text).unwrap();
        let sealed = vec![line("curl\t7.88.1\tpassed\t1"), line("wget\t\tleft out\t0")];
        let names = vec![line("curl\t7.88.1\tpassed\t2")];
        let text = document(&[("sealed", sealed), ("names", names)]);
        let rows: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("| ---")).collect();
        assert_eq!(
            rows[1..],
            ["| curl | 7.88.1 | 1 connection | 2 connections |", "| wget |  | left out | – |",]
        );
        assert_eq!(Outcome::read("curl\t7.88.1"), None);
    }
}
