"""What sessions of their own share with the one that starts them."""

from __future__ import annotations

import os
from pathlib import Path

# pytester gives each session a home of its own; LocalStack is installed once all the same.
_caches = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
os.environ.setdefault("FED_LAB_CACHE_DIR", str(Path(_caches) / "fed" / "lab"))
