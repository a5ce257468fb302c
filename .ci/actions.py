"""Runs the composite actions as a runner does, in a lab: step by step, each in a shell of its own,
with the files by which a step gives variables to the next.

    fed-lab exec --issuer github-actions -- fed-lab workflow --repository acme/app -- \\
        python .ci/actions.py PACKAGES
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

ACTIONS = Path(__file__).parents[1] / ".github" / "actions"
ROLE = f"arn:aws:iam::{os.environ['FED_LAB_ACCOUNT_ID']}:role/deploy"


class Job:
    """What is left of a job between two steps: variables, the search path, and the log."""

    def __init__(self, folder: Path, ref: str = "v0.0.0", **variables: str) -> None:
        self.folder = folder
        # At which the action is used.
        self.ref = ref
        self.log = ""
        self.status = 0
        self.given: dict[str, str] = {}
        self.path: list[str] = []
        self._variables = variables

    def step(self, run: str, **variables: str) -> str:
        """Runs one step; after one that failed none runs any more."""
        if self.status:
            return ""
        files = {name: self.folder / name for name in ("GITHUB_ENV", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        environment = os.environ | self._variables | self.given | variables
        environment |= {name: str(file) for name, file in files.items()}
        environment |= {"RUNNER_TEMP": str(self.folder)}
        environment["PATH"] = os.pathsep.join([*self.path, environment["PATH"]])
        result = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", run],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        self.status = result.returncode
        self.log += result.stdout
        self.given |= variables_of(files["GITHUB_ENV"].read_text())
        self.path[:0] = files["GITHUB_PATH"].read_text().splitlines()
        return result.stdout

    def uses(self, action: str, **inputs: str) -> None:
        """Runs the steps of an action with these inputs over its defaults."""
        described = YAML(typ="safe").load((ACTIONS / action / "action.yml").read_text())
        known = described["inputs"]
        assert not inputs.keys() - known.keys(), inputs
        values = {name: inputs.get(name, known[name].get("default", "")) for name in known}
        for step in described["runs"]["steps"]:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"], "an expression in a script is a hole"
            known_to_runner = {f"inputs.{name}": value for name, value in values.items()}
            known_to_runner |= {"github.action_ref": self.ref, "github.action_repository": "acme/fed"}
            variables = {
                name: re.sub(r"\$\{\{ ([a-z_.-]+) }}", lambda found: known_to_runner[found[1]], value)
                for name, value in step.get("env", {}).items()
            }
            self.step(step["run"], GITHUB_ACTION_PATH=str(ACTIONS / action), **variables)


def variables_of(text: str) -> dict[str, str]:
    """As the runner reads the file: `NAME=VALUE`, or `NAME<<MARK`, lines, and the mark."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        if re.match(r"[A-Za-z_]\w*<<", line):
            name, mark = line.split("<<", 1)
            value = []
            while (line := next(lines)) != mark:
                value.append(line)
            found[name] = "\n".join(value)
        else:
            name, value_of_line = line.split("=", 1)
            found[name] = value_of_line
    return found


def administer(*command: str) -> None:
    """Runs a command with the account's administrator's key."""
    key = {
        "AWS_ACCESS_KEY_ID": os.environ["FED_LAB_ADMIN_ACCESS_KEY_ID"],
        "AWS_SECRET_ACCESS_KEY": os.environ["FED_LAB_ADMIN_SECRET_ACCESS_KEY"],
    }
    subprocess.run(command, env=os.environ | key, check=True, stdout=subprocess.DEVNULL)


def a_run_on_main_gets_credentials_and_its_log_masks_them(folder: Path) -> None:
    job = Job(folder)
    job.uses("credentials", **{"role-arn": ROLE, "region": "eu-central-1", "role-session-name": "run"})
    assert job.status == 0, job.log
    secrets = [
        job.given[name]
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    ]
    rest = job.log
    for secret in secrets:
        assert f"::add-mask::{secret}\n" in rest
        rest = rest.replace(f"::add-mask::{secret}\n", "", 1)
    assert not [secret for secret in secrets if secret in rest], "a secret is in the log"
    who = job.step("aws sts get-caller-identity --query Arn --output text; echo $AWS_REGION")
    assert who.split() == [ROLE.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/run", "eu-central-1"]


def another_role_is_refused_and_nothing_given(folder: Path) -> None:
    job = Job(folder)
    job.uses("credentials", **{"role-arn": ROLE.replace("deploy", "release")})
    assert job.status == 3, job.log
    assert "AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity" in job.log
    assert job.given == {}


def a_role_of_an_account_that_is_not_listed_is_not_asked_for(folder: Path) -> None:
    job = Job(folder)
    job.uses("credentials", **{"role-arn": ROLE, "allowed-account-ids": "111122223333, 444455556666"})
    assert job.status == 2, job.log
    account = os.environ["FED_LAB_ACCOUNT_ID"]
    assert f"::error::the role is of account {account}, and `allowed-account-ids` lists 1111" in job.log
    assert job.given == {}
    listed = Job(folder)
    listed.uses("credentials", **{"role-arn": ROLE, "allowed-account-ids": f"111122223333, {account}"})
    assert listed.status == 0, listed.log


def what_an_input_says_is_not_run(folder: Path) -> None:
    for name in ("role-arn", "role-session-name", "region", "duration", "allowed-account-ids"):
        job = Job(folder)
        job.uses("credentials", **({"role-arn": ROLE} | {name: "$(touch ran)`touch ran`;touch ran"}))
        assert job.status != 0, name
        assert job.given == {}, name
        assert not (folder / "ran").exists(), name


def an_input_becomes_no_command_of_the_runners(folder: Path) -> None:
    evil = "x\n::set-output name=a::b\r\nAWS_ENDPOINT_URL=https://evil.example%0A::stop-commands::z"
    for action, known in (("credentials", {"role-arn": ROLE}), ("lab", {})):
        names = YAML(typ="safe").load((ACTIONS / action / "action.yml").read_text())["inputs"]
        # Both programs are here already, whichever version is named.
        for name in names.keys() - {"version"}:
            job = Job(folder)
            job.uses(action, **(known | {name: evil}))
            assert job.status == 2, (action, name, job.log)
            assert job.given == {}, (action, name)
            commands = [line for line in job.log.splitlines() if line.startswith("::")]
            assert len(commands) == 1 and commands[0].startswith("::error::"), (name, job.log)
            assert "%250A" in commands[0] and "%0D%0A" in commands[0], commands
    for region in ("EU-WEST-1", "eu.evil.example", "-", "a/b", "eu west"):
        job = Job(folder)
        job.uses("credentials", **{"role-arn": ROLE, "region": region})
        assert job.status == 2 and job.given == {}, (region, job.log)
        assert f"expected a region such as `eu-central-1`, found `{region}`" in job.log, job.log


def a_session_policy_narrows(folder: Path) -> None:
    (folder / "none.json").write_text(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}}'
    )
    job = Job(folder)
    job.uses("credentials", **{"role-arn": ROLE, "session-policy-file": "none.json"})
    assert job.status == 0, job.log
    job.step("aws ec2 describe-instances")
    assert "because no session policy allows the ec2:DescribeInstances action" in job.log, job.log


def a_lab_serves_the_steps_that_follow(folder: Path) -> None:
    job = Job(folder, GITHUB_RUN_ID="7", GITHUB_RUN_ATTEMPT="1")
    job.uses("lab", backend="host")
    try:
        assert job.status == 0, job.log
        assert job.given["FED_LAB_NAME"] == "job-7-1"
        assert job.path == [str(Path(job.given["FED_LAB_AWS_CLI"]).parent)], job.path
        secret = job.given["FED_LAB_ADMIN_SECRET_ACCESS_KEY"]
        assert job.log.replace(f"::add-mask::{secret}\n", "", 1).count(secret) == 0
        job.step(
            'AWS_ACCESS_KEY_ID=$FED_LAB_ADMIN_ACCESS_KEY_ID '
            'AWS_SECRET_ACCESS_KEY=$FED_LAB_ADMIN_SECRET_ACCESS_KEY aws s3 mb s3://from-a-job'
        )
        assert job.log.endswith("make_bucket: from-a-job\n"), job.log
    finally:
        subprocess.run(["fed-lab", "down", "--name", "job-7-1"], check=True, stdout=subprocess.DEVNULL)


def a_job_that_leads_elsewhere_is_refused_a_lab(folder: Path) -> None:
    for name in ("AWS_ENDPOINT_URL_STS", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY"):
        job = Job(folder, GITHUB_RUN_ID="8", GITHUB_RUN_ATTEMPT="1", **{name: "CANARY"})
        job.uses("lab", backend="host")
        assert job.status == 2, (name, job.log)
        assert f"::error::the job has `{name}` set, which would lead AWS clients" in job.log, job.log
        assert "CANARY" not in job.log and job.given == {}, job.log
        running = subprocess.run(["fed-lab", "status"], capture_output=True, text=True, check=False)
        assert "job-8-1" not in running.stdout, running.stdout


def a_program_comes_from_the_release_if_its_checksum_holds(folder: Path, packages: Path) -> None:
    archive = next(packages.glob("fed-*-linux.tar.gz"))
    version = archive.name.split("-")[1]
    release = folder / "releases" / f"v{version}"
    release.mkdir(parents=True)
    for file in (archive, Path(f"{archive}.sha256")):
        (release / file.name).write_bytes(file.read_bytes())
    # A job that has neither program yet.
    bare = os.pathsep.join(
        part
        for part in os.environ["PATH"].split(os.pathsep)
        if not (Path(part) / "fed-cli").exists() and not (Path(part) / "fed-lab").exists()
    )
    variables = {
        "FED_RELEASES": (folder / "releases").as_uri(),
        "PATH": bare,
    }

    def installed(ref: str) -> Job:
        """A job whose first step is the action's: it installs."""
        job = Job(folder, ref, **variables)
        job.uses("credentials", **{"role-arn": "none"})
        assert job.status != 0
        return job

    job = installed(f"v{version}")
    assert "expected `role-arn` to be" in job.log, job.log
    job.status = 0
    assert job.step("fed-cli --version") == f"fed-cli {version}\n", job.log
    with (release / archive.name).open("ab") as changed:
        changed.write(b"x")
    changed_one = installed(f"v{version}")
    assert changed_one.status == 1 and "the checksum of" in changed_one.log, changed_one.log
    assert changed_one.path == []
    of_a_branch = installed("main")
    assert of_a_branch.status == 1 and "`main`, which is no release" in of_a_branch.log


def main() -> None:
    issuer = os.environ["FED_LAB_GITHUB_ACTIONS_ISSUER"]
    for role, subject in (("deploy", "main"), ("release", "release")):
        administer(
            "fed-cli", "bootstrap", "apply", "--yes", "--issuer", issuer,
            "--role-arn", ROLE.replace("deploy", role),
            "--subject", f"repo:acme/app:ref:refs/heads/{subject}",
            "--policy-arn", "AmazonEC2ReadOnlyAccess",
        )  # fmt: skip
    tests = [
        a_run_on_main_gets_credentials_and_its_log_masks_them,
        another_role_is_refused_and_nothing_given,
        a_role_of_an_account_that_is_not_listed_is_not_asked_for,
        what_an_input_says_is_not_run,
        an_input_becomes_no_command_of_the_runners,
        a_session_policy_narrows,
        a_lab_serves_the_steps_that_follow,
        a_job_that_leads_elsewhere_is_refused_a_lab,
        lambda folder: a_program_comes_from_the_release_if_its_checksum_holds(
            folder, Path(sys.argv[1]).resolve()
        ),
    ]
    for test in tests:
        with tempfile.TemporaryDirectory() as folder:
            test(Path(folder))
    print(f"actions: {len(tests)} passed, 0 failed")


if __name__ == "__main__":
    main()
