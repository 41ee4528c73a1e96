"""Running a case: ranges of replicas handed to threads, results put together in order."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import Any

import numpy as np

from ..errors import ResourceError
from ..kernels import live_edge
from ..kernels._jit import CACHE_FOLDER, is_cached
from ..results.results import Results
from . import gateway, limits
from .gateway import Chunk
from .plan import Case
from .streams import replica_keys

CHUNK_SECONDS = 0.2
"""Work handed to a thread at once: short enough for Ctrl-C and progress, long enough for the hand-over not to count."""

MAX_CHUNK = 16_384

PATIENCE = 2.0
"""Seconds that replicas in work are given to end after a request to stop."""


def needs_compiler() -> bool:
    """Say whether the first run will wait for the compiler, which happens once."""
    return not is_cached(live_edge.spread_chunk)


def can_cache() -> bool:
    """Say whether compiled kernels can be kept for the next run."""
    return CACHE_FOLDER is not None


def check_fits(case: Case, *, threads: int, curves: bool = True) -> None:
    """Raise ResourceError, with the numbers, when the case would not fit in memory."""
    needed = memory_needed(case, threads, curves=curves)
    limits.check_memory(needed, f"a run of {case.n_replicas:,} replicas", advice="lower n_replicas")


def memory_needed(case: Case, threads: int, *, curves: bool = True) -> int:
    """Estimate the memory a run of the case takes beyond its network, in bytes."""
    return limits.run_bytes(
        case.graph.n_people,
        len(case.graph.indices),
        case.n_replicas,
        threads,
        by_choice=case.ties.rule == live_edge.BY_CHOICE,
        curves=curves,
    )


def resume(case: Case, finished: dict[str, Any]) -> Results:
    """Make results of the first replicas of a case, read back from a folder, to hand to `run_case` as `done`.

    Parameters
    ----------
    finished : reach, last_step, stop and newly, as `results.store.read_finished` returns them
    """
    part = Chunk(finished["reach"], finished["last_step"], finished["stop"], finished["newly"])
    return _assemble(case, None, [part], curves=True, timings={})


def run_case(
    case: Case,
    *,
    threads: int,
    curves: bool = True,
    done: Results | None = None,
    stop: Event | None = None,
    progress: Callable[[int, int], None] | None = None,
    max_chunk: int = MAX_CHUNK,
    max_memory: int | None = None,
) -> Results:
    """Run the replicas of a case.

    Parameters
    ----------
    threads : how many work at once; the results do not depend on it
    curves : keep how many were reached at each step
    done : results of the first replicas from an earlier run of the same case, to go on from
    stop : when set, no more work is handed out; what is finished is returned
    progress : called with (replicas finished, replicas in all)
    max_chunk : replicas handed over at once, at most; the results do not depend on it
    max_memory : bytes the results may take; the length of curves is known only once replicas have run

    Returns
    -------
    Results
        Of all replicas, or of the first ones where `stop` was set.

    Raises
    ------
    GraphError
        When the network's arrays do not fit together.
    ResourceError
        When the curves turn out so long that all would not fit in `max_memory`.
    """
    gateway.check_ties(case.ties)
    gateway.check_seed_nodes(case.seed_nodes, case.graph.n_people)
    started = time.monotonic()
    first = done.n_replicas if done is not None else 0
    if first < case.n_replicas:
        gateway.compile_kernel(case.ties, case.seed_nodes)
    compiled = time.monotonic()
    crew = _Crew(case, threads, curves=curves)
    chunks = []
    with contextlib.closing(crew.run(first, stop or Event(), max_chunk)) as stream:
        for chunk in stream:
            chunks.append(chunk)
            if progress is not None:
                progress(first + crew.n_run, case.n_replicas)
            if curves and max_memory is not None:
                _check_curves_fit(case, crew.n_steps / crew.n_run, max_memory)
    timings = {"compile_s": compiled - started, "kernel_s": time.monotonic() - compiled}
    return _assemble(case, done, chunks, curves=curves, timings=timings)


class _Crew:
    """Threads that run ranges of replicas, handed out and taken back in order.

    n_run, n_steps : replicas taken back so far, and the steps of their curves in all
    """

    def __init__(self, case: Case, threads: int, *, curves: bool) -> None:
        self.case, self.threads, self.curves = case, threads, curves
        self.n_run = self.n_steps = 0
        self._longest = gateway.FIRST_WIDTH
        self._halt = np.zeros(1, np.uint8)
        self._scratches: SimpleQueue[live_edge.Scratch] = SimpleQueue()
        for _ in range(threads):
            self._scratches.put(gateway.new_scratch(case.graph.n_people, self._halt))

    def run(self, first: int, stop: Event, max_chunk: int) -> Generator[Chunk]:
        """Yield the chunks from replica `first` on, in order, until all are run or `stop` is set."""
        waiting: deque[Future[tuple[Chunk, float]]] = deque()
        size, n_replicas = 1, self.case.n_replicas
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                while True:
                    while first < n_replicas and len(waiting) < 2 * self.threads and not stop.is_set():
                        end = min(first + size, n_replicas)
                        waiting.append(pool.submit(self._work, first, end))
                        first = end
                    if not waiting:
                        return
                    chunk, seconds = self._result(waiting.popleft(), stop)
                    if self._halt[0]:
                        return
                    self.n_run += len(chunk.reach)
                    self.n_steps += len(chunk.newly)
                    self._longest = max(self._longest, int(chunk.last_step.max()) + 1)
                    wanted = int(len(chunk.reach) * CHUNK_SECONDS / max(seconds, 1e-6))
                    room = limits.CHUNK_BYTES // (4 * self._longest)
                    size = max(1, min(wanted, 8 * size, max_chunk, room))
                    yield chunk
            except BaseException:
                self._halt[0] = 1
                raise
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _result(self, future: Future[tuple[Chunk, float]], stop: Event) -> tuple[Chunk, float]:
        """Wait for a chunk; once `stop` is set, no longer than `PATIENCE`: then replicas in work are abandoned."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                return future.result(timeout=PATIENCE / 4)
        with contextlib.suppress(TimeoutError):
            return future.result(timeout=PATIENCE)
        self._halt[0] = 1
        return future.result()

    def _work(self, begin: int, end: int) -> tuple[Chunk, float]:
        scratch = self._scratches.get()
        try:
            clock = time.monotonic()
            chunk = gateway.run_chunk(
                self.case.ties,
                self.case.seed_nodes,
                replica_keys(self.case.rng_seed, begin, end),
                self.case.max_steps,
                scratch,
                width=self._longest,  # whatever it is just now: it saves time and changes nothing
                curves=self.curves,
            )
            return chunk, time.monotonic() - clock
        finally:
            self._scratches.put(scratch)


def _check_curves_fit(case: Case, steps: float, max_memory: int) -> None:
    needed = limits.results_bytes(case.n_replicas, steps)
    if needed > max_memory:
        raise ResourceError(
            f"curves are {steps:,.0f} steps long on average: {case.n_replicas:,} replicas would need about "
            f"{limits.size(needed)} of memory, and {limits.size(max_memory)} may be used; "
            "lower n_replicas or max_steps",
            memory=True,
        )


def _assemble(
    case: Case, done: Results | None, chunks: list[Chunk], *, curves: bool, timings: dict[str, float]
) -> Results:
    parts = ([Chunk(done.reach, done.last_step, done.stop, done.new_by_step)] if done is not None else []) + chunks
    reach = np.concatenate([np.zeros(0, np.int64), *(part.reach for part in parts)])
    last_step = np.concatenate([np.zeros(0, np.int64), *(part.last_step for part in parts)])
    stop = np.concatenate([np.zeros(0, np.uint8), *(part.stop for part in parts)])
    newly = np.concatenate([np.zeros(0, np.int32), *(part.newly for part in parts)]) if curves else None
    return Results(
        name=case.name,
        model=case.model,
        case_id=case.case_id,
        n_people=case.graph.n_people,
        seed_nodes=case.seed_labels,
        rng_seed=case.rng_seed,
        reach=reach,
        last_step=last_step,
        stop=stop,
        newly=newly,
        parameters=case.parameters,
        warnings=case.notes + _warnings(case, reach, stop),
        timings=timings,
    )


def _warnings(case: Case, reach: np.ndarray, stop: np.ndarray) -> tuple[str, ...]:
    lines = []
    unfinished = int((stop == live_edge.AT_MAX_STEPS).sum())
    if unfinished:
        lines.append(f"{unfinished:,} of {len(stop):,} replicas were still spreading at max_steps = {case.max_steps:,}")
    if len(reach) > 1 and 1.96 * reach.std(ddof=1) / np.sqrt(len(reach)) > 0.5 * reach.mean():
        lines.append("reach differs so much between replicas that its interval is rough; more replicas narrow it")
    if len(reach) and len(case.seed_nodes) and not (reach > len(case.seed_nodes)).any():
        lines.append(f"no cascade took off (0 of {len(reach):,}): nobody was reached but the seed nodes")
    return tuple(lines)
