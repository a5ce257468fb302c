//! What was measured, beside what was aimed at.

use crate::failure::Failure;

/// A target, and whether it was met.
pub(super) struct Goal {
    text: String,
    met: bool,
}

impl Goal {
    pub(super) fn at_most(measured: f64, limit: f64) -> Self {
        Self { text: format!("at most {limit}"), met: measured <= limit }
    }

    pub(super) fn at_least(measured: f64, limit: f64) -> Self {
        Self { text: format!("at least {limit}"), met: measured >= limit }
    }
}

/// The rows, in the order they were added.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<(String, String, Option<Goal>)>,
}

impl Table {
    /// A figure without a target.
    pub(super) fn says(&mut self, what: &str, measured: String) {
        self.rows.push((what.to_owned(), measured, None));
    }

    /// A figure with one.
    pub(super) fn judges(&mut self, what: &str, measured: String, goal: Goal) {
        self.rows.push((what.to_owned(), measured, Some(goal)));
    }

    /// Prints the table; fails when a target was missed.
    pub(super) fn print(&self) -> Result<(), Failure> {
        let width = self.rows.iter().map(|(what, ..)| what.len()).max().unwrap_or_default();
        for (what, measured, goal) in &self.rows {
            let verdict = goal.as_ref().map_or_else(String::new, |goal| {
                format!("  ({}: {})", goal.text, if goal.met { "met" } else { "MISSED" })
            });
            println!("{what:width$}  {measured}{verdict}");
        }
        match self.missed().as_slice() {
            [] => Ok(()),
            missed => Err(Failure::new(format!("missed: {}", missed.join(", ")))
                .hint("run it again on a machine that does nothing else")),
        }
    }

    fn missed(&self) -> Vec<&str> {
        let missed = self.rows.iter().filter(|(.., goal)| goal.as_ref().is_some_and(|g| !g.met));
        missed.map(|(what, ..)| what.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_fails_and_is_named() {
        let mut table = Table::default();
        table.says("a", "1".to_owned());
        table.judges("b", "2".to_owned(), Goal::at_most(2.0, 2.0));
        table.judges("c", "200".to_owned(), Goal::at_least(200.0, 200.0));
        table.print().unwrap();
        table.judges("d", "3".to_owned(), Goal::at_most(2.01, 2.0));
        table.judges("e", "4".to_owned(), Goal::at_least(f64::NAN, 2.0));
        assert_eq!(table.print().unwrap_err().to_string(), "missed: d, e");
    }
}
