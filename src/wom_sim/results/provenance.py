"""Where a result comes from: versions, machine, times."""

from __future__ import annotations

import datetime
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any


def environment() -> dict[str, Any]:
    """Return the versions and the machine a result was made with."""
    packages = {}
    for name in ("wom-sim", "numpy", "numba", "pyarrow"):
        packages[name] = package_version(name)
    return {
        "python": platform.python_version(),
        "packages": packages,
        "system": platform.platform(),
        "host": platform.node(),
    }


def package_version(name: str = "wom-sim") -> str:
    """Return the version of an installed package."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"


def now() -> str:
    """Return the time in UTC, to the second, as ISO 8601."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
