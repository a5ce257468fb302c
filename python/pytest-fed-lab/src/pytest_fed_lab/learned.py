"""What the tests' principals need, as policies in a file."""

from __future__ import annotations

import json
from pathlib import Path

from .lab import Lab


def write_learned(file: Path, lab: Lab | None) -> None:
    """By principal, the identity-based policies that allow what it was given and used, and nothing
    else. Without a lab no test asked for anything."""
    learned = [] if lab is None else lab.ask("GET", "/learned")
    policies = {one["principal"]: one["policies"] for one in learned}
    file.write_text(json.dumps(policies, indent=2) + "\n", encoding="utf-8")
