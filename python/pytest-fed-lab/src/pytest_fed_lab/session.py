"""The one lab of a test session: whoever needs it first starts it, the session ends it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from .connection import LabError, run
from .lab import Lab

# The session's folder: inherited by the workers of pytest-xdist, which are its children.
FOLDER = "PYTEST_FED_LAB_FOLDER"


@dataclass(frozen=True)
class Options:
    """Which lab."""

    program: str
    backend: str
    services: str
    issuers: str

    @classmethod
    def of(cls, config: pytest.Config) -> Options:
        """As the command line and the configuration file say it."""
        return cls(
            config.getoption("--fed-lab") or shutil.which("fed-lab") or "fed-lab",
            config.getoption("--fed-lab-backend") or config.getini("fed_lab_backend"),
            config.getini("fed_lab_services"),
            config.getini("fed_lab_issuers"),
        )


class Session:
    """What the process that the person started keeps until its end."""

    def __init__(self) -> None:
        self.before = os.environ.get(FOLDER)
        self.folder = Path(tempfile.mkdtemp(prefix="pytest-fed-lab-"))
        (self.folder / "owner").write_text(f"{os.getpid()} pytest-{secrets.token_hex(6)}")
        os.environ[FOLDER] = str(self.folder)

    def lab(self, options: Options) -> Lab | None:
        """The lab of its tests, where one asked for it."""
        if "FED_LAB_CONTROL_URL" in os.environ or (self.folder / "environment").exists():
            return find_or_start(options, self.folder)
        return None

    def end(self, options: Options) -> None:
        """Ends the lab, where one was started."""
        if self.before is None:
            os.environ.pop(FOLDER, None)
        else:
            os.environ[FOLDER] = self.before
        started = (self.folder / "environment").exists()
        name = (self.folder / "owner").read_text().split()[1]
        shutil.rmtree(self.folder)
        if started:
            run([options.program, "down", "--name", name])


def find_or_start(options: Options, folder: Path | None = None) -> Lab:
    """The lab that this process runs in, else the session's; started where it is not yet."""
    if "FED_LAB_CONTROL_URL" in os.environ:
        return Lab(options.program, {name: os.environ[name] for name in _names(os.environ)})
    folder = folder or Path(os.environ[FOLDER])
    kept = folder / "environment"
    with FileLock(folder / "lock"):
        if (folder / "failed").exists():
            raise LabError((folder / "failed").read_text())
        if not kept.exists():
            try:
                kept.write_text(_start(options, (folder / "owner").read_text()))
            except LabError as error:
                # Once is enough: no test waits for it again.
                (folder / "failed").write_text(str(error))
                raise
    variables = json.loads(kept.read_text())
    return Lab(options.program, {name: variables[name] for name in _names(variables)})


def _names(variables: object) -> list[str]:
    assert isinstance(variables, (dict, os._Environ))
    wanted = ("FED_LAB_", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "ACTIONS_ID_")
    return [name for name in variables if name.startswith(wanted) and variables[name]]


def _start(options: Options, owner: str) -> str:
    process, name = owner.split()
    which = [f"--backend={options.backend}", f"--services={options.services}"]
    which += [f"--issuer={options.issuers}", "--seed=none"]
    kept = ["--detach", f"--name={name}", f"--ends-with={process}"]
    run([options.program, "up", *which, *kept])
    return run([options.program, "env", f"--name={name}", "--format=json"])
