"""The outcome of a case: one row a replica, one curve a replica."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ResultError

STOP_REASONS = ("died_out", "max_steps")
"""Why a replica ended: nobody new was reached, or the step limit came first. In the kernels' order of codes."""


@dataclass(frozen=True, eq=False)
class Results:
    """What the replicas of one case gave, in order of their numbers.

    Attributes
    ----------
    name, model, case_id : str     what was run
    n_people : int                 people in the network
    seed_nodes : tuple             labels of the people who started
    rng_seed : int                 fixes all luck, together with the replica's number
    reach : int64 (R,)             people reached, seed nodes included
    last_step : int64 (R,)         last step at which somebody was reached
    stop : uint8 (R,)              index into `STOP_REASONS`
    newly : int32 (total,) or None   people first reached at steps 0 .. last_step of each replica, one after another
    parameters : str               the model's, as ``share_prob = 0.1``, for captions
    warnings : tuple of str        what may mislead a reader
    timings : dict                 seconds: compile_s, kernel_s
    """

    name: str
    model: str
    case_id: str
    n_people: int
    seed_nodes: tuple[Any, ...]
    rng_seed: int
    reach: NDArray[np.int64]
    last_step: NDArray[np.int64]
    stop: NDArray[np.uint8]
    newly: NDArray[np.int32] | None
    parameters: str = ""
    warnings: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.reach, self.last_step, self.stop, self.newly):
            if array is not None:
                array.flags.writeable = False

    def __repr__(self) -> str:
        return f"<Results of {self.n_replicas:,} replicas of {self.name!r}: mean reach {self.reach.mean():,.1f}>"

    @property
    def n_replicas(self) -> int:
        """Number of replicas."""
        return len(self.reach)

    @property
    def stop_reasons(self) -> dict[str, int]:
        """How many replicas ended for each reason."""
        counts = Counter(self.stop.tolist())
        return {reason: counts[code] for code, reason in enumerate(STOP_REASONS) if counts[code]}

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Where each replica's curve begins in `newly`: int64 (R + 1,)."""
        return np.concatenate(([0], np.cumsum(self.last_step + 1)))

    @property
    def new_by_step(self) -> NDArray[np.int32]:
        """People first reached at each step, all replicas one after another; see `offsets`.

        Raises
        ------
        ResultError
            When the run kept no curves.
        """
        if self.newly is None:
            raise ResultError("this run kept no curves; run it with curves=True")
        return self.newly

    @cached_property
    def reached_by_step(self) -> NDArray[np.int64]:
        """People reached up to each step, all replicas one after another: int64 (total,); see `offsets`."""
        running = np.cumsum(self.new_by_step, dtype=np.int64)
        starts = self.offsets[:-1]
        before = np.where(starts > 0, running[starts - 1], 0)
        by_step: NDArray[np.int64] = running - np.repeat(before, np.diff(self.offsets))
        return by_step

    @cached_property
    def curve(self) -> NDArray[np.int64]:
        """People reached up to each step: int64 (R, n_steps + 1), padded with the last value.

        Raises
        ------
        ResultError
            When the run kept no curves.
        """
        steps = np.arange(int(self.last_step.max(initial=0)) + 1)
        places = self.offsets[:-1, None] + np.minimum(steps, self.last_step[:, None])
        return self.reached_by_step[places]

    def first(self, n_replicas: int) -> Results:
        """Return the results of the first replicas alone; they equal a run of that many."""
        return replace(
            self,
            reach=self.reach[:n_replicas].copy(),
            last_step=self.last_step[:n_replicas].copy(),
            stop=self.stop[:n_replicas].copy(),
            newly=None if self.newly is None else self.newly[: self.offsets[n_replicas]].copy(),
        )
