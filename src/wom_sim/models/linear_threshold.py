"""Linear threshold: a person joins when enough of the people listened to have joined."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels.chosen_ties import ChosenTies
from ..kernels.in_ties import set_running_sums
from ..spec import ColumnName
from .base import ChoiceModel, Model, Setting
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

    def compile(self, graph: Graph, setting: Setting) -> ChoiceModel:
        """Lay the ties into each person side by side on [0, 2^63); see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        end, notes = self._ends(graph)
        in_indptr, sources = graph.in_ties
        return ChoiceModel(
            ChosenTies(
                indptr=graph.indptr,
                indices=graph.indices,
                n_people=graph.n_people,
                complete=graph.complete,
                in_indptr=in_indptr,
                sources=sources,
                end=end,
            ),
            notes=notes,
        )

    def shares(self, graph: Graph) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Return where the share of each tie begins and how wide it is: uint64 (m,), by number of the tie.

        v's number x in [0, 2^63) chooses the tie where low <= x < low + width; complete mixing has no stored ties.
        """
        end, _ = self._ends(graph)
        low, width = np.zeros(len(graph.indices), np.uint64), np.zeros(len(graph.indices), np.uint64)
        if not len(low):
            return low, width
        first, numbers = graph.in_ties.indptr, graph.in_tie_numbers
        if not len(end):
            end = _equal_ends(np.ones(graph.n_ties, np.int64), first)
        start = np.concatenate((np.zeros(1, np.uint64), end[:-1]))
        start[first[:-1][np.diff(first) > 0]] = 0
        low[numbers], width[numbers] = start, end - start
        return low, width

    def _ends(self, graph: Graph) -> tuple[NDArray[np.uint64], tuple[str, ...]]:
        """Return where the share of each tie ends, sorted by listener; nothing where all shares are equal."""
        if graph.complete and self.weight is not None:
            refuse_in_mixing(graph, self.weight, key="weight")
        strength = graph.tie_strength()
        if not len(graph.indices) or (self.weight is None and strength is None and graph.tie_counts is None):
            return _read_only(np.zeros(0, np.uint64)), ()
        first, numbers = graph.in_ties.indptr, graph.in_tie_numbers
        listener = np.repeat(np.arange(graph.n_people), np.diff(first))
        counts = np.ones(len(numbers), np.int64)
        if graph.tie_counts is not None:
            counts = graph.tie_counts[numbers].astype(np.int64)
        if self.weight is None and strength is None:
            return _read_only(_equal_ends(counts, first)), ()
        if self.weight is None:
            weight = counts / np.bincount(listener, weights=counts)[listener]
        else:
            weight = _column(graph, self.weight)[numbers] * counts
        if strength is not None:
            weight = weight * strength[numbers]
        end, notes = self._given_ends(graph, weight, first, listener)
        return _read_only(end), notes

    def _given_ends(
        self,
        graph: Graph,
        weight: NDArray[np.float64],
        first: NDArray[np.int64],
        listener: NDArray[np.int64],
    ) -> tuple[NDArray[np.uint64], tuple[str, ...]]:
        before, total = _running_sums(weight, first)
        if self.normalise and not np.isfinite(total).all():
            # Weights near 10^308: relative to each person's largest one, their sums are numbers again.
            starts = first[:-1][np.diff(first) > 0]
            largest = np.maximum.reduceat(weight, starts)
            weight = weight / np.repeat(np.where(largest > 0.0, largest, 1.0), np.diff(np.append(starts, len(weight))))
            before, total = _running_sums(weight, first)
        notes: tuple[str, ...] = ()
        if not self.normalise:
            what = "equal weights" if self.weight is None else f"tie column {self.weight!r}: weights"
            times = "" if graph.tie_strength() is None else " times strength"
            notes = _check_sums(graph, what + times, total)
            total = np.maximum(total, 1.0)
        scale = np.where(total > 0.0, total, 1.0)[listener]
        return _to_63_bits(np.minimum((before + weight) / scale, 1.0)), notes


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


def _equal_ends(counts: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return where each tie's share ends, floor(2^63 * (counts up to it) / (all counts)), in exact integers."""
    through = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
    degree = np.diff(first)
    n_shares = np.repeat(through[first[1:]] - through[first[:-1]], degree).astype(np.uint64)
    rank = (through[1:] - np.repeat(through[first[:-1]], degree)).astype(np.uint64)
    whole, part = np.uint64(_HALF) // n_shares, np.uint64(_HALF) % n_shares
    ends: NDArray[np.uint64] = rank * whole + rank * part // n_shares
    return ends


def _running_sums(
    weight: NDArray[np.float64], first: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weight before each tie within its listener, and the total of each person."""
    before, total = np.empty_like(weight), np.empty(len(first) - 1)
    with np.errstate(over="ignore"):
        set_running_sums(first, weight, before, total)
    return before, total


def _to_63_bits(share: NDArray[np.float64]) -> NDArray[np.uint64]:
    return np.floor(share * float(_HALF)).astype(np.uint64)


def _read_only(end: NDArray[np.uint64]) -> NDArray[np.uint64]:
    end.flags.writeable = False  # as the network's arrays are: one form of the kernel for all
    return end
