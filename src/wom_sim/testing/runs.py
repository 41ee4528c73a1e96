"""Checks of how a model runs: whatever the order, the memory, the threads, the end, the numbers are the same."""

from __future__ import annotations

import threading
import time

import numpy as np

from ..engine.process import join_chunks
from ..kernels.diffusion import HALTED
from ..models.base import Model
from . import trials
from .faults import hold

PATIENCE = 2.0
"""Seconds within which a replica must end once it is asked to halt."""


def memory_is_left_clean(model: Model) -> None:
    """The same replicas in memory that was used before are the same."""
    for said, process in trials.each(model):
        scratch = process.new_scratch(np.zeros(1, np.uint8))
        first = trials.run(process, scratch=scratch)
        hold(trials.same(first, trials.run(process, scratch=scratch)), f"{said}: run again they differ")


def chunks_change_nothing(model: Model) -> None:
    """Replicas one by one, in other groups, the last first, give the same numbers."""
    for said, process in trials.each(model):
        whole = trials.run(process)
        n = len(whole)
        single = join_chunks([trials.run(process, r, r + 1) for r in range(n)])
        hold(trials.same(whole, single), f"{said}: one by one they differ")
        scratch = process.new_scratch(np.zeros(1, np.uint8))
        late = trials.run(process, n // 2, n, scratch=scratch)
        early = trials.run(process, 0, n // 2, scratch=scratch)
        hold(trials.same(whole, join_chunks([early, late])), f"{said}: in another order they differ")


def threads_change_nothing(model: Model) -> None:
    """Two threads at once give what one gives."""
    process = trials.make_process(model, trials.ring_with_shortcuts(model), [0, 7])
    n, found = trials.N_REPLICAS, {}
    process.compile()

    def work(begin: int, end: int) -> None:
        found[begin] = trials.run(process, begin, end)

    threads = [threading.Thread(target=work, args=(begin, begin + n)) for begin in (0, n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hold(trials.same(trials.run(process, 0, 2 * n), join_chunks([found[0], found[n]])), "in two threads they differ")


def first_steps_do_not_depend_on_the_end(model: Model) -> None:
    """What happens up to a step is the same however long a run is followed."""
    graph = trials.ring_with_shortcuts(model)
    long = trials.make_process(model, graph, [0, 7])
    short = trials.make_process(model, graph, [0, 7], horizon=trials.HORIZON / 3, max_steps=trials.MAX_STEPS // 10)
    far, near = trials.run(long), trials.run(short)
    for name in short.curve_names:
        for replica, (whole, part) in enumerate(
            zip(trials.heights(far, name), trials.heights(near, name), strict=True)
        ):
            common = min(len(whole), len(part))
            same = (whole[:common] == part[:common]).all() and (
                len(part) == common or (part[common:] == part[-1]).all()
            )
            hold(bool(same), f"{name} of replica {replica} is another when the run is shorter")


def a_run_can_be_halted(model: Model) -> None:
    """Asked to halt, a replica ends within two seconds and leaves its memory clean."""
    process = trials.make_process(model, trials.ring_with_shortcuts(model, n=2000), [0, 7])
    process.compile()
    halt = np.ones(1, np.uint8)
    scratch = process.new_scratch(halt)
    began = time.monotonic()
    stop = process.run_chunk(0, 20, scratch, curves=True).stop
    taken = time.monotonic() - began
    hold(bool((stop == HALTED).any()), "no replica stopped as HALTED: look at `scratch.halt` in every long loop")
    hold(taken < PATIENCE, f"it took {taken:.1f} s to halt, at most {PATIENCE:g} are allowed")
    halt[0] = 0
    clean = trials.same(trials.run(process, 0, 3), trials.run(process, 0, 3, scratch=scratch))
    hold(clean, "after it was halted its memory is not clean: the next replicas differ")


def estimates_are_numbers(model: Model) -> None:
    """Memory, disk and time are estimated before anything is run."""
    process = trials.make_process(model, trials.ring_with_shortcuts(model), [0])
    hold(process.memory_bytes(1000, 2, curves=True) > 0, "memory_bytes is not above 0")
    hold(process.disk_bytes(1000) > 0, "disk_bytes is not above 0")
    longest = process.seconds_at_most(1000, 2)
    hold(longest is None or longest >= 0, "seconds_at_most is below 0")
