"""The plugin in test sessions of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def _options(config: pytest.Config) -> list[str]:
    program = config.getoption("--fed-lab")
    backend = config.getoption("--fed-lab-backend") or "auto"
    chosen = [f"--fed-lab={program}"] if program else []
    return [*chosen, f"--fed-lab-backend={backend}", "-p", "no:cacheprovider"]


def test_a_failure_is_reported_with_what_was_decided(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    pytester.makepyfile(
        """
        def test_fails(fed_lab_account):
            user = fed_lab_account.user("ada")
            fed_lab_account.client("iam", user).list_users()
        """
    )
    result = pytester.runpytest_subprocess(*_options(pytestconfig))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*fed-lab decisions, account *",
            "ImplicitlyDenied  iam:ListUsers  *by arn:aws:iam::*:user/ada",
            "*because no identity-based policy allows the iam:ListUsers action*",
        ]
    )


def test_the_example_of_the_readme_holds(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    pytester.makepyfile(example)
    result = pytester.runpytest_subprocess(*_options(pytestconfig))
    result.assert_outcomes(passed=1)


def test_workers_share_one_lab_which_ends_with_the_session(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(200))
        def test_own_account(fed_lab, fed_lab_account, number):
            with open("labs", "a") as labs:
                print(fed_lab.gate_url, fed_lab_account.id, file=labs)
            user = fed_lab_account.user("ada")
            with fed_lab_account.assert_denied("iam:ListUsers"):
                fed_lab_account.client("iam", user).list_users()
        """
    )
    result = pytester.runpytest_subprocess(*_options(pytestconfig), "-n", "8", "-q")
    result.assert_outcomes(passed=200)
    lines = (pytester.path / "labs").read_text().splitlines()
    gates, accounts = {line.split()[0] for line in lines}, {line.split()[1] for line in lines}
    assert len(accounts) == 200
    assert len(gates) == 1
    program = pytestconfig.getoption("--fed-lab") or "fed-lab"
    status = subprocess.run([program, "status"], capture_output=True, text=True, check=True)
    assert gates.pop() not in status.stdout


def test_within_a_lab_boto3_goes_by_the_environment_and_the_plugin_takes_that_lab(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    pytester.makepyfile(
        """
        import os

        import boto3
        import pytest
        from botocore.exceptions import ClientError

        def test_without_the_plugin():
            key = os.environ["FED_LAB_ADMIN_ACCESS_KEY_ID"]
            sts = boto3.client(
                "sts",
                aws_access_key_id=key,
                aws_secret_access_key=os.environ["FED_LAB_ADMIN_SECRET_ACCESS_KEY"],
            )
            assert sts.get_caller_identity()["Account"] == os.environ["FED_LAB_ACCOUNT_ID"]
            sts = boto3.client("sts", aws_access_key_id=key, aws_secret_access_key="another")
            with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
                sts.get_caller_identity()

        def test_with_the_plugin(fed_lab):
            assert fed_lab.gate_url == os.environ["FED_LAB_GATE_URL"]
        """
    )
    program = pytestconfig.getoption("--fed-lab") or "fed-lab"
    backend = pytestconfig.getoption("--fed-lab-backend") or "auto"
    inside = [sys.executable, "-m", "pytest", *_options(pytestconfig)]
    result = pytester.run(
        program, "exec", "--backend", backend, "--services", "iam,sts,ec2,s3", "--", *inside
    )
    result.assert_outcomes(passed=2)


def test_a_session_that_needs_no_lab_starts_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_subprocess("--fed-lab=/nowhere/fed-lab")
    result.assert_outcomes(passed=1)


def test_a_lab_that_does_not_start_fails_each_test_at_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_one(fed_lab_account): pass
        def test_two(fed_lab_account): pass
        """
    )
    result = pytester.runpytest_subprocess("--fed-lab=/nowhere/fed-lab")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        ["*found no program `/nowhere/fed-lab`; install it, or name it with --fed-lab"]
    )
    assert "FED_LAB_CONTROL_URL" not in os.environ


def test_what_the_tests_used_is_learned_as_policies(
    pytester: pytest.Pytester, pytestconfig: pytest.Config
) -> None:
    pytester.makepyfile(
        """
        import pytest

        ANYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}

        @pytest.mark.parametrize("call", ["list_users", "list_groups", "list_users"])
        def test_reads(fed_lab_account, call):
            iam = fed_lab_account.client("iam", fed_lab_account.user("ada", policy=ANYTHING))
            getattr(iam, call)()

        def test_is_denied(fed_lab_account):
            user = fed_lab_account.user("eve")
            with fed_lab_account.assert_denied("iam:ListRoles"):
                fed_lab_account.client("iam", user).list_roles()
        """
    )
    options = [*_options(pytestconfig), "--fed-lab-learn=learned.json", "-n", "2"]
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=4)
    learned = json.loads((pytester.path / "learned.json").read_text())
    [account] = {principal.split(":")[4] for principal in learned}
    [policy] = learned[f"arn:aws:iam::{account}:user/ada"]
    assert policy["Statement"] == [
        {"Effect": "Allow", "Action": f"iam:List{kind.title()}s", "Resource": f"arn:aws:iam::{account}:{kind}/"}
        for kind in ("group", "user")
    ]
    assert set(learned) == {f"arn:aws:iam::{account}:{name}" for name in ("user/ada", "root")}


def test_without_a_lab_nothing_is_learned(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    options = ["--fed-lab=/nowhere/fed-lab", "--fed-lab-learn=learned.json"]
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=1)
    assert json.loads((pytester.path / "learned.json").read_text()) == {}
