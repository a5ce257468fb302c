"""An account of the lab, and what a test does in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from .clients import make_client
from .connection import Connection, Key

Policy = dict[str, Any]
_DENIED = ("ExplicitlyDenied", "ImplicitlyDenied")


class Account:
    """An account that nobody else has touched; its administrator may do everything in it."""

    def __init__(self, lab: Connection, account_id: str, administrator: Key) -> None:
        self.lab = lab
        self.id = account_id
        self.administrator = administrator

    def client(self, service: str, key: Key | None = None, region: str | None = None) -> Any:
        """A boto3 client; without a key it acts as the administrator."""
        return make_client(
            service, self.lab.gate_url, region or self.lab.region, key or self.administrator
        )

    def user(self, name: str = "user", policy: Policy | None = None) -> Key:
        """Makes a user, with a policy of its own or without any; its access key."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        if policy is not None:
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        made = iam.create_access_key(UserName=name)["AccessKey"]
        return Key(made["AccessKeyId"], made["SecretAccessKey"])

    def role(self, name: str, trust: Policy, policy: Policy | None = None) -> Role:
        """Makes a role that whoever the trust policy admits can take on."""
        iam = self.client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        if policy is not None:
            iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
        return Role(self, made["Role"]["Arn"])

    def provider(self, issuer: str, *audiences: str) -> str:
        """Makes the account know an issuer's tokens; the ARN for trust policies."""
        made = self.client("iam").create_open_id_connect_provider(
            Url=issuer, ClientIDList=list(audiences), ThumbprintList=[]
        )
        return str(made["OpenIDConnectProviderArn"])

    def github_provider(self) -> str:
        """Makes the account know the tokens of GitHub Actions."""
        return self.provider("https://token.actions.githubusercontent.com", "sts.amazonaws.com")

    def decisions(self) -> list[dict[str, Any]]:
        """What the gate decided about this account so far, oldest first."""
        return list(self.lab.ask("GET", f"/accounts/{self.id}/decisions"))

    @contextmanager
    def assert_denied(self, action: str, resource: str | None = None) -> Iterator[None]:
        """Passes where the block ends in AWS's refusal of this action, by a policy or for want
        of one. Any other error passes through, a missing bucket for one."""
        before = len(self.decisions())
        try:
            yield
        except ClientError:
            if not self._decided(before, action, resource, _DENIED):
                raise
        else:
            raise AssertionError(self._expected(f"{action} to be denied", resource, before))

    @contextmanager
    def assert_allowed(self, action: str, resource: str | None = None) -> Iterator[None]:
        """Passes where the block succeeds and the gate allowed this action in it."""
        before = len(self.decisions())
        yield
        if not self._decided(before, action, resource, ("Allowed",)):
            raise AssertionError(self._expected(f"{action} to be asked for", resource, before))

    def learn(self) -> None:
        """Adds what its principals used to what the lab has learned."""
        self.lab.ask("POST", f"/accounts/{self.id}/learn", {})

    def close(self) -> None:
        """Forgets the account; none of its keys is known any more."""
        self.lab.ask("DELETE", f"/accounts/{self.id}")

    def _decided(
        self, before: int, action: str, resource: str | None, verdicts: tuple[str, ...]
    ) -> bool:
        return any(
            one["action"] == action
            and one["decision"] in verdicts
            and resource in (None, one["resource"])
            for one in self.decisions()[before:]
        )

    def _expected(self, what: str, resource: str | None, before: int) -> str:
        on = f" on {resource}" if resource else ""
        told = "\n".join(map(described, self.decisions()[before:])) or "nothing"
        return f"expected {what}{on}; the gate decided:\n{told}"


@dataclass(frozen=True)
class Role:
    """A role of an account."""

    account: Account
    arn: str

    def assume(self, token: str, session_name: str = "test", **more: Any) -> Key:
        """Takes the role on with an ID token."""
        # Unsigned: the token is the proof.
        sts = make_client("sts", self.account.lab.gate_url, self.account.lab.region, None)
        answer = sts.assume_role_with_web_identity(
            RoleArn=self.arn, RoleSessionName=session_name, WebIdentityToken=token, **more
        )["Credentials"]
        return Key(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])

    def client(self, service: str, token: str, region: str | None = None) -> Any:
        """A boto3 client that acts as the role."""
        return self.account.client(service, self.assume(token), region)


def described(decision: dict[str, Any]) -> str:
    """One line a decision."""
    parts = [decision["decision"], decision["action"] or "?", decision["resource"] or "?"]
    if decision["principal"]:
        parts.append(f"by {decision['principal']}")
    line = "  ".join(parts)
    return f"{line}\n    {decision['reason']}" if decision["reason"] else line
