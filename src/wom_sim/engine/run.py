"""Running a case: ranges of replicas handed to threads, results put together in order."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ResourceError
from ..kernels._jit import CACHE_FOLDER
from ..results.results import Results
from . import limits
from .case import Case
from .process import Chunk, empty_chunk, join_chunks, numbers_a_replica

CHUNK_SECONDS = 0.2
"""Work handed to a thread at once: short enough for Ctrl-C and progress, long enough for the hand-over not to count."""

MAX_CHUNK = 16_384

PATIENCE = 2.0
"""Seconds that replicas in work are given to end after a request to stop."""


def can_cache() -> bool:
    """Say whether compiled kernels can be kept for the next run."""
    return CACHE_FOLDER is not None


def check_fits(case: Case, *, threads: int, curves: bool = True, first: int = 0) -> None:
    """Raise ResourceError, with the numbers, when replicas `first` to the last of a case would not fit in memory."""
    n = case.n_replicas - first
    case.process.settle(threads)
    needed = case.process.memory_bytes(n, threads, curves=curves)
    limits.check_memory(needed, f"a run of {n:,} replicas", advice="lower n_replicas")


def resume(case: Case, finished: dict[str, Any]) -> Results:
    """Make results of the first replicas of a case, read back from a folder, to hand to `run_case` as `done`.

    Parameters
    ----------
    finished : the fields of a `Chunk`, as `results.store.read_finished` returns them
    """
    return _assemble(case, [Chunk(**finished)], curves=True, timings={})


def run_case(
    case: Case,
    *,
    threads: int,
    curves: bool = True,
    done: Results | None = None,
    first: int = 0,
    stop: Event | None = None,
    progress: Callable[[int, int], None] | None = None,
    max_chunk: int = MAX_CHUNK,
    max_memory: int | None = None,
    halt: NDArray[np.uint8] | None = None,
) -> Results:
    """Run the replicas of a case.

    Parameters
    ----------
    threads : how many work at once; the results do not depend on it
    curves : keep how many were reached at each step
    done : results of the first replicas from an earlier run of the same case, to go on from
    first : number of the first replica, where no earlier ones are `done`
    stop : when set, no more work is handed out; what is finished is returned
    progress : called with (replicas finished, replicas in all)
    max_chunk : replicas handed over at once, at most; the results do not depend on it
    max_memory : bytes the results may take; the length of curves is known only once replicas have run
    halt : uint8 (1,); given, everything is run in the calling thread, whatever `threads` says, and replicas in work are
        abandoned once another thread sets it together with `stop`

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
    ScenarioError
        When a replica has not the past that it is to go on from; nothing is held against it without curves.
    """
    case.process.check()
    grain = case.process.settle(threads)
    started = time.monotonic()
    first = done.n_replicas if done is not None else first
    if first < case.n_replicas:
        case.process.compile()
    compiled = time.monotonic()
    crew = _Crew(case, threads, curves=curves) if halt is None else _Crew(case, 1, curves=curves, halt=halt)
    chunks = [] if done is None else [_chunk_of(done, curves=curves)]
    with contextlib.closing(crew.run(first, stop or Event(), grain, max_chunk)) as stream:
        for chunk in stream:
            if curves and case.marks is not None:
                case.marks.check(first + crew.n_run - len(chunk), chunk)
            chunks.append(chunk)
            if progress is not None:
                progress(first + crew.n_run, case.n_replicas)
            if curves and max_memory is not None:
                _check_curves_fit(case, crew.n_steps / crew.n_run, max_memory)
    timings = {"compile_s": compiled - started, "kernel_s": time.monotonic() - compiled}
    n_ties = sum(chunk.ties for chunk in chunks)
    if n_ties > 0:  # 0 is no speed of a kernel that looks at no ties
        timings["ties_examined"] = n_ties
    return _assemble(case, chunks, curves=curves, timings=timings)


class _Crew:
    """Threads that run ranges of replicas, handed out and taken back in order.

    n_run, n_steps : replicas taken back so far, and the steps of their curves in all
    """

    def __init__(self, case: Case, threads: int, *, curves: bool, halt: NDArray[np.uint8] | None = None) -> None:
        self.case, self.threads, self.curves = case, threads, curves
        self.n_run = self.n_steps = 0
        self._halt, self._shares_halt = np.zeros(1, np.uint8) if halt is None else halt, halt is not None
        self._executor = ThreadPoolExecutor if halt is None else _Here
        self._scratches: SimpleQueue[Any] = SimpleQueue()
        for _ in range(threads):
            self._scratches.put(case.process.new_scratch(self._halt))

    def run(self, first: int, stop: Event, grain: int, max_chunk: int) -> Generator[Chunk]:
        """Yield the chunks from replica `first` on, in order, until all are run or `stop` is set.

        Chunks hold at least `grain` replicas, from one of its multiples to another, where `max_chunk` lets them.
        """
        waiting: deque[Future[tuple[Chunk, float]]] = deque()
        size = min(grain, max_chunk)
        n_replicas = self.case.n_replicas
        with self._executor(self.threads) as pool:
            try:
                while True:
                    while first < n_replicas and len(waiting) < 2 * self.threads and not stop.is_set():
                        end = min(_end_of_chunk(first, size, grain), n_replicas)
                        waiting.append(pool.submit(self._work, first, end))
                        first = end
                    if not waiting:
                        return
                    chunk, seconds = self._result(waiting.popleft(), stop)
                    if self._halt[0]:
                        return
                    self.n_run += len(chunk)
                    self.n_steps += int(chunk.last_step.sum()) + len(chunk)
                    wanted = int(len(chunk) * CHUNK_SECONDS / max(seconds, 1e-6))
                    most = min(max(wanted, grain), 8 * size, max_chunk, self.case.process.max_chunk())
                    size = max(1, most // grain) * grain if most >= grain else max(1, most)
                    yield chunk
            except BaseException:
                if not self._shares_halt:  # what fails here is no reason for other cases to end
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
            chunk = self.case.process.run_chunk(begin, end, scratch, curves=self.curves)
            return chunk, time.monotonic() - clock
        finally:
            self._scratches.put(scratch)


class _Here(Executor):
    """Runs what it is given at once, in the thread that gives it: a thread of its own costs a short run dear."""

    def __init__(self, threads: int) -> None:
        del threads

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return what is done already."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done


def _end_of_chunk(first: int, size: int, grain: int) -> int:
    """Return where a chunk of about `size` replicas ends: at a multiple of `grain`, or before the next one."""
    if size < grain:
        return min(first + size, (first // grain + 1) * grain)
    return first - first % grain + size


def _check_curves_fit(case: Case, steps: float, max_memory: int) -> None:
    n_curves, n_counts = len(case.process.curve_names), numbers_a_replica(case.process)
    needed = limits.results_bytes(case.n_replicas, steps, n_curves=n_curves, n_counts=n_counts)
    if needed > max_memory:
        raise ResourceError(
            f"curves are {steps:,.0f} steps long on average: {case.n_replicas:,} replicas would need about "
            f"{limits.size(needed)} of memory, and {limits.size(max_memory)} may be used; "
            "lower n_replicas or max_steps, or make the steps of curves longer (record_every)",
            memory=True,
        )


def _assemble(case: Case, chunks: Sequence[Chunk], *, curves: bool, timings: dict[str, float]) -> Results:
    process = case.process
    whole = join_chunks([empty_chunk(process, curves=curves), *chunks])
    results = Results(
        name=case.name,
        model=case.model,
        case_id=case.case_id,
        n_people=case.graph.n_people,
        seed_nodes=case.seed_labels,
        rng_seed=case.rng_seed,
        family=process.family,
        last_step=whole.last_step,
        stop=whole.stop,
        stop_names=process.stop_reasons,
        counts=whole.counts,
        newly=whole.newly if curves else None,
        main_curve=process.curve_names[0],
        groups=whole.groups,
        group_names=process.group_names,
        days_per_step=process.days_per_step,
        facts=process.facts,
        parameters=case.parameters,
        timings=timings,
    )
    return replace(results, warnings=case.notes + process.warnings(results))


def _chunk_of(results: Results, *, curves: bool) -> Chunk:
    newly = {name: results.newly_of(name) for name in results.curve_names} if curves else {}
    return Chunk(results.last_step, results.stop, results.counts, newly, results.groups)
