"""What this machine can read and copy at most, measured and kept, so that a speed can be said as a share of it."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..graph.cache import cache_folder
from ..kernels import gather as kernels
from . import limits

GATHER, COPY = "gather", "copy"
SIZES = (1 << 20, 1 << 25, 1 << 30)
"""Bytes that are read from in no order: what lies in a fast cache, in a slow one, in memory."""

_PLACES = 1 << 22
_COPIED = 1 << 26
_SECONDS = 0.2
"""Time of one measurement, about; the best of three counts: what else runs here can only make it slower."""


class Limit(NamedTuple):
    """How fast the machine does one thing.

    what : GATHER: 4-byte reads in no order, none waiting for another; COPY: from one place in memory to another
    n_bytes : size of what is read from
    threads : how many do so at once
    rate : million reads, or million bytes copied, a second; all threads together
    """

    what: str
    n_bytes: int
    threads: int
    rate: float


def measure(*, threads: Sequence[int] = (1, 2), sizes: Sequence[int] = SIZES) -> list[Limit]:
    """Measure the limits; sizes for which there is no memory are left out."""
    found = []
    key = np.uint64(1)
    for n_bytes in sizes:
        if 2 * n_bytes > limits.usable_memory():
            continue
        values = np.ones(n_bytes // 4, np.int32)
        places = [np.empty(_PLACES, np.int32) for _ in range(max(threads))]
        for thread, each in enumerate(places):
            kernels.fill_places(key + np.uint64(thread), each, len(values))
        for n in threads:
            rate = _best([partial(kernels.gather, each, values) for each in places[:n]], _PLACES)
            found.append(Limit(GATHER, n_bytes, n, rate))
        del values
    n_copied = min(_COPIED, max(sizes)) // 8
    pairs = [(np.ones(n_copied), np.ones(n_copied)) for _ in range(max(threads))]
    for n in threads:
        rate = _best([partial(kernels.copy, source, target) for source, target in pairs[:n]], 8 * n_copied)
        found.append(Limit(COPY, 8 * n_copied, n, rate))
    return found


def _best(tasks: Sequence[Callable[[], object]], work: int) -> float:
    """Run tasks at once, each in a thread, again and again; return million units of work a second."""
    tasks[0]()  # compiles, and touches the memory
    best, clock = 0.0, time.perf_counter()
    with ThreadPoolExecutor(len(tasks)) as pool:
        for turn in range(50):
            begin = time.perf_counter()
            for future in [pool.submit(task) for task in tasks]:
                future.result()
            now = time.perf_counter()
            best = max(best, len(tasks) * work / (now - begin) / 1e6)
            if turn >= 2 and now - clock > _SECONDS:
                break
    return best


def random_reads(found: Iterable[Limit], n_people: int) -> float | None:
    """Return the million reads a second of one thread among 4 bytes a person; None where that was not measured."""
    rows = sorted((row.n_bytes, row.rate) for row in found if row.what == GATHER and row.threads == 1)
    return next((rate for n_bytes, rate in rows if n_bytes >= 4 * n_people), rows[-1][1] if rows else None)


def keep(found: Sequence[Limit]) -> None:
    """Keep the limits for later runs on this machine; a folder that cannot be written changes nothing else."""
    try:
        file = _file()
        known = _read(file)
        known[name_of_machine()] = [list(row) for row in found]
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.write_text(json.dumps(known, indent=1), encoding="utf-8")
        unfinished.replace(file)
    except (OSError, RuntimeError):
        return


def known_limits() -> list[Limit]:
    """Return the limits kept for this machine; none where they were never measured."""
    try:
        rows = _read(_file()).get(name_of_machine(), [])
        return [Limit(str(what), int(n_bytes), int(threads), float(rate)) for what, n_bytes, threads, rate in rows]
    except (OSError, RuntimeError, TypeError, ValueError):
        return []


def name_of_machine() -> str:
    """Return the host's name and its processors."""
    return f"{platform.node()}, {os.cpu_count()} x {processor()}"


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _file() -> Path:
    return cache_folder().parent / "machine.json"


def _read(file: Path) -> dict[str, Any]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
