"""A running lab: its accounts and its tokens."""

from __future__ import annotations

from .account import Account
from .connection import Connection, Key, run


class Lab(Connection):
    """A lab that runs on this machine."""

    def account(self) -> Account:
        """A new account that holds nothing."""
        opened = self.ask("POST", "/accounts", {})
        key = Key(opened["access_key_id"], opened["secret_access_key"])
        return Account(self, opened["account_id"], key)

    def token(self, whose: str, **claims: str | int | None) -> str:
        """An ID token as `fed-lab token WHOSE` prints it; each keyword is an option."""
        options = [
            f"--{name.replace('_', '-')}={value}"
            for name, value in claims.items()
            if value is not None
        ]
        return run([self.program, "token", whose, *options], self.environment).strip()
