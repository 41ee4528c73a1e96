"""Where a result comes from: versions, machine, times."""

from __future__ import annotations

import datetime
import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

OURS = "wom-sim"

ENVIRONMENT = ("python", "packages", "system")
"""What of an environment may change a number; the host's name does not."""


def environment() -> dict[str, Any]:
    """Return the versions and the machine a result was made with."""
    return {
        "python": platform.python_version(),
        "packages": packages(),
        "system": platform.platform(),
        "host": platform.node(),
    }


def package_version(name: str = "wom-sim") -> str:
    """Return the version of an installed package."""
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return "unknown"


def made_with(earlier: Sequence[dict[str, Any]], *, all_run_before: bool) -> dict[str, Any]:
    """Return what a manifest says of how its replicas were made, some of them perhaps by earlier runs.

    Parameters
    ----------
    earlier : environments of the earlier runs whose replicas are kept, the last one last
    all_run_before : this run added no replica
    """
    here = environment()
    if all_run_before and earlier:
        *begun, here = earlier
    else:
        begun = [other for other in earlier if any(other.get(key) != here[key] for key in ENVIRONMENT)]
    return {"made_with": here} | ({"begun_with": begun} if begun else {})


def environments(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the environments that a manifest names, the last one last."""
    begun = manifest.get("begun_with")
    named = [*(begun if isinstance(begun, list) else []), manifest.get("made_with")]
    return [entry for entry in named if isinstance(entry, dict)]


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
            headers = _headers(distribution(name))
        except PackageNotFoundError:  # needed on other systems only
            continue
        found[_plain(name)] = next((value for key, value in headers if key == "Version"), "unknown")
        # A requirement is a name, versions, and after a semicolon the condition under which it holds.
        needed = [value for key, value in headers if key == "Requires-Dist" and "extra" not in value.partition(";")[2]]
        waiting += [match[0] for value in needed if (match := re.match(r"[A-Za-z0-9._-]+", value))]
    return {OURS: found.pop(OURS), **dict(sorted(found.items()))}


def _headers(package: Distribution) -> list[tuple[str, str]]:
    """Return keys and values of a package's description; the library's own reader takes ten times as long."""
    text = package.read_text("METADATA") or package.read_text("PKG-INFO") or ""
    lines = text.partition("\n\n")[0].splitlines()
    return [(key, value.strip()) for key, _, value in (line.partition(":") for line in lines)]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def now() -> str:
    """Return the time in UTC, to the second, as ISO 8601."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
