"""A compiled cascade seen from those who are reached: what reverse-reachable sets are drawn from."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels.arrivals import EXPONENTIAL, FIXED, WEIBULL, ArrivalWorld
from ..kernels.live_edge import LiveTies
from ..kernels.reverse_arrivals import AnyReverse, ReverseArrivals
from ..kernels.reverse_ties import FIRST_COUNTS, ReverseWorld
from .base import ChoiceModel, CompiledModel, DiffusionModel, LiveEdgeModel, Model, Setting
from .cascades import WeightedCascade, coin_ties
from .chances import at_least_one
from .coins import coin_table

_HALF = 2.0**63
_NONE = np.uint64(1 << 63)
"""Above every 63-bit number."""

_ROUNDING = 1.0 + 1e-9
"""So much longer than there is time a delay drawn may be: rounding loses none, and each path is held to the time."""

_FEW = 64
"""So many different chances have groups of their own; with more, chances share one where none is twice another."""


def reverse_of(compiled: CompiledModel, graph: Graph, *, last_step: int | None = None) -> AnyReverse | None:
    """Return the ties of a cascade by those who listen; None where reach is no reachability over live ties.

    Parameters
    ----------
    last_step : of delays only those matter by which somebody is reached within so many steps; None: there is no end,
        and a cascade with delays reaches whom one without them does
    """
    if isinstance(compiled, ChoiceModel):
        ties = compiled.arrays
        none = np.zeros(0, np.int64)
        return ReverseWorld(
            n_people=graph.n_people,
            complete=graph.complete,
            by_choice=True,
            first=_narrow(ties.in_indptr),
            sources=ties.sources,
            groups=none,
            table=np.zeros(0, np.int32),
            counts=none.view(np.uint64),
            accept=none.view(np.uint64),
            end=ties.end,
        )
    if isinstance(compiled, LiveEdgeModel):
        return _of_coins(compiled.arrays, graph).world
    if isinstance(compiled, DiffusionModel) and isinstance(compiled.world, ArrivalWorld):
        return _of_arrivals(compiled.world, graph, last_step)
    return None


def stand_in(model: Model, graph: Graph, setting: Setting) -> tuple[AnyReverse, str, bool]:
    """Return the independent cascade that a model comes down to or is close to; weighted cascade where none is known.

    Returns
    -------
    AnyReverse, str, bool
        The ties of it by those who listen; what passes along them; whether it reaches the very same people.
    """
    passing = model.passing_on(graph, setting)
    if passing is None:
        reverse = reverse_of(WeightedCascade().compile(graph, setting), graph)
        assert reverse is not None
        return reverse, "weighted_cascade", False
    return _of_chances(passing.prob, graph).world, passing.says, passing.exact


def _of_arrivals(world: ArrivalWorld, graph: Graph, last_step: int | None) -> AnyReverse | None:
    if world.own_rate > 0.0:  # whoever joins untold is reached whoever starts
        return None
    if last_step is None:
        return _of_chances(at_least_one(graph, world.one_prob), graph).world
    in_time = at_least_one(graph, world.one_prob * _part_by(world, last_step * world.days_per_step * _ROUNDING))
    ties, numbers = _of_chances(in_time, graph)

    def by_listener(values: NDArray[np.float64]) -> NDArray[np.float64]:
        if graph.complete or len(values) != len(graph.indices):
            return values
        return values[graph.in_tie_numbers if numbers is None else numbers]

    return ReverseArrivals(
        n_people=graph.n_people,
        ties=ties,
        in_time=by_listener(in_time),
        form=world.form,
        scale=by_listener(world.scale),
        power=by_listener(world.power),
        one_prob=by_listener(world.one_prob),
        added=by_listener(world.added),
        n_parallel=by_listener(world.n_parallel),
        days_per_step=world.days_per_step,
    )


def _part_by(world: ArrivalWorld, days: float) -> NDArray[np.float64]:
    """Return the part of each tie's delays, with what is added to them, that are no longer than this: (1,) or (m,)."""
    left = np.maximum(days - world.added, 0.0)
    if world.form == FIXED:
        return (world.scale + world.added <= days).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if world.form in (EXPONENTIAL, WEIBULL):
            exponential = (left / world.scale) ** (1.0 if world.form == EXPONENTIAL else 1.0 / world.power)
        else:
            exponential = np.log(np.maximum(left / world.scale, 1.0)) / world.power
    return np.where(world.added > days, 0.0, np.where(world.scale == 0.0, 1.0, -np.expm1(-exponential)))


class _Sorted(NamedTuple):
    """The ties by which people are reached, and the number of each in the network; None: as in `Graph.in_ties`."""

    world: ReverseWorld
    numbers: NDArray[np.int64] | None


def _of_chances(prob: NDArray[np.float64], graph: Graph) -> _Sorted:
    return _of_coins(coin_ties(graph, coin_table(prob, len(graph.indices))), graph)


def _of_coins(ties: LiveTies, graph: Graph) -> _Sorted:
    prob = _probabilities(ties.threshold)
    if graph.complete:
        size = np.array([graph.n_people - 1])
        return _Sorted(_world(graph, graph.indptr, np.zeros(0, np.int32), size, np.zeros(1, np.int64), prob), None)
    in_ties = graph.in_ties
    sizes = np.diff(in_ties.indptr)
    if not ties.per_tie:
        one = np.zeros(graph.n_people, np.int64)
        return _Sorted(_world(graph, in_ties.indptr, in_ties.sources, sizes, one, prob), None)
    code = ties.code[: graph.n_ties][graph.in_tie_numbers]
    of_person = np.zeros(graph.n_people, np.int64)
    listens = sizes > 0
    of_person[listens] = code[in_ties.indptr[:-1][listens]]
    if (np.repeat(of_person, sizes) == code).all():
        return _Sorted(_world(graph, in_ties.indptr, in_ties.sources, sizes, of_person, prob), None)
    return _in_groups(graph, code, prob)


def _in_groups(graph: Graph, code: NDArray[Any], prob: NDArray[np.float64]) -> _Sorted:
    """Sort each person's ties into groups of equal chances, or of chances within a factor of two."""
    listener = np.repeat(np.arange(graph.n_people), np.diff(graph.in_ties.indptr))
    chance = prob[code]
    possible = chance > 0.0
    numbers = graph.in_tie_numbers[possible]
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
    world = _world(graph, first, sources, np.diff(first), kind[begins], most)
    return _Sorted(world._replace(groups=groups, accept=accept), numbers[order])


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
        first=_narrow(first),
        sources=sources,
        groups=np.zeros(0, np.int64),
        table=table[table_of].astype(np.int32),
        counts=counts,
        accept=none,
        end=none,
    )


def _narrow(first: NDArray[np.int64]) -> NDArray[np.int32] | NDArray[np.int64]:
    """Return numbers of ties in half the bytes where they fit: more of them are in the cache, and reads are random."""
    return first.astype(np.int32) if first[-1] <= np.iinfo(np.int32).max else first


def _tables(sizes: NDArray[np.int64], prob: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return where the table of each size and chance begins, and all tables: floor(2^63 P(at most c of size))."""
    from scipy.special import bdtr

    mean, spread = sizes * prob, np.sqrt(sizes * prob * (1.0 - prob))
    # Beyond, less than 2^-53 is left, which no float64 below 1 can say.
    n_counts = np.minimum(sizes, np.ceil(mean + 9.0 * spread + 40.0).astype(np.int64))
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(n_counts + FIRST_COUNTS)))
    if first[-1] > np.iinfo(np.int32).max:
        raise GraphError("people's numbers of ties and chances differ too much to choose by reverse-reachable sets")
    counts = np.full(first[-1], _NONE)
    inside = np.arange(n_counts.sum()) - np.repeat(np.cumsum(n_counts) - n_counts, n_counts)
    below = bdtr(inside, np.repeat(sizes, n_counts), np.repeat(prob, n_counts))
    counts[np.repeat(first[:-1], n_counts) + inside] = np.minimum(np.floor(below * _HALF), _HALF).astype(np.uint64)
    return first[:-1], counts


def _probabilities(threshold: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the chances of coin thresholds; see `base.coin_threshold`."""
    return np.asarray(threshold.astype(np.float64) / 2.0**64)  # 2^64 - 1, which is "always", rounds to 2^64
