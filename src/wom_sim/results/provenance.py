"""Where a result comes from: versions, machine, times."""

from __future__ import annotations

import datetime
import platform
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

OURS = "wom-sim"


def environment() -> dict[str, Any]:
    """Return the versions and the machine a result was made with."""
    return {
        "python": platform.python_version(),
        "packages": packages(),
        "system": platform.platform(),
        "host": platform.node(),
    }


def packages() -> dict[str, str]:
    """Return the version of this package and of every package that it needs, directly or not, by name."""
    found: dict[str, str] = {OURS: "unknown"}
    # Those that make numbers are named even where this package is not installed but lies on the path.
    waiting = [OURS, "numpy", "numba", "pyarrow"]
    seen = set()
    while waiting:
        name = waiting.pop()
        if _plain(name) in seen:
            continue
        seen.add(_plain(name))
        try:
            package = distribution(name)
        except PackageNotFoundError:  # needed on other systems only
            continue
        found[_plain(package.metadata["Name"])] = package.version
        # A requirement is a name, versions, and after a semicolon the condition under which it holds.
        needed = [line for line in package.requires or () if "extra" not in line.partition(";")[2]]
        waiting += [match[0] for line in needed if (match := re.match(r"[A-Za-z0-9._-]+", line))]
    return {OURS: found.pop(OURS), **dict(sorted(found.items()))}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def now() -> str:
    """Return the time in UTC, to the second, as ISO 8601."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
