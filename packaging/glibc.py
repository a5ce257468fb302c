"""The oldest version of glibc that programs run with: the newest that a symbol of theirs
asks for."""

import re
import sys
from pathlib import Path


def needed(program: Path) -> tuple[int, int]:
    """The names of versions stand in the program as they are, each ended by a zero."""
    found = re.findall(rb"GLIBC_(\d+)\.(\d+)[.\d]*\0", program.read_bytes())
    return max(((int(major), int(minor)) for major, minor in found), default=(2, 0))


if __name__ == "__main__":
    print(".".join(map(str, max(needed(Path(name)) for name in sys.argv[1:]))))
