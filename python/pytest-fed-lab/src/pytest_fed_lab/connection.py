"""The way to a running lab, as its variables tell where it is."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# The lab is on this machine: no proxy can reach it.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_PATIENCE = 120


class LabError(Exception):
    """The lab, or the program that starts it, did not do what was asked."""


@dataclass(frozen=True)
class Key:
    """What requests are signed with."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


class Connection:
    """Where a lab of this machine listens, and how it is asked."""

    def __init__(self, program: str, environment: Mapping[str, str]) -> None:
        self.program = program
        self.environment = dict(environment)

    @property
    def gate_url(self) -> str:
        """Where requests to AWS go. A lab by names has no `AWS_ENDPOINT_URL`."""
        return self.environment["FED_LAB_GATE_URL"]

    @property
    def region(self) -> str:
        """The lab's region."""
        return self.environment["AWS_REGION"]

    def ask(self, method: str, page: str, body: object = None) -> Any:
        """A request to the lab's control endpoints, below `/_lab`."""
        key = Path(self.environment["FED_LAB_CONTROL_KEY_FILE"]).read_text()
        request = urllib.request.Request(
            f"{self.environment['FED_LAB_CONTROL_URL']}/_lab{page}",
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with _OPENER.open(request, timeout=_PATIENCE) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            raise LabError(f"{method} /_lab{page}: {refusal.read().decode().strip()}") from None
        return json.loads(text) if text else None


def run(command: list[str], environment: Mapping[str, str] | None = None) -> str:
    """Standard output of a program that succeeds."""
    merged = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(command, env=merged, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise LabError(
            f"found no program `{command[0]}`; install it, or name it with --fed-lab"
        ) from None
    if done.returncode != 0:
        raise LabError(f"`{' '.join(command)}` ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
