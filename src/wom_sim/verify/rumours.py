"""Rumours in complete mixing: endless crowds, exact chains of few people, both clocks, forgetting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import complete_graph
from ..models.rumour import Rumour
from ..result import Result
from .cases import Budget, Case, Outcome, curve_against, frequencies_against, heights_at, mean_against

Rule = Literal["maki_thompson", "daley_kendall"]

_KIND = "rumour"
_RULES: tuple[Rule, Rule] = ("maki_thompson", "daley_kendall")
_SHORT = {"maki_thompson": "MT", "daley_kendall": "DK"}
_MANY = 5_000
_FINITE = "1 in 5,000: the exact mean of 60 and of 120 people is within 0.6 / n of the limit"
_TOP = {"maki_thompson": 1.04, "daley_kendall": 1.18}
"""c of the highest point: it lies c n^(1/3) people above 1 - ln 2, being that of a rough curve; exact chain of 60."""


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for rule in _RULES:
        yield from _of_rule(rule)
    for failures in (2, 3):
        yield Case(
            f"rumour, stops at failure {failures}: who never hears",
            _KIND,
            "k-fold Maki-Thompson, x = e^(-(k+1)(1-x))",
            partial(_left, {"failures": failures}, partial(theory.final_ignorants_after_failures, failures)),
            bias=_FINITE,
        )
    for clock in ("events", "steps"):
        try_it = partial(_two, {"clock": clock})
        yield Case(f"MT, two ignorants, clock of {clock}", _KIND, "Gani (2000): 0, 1/4, 3/4", try_it)
    for chance in (1.0, 0.5, 0.2, 0.1, 0.05, 0.01):
        yield Case(
            f"rumour by steps, contact_prob {chance:g}: who never hears",
            _KIND,
            "map of the endless crowd, MODELS.md 0.3",
            partial(
                _left,
                {"clock": "steps", "contact_prob": chance},
                partial(theory.final_ignorants_by_step, contact_prob=chance),
            ),
            bias=_FINITE,
            level="quick" if chance > 0.02 else "full",
        )
    yield Case(
        "rumour by steps, contact_prob 0.5: by step",
        _KIND,
        "map of the endless crowd",
        _by_step,
        bias="10 in 5,000 on the way",
    )
    for spread in (0.5, 1.0):
        yield Case(
            f"rumour, l = {spread:g}, a = d = 1, k = 6, one starts: whether it spreads",
            _KIND,
            "1 - d / (l k), birth and death",
            partial(_takes_off, spread),
        )
        yield Case(
            f"rumour, l = {spread:g}, a = d = 1, k = 6, one starts: who hears if it spreads",
            _KIND,
            "Nekovee et al. (2007) in complete mixing",
            partial(_heard_if_it_spreads, spread),
            bias="5 in 5,000: finite crowd",
        )
    for stifle in (0.0, 1.0):
        yield Case(
            f"rumour, forgotten before it grows, stifle {stifle:g}: who hears",
            _KIND,
            "branching: 1 / (1 - l k / d), below the threshold of Nekovee et al. (2007)",
            partial(_below_threshold, stifle),
            bias="0.01 people: few contacts fall on those who know, of the order of E[N^2] / n",
        )


def _of_rule(rule: Rule) -> Iterator[Case]:
    name = _SHORT[rule]
    yield Case(
        f"{name}, many people: who never hears",
        _KIND,
        "x = e^(-2 (1 - x))",
        partial(_left, {"rule": rule}, theory.final_ignorants),
        bias=_FINITE,
    )
    for n in (3, 25, 100):
        yield Case(f"{name}, {n} people: how many never hear", _KIND, "exact chain", partial(_chain, rule, n))
    for spread, stifle in ((0.5, 1.0), (1.0, 0.5)):
        yield Case(
            f"{name}, spread {spread:g}, stifle {stifle:g}: who never hears",
            _KIND,
            "x = e^(-(1 + l/a) (1 - x))",
            partial(
                _left,
                {"rule": rule, "spread_prob": spread, "stifle_prob": stifle},
                partial(theory.final_ignorants, spread_rate=spread, stifle_rate=stifle),
            ),
            bias=_FINITE,
            level="quick" if rule == "maki_thompson" else "full",
        )
    yield Case(
        f"{name}: most spreaders at once",
        _KIND,
        "1 - ln 2 + c n^(-2/3), c from the exact chain of 60 people",
        partial(_peak, rule),
        bias="0.06 n^(-2/3): c varies by less than 0.03 from 30 to 100 people",
    )
    for spread in (0.5, 1.0):
        yield Case(
            f"{name}, l = {spread:g}, a = d = 1, k = 6, a hundredth starts: by day",
            _KIND,
            "Nekovee et al. (2007) in complete mixing",
            partial(_over_time, rule, spread),
            bias="10 in 5,000 on the way",
            level="quick" if rule == "maki_thompson" or spread == 1.0 else "full",
        )


def _run(n_people: int, keys: Any, n_seeds: int, n: int, rng_seed: int, *, curves: bool = False) -> Result:
    return simulate(
        complete_graph(n_people),
        Rumour(**keys),
        seed_nodes=range(n_seeds),
        n_replicas=n,
        rng_seed=rng_seed,
        curves=curves,
    )


def _left(keys: Any, limit: Callable[[], float], budget: Budget) -> Outcome:
    """Compare the part that never hears, one person starting."""
    found = _run(_MANY, keys, 1, budget.replicas(80), budget.rng_seed)
    return mean_against(found.counts["ignorants"] / _MANY, limit(), margin=1.0 / _MANY)


def _two(keys: Any, budget: Budget) -> Outcome:
    found = _run(3, keys, 1, budget.replicas(50_000), budget.rng_seed).counts["ignorants"]
    return frequencies_against(np.bincount(found, minlength=3), [0.75, 0.25, 0.0])


def _chain(rule: Rule, n_people: int, budget: Budget) -> Outcome:
    exact = {"maki_thompson": theory.maki_thompson_left, "daley_kendall": theory.daley_kendall_left}[rule](n_people - 1)
    found = _run(n_people, {"rule": rule}, 1, budget.replicas(5_000), budget.rng_seed).counts["ignorants"]
    return frequencies_against(np.bincount(found, minlength=n_people), exact)


def _peak(rule: Rule, budget: Budget) -> Outcome:
    found = _run(_MANY, {"rule": rule}, 1, budget.replicas(80), budget.rng_seed).counts["peak_spreaders"]
    scale = _MANY ** (-2 / 3)
    return mean_against(found / _MANY, theory.peak_spreaders() + _TOP[rule] * scale, margin=0.06 * scale)


def _over_time(rule: Rule, spread: float, budget: Budget) -> Outcome:
    """Compare those who never heard after 6 and 12 hours, 1, 2 and 10 days; by then it is over."""
    keys = {"rule": rule, "contact_rate": 6.0, "spread_prob": spread, "forget_rate": 1.0, "record_every": "6h"}
    found = _run(_MANY, keys, _MANY // 100, budget.replicas(60), budget.rng_seed, curves=True)
    steps = np.array([1, 2, 4, 8, 40])
    exact = theory.rumour_over_time(
        steps / 4.0, spread_rate=spread, stifle_rate=1.0, forget_rate=1.0, degree=6.0, seed_fraction=0.01
    )
    left = heights_at(found, steps, name="ignorants") / _MANY
    return curve_against(left, exact.ignorants, steps / 4.0, margin=10.0 / _MANY, label="day")


def _from_one(spread: float, budget: Budget) -> NDArray[np.float64]:
    keys = {"contact_rate": 6.0, "spread_prob": spread, "forget_rate": 1.0}
    return _run(_MANY, keys, 1, budget.replicas(200), budget.rng_seed).reach / _MANY


def _takes_off(spread: float, budget: Budget) -> Outcome:
    """One that reaches a tenth is not going to die out early: of those that do, 1 in 10^20 comes so far."""
    return mean_against(_from_one(spread, budget) > 0.1, 1.0 - 1.0 / (6.0 * spread))


def _heard_if_it_spreads(spread: float, budget: Budget) -> Outcome:
    heard = _from_one(spread, budget)
    exact = theory.final_heard_with_forgetting(spread_rate=spread, stifle_rate=1.0, forget_rate=1.0, degree=6.0)
    return mean_against(heard[heard > 0.1], exact, margin=5.0 / _MANY)


def _by_step(budget: Budget) -> Outcome:
    keys = {"clock": "steps", "contact_prob": 0.5}
    found = _run(_MANY, keys, _MANY // 100, budget.replicas(80), budget.rng_seed, curves=True)
    steps = np.array([1, 3, 6, 9, 12, 16, 60])
    exact = theory.rumour_by_step(contact_prob=0.5, seed_fraction=0.01, n_steps=60).spreaders[steps]
    return curve_against(heights_at(found, steps, name="spreaders") / _MANY, exact, steps, margin=10.0 / _MANY)


def _below_threshold(stifle: float, budget: Budget) -> Outcome:
    """A spreader tells 0.1 x 6 others in the mean before she forgets: stifling, which needs those who know, is none."""
    keys = {"contact_rate": 6.0, "spread_prob": 0.1, "stifle_prob": stifle, "forget_rate": 1.0}
    found = _run(20_000, keys, 1, budget.replicas(20_000), budget.rng_seed).reach
    return mean_against(found, theory.total_progeny(0.6, offspring_variance=0.96).mean, margin=0.01)
