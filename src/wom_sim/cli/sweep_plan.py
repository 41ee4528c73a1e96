"""What `wom sweep` finds out before it runs: whether it fits, how long it takes."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import click

from .answers import echo_json
from .sweep_output import FORMAT
from .tables import count, duration

if TYPE_CHECKING:
    from ..experiments.pilot import Measured
    from ..experiments.study import Study


def check_fits(study: Study, parts: Path, path: Path, *, threads: int, stop: Event | None = None) -> Measured | None:
    """Try a few cases, unless an earlier run of as many replicas did; refuse what fits neither memory nor disk.

    Raises
    ------
    ResourceError
        With the numbers.
    """
    from ..engine import limits
    from ..experiments.parts import Parts
    from ..experiments.pilot import measure

    if (parts / "plan.json").exists():
        layout = Parts(parts, study.study_id).layout()
        if layout is not None and study.n_replicas <= layout.rounds[-1]:
            return None
    measured = measure(study, stop)
    if not study.use_any_memory:
        needed = threads * measured.case_bytes
        limits.check_memory(needed, f"{threads} cases at once", advice="use fewer --threads, or lower run.n_replicas")
    limits.check_disk(measured.disk_bytes(study), path)
    return measured


def print_plan(study: Study, measured: Measured, *, threads: int, as_json: bool) -> None:
    """Say what a sweep would take."""
    from ..engine import limits

    n_cases, n_sets = len(study.design), study.n_sets
    seconds = measured.seconds(study) / threads
    rows = n_cases * study.n_replicas * n_sets
    memory = measured.network_bytes + threads * measured.case_bytes
    told = {
        "format": FORMAT,
        "n_cases": n_cases,
        "n_replicas": study.n_replicas,
        "n_sets": n_sets,
        "rows": rows,
        "columns": measured.n_columns + len(study.design.keys) + 1,
        "seconds": round(seconds, 3),
        "threads": threads,
        "seconds_a_case_before_replicas": measured.setup_s,
        "seconds_a_replica": measured.replica_s,
        "memory_bytes": memory,
        "disk_bytes": measured.disk_bytes(study),
        "cases_tried": list(measured.tried),
    }
    if as_json:
        echo_json(told)
        return
    sets = f" in each of {n_sets} sets" if n_sets > 1 else ""
    each = f"{count(n_cases, 'case')} of {count(study.n_replicas, 'replica')}{sets}"
    each_ms, before_ms = 1e3 * measured.replica_s, 1e3 * measured.setup_s
    tried = count(len(measured.tried), "case")
    took = f"{each_ms:,.3g} ms a replica, {before_ms:,.3g} ms a case before them (tried: {tried})"
    disk = limits.size(measured.disk_bytes(study))
    lines = [
        f"{study.bases[0].name}: {each}, varying {', '.join(study.design.keys)}",
        "",
        f"time    about {duration(seconds)} on {count(threads, 'thread')}: {took}",
        f"memory  about {limits.size(memory)}: the network, and a case on each thread",
        f"disk    at most {disk}: {rows:,} rows of {told['columns']} columns, and its parts",
    ]
    if (precision := study.precision) is not None:
        most = limits.size(measured.disk_bytes(study, precision.at_most))
        lines.append(
            f"more    replicas where {precision.metric} is not known well enough, up to {precision.at_most:,}: "
            f"if all cases needed them, {most} of disk"
        )
    lines += ["", "nothing was run (--dry-run)"]
    for line in lines:
        click.echo(line)
