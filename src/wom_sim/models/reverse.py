"""A compiled cascade seen from those who are reached: what reverse-reachable sets are drawn from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.live_edge import LiveTies
from ..kernels.reverse_ties import FIRST_COUNTS, ReverseWorld
from .base import ChoiceModel, CompiledModel, LiveEdgeModel, Model, Setting
from .cascades import WeightedCascade, coin_ties
from .coins import coin_table

_HALF = 2.0**63
_NONE = np.uint64(1 << 63)
"""Above every 63-bit number."""

_FEW = 64
"""So many different chances have groups of their own; with more, chances share one where none is twice another."""


def reverse_of(compiled: CompiledModel, graph: Graph) -> ReverseWorld | None:
    """Return the ties of a cascade by those who listen; None where reach is no reachability over live ties."""
    if isinstance(compiled, ChoiceModel):
        ties = compiled.arrays
        none = np.zeros(0, np.int64)
        return ReverseWorld(
            n_people=graph.n_people,
            complete=graph.complete,
            by_choice=True,
            first=ties.in_indptr,
            sources=ties.sources,
            groups=none,
            table=np.zeros(0, np.int32),
            counts=none.view(np.uint64),
            accept=none.view(np.uint64),
            end=ties.end,
        )
    if isinstance(compiled, LiveEdgeModel):
        return _of_coins(compiled.arrays, graph)
    return None


def stand_in(model: Model, graph: Graph, setting: Setting) -> tuple[ReverseWorld, str, bool]:
    """Return the independent cascade that a model comes down to or is close to; weighted cascade where none is known.

    Returns
    -------
    ReverseWorld, str, bool
        The ties of it by those who listen; what passes along them; whether it reaches the very same people.
    """
    passing = model.passing_on(graph, setting)
    if passing is None:
        reverse = reverse_of(WeightedCascade().compile(graph, setting), graph)
        assert reverse is not None
        return reverse, "weighted_cascade", False
    table = coin_table(passing.prob, len(graph.indices))
    return _of_coins(coin_ties(graph, table), graph), passing.says, passing.exact


def _of_coins(ties: LiveTies, graph: Graph) -> ReverseWorld:
    prob = _probabilities(ties.threshold)
    if graph.complete:
        size = np.array([graph.n_people - 1])
        return _world(graph, graph.indptr, np.zeros(0, np.int32), size, np.zeros(1, np.int64), prob)
    in_ties = graph.in_ties
    sizes = np.diff(in_ties.indptr)
    if not ties.per_tie:
        return _world(graph, in_ties.indptr, in_ties.sources, sizes, np.zeros(graph.n_people, np.int64), prob)
    code = ties.code[: graph.n_ties][graph.in_tie_numbers]
    of_person = np.zeros(graph.n_people, np.int64)
    listens = sizes > 0
    of_person[listens] = code[in_ties.indptr[:-1][listens]]
    if (np.repeat(of_person, sizes) == code).all():
        return _world(graph, in_ties.indptr, in_ties.sources, sizes, of_person, prob)
    return _in_groups(graph, code, prob)


def _in_groups(graph: Graph, code: NDArray[Any], prob: NDArray[np.float64]) -> ReverseWorld:
    """Sort each person's ties into groups of equal chances, or of chances within a factor of two."""
    listener = np.repeat(np.arange(graph.n_people), np.diff(graph.in_ties.indptr))
    chance = prob[code]
    possible = chance > 0.0
    listener, chance, code, sources = (a[possible] for a in (listener, chance, code, graph.in_ties.sources))
    if len(prob) <= _FEW:
        kind, most = code.astype(np.int64), prob
    else:
        kind = -np.minimum(np.frexp(chance)[1], 0).astype(np.int64)  # 2^-kind is at least the chance, at most twice it
        most = 0.5 ** np.arange(kind.max(initial=0) + 1)
    n_kinds = len(most)
    order = np.argsort(listener * n_kinds + kind, kind="stable")
    listener, kind, chance, sources = listener[order], kind[order], chance[order], sources[order]
    begins = np.flatnonzero(np.diff(listener * n_kinds + kind, prepend=-1))
    first = np.append(begins, len(listener)).astype(np.int64)
    groups = np.searchsorted(listener[begins], np.arange(graph.n_people + 1)).astype(np.int64)
    accept = np.zeros(0, np.uint64)
    if len(prob) > _FEW:
        accept = np.where(chance >= most[kind], _HALF, np.floor(chance / most[kind] * _HALF)).astype(np.uint64)
    return _world(graph, first, sources, np.diff(first), kind[begins], most)._replace(groups=groups, accept=accept)


def _world(
    graph: Graph,
    first: NDArray[np.int64],
    sources: NDArray[np.int32],
    sizes: NDArray[np.int64],
    kind: NDArray[np.int64],
    prob: NDArray[np.float64],
) -> ReverseWorld:
    """Return the world of groups: their ties, their sizes, and which of the chances each has."""
    n_kinds = len(prob)
    different, table_of = np.unique(sizes * n_kinds + kind, return_inverse=True)
    table, counts = _tables(different // n_kinds, prob[different % n_kinds])
    none = np.zeros(0, np.uint64)
    return ReverseWorld(
        n_people=graph.n_people,
        complete=graph.complete,
        by_choice=False,
        first=first,
        sources=sources,
        groups=np.zeros(0, np.int64),
        table=table[table_of].astype(np.int32),
        counts=counts,
        accept=none,
        end=none,
    )


def _tables(sizes: NDArray[np.int64], prob: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return where the table of each size and chance begins, and all tables: floor(2^63 P(at most c of size))."""
    from scipy.special import bdtr

    mean, spread = sizes * prob, np.sqrt(sizes * prob * (1.0 - prob))
    # Beyond, less than 2^-53 is left, which no float64 below 1 can say.
    n_counts = np.minimum(sizes, np.ceil(mean + 9.0 * spread + 40.0).astype(np.int64))
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(n_counts + FIRST_COUNTS)))
    counts = np.full(first[-1], _NONE)
    inside = np.arange(n_counts.sum()) - np.repeat(np.cumsum(n_counts) - n_counts, n_counts)
    below = bdtr(inside, np.repeat(sizes, n_counts), np.repeat(prob, n_counts))
    counts[np.repeat(first[:-1], n_counts) + inside] = np.minimum(np.floor(below * _HALF), _HALF).astype(np.uint64)
    return first[:-1], counts


def _probabilities(threshold: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the chances of coin thresholds; see `base.coin_threshold`."""
    return np.asarray(threshold.astype(np.float64) / 2.0**64)  # 2^64 - 1, which is "always", rounds to 2^64
