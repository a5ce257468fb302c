//! Programs that put into an account what a world file cannot say.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::process::Command;

use crate::LabError;
use crate::account::LabAccount;
use crate::inherited::unset_variables;
use crate::names::NO_PROXY;
use crate::world::Script;

/// How many lines of what a program printed are shown when it fails.
const SHOWN_LINES: usize = 15;

/// What programs find around them.
pub(crate) struct ScriptPlace {
    /// As a command in the lab finds it.
    pub(crate) environment: Vec<(String, String)>,
    /// The lab's aws CLI first.
    pub(crate) search_path: OsString,
    /// All variables of this process.
    pub(crate) inherited: Vec<OsString>,
}

impl ScriptPlace {
    /// Runs one in that folder, as the account's administrator, and waits for it; not for what
    /// it leaves running. What it started ends with it where the lab is given up.
    ///
    /// # Errors
    /// [`LabError::World`] where it cannot be run, or does not end with 0: then with its last
    /// lines.
    pub(crate) async fn run(
        &self,
        script: &Script,
        folder: &Path,
        account: &LabAccount,
    ) -> Result<(), LabError> {
        let Some((program, arguments)) = script.command.split_first() else { return Ok(()) };
        let mut command = Command::new(self.found(program, folder));
        command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
        for name in unset_variables(self.inherited.iter().cloned()) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("PATH", &self.search_path);
        // The lab listens where no proxy reaches.
        if !self.environment.iter().any(|(name, _)| name == "NO_PROXY") {
            command.envs([("NO_PROXY", NO_PROXY), ("no_proxy", NO_PROXY)]);
        }
        command.envs(account.environment());
        let key = &account.administrator;
        command.env("AWS_ACCESS_KEY_ID", &key.access_key_id);
        command.env("AWS_SECRET_ACCESS_KEY", key.secret_access_key.expose());
        let (status, printed) = outcome(command)
            .await
            .map_err(|error| script.place.error(format!("tried to run `{program}`: {error}")))?;
        if status.success() {
            return Ok(());
        }
        let printed = String::from_utf8_lossy(&printed);
        let lines: Vec<&str> = printed.lines().filter(|line| !line.trim().is_empty()).collect();
        let log = lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n");
        let error = script.place.error(format!("`{program}` ended ({status})"));
        Err(error.with_log(log).into())
    }

    /// A program with a `/` in it is beside the world file; another is looked for.
    fn found(&self, program: &str, folder: &Path) -> PathBuf {
        match program.contains('/') && Path::new(program).is_relative() {
            true => std::path::absolute(folder.join(program)).unwrap_or_else(|_| program.into()),
            false => program.into(),
        }
    }
}

/// How the command ended, and the end of what it printed. That goes into a file: the end of a
/// pipe comes only when everybody has let go of it, also what the command leaves running.
async fn outcome(mut command: Command) -> io::Result<(ExitStatus, Vec<u8>)> {
    let mut printed = tempfile::tempfile()?;
    command.stdout(printed.try_clone()?).stderr(printed.try_clone()?);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    // The command's own copies of the file.
    drop(command);
    let group = Group::of(child.id());
    let status = child.wait().await?;
    group.leave();
    Ok((status, end_of(&mut printed)?))
}

/// As much as is shown of the longest lines that anybody reads.
fn end_of(printed: &mut File) -> io::Result<Vec<u8>> {
    const MOST: u64 = 64 * 1024;
    let length = printed.metadata()?.len();
    printed.seek(io::SeekFrom::Start(length.saturating_sub(MOST)))?;
    let mut end = Vec::new();
    printed.take(MOST).read_to_end(&mut end)?;
    Ok(end)
}

/// The processes of a program: they are ended where nobody waits for it any more.
struct Group(Option<u32>);

impl Group {
    fn of(process: Option<u32>) -> Self {
        Self(process)
    }

    /// Leaves them alone: the program has ended by itself.
    fn leave(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};

            let group = self.0.and_then(|process| i32::try_from(process).ok());
            if let Some(group) = group.and_then(Pid::from_raw) {
                // Those that have ended already are not missed.
                let _ = kill_process_group(group, Signal::KILL);
            }
        }
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::sync::Arc;

    use fed_types::Secret;
    use iam_gate::AccessKey;

    use super::*;
    use crate::world::World;

    /// Runs the only script of a world file in a folder of its own.
    async fn run(script: &str) -> (Result<(), LabError>, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("world.toml");
        std::fs::write(folder.path().join("seed.sh"), script).unwrap();
        let text = "[[account]]\nid = \"111122223333\"\n[[account.script]]\n\
                    command = [\"sh\", \"seed.sh\", \"an argument\"]\n";
        std::fs::write(&file, text).unwrap();
        let world = World::read(&file).unwrap();
        let environment = [("AWS_REGION", "eu-west-1"), ("FED_LAB_ACCOUNT_ID", "999999999999")];
        let place = ScriptPlace {
            environment: environment.map(|(name, value)| (name.into(), value.into())).to_vec(),
            search_path: "/usr/bin:/bin".into(),
            inherited: vec!["AWS_PROFILE".into()],
        };
        let secret_access_key = Secret::new("secret".to_owned());
        let administrator = AccessKey { access_key_id: "AKIA1".to_owned(), secret_access_key };
        let account = LabAccount { id: "111122223333".parse().unwrap(), administrator };
        let contents = Arc::new(world.accounts[0].contents.clone());
        let outcome = place.run(&contents.scripts[0], &contents.folder, &account).await;
        (outcome, folder)
    }

    #[tokio::test]
    async fn a_script_runs_beside_the_file_as_its_accounts_administrator() {
        let script = "echo $1 $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_REGION \
                      $FED_LAB_ACCOUNT_ID $NO_PROXY ${AWS_PROFILE-} $PATH > out";
        let (outcome, folder) = run(script).await;
        outcome.unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.path().join("out")).unwrap(),
            "an argument AKIA1 secret eu-west-1 111122223333 127.0.0.1,localhost,::1 /usr/bin:/bin\n"
        );
    }

    /// The world's own process leaves another running, which holds what it prints into.
    #[tokio::test]
    async fn what_a_script_leaves_running_is_not_waited_for() {
        let script = "mkfifo end; (read over < end) & echo $! > left; echo begun; exit 4";
        let waited = tokio::time::timeout(std::time::Duration::from_secs(20), run(script)).await;
        let (outcome, folder) = waited.expect("it waits for what was left running");
        assert_eq!(outcome.unwrap_err().log(), Some("begun"));
        let left: i32 =
            std::fs::read_to_string(folder.path().join("left")).unwrap().trim().parse().unwrap();
        let left = rustix::process::Pid::from_raw(left).unwrap();
        rustix::process::test_kill_process(left).expect("it was left running");
        rustix::process::kill_process(left, rustix::process::Signal::KILL).unwrap();
    }

    /// As by Ctrl-C, which a process group of its own does not get.
    #[tokio::test]
    async fn what_a_script_has_started_ends_where_it_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("held");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (ended, has_ended) = tokio::sync::oneshot::channel();
        let held = fifo.clone();
        std::thread::spawn(move || {
            let mut lines = io::BufReader::new(File::open(held).unwrap());
            io::BufRead::read_line(&mut lines, &mut String::new()).unwrap();
            begun.send(()).unwrap();
            // Until everybody has closed the other end.
            ended.send(io::read_to_string(lines).unwrap()).unwrap();
        });
        let script = format!("exec > {}; echo begun; tail -f /dev/null & wait", fifo.display());
        tokio::select! {
            _ = run(&script) => panic!("it has ended by itself"),
            begun = has_begun => begun.unwrap(),
        }
        let rest = tokio::time::timeout(std::time::Duration::from_secs(20), has_ended).await;
        assert_eq!(rest.expect("something holds it still").unwrap(), "");
    }

    #[tokio::test]
    async fn a_script_that_fails_is_told_with_its_place_and_last_lines() {
        let (outcome, folder) = run("seq 20; echo no such table >&2; exit 3").await;
        let error = outcome.unwrap_err();
        let told = error.to_string().replace(&folder.path().display().to_string(), "[folder]");
        insta::assert_snapshot!(told, @r#"
        `[folder]/world.toml` line 3, column 1: `sh` ended (exit status: 3)
            |
          3 | [[account.script]]
            | ^^^^^^^^^^^^^^^^^^
        "#);
        let log = error.log().unwrap();
        assert_eq!((log.lines().next(), log.lines().last()), (Some("7"), Some("no such table")));
        assert!(!log.contains("secret"), "{log}");
    }
}
