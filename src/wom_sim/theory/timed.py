"""Cascades in continuous time: who is reached by a deadline when each telling succeeds or not, and takes a while."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats
from .ties import Tie, checked_seed_nodes, checked_ties, one_a_tie, reachable

MAX_PEOPLE = 8
MAX_TIES = 12
"""Largest network of `first_passage_exponential`: about ten seconds."""


def path_reached(n_hops: int, *, share_prob: float, rate: float, deadline: float) -> Floats:
    """Return the chance that each person on a path is reached by the deadline, person 0 starting at time 0.

    Person j is reached if all j ties pass, and the sum of j exponential delays is short enough:
    share_prob^j P(Gamma(j, rate) <= deadline).

    Parameters
    ----------
    n_hops : int         ties of the path, at least 0
    share_prob : float   chance that a tie passes, in [0, 1]
    rate : float         delays are exponential with mean 1 / rate, above 0
    deadline : float     at least 0, may be infinite

    Returns
    -------
    float64 (n_hops + 1,)   their sum is the expected number reached

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Gomez Rodriguez, Balduzzi & Schoelkopf (2011), the continuous-time cascade.
    """
    from scipy.special import gammainc

    hops = np.arange(1, ranges.count("n_hops", n_hops) + 1)
    passed = ranges.prob("share_prob", share_prob) ** hops
    return np.append(1.0, passed * gammainc(hops, ranges.positive("rate", rate) * _deadline(deadline)))


def star_reached(n_leaves: int, *, share_prob: float, rate: float, deadline: float) -> Floats:
    """Return the distribution of how many leaves of a star are reached by the deadline, the hub starting at time 0.

    Leaves are independent: Binomial(n_leaves, share_prob (1 - e^(-rate deadline))).

    Parameters
    ----------
    n_leaves : int       at least 0
    share_prob : float   chance that a tie passes, in [0, 1]
    rate : float         delays are exponential with mean 1 / rate, above 0
    deadline : float     at least 0, may be infinite

    Returns
    -------
    float64 (n_leaves + 1,)   chance that 0, 1, ... leaves are reached; the hub is not counted

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Gomez Rodriguez, Balduzzi & Schoelkopf (2011), the continuous-time cascade.
    """
    from scipy.special import gammaln, xlog1py, xlogy

    n = ranges.count("n_leaves", n_leaves)
    in_time = -np.expm1(-ranges.positive("rate", rate) * _deadline(deadline))
    chance = ranges.prob("share_prob", share_prob) * in_time
    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.asarray(np.exp(ways + xlogy(k, chance) + xlog1py(n - k, -chance)))


def first_passage_exponential(
    n_people: int,
    ties: Sequence[Tie],
    *,
    chances: ArrayLike,
    rates: ArrayLike,
    seed_nodes: Iterable[int],
    deadline: float,
) -> Floats:
    """Return the chance that each person of a small network is reached by the deadline.

    For each set of ties that pass, the set of people reached so far is a Markov chain: somebody new joins at the sum
    of the rates of the ties to them from people reached.

    Parameters
    ----------
    n_people : int                         from 1 to 8
    ties : pairs (u, v)                    u influences v; at most 12, parallel ties each have their chance and delay
    chances : float or float64 (m,)        chance that each tie passes, in [0, 1]
    rates : float or float64 (m,)          delay of each tie is exponential with mean 1 / its rate, above 0
    seed_nodes : ints in [0, n_people)     reached at time 0
    deadline : float                       at least 0, finite

    Returns
    -------
    float64 (n_people,)   their sum is the expected number reached

    Raises
    ------
    ValueError   an argument is out of its range, or the network is too large

    Source: Kempe, Kleinberg & Tardos (2015), claim 2.3, for the ties; Kulkarni (1986), shortest paths with exponential
    lengths, for the chain.
    """
    ranges.count("n_people", n_people, 1, MAX_PEOPLE)
    ranges.count("number of ties", len(ties), 0, MAX_TIES)
    pairs = checked_ties(n_people, ties)
    seeds = checked_seed_nodes(n_people, seed_nodes)
    rate_of = _rates(rates, len(pairs))
    until = ranges.at_least("deadline", deadline, 0)
    reached = np.zeros(n_people)
    for live, chance in _live_sets(pairs, one_a_tie("chances", chances, len(pairs)), seeds).items():
        reached += chance * _reached_along([(*pairs[e], rate_of[e]) for e in live], seeds, n_people, until)
    return reached


def _deadline(deadline: float) -> float:
    if not deadline >= 0:
        raise ValueError(f"deadline: must be at least 0, got {deadline}")
    return float(deadline)


def _rates(rates: ArrayLike, n_ties: int) -> list[float]:
    given = np.asarray(rates, np.float64)
    if given.ndim and given.shape != (n_ties,):
        raise ValueError(f"rates: must be one number or one for each of {n_ties} ties, got shape {given.shape}")
    return [ranges.positive("rates", float(one)) for one in np.broadcast_to(given, n_ties)]


def _live_sets(ties: list[Tie], passes: list[float], seeds: list[int]) -> dict[tuple[int, ...], float]:
    """Chance of each set of ties that matter: they pass, and lead from somebody reached to no seed node."""
    chance_of: dict[tuple[int, ...], float] = defaultdict(float)
    for live, chance in _outcomes(passes):
        told = reachable([ties[e] for e in live], seeds)
        chance_of[tuple(e for e in live if ties[e][0] in told and ties[e][1] not in seeds)] += chance
    return chance_of


def _outcomes(passes: list[float]) -> Iterator[tuple[list[int], float]]:
    options = [[(ok, p) for ok, p in ((True, p), (False, 1 - p)) if p > 0] for p in passes]
    for outcome in product(*options):
        yield [e for e, (ok, _) in enumerate(outcome) if ok], float(np.prod([p for _, p in outcome]))


def _reached_along(live: list[tuple[int, int, float]], seeds: list[int], n_people: int, deadline: float) -> Floats:
    """Chance of each person to be reached by the deadline when these ties pass."""
    from scipy.linalg import expm

    reached = np.zeros(n_people)
    reached[seeds] = 1.0
    to_reach = sorted({v for _, v, _ in live})
    bit_of = {v: 1 << b for b, v in enumerate(to_reach)}
    # Bit b of a state says whether the b-th of the people to reach has been.
    states = np.arange(1 << len(to_reach))
    flow = np.zeros((len(states), len(states)))
    for u, v, rate in live:
        moving = states[states & bit_of[u] != 0] if u in bit_of else states
        flow[moving, moving | bit_of[v]] += rate
        flow[moving, moving] -= rate  # cancels where v has been reached already
    at_deadline = expm(flow * deadline)[0]
    for v in to_reach:
        reached[v] = at_deadline[states & bit_of[v] != 0].sum()
    return reached
