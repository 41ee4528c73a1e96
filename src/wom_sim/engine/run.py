"""Running a case: ranges of replicas handed to threads, results put together in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import Any

import numpy as np

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


def needs_compiler() -> bool:
    """Say whether the first run will wait for the compiler, which happens once."""
    return not is_cached(live_edge.spread_chunk)


def can_cache() -> bool:
    """Say whether compiled kernels can be kept for the next run."""
    return CACHE_FOLDER is not None


def check_fits(case: Case, *, threads: int) -> None:
    """Raise ResourceError, with the numbers, when the case would not fit in memory."""
    limits.check_memory(memory_needed(case, threads), f"{case.n_replicas:,} replicas", advice="lower run.n_replicas")


def memory_needed(case: Case, threads: int) -> int:
    """Estimate the memory a run of the case takes beyond its network, in bytes."""
    return limits.run_bytes(
        case.graph.n_people,
        len(case.graph.indices),
        case.n_replicas,
        threads,
        by_choice=case.ties.rule == live_edge.BY_CHOICE,
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

    Returns
    -------
    Results
        Of all replicas, or of the first ones where `stop` was set.
    """
    gateway.check_ties(case.ties)
    gateway.check_seed_nodes(case.seed_nodes, case.graph.n_people)
    started = time.monotonic()
    if done is None or done.n_replicas < case.n_replicas:
        gateway.compile_kernel(case.ties, case.seed_nodes)
    compiled = time.monotonic()
    first = done.n_replicas if done is not None else 0
    chunks = _run_chunks(case, first, threads, stop or Event(), progress, max_chunk)
    if not curves:
        chunks = [Chunk(c.reach, c.last_step, c.stop, c.newly[:0]) for c in chunks]
    timings = {"compile_s": compiled - started, "kernel_s": time.monotonic() - compiled}
    return _assemble(case, done, chunks, curves=curves, timings=timings)


def _run_chunks(
    case: Case, first: int, threads: int, stop: Event, progress: Callable[[int, int], None] | None, max_chunk: int
) -> list[Chunk]:
    scratches: SimpleQueue[live_edge.Scratch] = SimpleQueue()
    for _ in range(threads):
        scratches.put(gateway.new_scratch(case.graph.n_people))

    def work(begin: int, end: int) -> tuple[Chunk, float]:
        scratch = scratches.get()
        try:
            clock = time.monotonic()
            keys = replica_keys(case.rng_seed, begin, end)
            chunk = gateway.run_chunk(case.ties, case.seed_nodes, keys, case.max_steps, scratch)
            return chunk, time.monotonic() - clock
        finally:
            scratches.put(scratch)

    finished: list[Chunk] = []
    waiting: deque[tuple[int, Future[tuple[Chunk, float]]]] = deque()
    n_finished, size = first, 1
    with ThreadPoolExecutor(threads) as pool:
        try:
            while True:
                while first < case.n_replicas and len(waiting) < 2 * threads and not stop.is_set():
                    end = min(first + size, case.n_replicas)
                    waiting.append((end, pool.submit(work, first, end)))
                    first = end
                if not waiting:
                    return finished
                n_finished, future = waiting.popleft()
                chunk, seconds = future.result()
                finished.append(chunk)
                wanted = int(len(chunk.reach) * CHUNK_SECONDS / max(seconds, 1e-6))
                size = max(1, min(wanted, 8 * size, max_chunk))
                if progress is not None:
                    progress(n_finished, case.n_replicas)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


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
        warnings=case.notes + _warnings(case, reach, stop),
        timings=timings,
    )


def _warnings(case: Case, reach: np.ndarray, stop: np.ndarray) -> tuple[str, ...]:
    lines = []
    unfinished = int((stop == live_edge.AT_MAX_STEPS).sum())
    if unfinished:
        lines.append(f"{unfinished:,} of {len(stop):,} replicas were still spreading at max_steps = {case.max_steps:,}")
    if len(reach) and len(case.seed_nodes) and not (reach > len(case.seed_nodes)).any():
        lines.append(f"no cascade took off (0 of {len(reach):,}): nobody was reached but the seed nodes")
    return tuple(lines)
