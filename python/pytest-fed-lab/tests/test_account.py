"""The fixtures, as a test uses them, against a real lab."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from pytest_fed_lab import Account, Lab

Tokens = Callable[..., str]
GITHUB = "token.actions.githubusercontent.com"


def trust(federated: str, **equals: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Federated": federated},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": equals},
        },
    }


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": statement}


def test_two_accounts_see_nothing_of_each_other(fed_lab: Lab, fed_lab_account: Account) -> None:
    other = fed_lab.account()
    fed_lab_account.user("ada")
    for account, names in ((fed_lab_account, ["ada"]), (other, [])):
        users = account.client("iam").list_users()["Users"]
        assert [user["UserName"] for user in users] == names
    other.close()


def test_a_closed_accounts_keys_are_unknown(fed_lab: Lab) -> None:
    account = fed_lab.account()
    user = account.user("ada", allow("*"))
    account.client("iam", user).list_users()
    account.close()
    for key in (account.administrator, user):
        with pytest.raises(ClientError) as refused:
            account.client("sts", key).get_caller_identity()
        assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"


def test_a_reset_account_holds_nothing_and_knows_no_old_key(fed_lab_account: Account) -> None:
    user = fed_lab_account.user("ada", allow("*"))
    fed_lab_account.client("s3", region="us-east-1").create_bucket(
        Bucket=f"own-{fed_lab_account.id}"
    )
    fed_lab_account.lab.ask("POST", f"/accounts/{fed_lab_account.id}/reset", {})
    assert fed_lab_account.client("iam").list_users()["Users"] == []
    assert fed_lab_account.client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(ClientError) as refused:
        fed_lab_account.client("iam", user).list_users()
    assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"
    # The same name again is another user: the old policy is gone.
    with fed_lab_account.assert_denied("iam:ListUsers"):
        fed_lab_account.client("iam", fed_lab_account.user("ada")).list_users()


def test_a_reset_leaves_other_accounts_alone(fed_lab: Lab, fed_lab_account: Account) -> None:
    other = fed_lab.account()
    user = other.user("ada", allow("iam:ListUsers"))
    fed_lab_account.lab.ask("POST", f"/accounts/{fed_lab_account.id}/reset", {})
    assert len(other.client("iam", user).list_users()["Users"]) == 1
    other.close()


def test_only_the_named_repository_becomes_the_role(
    fed_lab_account: Account, github_token: Tokens
) -> None:
    provider = fed_lab_account.github_provider()
    claims = {
        f"{GITHUB}:aud": "sts.amazonaws.com",
        f"{GITHUB}:sub": "repo:acme/app:ref:refs/heads/main",
    }
    role = fed_lab_account.role("deploy", trust(provider, **claims), allow("s3:ListAllMyBuckets"))
    token = github_token(repository="acme/app")
    assert role.client("s3", token).list_buckets()["Buckets"] == []
    for stranger in (
        github_token(repository="eve/app"),
        github_token(repository="acme/app", ref="refs/heads/other"),
        github_token(repository="acme/app", audience="another"),
    ):
        with pytest.raises(ClientError):
            role.assume(stranger)
    with fed_lab_account.assert_denied("sts:AssumeRoleWithWebIdentity", role.arn):
        role.assume(github_token(repository="eve/app"))
    with fed_lab_account.assert_denied("ec2:DescribeInstances"):
        role.client("ec2", token).describe_instances()


def test_code_with_clients_of_its_own_is_in_the_account(
    fed_lab_account: Account, fed_lab_environment: dict[str, str]
) -> None:
    identity = boto3.client("sts").get_caller_identity()
    assert identity["Account"] == fed_lab_account.id


def test_a_persons_profile_has_no_say(
    fed_lab_account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA" + "OFSOMEBODYELSE00")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    identity = fed_lab_account.client("sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{fed_lab_account.id}:root"


def test_assert_denied_takes_nothing_else_for_a_denial(fed_lab_account: Account) -> None:
    s3 = fed_lab_account.client("s3")
    with pytest.raises(ClientError) as missing:
        with fed_lab_account.assert_denied("s3:GetObject"):
            s3.get_object(Bucket=f"none-{fed_lab_account.id}", Key="a")
    assert missing.value.response["Error"]["Code"] == "NoSuchBucket"
    with pytest.raises(AssertionError, match="expected iam:ListUsers to be denied"):
        with fed_lab_account.assert_denied("iam:ListUsers"):
            fed_lab_account.client("iam").list_users()
    user = fed_lab_account.user("ada")
    with pytest.raises(ClientError):
        # Denied, but not what was expected to be.
        with fed_lab_account.assert_denied("iam:ListRoles"):
            fed_lab_account.client("iam", user).list_users()
    with fed_lab_account.assert_denied("iam:ListUsers"):
        fed_lab_account.client("iam", user).list_users()


def test_assert_allowed_wants_the_action_to_have_been_asked_for(fed_lab_account: Account) -> None:
    with fed_lab_account.assert_allowed("iam:ListUsers"):
        fed_lab_account.client("iam").list_users()
    with pytest.raises(AssertionError, match="expected iam:ListRoles to be asked for"):
        with fed_lab_account.assert_allowed("iam:ListRoles"):
            fed_lab_account.client("iam").list_users()


def test_keys_are_not_shown(fed_lab_account: Account) -> None:
    assert fed_lab_account.administrator.secret_access_key not in repr(fed_lab_account.administrator)
    assert os.environ.get("AWS_SECRET_ACCESS_KEY") is None
    assert json.dumps(fed_lab_account.decisions()).find("secret") == -1
