"""The outcome of a case: counts, groups and curves of each replica."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ResultError


@dataclass(frozen=True, eq=False)
class Results:
    """What the replicas of one case gave, in order of their numbers.

    Attributes
    ----------
    name, model, case_id : str     what was run
    n_people : int                 people in the network
    seed_nodes : tuple             labels of the people who started
    rng_seed : int                 fixes all luck, together with the replica's number
    family : str                   the kernel family, which decides the metrics: "cascade"
    last_step : int64 (R,)         last step of each replica: of a cascade, the last at which somebody was reached;
                                   without curves 0 for those that died out
    stop : uint8 (R,)              index into `stop_names`
    stop_names : tuple of str      why a replica may end
    counts : name -> int64 (R,)    numbers of a whole replica (sums of fractions, such as of money, are float64); of a
                                   cascade `reach`, people reached, seed nodes included
    newly : name -> int32 (total,), or None   change of each curve at steps 0 .. last_step of each replica, one after
                                   another; of a cascade `reach`, people first reached
    main_curve : str               the curve that stands for all
    groups : kind -> name -> int64 (R, G)   counts by segment, by item, ...; none in a cascade
    group_names : kind -> tuple of str      names of the groups, in the order of the columns
    days_per_step : float or None  length of a step; None where steps have no dates
    facts : dict                   what metrics need beside counts, ready for JSON: prices, dates; none in a cascade
    parameters : str               the model's, as ``share_prob = 0.1``, for captions
    warnings : tuple of str        what may mislead a reader
    timings : dict                 of the replicas run just now, without those resumed: seconds compile_s, kernel_s;
                                   ties_examined in kernel_s (docs/metrics.md), left out where there were none: posts
                                   of `self_exciting` go along no ties
    """

    name: str
    model: str
    case_id: str
    n_people: int
    seed_nodes: tuple[Any, ...]
    rng_seed: int
    family: str
    last_step: NDArray[np.int64]
    stop: NDArray[np.uint8]
    stop_names: tuple[str, ...]
    counts: Mapping[str, NDArray[Any]]
    newly: Mapping[str, NDArray[np.int32]] | None
    main_curve: str
    groups: Mapping[str, Mapping[str, NDArray[np.int64]]] = field(default_factory=dict)
    group_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    days_per_step: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    parameters: str = ""
    warnings: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        of_groups = [array for counts in self.groups.values() for array in counts.values()]
        arrays: list[NDArray[Any]] = [self.last_step, self.stop, *self.counts.values(), *of_groups]
        for array in (*arrays, *(self.newly or {}).values()):
            array.flags.writeable = False

    def __repr__(self) -> str:
        name, count = next(iter(self.counts.items()))
        return f"<Results of {self.n_replicas:,} replicas of {self.name!r}: mean {name} {count.mean():,.1f}>"

    @property
    def n_replicas(self) -> int:
        """Number of replicas."""
        return len(self.last_step)

    @property
    def reach(self) -> NDArray[np.int64]:
        """People reached in each replica: int64 (R,)."""
        return self.counts["reach"]

    @property
    def stop_reasons(self) -> dict[str, int]:
        """How many replicas ended for each reason."""
        counts = Counter(self.stop.tolist())
        return {reason: counts[code] for code, reason in enumerate(self.stop_names) if counts[code]}

    @property
    def curve_names(self) -> tuple[str, ...]:
        """Names of the curves.

        Raises
        ------
        ResultError
            When the run kept no curves.
        """
        return tuple(self._kept_curves)

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Where each replica's curve begins in an array of `newly`: int64 (R + 1,)."""
        return np.concatenate(([0], np.cumsum(self.last_step + 1)))

    def newly_of(self, name: str) -> NDArray[np.int32]:
        """Return the change of a curve at each step, all replicas one after another: int32 (total,); see `offsets`.

        Raises
        ------
        ResultError
            When the run kept no curves, or none of this name.
        """
        if name not in self._kept_curves:
            raise ResultError(f"there is no curve {name!r}; curves: {', '.join(self._kept_curves)}")
        return self._kept_curves[name]

    @property
    def _kept_curves(self) -> Mapping[str, NDArray[np.int32]]:
        if self.newly is None:
            raise ResultError("this run kept no curves; run it with curves=True")
        return self.newly

    def by_step(self, name: str) -> NDArray[np.int64]:
        """Return a curve's height at each step, all replicas one after another: int64 (total,); see `offsets`.

        Raises
        ------
        ResultError
            As `newly_of`.
        """
        if name not in self._heights:
            running = np.cumsum(self.newly_of(name), dtype=np.int64)
            starts = self.offsets[:-1]
            before = np.where(starts > 0, running[starts - 1], 0)
            heights = running - np.repeat(before, np.diff(self.offsets))
            heights.flags.writeable = False
            self._heights[name] = heights
        return self._heights[name]

    @cached_property
    def _heights(self) -> dict[str, NDArray[np.int64]]:
        return {}

    def curve_of(self, name: str) -> NDArray[np.int64]:
        """Return a curve's height at each step: int64 (R, n_steps + 1), padded with the last value.

        Raises
        ------
        ResultError
            As `newly_of`.
        """
        steps = np.arange(int(self.last_step.max(initial=0)) + 1)
        places = self.offsets[:-1, None] + np.minimum(steps, self.last_step[:, None])
        return self.by_step(name)[places]

    @property
    def reached_by_step(self) -> NDArray[np.int64]:
        """People reached up to each step, all replicas one after another: int64 (total,); see `offsets`."""
        return self.by_step("reach")

    @cached_property
    def curve(self) -> NDArray[np.int64]:
        """The main curve, of a cascade people reached up to each step; see `curve_of`."""
        return self.curve_of(self.main_curve)

    def first(self, n_replicas: int) -> Results:
        """Return the results of the first replicas alone; they equal a run of that many.

        Raises
        ------
        ResultError
            When there are not so many.
        """
        if not 0 <= n_replicas <= self.n_replicas:
            raise ResultError(f"there are {self.n_replicas:,} replicas, not {n_replicas}")
        newly, n_steps = self.newly, self.offsets[n_replicas]
        return replace(
            self,
            last_step=self.last_step[:n_replicas].copy(),
            stop=self.stop[:n_replicas].copy(),
            counts={name: count[:n_replicas].copy() for name, count in self.counts.items()},
            newly=None if newly is None else {name: change[:n_steps].copy() for name, change in newly.items()},
            groups={
                kind: {name: count[:n_replicas].copy() for name, count in counts.items()}
                for kind, counts in self.groups.items()
            },
        )
