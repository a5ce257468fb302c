"""Puts programs that are built already into the wheel, and names the platform they run on."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "packaging"))

from glibc import of_all  # noqa: E402
from release import bill_as_text  # noqa: E402


class Programs(BuildHookInterface):  # type: ignore[type-arg]
    """Reads FED_PROGRAMS, the folder with both programs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        folder = os.environ.get("FED_PROGRAMS")
        if not folder:
            raise SystemExit("expected FED_PROGRAMS to name the folder with fed-cli and fed-lab")
        suffix = ".exe" if os.name == "nt" else ""
        programs = [Path(folder, f"{name}{suffix}") for name in ("fed-cli", "fed-lab")]
        for program in programs:
            if not program.is_file():
                raise SystemExit(f"expected a program, found no `{program}`")
            build_data["shared_scripts"][str(program)] = program.name
        # PEP 770: `.dist-info/sboms/`.
        self.bill = Path(tempfile.mkdtemp(), "fed.cdx.json")
        self.bill.write_text(bill_as_text())
        build_data["sbom_files"].append(str(self.bill))
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{wheel_platform(programs)}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        shutil.rmtree(self.bill.parent)


def wheel_platform(programs: list[Path]) -> str:
    """On Linux by the glibc that the programs need (PEP 600), not by the one that is here; those
    that need none are for systems of musl (PEP 656)."""
    if sys.platform != "linux":
        return sysconfig.get_platform().replace("-", "_").replace(".", "_")
    glibc = of_all(programs)
    if glibc is None:
        return f"musllinux_1_1_{platform.machine()}"
    major, minor = glibc
    return f"manylinux_{major}_{minor}_{platform.machine()}"
