"""Epidemics of few people as Markov chains over all their states, written down from the definition."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .networks import Ties

SUSCEPTIBLE, INFECTIOUS, RECOVERED, EXPOSED = range(4)


class Stages(NamedTuple):
    """What becomes of the infected: chances a step, or rates a day.

    kind : "si", "sis", "sir" or "seir"
    """

    kind: str
    recover: float = 0.0
    onset: float = 0.0

    @property
    def states(self) -> tuple[int, ...]:
        """States a person may be in."""
        return {"sir": (0, 1, 2), "seir": (0, 1, 2, 3)}.get(self.kind, (0, 1))

    @property
    def infected(self) -> int:
        """What a person is who was infected just now, or starts."""
        return EXPOSED if self.kind == "seir" else INFECTIOUS

    def moves(self) -> dict[int, tuple[int, float]]:
        """Return where each state leads to of itself, and how fast."""
        well = SUSCEPTIBLE if self.kind == "sis" else RECOVERED
        moves = {INFECTIOUS: (well, self.recover), EXPOSED: (INFECTIOUS, self.onset)}
        return {state: move for state, move in moves.items() if move[1] > 0.0}


class Means(NamedTuple):
    """Expected numbers of people, float64 (points,)."""

    susceptible: NDArray[np.float64]
    infectious: NDArray[np.float64]


State = tuple[int, ...]


def means_by_step(n: int, ties: Ties, infect: float, stages: Stages, *, n_steps: int) -> Means:
    """Return the means at steps 0 .. n_steps; person 0 starts.

    In a step each person infectious at its start infects each susceptible listener with the same chance; all others
    move on as they do; nobody does both.
    """
    moves, law = stages.moves(), {_start(n, stages): 1.0}
    history = [law]
    for _ in range(n_steps):
        after: dict[State, float] = {}
        for state, chance in law.items():
            for then, share in _after(state, ties, infect, stages.infected, moves):
                after[then] = after.get(then, 0.0) + chance * share
        law = after
        history.append(law)
    counts = [[sum(p * s.count(k) for s, p in now.items()) for now in history] for k in (SUSCEPTIBLE, INFECTIOUS)]
    return Means(*np.array(counts))


def means_over_time(n: int, ties: Ties, rates: ArrayLike, stages: Stages, times: NDArray[Any]) -> Means:
    """Return the means at times, in days: one event at a time, u infecting v at the rate of its tie; person 0 starts.

    Parameters
    ----------
    rates : float, or float (n_ties,)
    """
    from scipy.sparse import coo_array
    from scipy.sparse.linalg import expm_multiply

    states = list(product(stages.states, repeat=n))
    place = {state: i for i, state in enumerate(states)}
    each = np.broadcast_to(np.asarray(rates, np.float64), len(ties)).tolist()
    flows = []  # state after, state before, rate
    for i, state in enumerate(states):
        for (u, v), rate in zip(ties, each, strict=True):
            if state[u] == INFECTIOUS and state[v] == SUSCEPTIBLE:
                flows.append((place[_moved(state, v, stages.infected)], i, rate))
        for v, now in enumerate(state):
            if now in stages.moves():
                then, rate = stages.moves()[now]
                flows.append((place[_moved(state, v, then)], i, rate))
    after, before, rate = np.array(flows).T
    to, at = (np.concatenate([one, before]).astype(np.int64) for one in (after, before))
    generator = coo_array((np.concatenate([rate, -rate]), (to, at)), shape=(len(states), len(states))).tocsr()
    start = np.zeros(len(states))
    start[place[_start(n, stages)]] = 1.0
    law = np.array([expm_multiply(generator * time, start) for time in times])
    counts = np.array([[state.count(k) for state in states] for k in (SUSCEPTIBLE, INFECTIOUS)], np.float64)
    return Means(*(law @ counts.T).T)


def _start(n: int, stages: Stages) -> State:
    return (stages.infected, *[SUSCEPTIBLE] * (n - 1))


def _moved(state: State, person: int, then: int) -> State:
    return (*state[:person], then, *state[person + 1 :])


def _after(
    state: State, ties: Ties, infect: float, infected: int, moves: dict[int, tuple[int, float]]
) -> list[tuple[State, float]]:
    """Return the states one step on, with their chances."""
    found: list[tuple[State, float]] = [((), 1.0)]
    for v, now in enumerate(state):
        if now == SUSCEPTIBLE:
            told = sum(w == v and state[u] == INFECTIOUS for u, w in ties)
            then, chance = infected, 1.0 - (1.0 - infect) ** told
        else:
            then, chance = moves.get(now, (now, 0.0))
        options = [(then, chance), (now, 1.0 - chance)]
        found = [((*head, what), p * q) for head, p in found for what, q in options if q > 0.0]
    return found
