//! What a scenario typed, kept for the page of the run.

use std::sync::Arc;

use run_page::Command;

use super::World;
use crate::drivers::cli::Output;

impl World {
    /// A command begins: what the gate decided before it was for something else.
    pub(crate) fn begin_typing(&mut self, who: &str) {
        who.clone_into(&mut self.typing);
        drop(self.new_decisions());
    }

    /// The command has ended: keeps what came of it.
    pub(crate) fn keep(&mut self, output: Output) {
        let decisions = self.new_decisions();
        self.typed.push(Command {
            who: std::mem::take(&mut self.typing),
            text: output.command.clone(),
            signed_in: self.signed_in.take(),
            status: output.status,
            stdout: output.stdout.clone(),
            stderr: output.stderr.clone(),
            took: output.took,
            decisions,
        });
        self.output = Some(output);
    }

    /// Those on the scenario's account that were not there the last time.
    fn new_decisions(&mut self) -> Vec<Arc<run_page::Decision>> {
        let Ok(account) = self.account.parse() else { return Vec::new() };
        let mut all = self.stage.lab.gate().decisions();
        all.retain(|one| one.is_about(&account) && self.decided.insert(one.request_id.clone()));
        all
    }
}
