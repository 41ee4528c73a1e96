"""Bad news: exact chains of small crowds, the map of an endless one, published shares and values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial

import numpy as np

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.bad_news import BadNews
from ..models.talk_of_the_network import TalkOfTheNetwork
from ..results.results import Results
from .cases import (
    Budget,
    Case,
    Outcome,
    close,
    curve_against,
    equal,
    frequencies_against,
    heights_at,
    mean_against,
)
from .consumers import MIDDLE
from .crowds import Crowd, State, choice_after, opinions_in
from .networks import listening

_CROWD = Crowd(8, 0.1, 2, 0.3, 1, 0.4, 0.4, 1.5)
_VOICES = ("satisfied", "dissatisfied", "rejecters")
_MONTHLY = (1 + 0.1 / 12) ** 12 - 1
"""The rate a year that is 10 % / 12 a month."""

# Biases against the endless crowd in which all meet all. A crowd of n has means that are off by c / n; c was found by
# drawing the crowd's own chain, with P+ and P- as in the map, 400,000 times with 20,000 and 50,000 people and a million
# times with 500,000: the three agree. 300 meetings a period in place of endlessly many are off by what the map gives if
# it averages over whom a person meets. The two have opposite signs; the larger one counts. 1e-12 is rounding.
_MANY, _MORE = 50_000, 200_000
_AT_TIMES = tuple(
    max(c / _MANY, met)
    for c, met in zip((2, 0.2, 2, 35, 2, 60), (5e-5, 0.0, 1.1e-4, 3.7e-4, 2e-5, 5.8e-4), strict=True)
)
_IN_THE_END = {
    d: tuple(max(c / _MORE, met, 1e-12) for c, met in zip(finite, meetings, strict=True))
    for d, finite, meetings in (
        (0.0, (0, 0, 0, 1), (0.0, 0.0, 0.0, 1e-5)),
        (0.02, (85, 2, 87, 71), (8.7e-4, 2e-5, 8.8e-4, 7.4e-4)),
        (0.05, (51, 3, 54, 44), (4.9e-4, 3e-5, 5.2e-4, 4.3e-4)),
        (0.1, (25, 3, 28, 21), (1.7e-4, 2e-5, 1.9e-4, 1.5e-4)),
    )
}
"""Of the shares of the satisfied, the dissatisfied and rejecters, and of the value a person."""


def cases() -> Iterator[Case]:
    """Yield the cases."""
    kind = "bad_news"
    for step in (1, 2, 4):
        yield Case(
            f"bad news, crowd of 8: states after {step}", kind, "chain of the crowd, exact", partial(_states, step)
        )
    for which, name in enumerate(_VOICES):
        yield Case(
            f"bad news, crowd of 8: {name} by each step",
            kind,
            "chain of the crowd, exact",
            partial(_voices_by_step, which),
        )
    by_hand = "sum over what two talkers are"
    for times in (1, 3):
        yield Case(
            f"bad news, two talkers and one listener: ties counted {times} x", kind, by_hand, partial(_listened, times)
        )
    yield Case(
        "nobody dissatisfied is talk, replica by replica", kind, "talk of the network on the same luck", _all_content
    )
    yield Case("bad news, value of the satisfied", kind, "sum over months, discounted", _value_of_curve)
    endless = "map of an endless crowd"
    yield Case(
        "bad news, d = 0.05: voices at t = 10, 20",
        kind,
        endless,
        _map_of_opinions,
        bias=f"50,000 people, 300 meetings a period: at most {max(_AT_TIMES):.1e}; see bad_news.py",
    )
    for d, off in _IN_THE_END.items():
        yield Case(
            f"bad news, d = {d:g}: voices and value in the end",
            kind,
            endless,
            partial(_in_the_end, d),
            bias=f"200,000 people, 300 meetings a period: at most {max(off):.1e}; see bad_news.py",
            level="full",
        )
    yield Case(
        "bad news, share of the value that 2 % dissatisfied cost",
        kind,
        endless,
        _cost_of_some,
        bias="200,000 people, 300 meetings a period: at most 0.001, from that of the two values",
        level="full",
    )


def _small_crowd() -> BadNews:
    c = _CROWD
    return BadNews(
        advertise_prob=c.advertising,
        weak_ties=c.n_weak,
        weak_prob=c.weak_prob,
        strong_ties=c.n_strong,
        strong_prob=c.strong_prob,
        dissatisfied_prob=c.dissatisfied_fraction,
        negative_power=c.negative_power,
    )


@cache
def _states_of_crowd() -> list[dict[State, float]]:
    return opinions_in(_CROWD, 6, n_seeds=1)


def _states(step: int, budget: Budget) -> Outcome:
    result = simulate(
        complete_graph(_CROWD.n_people),
        _small_crowd(),
        seed_nodes=[0],
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
        max_steps=step,
    )
    return _frequencies(result, _states_of_crowd()[step])


def _frequencies(result: Results, exact: dict[State, float]) -> Outcome:
    shape = (result.n_people + 1,) * 3
    chances = np.zeros(shape)
    for state, chance in exact.items():
        chances[state] += chance
    code = np.ravel_multi_index([result.counts[name] for name in _VOICES], shape)
    return frequencies_against(np.bincount(code, minlength=chances.size), chances.ravel())


def _voices_by_step(which: int, budget: Budget) -> Outcome:
    steps = np.arange(1, 7)
    result = simulate(
        complete_graph(_CROWD.n_people),
        _small_crowd(),
        seed_nodes=[0],
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
        max_steps=6,
    )
    exact = [sum(state[which] * p for state, p in _states_of_crowd()[k].items()) for k in steps]
    return curve_against(heights_at(result, steps, name=_VOICES[which]), exact, steps)


def _listened(times: int, budget: Budget) -> Outcome:
    """Seed nodes 0 and 1 talk to 2 alone, for one period; how often which states come."""
    d, crowd = 0.4, Crowd(3, 0.1, 0, 0.0, 0, 0.3, negative_power=1.5)
    exact: dict[State, float] = defaultdict(float)
    for bad, chance in ((0, (1 - d) ** 2), (1, 2 * d * (1 - d)), (2, d * d)):
        won = choice_after(crowd, (0, (2 - bad) * times), (0, bad * times))
        exact[3 - bad, bad, 0] += chance * won.first * (1 - d)
        exact[2 - bad, bad + 1, 0] += chance * won.first * d
        exact[2 - bad, bad, 1] += chance * won.second
        exact[2 - bad, bad, 0] += chance * won.neither
    result = simulate(
        Graph.from_edges([0, 1] * times, [2, 2] * times, parallel_ties="count"),
        BadNews(advertise_prob=0.1, weak_ties=0, strong_prob=0.3, dissatisfied_prob=d, negative_power=1.5),
        seed_nodes=[0, 1],
        n_replicas=budget.replicas(100_000),
        rng_seed=budget.rng_seed,
        max_steps=1,
    )
    return _frequencies(result, exact)


def _all_content(budget: Budget) -> Outcome:
    graph, n = listening(300, 17, rng_seed=0), budget.replicas(100)
    talk = simulate(graph, TalkOfTheNetwork(**MIDDLE), n_replicas=n, rng_seed=budget.rng_seed)
    model = BadNews(**MIDDLE, dissatisfied_prob=0.0)
    found = simulate(graph, model, n_replicas=n, rng_seed=budget.rng_seed)
    return equal(talk.newly_of("reach"), found.newly_of("satisfied"))


def _value_of_curve(budget: Budget) -> Outcome:
    """The value of each replica is that of its own curve: the difference is rounding."""
    result = simulate(
        complete_graph(200),
        _intense(0.05),
        seed_nodes=[0],
        n_replicas=budget.replicas(200),
        rng_seed=budget.rng_seed,
    )
    curves = result.curve_of("satisfied")
    exact = [theory.net_present_value(curve, discount_rate=0.1 / 12) for curve in curves]
    return close(exact, result.counts["npv"], tolerance=1e-9 * 200)


def _intense(dissatisfied_prob: float) -> BadNews:
    """Praise acts with intensity A = .3 a period, by many meetings of small chance; p = .005, m = 2."""
    return BadNews(
        advertise_prob=0.005,
        weak_ties=300,
        weak_prob=0.001,
        strong_prob=0.0,
        negative_power=2.0,
        dissatisfied_prob=dissatisfied_prob,
        discount_rate=_MONTHLY,
    )


def _endless(dissatisfied_fraction: float, n_steps: int) -> theory.OpinionCurves:
    return theory.opinions_by_step(
        n_steps,
        advertising=0.005,
        intensity=0.3,
        dissatisfied_fraction=dissatisfied_fraction,
        negative_power=2.0,
    )


def _map_of_opinions(budget: Budget) -> Outcome:
    times = np.array([10, 20])
    result = simulate(
        complete_graph(_MANY),
        _intense(0.05),
        n_replicas=budget.replicas(100, full=200),
        rng_seed=budget.rng_seed,
        max_steps=20,
    )
    curves = [heights_at(result, times, name=name) for name in _VOICES]
    found = np.stack(curves, axis=2).reshape(result.n_replicas, -1) / _MANY
    exact = np.array(_endless(0.05, 20)).T[times].ravel()
    label = "satisfied, dissatisfied, rejecters at t = 10; at t = 20"
    return curve_against(found, exact, np.arange(6), margin=_AT_TIMES, label=label)


def _in_the_end(dissatisfied_prob: float, budget: Budget) -> Outcome:
    result = _played(dissatisfied_prob, budget)
    curves = _endless(dissatisfied_prob, 400)
    value = theory.net_present_value(curves.satisfied, discount_rate=0.1 / 12)
    exact = np.array([*(curve[-1] for curve in curves), value])
    found = np.stack([result.counts[name] for name in (*_VOICES, "npv")], axis=1) / _MORE
    label = "satisfied, dissatisfied, rejecters, value"
    return curve_against(found, exact, np.arange(4), margin=_IN_THE_END[dissatisfied_prob], label=label)


def _cost_of_some(budget: Budget) -> Outcome:
    without, with_some = (_played(d, budget).counts["npv"] for d in (0.0, 0.02))
    exact = [theory.net_present_value(_endless(d, 400).satisfied, discount_rate=0.1 / 12) for d in (0.0, 0.02)]
    return mean_against(1 - with_some / without, 1 - exact[1] / exact[0], margin=0.001)


def _played(dissatisfied_prob: float, budget: Budget) -> Results:
    model = _intense(dissatisfied_prob)
    return simulate(complete_graph(_MORE), model, n_replicas=100, rng_seed=budget.rng_seed, curves=False)
