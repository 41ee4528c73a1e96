"""Adoption that was observed on a network: who had heard from how many adopters, and when they gave in.

Times are those of the end of a period (a month, a wave of a survey). Whoever adopts in the same period as a contact may
have seen it, and counts as exposed to it, as in Valente (1996) and the R package netdiffuseR.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import GraphError
from ..graph.csr import Graph

Ties = Literal["influence", "nomination"]
"""What a tie u -> v of a network says: u influences v; or u names v, as in surveys, so that v influences u."""

Floats = NDArray[np.float64]


class Exposures(NamedTuple):
    """To how many adopters people were exposed, period by period.

    period : float64 (T,)
    n_adopters : int64 (n, T)   of those a person listens to, how many had adopted by the end of the period
    share : float64 (n, T)      which part of them; NaN for people who listen to nobody
    """

    period: Floats
    n_adopters: NDArray[np.int64]
    share: Floats


class AdoptionCurve(NamedTuple):
    """How an innovation spread, period by period.

    period : float64 (T,)
    new, cumulative : int64 (T,)   people who adopted in it, and by its end
    share : float64 (T,)           cumulative, as a part of all people
    growth_rate : float64 (T,)     new for each adopter of before; NaN where there was none
    hazard : float64 (T,)          part of those who had not adopted before who did; NaN where nobody was left
    """

    period: Floats
    new: NDArray[np.int64]
    cumulative: NDArray[np.int64]
    share: Floats
    growth_rate: Floats
    hazard: Floats


def exposures(
    graph: Graph,
    adopted_at: ArrayLike | Mapping[Any, Any],
    *,
    ties: Ties = "influence",
    periods: ArrayLike | None = None,
) -> Exposures:
    """Count, for each person and period, the adopters among those the person listens to.

    Parameters
    ----------
    graph : network with ties; parallel ties count once
    adopted_at : (n,)   time of each person's adoption, at least 0; -1, NaN or None: never. Or a mapping from labels to
        times, in which people without an entry never adopted
    ties : what a tie says, see `Ties`
    periods : (T,)   ascending; default: all whole numbers from the first adoption to the last

    Returns
    -------
    Exposures

    Raises
    ------
    GraphError
        When times do not fit the people, periods do not rise, or the network is everybody-to-everybody.

    Source: Valente (1995), exposure; netdiffuseR, `exposure`.

    >>> survey = Graph.from_edges([0, 0, 1], [1, 2, 2])  # 0 names 1 and 2, 1 names 2
    >>> exposures(survey, [3, 2, 1], ties="nomination").share[0].tolist()
    [0.5, 1.0, 1.0]
    """
    times = _times(graph, adopted_at)
    listener, speaker = _ties(graph, ties)
    when = _periods(times, periods)
    n, n_periods = graph.n_people, len(when)
    first = np.searchsorted(when, times[speaker])
    seen = np.bincount(listener * (n_periods + 1) + first, minlength=n * (n_periods + 1)).reshape(n, n_periods + 1)
    n_adopters = np.cumsum(seen[:, :-1], axis=1, dtype=np.int64)
    return Exposures(when, n_adopters, _part(n_adopters, seen.sum(axis=1)[:, None]))


def thresholds(
    graph: Graph,
    adopted_at: ArrayLike | Mapping[Any, Any],
    *,
    ties: Ties = "influence",
    same_period: bool = True,
) -> Floats:
    """Return each adopter's threshold: the part of those listened to who had adopted when the person did.

    An upper bound of the threshold that the person may carry within: she may have been ready before she looked.

    Parameters
    ----------
    graph, adopted_at, ties : as in `exposures`
    same_period : count contacts who adopted at the same time too, as netdiffuseR does; False: only earlier ones

    Returns
    -------
    float64 (n,)   NaN for people who never adopted or listen to nobody

    Raises
    ------
    GraphError
        As `exposures`.

    Source: Valente (1996), Social network thresholds in the diffusion of innovations; netdiffuseR, `threshold`.
    """
    times = _times(graph, adopted_at)
    listener, speaker = _ties(graph, ties)
    before = times[speaker] <= times[listener] if same_period else times[speaker] < times[listener]
    n = graph.n_people
    found = _part(np.bincount(listener[before], minlength=n), np.bincount(listener, minlength=n))
    found[np.isinf(times)] = np.nan
    return found


def adoption_curve(adopted_at: ArrayLike, *, periods: ArrayLike | None = None) -> AdoptionCurve:
    """Count adopters by period.

    Parameters
    ----------
    adopted_at : (n,)   as in `exposures`
    periods : as in `exposures`; adoptions after the last one are left out, those before the first are in it

    Returns
    -------
    AdoptionCurve

    Raises
    ------
    GraphError
        When a time is none, or periods do not rise.
    """
    times = _as_times(adopted_at)
    when = _periods(times, periods)
    new = np.bincount(np.searchsorted(when, times), minlength=len(when) + 1)[:-1]
    cumulative = np.cumsum(new)
    before = cumulative - new
    return AdoptionCurve(
        period=when,
        new=new,
        cumulative=cumulative,
        share=_part(cumulative, np.full(len(when), len(times))),
        growth_rate=_part(new, before),
        hazard=_part(new, len(times) - before),
    )


def infectiousness(
    graph: Graph, adopted_at: ArrayLike | Mapping[Any, Any], *, ties: Ties = "influence", normalise: bool = True
) -> Floats:
    """Return how many of a person's listeners followed at once: in the very next period, of those who adopted later.

    Parameters
    ----------
    graph, adopted_at, ties : as in `exposures`; times in whole periods
    normalise : divide by the number of all people who adopted in that period: where many did, few followed the person

    Returns
    -------
    float64 (n,)   NaN for people who never adopted and where no listener adopted later

    Raises
    ------
    GraphError
        As `exposures`, and when times are no whole numbers.

    Source: Myers (2000); Valente, Dyal, Chu, Wipfli & Fujimoto (2015); netdiffuseR, `infection`.
    """
    listener, speaker = _ties(graph, ties)
    return _at_once(_whole_times(graph, adopted_at), speaker, listener, 1, normalise=normalise)


def susceptibility(
    graph: Graph, adopted_at: ArrayLike | Mapping[Any, Any], *, ties: Ties = "influence", normalise: bool = True
) -> Floats:
    """Return how far a person followed at once: of those heard who adopted earlier, the part who did one period before.

    Parameters
    ----------
    graph, adopted_at, ties : as in `exposures`; times in whole periods
    normalise : divide by the number of all people who adopted in the period before

    Returns
    -------
    float64 (n,)   NaN for people who never adopted and where nobody listened to adopted earlier

    Raises
    ------
    GraphError
        As `infectiousness`.

    Source: as `infectiousness`; netdiffuseR, `susceptibility`.
    """
    listener, speaker = _ties(graph, ties)
    return _at_once(_whole_times(graph, adopted_at), listener, speaker, -1, normalise=normalise)


def _at_once(
    times: Floats, person: NDArray[np.int64], contact: NDArray[np.int64], shift: int, *, normalise: bool
) -> Floats:
    """Return the part of each person's contacts on the given side in time who are exactly one period away."""
    n = len(times)
    with np.errstate(invalid="ignore"):  # two who never adopt are infinity apart from infinity
        distance = (times[contact] - times[person]) * shift
    adopted = np.isfinite(distance)
    near = np.bincount(person[adopted & (distance == 1)], minlength=n)
    found = _part(near, np.bincount(person[adopted & (distance >= 1)], minlength=n))
    if normalise:
        when, number = np.unique(times, return_counts=True)
        place = np.minimum(np.searchsorted(when, times + shift), max(len(when) - 1, 0))
        found = np.where(near > 0, found / np.where(near > 0, number[place], 1), found)
    return found


def _ties(graph: Graph, ties: Ties) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the listener and the speaker of each tie."""
    if ties not in ("influence", "nomination"):
        raise GraphError(f'ties: must be "influence" or "nomination", got {ties!r}')
    if graph.complete:
        raise GraphError("everybody-to-everybody: all are exposed to all, see `adoption_curve`; give a network of ties")
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    dst = graph.indices.astype(np.int64)
    if graph.tie_layers is not None or graph.tie_times is not None:  # a pair counts once, however often they meet
        src, dst = np.unique(np.column_stack((src, dst)), axis=0).T
    return (dst, src) if ties == "influence" else (src, dst)


def _whole_times(graph: Graph, adopted_at: ArrayLike | Mapping[Any, Any]) -> Floats:
    times = _times(graph, adopted_at)
    finite = times[np.isfinite(times)]
    if (finite != np.floor(finite)).any():
        wrong = finite[finite != np.floor(finite)][0]
        raise GraphError(f"adopted_at: must be whole periods, got {wrong:g}; number the periods")
    return times


def _times(graph: Graph, adopted_at: ArrayLike | Mapping[Any, Any]) -> Floats:
    if isinstance(adopted_at, Mapping):
        labels = list(adopted_at)
        people = graph.labels.find(labels)
        unknown = [label for label, person in zip(labels, people, strict=True) if person is None]
        if unknown:
            raise GraphError(f"adopted_at: nobody is called {unknown[0]!r}; name people as the network does")
        times = np.full(graph.n_people, np.inf)
        times[np.array(people, np.int64)] = _as_times(list(adopted_at.values()))
        return times
    times = _as_times(adopted_at)
    if len(times) != graph.n_people:
        raise GraphError(
            f"adopted_at: must have a time for each of {graph.n_people:,} people, got {len(times):,}; -1: never"
        )
    return times


def _as_times(adopted_at: ArrayLike) -> Floats:
    """Return times as float64, infinity for never."""
    try:
        times = np.array(adopted_at, np.float64)
    except (TypeError, ValueError):
        raise GraphError(f"adopted_at: must be numbers, None for never, got {adopted_at!r:.60}") from None
    if times.ndim != 1:
        raise GraphError(f"adopted_at: must be one row of times, got {times.ndim} dimensions")
    times[np.isnan(times) | (times == -1.0)] = np.inf
    if (times < 0.0).any():
        raise GraphError(f"adopted_at: times must be at least 0, or -1 for never, got {times.min():g}")
    return times


def _periods(times: Floats, periods: ArrayLike | None) -> Floats:
    if periods is None:
        finite = times[np.isfinite(times)]
        return np.arange(np.ceil(finite.min()), np.ceil(finite.max()) + 1.0) if len(finite) else np.zeros(0)
    when = np.array(periods, np.float64)
    if when.ndim != 1 or not np.isfinite(when).all() or (np.diff(when) <= 0.0).any():
        raise GraphError(f"periods: must be one row of rising numbers, got {periods!r:.60}")
    return when


def _part(above: NDArray[np.int64], below: NDArray[np.int64]) -> Floats:
    """Return above / below, NaN where below is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)
