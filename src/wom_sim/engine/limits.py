"""Will it fit? Memory and disk are estimated, and said, before anything starts."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import psutil

from ..errors import ResourceError

MEMORY_SHARE = 0.8
"""Part of the available memory a run may plan to use."""

_LOOK_SECONDS = 0.1
_looked_at = (-1.0, 0)

CHUNK_BYTES = 1 << 25
"""Most memory for the curves of one chunk."""


def graph_bytes(n_people: int, n_ties: int, *, n_columns: int = 0, building: bool = False) -> int:
    """Estimate the memory of a network; while building, sorting needs three 8-byte numbers a tie on top."""
    kept = 8 * (n_people + 1) + (4 + 8 * n_columns) * n_ties
    return kept + (24 * n_ties if building else 0)


def reading_factor(file: str) -> float:
    """Estimate the most memory that reading a file of ties takes, as a multiple of its size; measured on 16 M rows."""
    name = file.lower()
    if name.endswith(".gz"):
        return 60.0
    return 12.0 if name.endswith(".parquet") else 9.0


def results_bytes(n_replicas: int, steps: float, *, n_curves: int = 1, n_counts: int = 1) -> int:
    """Estimate the memory of results, tables being written included.

    Parameters
    ----------
    steps : length of a replica's curves, on average; 0 without curves
    n_curves : curves of a replica
    n_counts : counts of a replica, those of its groups included
    """
    # A step: 16 in the table, and a curve 4 kept, 4 while parts are joined, 16 as running sums, 8 in the table.
    return int(n_replicas * (28 + 32 * n_counts + (16 + 32 * n_curves) * steps))


def folder_bytes(n_replicas: int, steps: float, *, n_curves: int = 1, n_counts: int = 1) -> int:
    """Estimate the disk space of a results folder; parameters as in `results_bytes`."""
    return 1_000_000 + int(n_replicas * (8 + 8 * n_counts + 8 * n_curves * steps))


def available_memory() -> int:
    """Return the bytes this process may still take: free memory, or less where a container or a limit says so.

    Looked at anew after a tenth of a second: a sweep asks a thousand times a second.
    """
    global _looked_at  # noqa: PLW0603 - what the system says belongs to the process
    now = time.monotonic()
    if now - _looked_at[0] > _LOOK_SECONDS:
        _looked_at = (now, _look())
    return _looked_at[1]


def _look() -> int:
    free = int(psutil.virtual_memory().available)
    limits = [free, *_cgroup_headroom()]
    try:
        import resource
    except ImportError:  # not on this system
        return min(limits)
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        limits.append(max(0, soft - int(psutil.Process().memory_info().vms)))
    return min(limits)


def usable_memory() -> int:
    """Return the bytes a run may plan to use."""
    return int(MEMORY_SHARE * available_memory())


def choosing_memory() -> int:
    """Return the bytes that choosing who starts may take, such as reverse-reachable sets: half of what a run may."""
    return usable_memory() // 2


def check_memory(needed: int, what: str, *, advice: str) -> None:
    """Raise ResourceError, with the numbers, when `needed` bytes exceed 80 % of what is available."""
    if needed > usable_memory():
        raise ResourceError(
            f"{what} would need about {size(needed)} of memory, and {size(available_memory())} are available "
            f"(at most {MEMORY_SHARE:.0%} are used); {advice}",
            memory=True,
        )


def check_disk(needed: int, folder: Path) -> None:
    """Raise ResourceError when the disk under `folder` (which need not exist yet) lacks room for 1.2 times `needed`."""
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < 1.2 * needed:
        raise ResourceError(
            f"{folder}: the results need about {size(needed)} of disk, and {size(free)} are free; "
            "make room, or choose another place with --out"
        )


def usable_threads(asked: int | None) -> tuple[int, str | None]:
    """Return how many threads to use, and a note where that is not what was asked."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    if asked is None:
        return usable, None
    if asked > 8 * usable:
        return usable, f"{asked:,} threads were asked for, {usable} are used: as many as this process may run on"
    return asked, None


def size(n_bytes: float) -> str:
    """Write a number of bytes for people."""
    for unit, factor in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:,.1f} {unit}"
    return f"{n_bytes / 1e3:,.0f} kB"


def _cgroup_headroom() -> list[int]:
    root = Path("/sys/fs/cgroup")
    try:
        limit = (root / "memory.max").read_text().strip()
        used = int((root / "memory.current").read_text())
    except (OSError, ValueError):
        return []
    return [max(0, int(limit) - used)] if limit.isdigit() else []
