"""Linear threshold: a person joins when enough of the people listened to have joined."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels.live_edge import BY_CHOICE, LiveTies
from ..spec import ColumnName
from .base import LiveEdgeModel, Model, Setting
from .chances import refuse_in_mixing

_HALF = 1 << 63
_ROUNDING = 1e-6
"""A weight written with six decimals is off by half of this: sums may exceed 1 by this much a tie."""


class LinearThreshold(Model):
    """A person joins at the step at which the weights of those who joined reach a random threshold.

    v draws theta_v from U[0, 1) once and joins once the sum of b_uv over reached u exceeds it; the b_uv into a person
    sum to at most 1. Computed in its live-edge form: v listens to one of its ties, tie u -> v with probability b_uv
    (to none with 1 - sum), and the people reached at each step have the same distribution. Where c parallel ties are
    counted, equal weights are in proportion to c. In a network with layers each weight is multiplied by the strength of
    the tie's layer; the products sum to at most 1 too, unless they are normalised.
    """

    source: ClassVar[str] = "Kempe, Kleinberg & Tardos (2015), section 2 and claim 2.6"

    takes_layers: ClassVar[bool] = True

    kind: Literal["linear_threshold"] = "linear_threshold"
    weight: ColumnName | None = None
    """Name of the tie column that holds b_uv; left out: all ties into a person weigh the same, 1 / indegree."""
    normalise: bool = False
    """Divide the weights, times strength, by their sum at each person; otherwise a sum above 1 is an error."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of weights, if one is named."""
        return {} if self.weight is None else {self.weight: (0.0, np.inf if self.normalise else 1.0)}

    def compile(self, graph: Graph, setting: Setting) -> LiveEdgeModel:
        """Lay the ties into each person side by side on [0, 2^63); see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        none = np.zeros(0, np.uint64)
        low = width = none
        notes: tuple[str, ...] = ()
        if graph.complete:
            if self.weight is not None:
                refuse_in_mixing(graph, self.weight, key="weight")
        elif graph.n_ties:
            low, width, notes = self._intervals(graph)
        return LiveEdgeModel(
            LiveTies(
                indptr=graph.indptr,
                indices=graph.indices,
                n_people=graph.n_people,
                complete=graph.complete,
                rule=BY_CHOICE,
                threshold=none,
                per_tie=0,
                low=low,
                width=width,
            ),
            notes=notes,
        )

    def _intervals(self, graph: Graph) -> tuple[NDArray[np.uint64], NDArray[np.uint64], tuple[str, ...]]:
        # A stable sort by listener keeps each listener's ties in order of u, the order the shares are laid in.
        order = np.argsort(graph.indices, kind="stable")
        first = np.concatenate(([0], np.cumsum(graph.in_degree)))
        listener = graph.indices[order]
        notes: tuple[str, ...] = ()
        counts = np.ones(len(order), np.int64) if graph.tie_counts is None else graph.tie_counts[order].astype(np.int64)
        strength = graph.tie_strength()
        if self.weight is None and strength is None:
            start, end = _equal_shares(counts, first, listener)
        else:
            if self.weight is None:
                weight = counts / np.bincount(listener, weights=counts)[listener]
            else:
                weight = _column(graph, self.weight)[order] * counts
            if strength is not None:
                weight = weight * strength[order]
            start, end, notes = self._given_shares(graph, weight, first, listener)
        low, width = np.empty_like(start), np.empty_like(start)
        low[order] = start
        width[order] = end - start
        return low, width, notes

    def _given_shares(
        self,
        graph: Graph,
        weight: NDArray[np.float64],
        first: NDArray[np.int64],
        listener: NDArray[np.int32],
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64], tuple[str, ...]]:
        with np.errstate(over="ignore"):
            before, total = _running_sums(weight, first, listener)
        if self.normalise and not np.isfinite(total).all():
            # Weights near 10^308: relative to each person's largest one, their sums are numbers again.
            starts = first[:-1][np.diff(first) > 0]
            largest = np.maximum.reduceat(weight, starts)
            weight = weight / np.repeat(np.where(largest > 0.0, largest, 1.0), np.diff(np.append(starts, len(weight))))
            before, total = _running_sums(weight, first, listener)
        notes: tuple[str, ...] = ()
        if not self.normalise:
            what = "equal weights" if self.weight is None else f"tie column {self.weight!r}: weights"
            times = "" if graph.tie_strength() is None else " times strength"
            notes = _check_sums(graph, what + times, total)
            total = np.maximum(total, 1.0)
        scale = np.where(total > 0.0, total, 1.0)[listener]
        start = np.minimum(before / scale, 1.0)
        end = np.minimum((before + weight) / scale, 1.0)
        return _to_63_bits(start), _to_63_bits(end), notes


def _column(graph: Graph, column: str) -> NDArray[np.float64]:
    weight = graph.tie_column(column)
    if (weight < 0.0).any():
        raise GraphError(f"tie column {column!r} must not be negative, got {weight.min():g}")
    return weight


def _check_sums(graph: Graph, what: str, total: NDArray[np.float64]) -> tuple[str, ...]:
    """Refuse weights that sum to more than 1, rounding of decimals apart; say where rounding was made good."""
    excess = total - 1.0
    if (excess > np.maximum(_ROUNDING * graph.in_degree, 1e-9)).any():
        person = int(np.argmax(excess))
        raise GraphError(
            f"{what} into a person must sum to at most 1, got {total[person]:g} into "
            f"{graph.labels[person]!r}; write `normalise = true` to divide by the sum"
        )
    n_rounded = int((excess > 1e-9).sum())
    if not n_rounded:
        return ()
    made_good = f"to at most {1.0 + excess.max():.6f}, as rounding does; divided by the sum"
    return (f"{what} into a person sum to more than 1, {n_rounded:,} times, {made_good}",)


def _equal_shares(
    counts: NDArray[np.int64], first: NDArray[np.int64], listener: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return start and end of each tie's share, floor(2^63 * (counts before) / (all counts)), in exact integers."""
    through = np.cumsum(counts)
    offset = np.concatenate(([0], through))[first[:-1]][listener]
    total = np.add.reduceat(counts, first[:-1][np.diff(first) > 0])
    n_shares = np.zeros(len(first) - 1, np.int64)
    n_shares[np.diff(first) > 0] = total
    shares = n_shares[listener].astype(np.uint64)
    whole, part = np.uint64(_HALF) // shares, np.uint64(_HALF) % shares

    def at(rank: NDArray[np.int64]) -> NDArray[np.uint64]:
        k = rank.astype(np.uint64)
        return k * whole + k * part // shares

    return at(through - counts - offset), at(through - offset)


def _running_sums(
    weight: NDArray[np.float64], first: NDArray[np.int64], listener: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weight before each tie within its listener, and the total of each person.

    Summed person by person, in order: one running sum over all people would lose digits with every person before.
    """
    before = np.empty_like(weight)
    total = np.zeros(len(first) - 1)
    degree = np.diff(first)
    rank = np.arange(len(weight)) - first[:-1][listener]
    # Ties of rank 0 of all people at once, then rank 1, ...: as many passes as the largest degree, short ones last.
    by_rank = np.argsort(rank, kind="stable")
    ends = np.cumsum(np.bincount(rank))
    begin = 0
    for end in ends:
        ties = by_rank[begin:end]
        people = listener[ties]
        before[ties] = total[people]
        total[people] += weight[ties]
        begin = end
    assert int(degree.sum()) == len(weight)
    return before, total


def _to_63_bits(share: NDArray[np.float64]) -> NDArray[np.uint64]:
    return np.floor(share * float(_HALF)).astype(np.uint64)
