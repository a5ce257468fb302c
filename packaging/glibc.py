"""The oldest version of glibc that programs run with: the newest that a symbol of theirs
asks for. Programs that are linked with musl, and so ask for none, run anywhere."""

import re
import sys
from pathlib import Path


def needed(program: Path) -> tuple[int, int] | None:
    """The names of versions stand in the program as they are, each ended by a zero."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)[.\d]*\0", program.read_bytes())
    return max(((int(major), int(minor)) for major, minor in found), default=None)


def of_all(programs: list[Path]) -> tuple[int, int] | None:
    """What the most demanding of them needs; nothing where each brings its own library.

    Raises:
        SystemExit: some do and some do not, so that no name of a platform is right.
    """
    versions = [needed(program) for program in programs]
    asked = [version for version in versions if version is not None]
    if asked and len(asked) < len(versions):
        raise SystemExit("expected all programs to be linked with one libc, found two")
    return max(asked, default=None)


if __name__ == "__main__":
    version = of_all([Path(name) for name in sys.argv[1:]])
    print("none" if version is None else ".".join(map(str, version)))
