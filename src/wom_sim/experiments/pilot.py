"""Before a study runs: a few replicas of a few cases say what it will take, and how it is best cut up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Event
from typing import NamedTuple

import numpy as np

from ..engine.case import Case
from ..engine.run import run_case
from ..errors import WomSimError
from ..metrics.at_time import check_known, names_known, unknown
from ..results.results import Results
from .parts import Layout
from .study import Stopped, Study
from .work import make_ready, place_of

_CASES = 5
_SECONDS = 0.15
"""Seconds of replicas a case is tried for, and `_PATIENCE` seconds for all cases."""
_PATIENCE = 6.0

_SHORTEST, _LONGEST = 0.3, 15.0
"""Seconds of work in a part: long enough for handing over not to count, short enough for little to be lost."""
_PARTS_A_WORKER = 24
_ROUNDS = 4
_MOST_ROWS = 2_000_000
"""Rows of a group of several cases, with all replicas that they may get."""


@dataclass(frozen=True)
class Measured:
    """What a study takes.

    setup_s, replica_s : seconds of one thread for a case before its replicas, and for each of them
    n_columns : numbers of a replica     grain : replicas that are best run at once, see `Process.settle`
    case_bytes : memory of a case on one thread     network_bytes : of the largest network tried
    tried : which cases
    curve_bytes : of a replica's curves, where they are kept: a row a step
    """

    setup_s: float
    replica_s: float
    n_columns: int
    grain: int
    case_bytes: int
    network_bytes: int
    tried: tuple[int, ...]
    curve_bytes: float = 0.0

    def seconds(self, study: Study) -> float:
        """Return the seconds of one thread that all cases take."""
        return len(study.design) * (self.setup_s + study.n_replicas * study.n_sets * self.replica_s)

    def disk_bytes(self, study: Study, n_replicas: int | None = None) -> int:
        """Return the bytes on disk of parts and tables, before compression; None: of `run.n_replicas` of each case."""
        rows = len(study.design) * (n_replicas or study.n_replicas) * study.n_sets
        return int(2 * rows * (16 + 8 * (self.n_columns + len(study.design.keys)) + self.curve_bytes))


def measure(study: Study, stop: Event | None = None) -> Measured:
    """Try the first case, the last one, and some between; others too, where these fail or lack a metric asked for.

    Parameters
    ----------
    stop : once set, no other case is tried, and what is known by then is not judged

    Raises
    ------
    WomSimError
        That of the first case tried, when none can be run, or when a metric asked for is known in none.
    Stopped
        When `stop` was set before the first case was tried.
    """
    stop = stop or Event()
    whole = getattr(study.design, "whole", None)
    if whole is not None:  # what no case of a job knows, or can run, those of another may
        study = replace(study, design=whole)
    tries: list[_Tried] = []
    refused: list[tuple[int, Exception]] = []
    known: set[str] = set()
    wanted = (*study.metrics, *(() if study.precision is None else (study.precision.metric,)))
    began, done = time.perf_counter(), list[int]()
    for place, case in enumerate(_order(len(study.design))):
        enough = bool(done) and not unknown(wanted, known)
        if stop.is_set() or (place >= _CASES and enough):
            break
        if time.perf_counter() - began > _PATIENCE and (enough or place >= _CASES):
            break
        try:
            tries.append(_try(study, case, stop))
        except Stopped:
            break
        except Exception as error:  # a model may raise anything
            refused.append((case, error))
            continue
        done.append(case)
        known |= tries[-1].names
    if not done:
        raise Stopped if stop.is_set() else _told(study, *refused[0])
    origin = study.bases[0].origin
    if not stop.is_set():
        if study.precision is not None:
            check_known([study.precision.metric], known, key=f"{origin}: sweep.precision.metric")
        check_known(study.metrics, known, key=f"{origin}: {study.metrics_key}")
    return Measured(
        setup_s=float(np.median([tried.setup_s for tried in tries])),
        replica_s=float(np.mean([tried.replica_s for tried in tries])),
        n_columns=max(len(study.metrics) or len(tried.names) for tried in tries),
        grain=max(tried.grain for tried in tries),
        case_bytes=max(tried.case_bytes for tried in tries),
        network_bytes=max(tried.network_bytes for tried in tries),
        tried=tuple(done),
        curve_bytes=max(tried.curve_bytes for tried in tries),
    )


def _order(n: int) -> Iterator[int]:
    """Yield all cases, some evenly spread ones first."""
    spread = np.unique(np.linspace(0, n - 1, min(n, _CASES)).astype(int)).tolist()
    yield from spread
    yield from (case for case in range(n) if case not in spread)


def _told(study: Study, case: int, error: Exception) -> Exception:
    """Return why no case can be run, in a line."""
    if isinstance(error, WomSimError | MemoryError):
        return error
    said = f"{type(error).__name__} at {place_of(error)}: {' '.join(str(error).split()) or 'no message'}"
    return WomSimError(f"{study.bases[0].origin}: no case can be run; case {case} ({study.said(case)}): {said}")


class _Tried(NamedTuple):
    """What a case showed; see `Measured`. `names` : its metrics, counts and curves."""

    setup_s: float
    replica_s: float
    names: set[str]
    grain: int
    case_bytes: int
    network_bytes: int
    curve_bytes: float


def _try(study: Study, number: int, stop: Event) -> _Tried:
    began = time.perf_counter()
    work = study.work(number)
    ready = make_ready(study.asked, work, study.bases[work.base])
    setup = time.perf_counter() - began
    n, seconds = 1, 0.0
    while True:  # many at once may be run otherwise than few, and faster: the last try counts
        case, curves = ready.case(n, 0)
        clock = time.perf_counter()
        results = _run(case, stop, curves=curves)
        seconds = time.perf_counter() - clock - results.timings["compile_s"]
        if n == study.n_replicas or 4 * seconds > _SECONDS:
            break
        n = min(8 * n, study.n_replicas)
    names = names_known(results if curves else _run(ready.case(1, 0)[0], stop))
    case, curves = ready.case(study.n_replicas, 0)
    graph = case.graph
    steps = float(results.last_step.mean()) + 1.0 if study.curves else 0.0
    return _Tried(
        setup_s=setup,
        replica_s=seconds / n,
        names=names,
        grain=case.process.settle(1),
        case_bytes=case.process.memory_bytes(study.n_replicas, 1, curves=curves),
        network_bytes=graph.indptr.nbytes + graph.indices.nbytes + sum(c.nbytes for c in graph.tie_columns.values()),
        curve_bytes=steps * (16 + 8 * (len(study.design.keys) + 1 + len(results.newly or ()))),
    )


def _run(case: Case, stop: Event, *, curves: bool = True) -> Results:
    results = run_case(case, threads=1, curves=curves, stop=stop)
    if results.n_replicas < case.n_replicas:
        raise Stopped
    return results


def layout_of(study: Study, measured: Measured, *, workers: int) -> Layout:
    """Cut a study up: rounds in which all cases advance together, groups of cases that are one part of a round."""
    n, n_cases = study.n_replicas, len(study.design)
    each = measured.replica_s * study.n_sets
    part = min(max(measured.seconds(study) / (_PARTS_A_WORKER * workers), _SHORTEST), _LONGEST)
    enough = int(n_cases * n * each / (4 * workers * _SHORTEST))  # rounds that still keep all workers busy
    cheap = int(0.1 * n * each / max(measured.setup_s, 1e-9))  # rounds whose setting up is a tenth of the work
    needed = int(n * each / part)  # rounds that make a part of a single case short enough
    n_rounds = max(1, min(_ROUNDS, enough, cheap), min(needed, max(cheap, 8)))
    # Replicas that are run at once are not torn apart.
    chunk = -(-n // n_rounds // measured.grain) * measured.grain
    rounds = tuple(dict.fromkeys(min(done, n) for done in range(chunk, n + chunk, chunk)))
    size = max(1, int(part / (measured.setup_s + chunk * each)))
    size = min(size, max(1, -(-n_cases // (2 * workers))))
    # Rows of a group are in memory together when they are read back.
    most = n if study.precision is None else study.precision.at_most
    size = min(size, max(1, _MOST_ROWS // (most * study.n_sets)))
    step = max(chunk, int(_LONGEST / (size * each + 1e-12)) // measured.grain * measured.grain)
    return Layout((*range(0, n_cases, size), n_cases), rounds, step)
