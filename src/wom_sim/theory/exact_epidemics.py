"""Epidemics in small populations, by following every state they can be in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats
from .ties import Tie, checked_seed_nodes, checked_ties, combined_chances, one_a_tie

MAX_PEOPLE = 8
"""People at most in `discrete_sir_exact`: each can be in three states, 6,561 together."""

State = tuple[frozenset[int], frozenset[int]]
"""Who is susceptible and who is infectious."""


class ExactCurves(NamedTuple):
    """Expected numbers of people after each step, each float64 (steps + 1,); together n_people."""

    susceptible: Floats
    infectious: Floats
    recovered: Floats


def sir_exact_final_size_complete(
    n_people: SupportsIndex, *, infect_rate: float, recover_rate: float, n_seeds: SupportsIndex = 1
) -> Floats:
    """Return the distribution of how many are ever infected when all are tied to all and infectious times exponential.

    While s are susceptible the next event is an infection with chance ``b s / (b s + g)``, else a recovery.

    Parameters
    ----------
    n_people : int >= 1
    infect_rate : float >= 0   b, along one tie, per unit time: R0 / (n_people - 1) * g for a basic reproduction of R0
    recover_rate : float > 0   g, per unit time
    n_seeds : int   infectious at the start and counted in the final size, from 1 to n_people

    Returns
    -------
    float64 (n_people + 1,)
        Chance that k people are ever infected.

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Bailey (1975), "The mathematical theory of infectious diseases", chapter 6.
    """
    n = ranges.count("n_people", n_people, 1)
    n_infectious = ranges.count("n_seeds", n_seeds, 1, n)
    ranges.at_least("infect_rate", infect_rate, 0)
    ranges.positive("recover_rate", recover_rate)
    found = np.zeros(n + 1)
    # entered[i]: chance that the epidemic comes to s susceptible people while i are infectious.
    entered = np.zeros(n + 2)
    entered[n_infectious] = 1
    for s in range(n - n_infectious, -1, -1):
        infected = infect_rate * s / (infect_rate * s + recover_rate)
        onward = np.zeros(n + 2)
        here = 0.0
        for i in range(n - s, 0, -1):
            here = entered[i] + here * (1 - infected)
            onward[i + 1] = here * infected
        found[n - s] = here * (1 - infected)
        entered = onward
    return found


def discrete_sir_exact(
    n_people: SupportsIndex,
    ties: Sequence[Tie],
    *,
    infect_prob: ArrayLike,
    recover_prob: float,
    seed_nodes: Sequence[int],
    steps: SupportsIndex,
) -> ExactCurves:
    """Work out a synchronous SIR epidemic on a small network, step by step.

    In a step those infectious at its start first try each susceptible person they have a tie to; then each of them
    recovers with the same chance. Whoever is infected in a step is infectious from the next.

    Parameters
    ----------
    n_people : int   at most `MAX_PEOPLE`
    ties : pairs (u, v)   u can infect v; give both directions where both are meant
    infect_prob : float, or float (n_ties,)   chance that a tie passes in one step, in [0, 1]
    recover_prob : float   in [0, 1]
    seed_nodes : infectious at step 0; repeats are harmless
    steps : int >= 0

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Newman (2002), "Spread of epidemic disease on networks", for the process in discrete time.
    """
    n = ranges.count("n_people", n_people, 1, MAX_PEOPLE)
    pairs, seeds = checked_ties(n, ties), frozenset(checked_seed_nodes(n, seed_nodes))
    passes = combined_chances(pairs, one_a_tie("infect_prob", infect_prob, len(pairs)))
    ranges.prob("recover_prob", recover_prob)
    known: dict[State, dict[State, float]] = {}
    chances: dict[State, float] = {(frozenset(range(n)) - seeds, seeds): 1.0}
    curve = [_expected(chances)]
    for _ in range(ranges.count("steps", steps)):
        after: dict[State, float] = defaultdict(float)
        for state, chance in chances.items():
            if state not in known:
                known[state] = _next_states(state, passes, recover_prob)
            for later, share in known[state].items():
                after[later] += chance * share
        chances = after
        curve.append(_expected(chances))
    susceptible, infectious = np.array(curve).T
    return ExactCurves(susceptible, infectious, n - susceptible - infectious)


def _next_states(state: State, passes: dict[Tie, float], recover_prob: float) -> dict[State, float]:
    """Return the chance of each state one step on, one person settled after the other."""
    susceptible, infectious = state
    found: dict[State, float] = {state: 1.0}
    for v in susceptible:
        escapes = 1.0
        for u in infectious:
            escapes *= 1 - passes.get((u, v), 0.0)
        found = {
            later: share
            for (well, ill), chance in found.items()
            for later, share in (((well, ill), chance * escapes), ((well - {v}, ill | {v}), chance * (1 - escapes)))
            if share
        }
    for u in infectious:
        found = {
            later: share
            for (well, ill), chance in found.items()
            for later, share in (((well, ill), chance * (1 - recover_prob)), ((well, ill - {u}), chance * recover_prob))
            if share
        }
    return found


def _expected(chances: dict[State, float]) -> tuple[float, float]:
    """Return the expected numbers of susceptible and of infectious people."""
    return (
        sum(chance * len(well) for (well, _), chance in chances.items()),
        sum(chance * len(ill) for (_, ill), chance in chances.items()),
    )
