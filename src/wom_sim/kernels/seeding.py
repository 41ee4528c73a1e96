"""Choosing people one by one where each choice lowers what others are worth: discounts and votes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .heap import put, take_all, take_first


class Ties(NamedTuple):
    """Who is tied to whom, each pair once.

    indptr : int64 (n + 1,)   those of person u are indices[indptr[u]] .. indices[indptr[u + 1] - 1]
    indices : int32 (m,)      in order of their numbers
    counts : int32 (m,)       ties that were merged into each pair
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    counts: NDArray[np.int32]


class Asked(NamedTuple):
    """Who may be chosen, and the money for them.

    eligible : bool (n,)   already : int32 (a,)   start in any case
    cost : float64 (n,)    budget : float64, infinite where a number of people is asked for
    spare : float64        what may be spent beyond the budget, so that sums are no matter of rounding
    """

    eligible: NDArray[np.bool_]
    already: NDArray[np.int32]
    cost: NDArray[np.float64]
    budget: float
    spare: float


class Waiting(NamedTuple):
    """Memory: heap, place : int32 (n,), time : float64 (n,), see `heap`; place is -1, and left so."""

    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]


class Discount(NamedTuple):
    """What a person is worth, from the people chosen so far.

    left : int64 (n,)    ties to listeners who are not chosen; comes in as those to all listeners
    told : int64 (n,)    ties from people who are chosen; comes in as 0
    told_counts : int64  0: a person is worth `left`; 1: left - told - left * told * share_prob
    share_prob : float64   chance that a tie passes, in [0, 1]
    """

    left: NDArray[np.int64]
    told: NDArray[np.int64]
    told_counts: int
    share_prob: float


class Votes(NamedTuple):
    """An election.

    ability : int64 (n,)   of each to vote; all equal to the number of ties
    votes : int64 (n,)     abilities of everybody's listeners, summed
    """

    ability: NDArray[np.int64]
    votes: NDArray[np.int64]


@kernel
def choose_discounted(listeners, sources, discount, asked, waiting, chosen):
    """Choose one by one who is worth most after discounts, of equals the smaller number.

    Parameters
    ----------
    listeners, sources : Ties   to those who listen to each person; to those each listens to
    discount : Discount    overwritten
    asked : Asked          waiting : Waiting
    chosen : int32 (k,)    overwritten: people, best first

    Returns how many were chosen: k, or fewer where no more may be chosen or paid.
    Cost: O(n log n + ties of those chosen); a worth that has fallen is noticed when its person comes up.
    """
    heap, place, time = waiting.heap, waiting.place, waiting.time
    size, n, money = 0, 0, asked.budget
    for i in range(asked.already.shape[0]):
        size = _discount(listeners, sources, discount, waiting, size, asked.already[i])
    for v in range(asked.eligible.shape[0]):
        if asked.eligible[v]:
            size = put(heap, place, time, size, v, -_worth(discount, v))
    while size > 0 and n < chosen.shape[0]:
        v = take_first(heap, place, time, size)
        size -= 1
        if asked.cost[v] > money + asked.spare:
            continue
        due = -_worth(discount, v)
        if due != time[v]:
            size = put(heap, place, time, size, v, due)
            continue
        chosen[n] = v
        n += 1
        money -= asked.cost[v]
        size = _discount(listeners, sources, discount, waiting, size, v)
    take_all(heap, place, size)
    return n


@inner_kernel
def _worth(discount, v):
    left = np.float64(discount.left[v])
    if discount.told_counts == 0:
        return left
    told = np.float64(discount.told[v])
    return left - told - left * told * discount.share_prob


@inner_kernel
def _discount(listeners, sources, discount, waiting, size, v):
    """Let v be chosen: those whom v listens to lose a listener, those who listen are told. Return the heap's size."""
    for i in range(sources.indptr[v], sources.indptr[v + 1]):
        discount.left[sources.indices[i]] -= sources.counts[i]
        size = _bring_forward(discount, waiting, size, sources.indices[i])
    if discount.told_counts == 1:
        for i in range(listeners.indptr[v], listeners.indptr[v + 1]):
            discount.told[listeners.indices[i]] += listeners.counts[i]
            size = _bring_forward(discount, waiting, size, listeners.indices[i])
    return size


@inner_kernel
def _bring_forward(discount, waiting, size, u):
    """Move somebody up whose worth has risen, as that of a person told often does when a listener is chosen."""
    if waiting.place[u] >= 0:
        due = -_worth(discount, u)
        if due < waiting.time[u]:
            size = put(waiting.heap, waiting.place, waiting.time, size, u, due)
    return size


@kernel
def choose_by_votes(listeners, sources, election, asked, waiting, chosen):
    """Elect one by one who has most votes, of equals the smaller number, until nobody has any.

    Who is elected votes no more, and the ability of each of those listening falls by the number of people: that of
    everybody is the number of ties, so that this is one over the mean number of listeners.

    Parameters
    ----------
    listeners, sources, asked, waiting, chosen : as in `choose_discounted`
    election : Votes   overwritten

    Returns how many were elected. Votes are compared exactly as far as they are below 2^53.
    """
    heap, place, time, votes = waiting.heap, waiting.place, waiting.time, election.votes
    size, n, money = 0, 0, asked.budget
    for i in range(asked.already.shape[0]):
        _elect(listeners, sources, election, asked.already[i])
    for v in range(asked.eligible.shape[0]):
        if asked.eligible[v]:
            size = put(heap, place, time, size, v, -np.float64(votes[v]))
    while size > 0 and n < chosen.shape[0]:
        v = take_first(heap, place, time, size)
        size -= 1
        if votes[v] == 0 or asked.cost[v] > money + asked.spare:
            continue
        if -time[v] != np.float64(votes[v]):
            size = put(heap, place, time, size, v, -np.float64(votes[v]))
            continue
        chosen[n] = v
        n += 1
        money -= asked.cost[v]
        _elect(listeners, sources, election, v)
    take_all(heap, place, size)
    return n


@inner_kernel
def _elect(listeners, sources, election, v):
    _lose_ability(sources, election, v, election.ability[v])
    n_people = election.ability.shape[0]
    for i in range(listeners.indptr[v], listeners.indptr[v + 1]):
        _lose_ability(sources, election, listeners.indices[i], n_people)


@inner_kernel
def _lose_ability(sources, election, u, most):
    """Lower the ability of u by `most`, or to 0, and with it the votes of all whom u listens to."""
    lost = min(election.ability[u], np.int64(most))
    if lost > 0:
        election.ability[u] -= lost
        for i in range(sources.indptr[u], sources.indptr[u + 1]):
            election.votes[sources.indices[i]] -= lost
