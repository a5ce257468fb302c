"""What a release is made of, from packages that are built already:

    python3 packaging/release.py packages

Writes `release/` (the packages, flat; `SHA256SUMS`; the bill of materials `fed.cdx.json`,
CycloneDX 1.6, of everything that Cargo.lock names; the wheel holds the same; the Homebrew formula)
and `release-notes.md`, the changelog's newest section. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11; hatchling brings the same by its first name
    import tomli as tomllib
from pathlib import Path

from formula import formula

ROOT = Path(__file__).resolve().parents[1]


def version() -> str:
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text())
    return str(manifest["workspace"]["package"]["version"])


def names() -> dict[str, str]:
    """What the packages are called: `packaging/names`, which shells read too."""
    text = (ROOT / "packaging/names").read_text()
    found = re.findall(r"(?m)^([A-Z_]+)=(.*)$", text)
    return {name: value.strip("'") for name, value in found}


def notes(changelog: str) -> str:
    """The first section, without its title."""
    sections = re.split(r"(?m)^## .*\n", changelog)
    if len(sections) < 2 or not sections[1].strip():
        raise SystemExit("expected a section in CHANGELOG.md, found none")
    return sections[1].strip() + "\n"


def bill_of_materials(lock: str, of_version: str) -> dict[str, object]:
    """Each package of the lock with its address and checksum; ours have neither."""
    packages = tomllib.loads(lock)["package"]
    components = []
    for package in packages:
        if "source" not in package:
            continue
        url = f"pkg:cargo/{package['name']}@{package['version']}"
        component = {"type": "library", "bom-ref": url, "purl": url}
        component |= {"name": package["name"], "version": package["version"]}
        if "checksum" in package:
            component["hashes"] = [{"alg": "SHA-256", "content": package["checksum"]}]
        components.append(component)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "fed", "version": of_version}
        },
        "components": components,
    }


def bill_as_text() -> str:
    bom = bill_of_materials((ROOT / "Cargo.lock").read_text(), version())
    return json.dumps(bom, indent=1) + "\n"


def main(packages: Path) -> None:
    release = Path("release")
    shutil.rmtree(release, ignore_errors=True)
    release.mkdir()
    for path in sorted(path for path in packages.rglob("*") if path.is_file()):
        name = path.name
        if name in ("fed-cli", "fed-cli.exe"):
            # Programs of other systems, known by the folder they came in.
            name = f"{path.parent.name.removeprefix('packages-')}-{name}"
        if (release / name).exists():
            raise SystemExit(f"expected one file named `{name}`, found two")
        shutil.copy2(path, release / name)
    called = names()
    (release / f"{called['FORMULA']}.rb").write_text(formula(release, version(), called))
    (release / "fed.cdx.json").write_text(bill_as_text())
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(release.iterdir())
    ]
    (release / "SHA256SUMS").write_text("".join(sums))
    Path("release-notes.md").write_text(notes((ROOT / "CHANGELOG.md").read_text()))
    print("".join(sums), end="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
