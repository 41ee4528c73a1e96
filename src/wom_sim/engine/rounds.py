"""Timed cascades in which every telling takes as long, as a process: plain cascades, hundreds of replicas at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..kernels.diffusion import AT_MAX_STEPS, FINISHED, HALTED
from ..kernels.rounds import set_clock
from ..models.base import DiffusionModel
from . import live_edge
from .diffusion import DiffusionProcess
from .live_edge import LiveEdgeProcess
from .process import Chunk

_FIRST_ROUNDS = 64
"""Rounds up to which ends are worked out at least."""

_SURE = 1.0 - 1e-6
"""Times the rounds there is time for: so many surely end in time, whatever rounding makes of their sum."""


class _Memory(NamedTuple):
    """What one thread works in: the cascade's memory, and that of arrivals for those who ask for trees."""

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    halt: NDArray[np.uint8]
    cascade: live_edge.Memory
    arrivals: list[Any]


class _Clock(NamedTuple):
    """When the people of each round are reached, in days, and the step to which that belongs."""

    days: NDArray[np.float64]
    steps: NDArray[np.int64]


class RoundsProcess(DiffusionProcess):
    """A timed cascade whose tellings all take as long; see `engine.process.Process`.

    Whoever is reached over k ties is reached k tellings after the start: the replica is the plain cascade on the same
    coins, a round a telling. So it is run as one, up to the first round after the end, which says whether anything was
    left. Trees are read from the model's own kernel, which gives the same replicas in the order in which people join.

    model : DiffusionModel    with `in_rounds`
    seed_nodes, rng_seed, max_steps, facts : as in `DiffusionProcess`
    n_replicas : int          how many are wanted: see `LiveEdgeProcess`
    """

    def __init__(
        self,
        model: DiffusionModel,
        seed_nodes: NDArray[np.int32],
        *,
        rng_seed: int,
        max_steps: int,
        facts: Mapping[str, Any],
        n_replicas: int,
    ) -> None:
        super().__init__(model, seed_nodes, rng_seed=rng_seed, max_steps=max_steps, facts=facts)
        assert model.in_rounds is not None
        self.rounds, self.traced = model.in_rounds, n_replicas == 1
        self._clock = _Clock(np.zeros(0), np.zeros(0, np.int64))
        self.last_round = self._last_round()
        n = self.rounds.ties.n_people
        self.cascade = LiveEdgeProcess(
            self.rounds.ties,
            seed_nodes,
            rng_seed=rng_seed,
            max_steps=min(self.last_round + 1, n - 1),  # no cascade has more rounds than people
            n_replicas=n_replicas,
        )

    def _clock_to(self, last_round: int) -> _Clock:
        """Return when rounds up to this one end; threads may ask at once, so what one reads no other changes."""
        clock = self._clock
        if last_round >= len(clock.days):
            clock = _Clock(np.zeros(2 * last_round), np.zeros(2 * last_round, np.int64))
            set_clock(self.rounds.length, self.rounds.added, self.days_per_step, self.max_steps, *clock)
            self._clock = clock
        return clock

    def _last_round(self) -> int:
        """Return the last round that ends in time; where all can, that of the last people there could be."""
        n = self.rounds.ties.n_people
        assert self.days_per_step is not None
        sure = self.max_steps * self.days_per_step / (self.rounds.length + self.rounds.added) * _SURE
        if sure > n + 1.0:
            return n
        steps = self._clock_to(int(sure / _SURE / _SURE) + 3).steps
        return int(np.searchsorted(steps, self.max_steps, side="right")) - 1

    def check(self) -> None:
        """See `Process.check`."""
        super().check()
        self.cascade.check()

    def is_compiled(self) -> bool:
        """See `Process.is_compiled`."""
        return self.cascade.is_compiled() and (not self.traced or super().is_compiled())

    def compile(self) -> None:
        """See `Process.compile`; of a single replica somebody may ask for the tree."""
        self.cascade.compile()
        if self.traced:
            super().compile()

    def settle(self, threads: int) -> int:
        """See `Process.settle`."""
        return self.cascade.settle(threads)

    def new_scratch(self, halt: NDArray[np.uint8]) -> _Memory:
        """See `Process.new_scratch`; `parent` is empty, unless trees are wanted."""
        cascade = self.cascade.new_scratch(halt)
        return _Memory(cascade.order, np.zeros(0, np.int32), halt, cascade, [])

    def run_chunk(self, first: int, last: int, scratch: _Memory, *, curves: bool) -> Chunk:
        """Run replicas first .. last - 1; see `Process.run_chunk`."""
        if len(scratch.parent):
            if not scratch.arrivals:
                own = self.model.new_scratch(scratch.halt)
                scratch.arrivals.append(own._replace(order=scratch.order, parent=scratch.parent))
            return super().run_chunk(first, last, scratch.arrivals[0], curves=curves)
        may_end = self.last_round < self.cascade.max_steps
        if curves or may_end:
            chunk = self.cascade.run_chunk(first, last, scratch.cascade, curves=True)
            rounds, stop, reach, ties = chunk.last_step, chunk.stop, chunk.counts["reach"], chunk.ties
            newly = chunk.newly.get("reach", np.zeros(int((rounds + 1).sum()), np.int32))  # none where halted
        else:
            ran = self.cascade.run_range(first, last, scratch.cascade, 0)
            rounds, stop, reach, ties = ran.out.last_step, ran.out.stop, ran.out.reach, ran.ties
            newly = np.zeros(0, np.int32)
        clock = self._clock_to(max(_FIRST_ROUNDS, int(rounds.max(initial=0))))
        late = rounds > self.last_round
        if may_end:
            reach = reach - np.where(late, newly[np.cumsum(rounds + 1) - 1], 0)
        last_rounds = rounds - late
        last_step = np.where(late, self.max_steps, clock.steps[last_rounds])
        self._longest = max(self._longest, int(last_step.max(initial=0)) + 1)
        return Chunk(
            last_step=last_step,
            stop=np.where(stop == HALTED, HALTED, np.where(late, AT_MAX_STEPS, FINISHED)).astype(np.uint8),
            counts={
                "reach": reach,
                "last_time": clock.days[last_rounds],
                "unfinished": late.astype(np.int64),
            },
            newly={"reach": self._by_step(newly, rounds, clock.steps, last_step)}
            if curves and not scratch.halt[0]
            else {},
            groups={},
            ties=ties,
        )

    def _by_step(
        self,
        newly: NDArray[np.int32],
        rounds: NDArray[np.int64],
        steps: NDArray[np.int64],
        last_step: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Return the curves over steps, one after another, of those over rounds."""
        self._check_room(last_step + 1)
        number = np.arange(len(newly)) - np.repeat(np.cumsum(rounds + 1) - rounds - 1, rounds + 1)
        begins = np.repeat(np.cumsum(last_step + 1) - last_step - 1, rounds + 1)
        in_time = number <= self.last_round
        by_step = np.zeros(int((last_step + 1).sum()), np.int32)
        np.add.at(by_step, begins[in_time] + steps[number[in_time]], newly[in_time])
        return by_step

    def max_chunk(self) -> int:
        """See `Process.max_chunk`."""
        return min(super().max_chunk(), self.cascade.max_chunk())

    def memory_bytes(self, n_replicas: int, threads: int, *, curves: bool) -> int:
        """See `Process.memory_bytes`."""
        at_once = threads * self.cascade.forms.n_bytes
        return super().memory_bytes(n_replicas, threads, curves=curves) + at_once

    def seconds_at_most(self, n_replicas: int, threads: int) -> float:
        """See `Process.seconds_at_most`."""
        return self.cascade.seconds_at_most(n_replicas, threads)
