"""What comes in continuous time: cascades with delays, and self-exciting posts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..durations import Duration
from ..graph.csr import Graph, complete_graph
from ..models.cascades import IndependentCascade
from ..models.reposting import Marks, Memory
from ..models.self_exciting import SelfExciting
from ..models.timed_cascade import Delay, TimedCascade
from .cases import Budget, Case, Outcome, close, curve_against, equal, frequencies_against, heights_at, mean_against
from .networks import karate, stored

_TIMED, _POSTS = "timed_cascade", "self_exciting"
_CLOCK = "first passage, all sets of live ties"
_TIES = ((0, 1), (0, 2), (1, 2), (1, 4), (2, 1), (2, 3), (3, 4), (4, 3))
_CHANCES = (0.3, 0.6, 0.9, 0.5, 0.4, 1.0, 0.25, 0.8)
_RATES = (0.25, 0.5, 1.0, 0.4, 2.0, 3.0, 0.8, 1.5)
_A_DAY = Delay(kind="exponential", mean=Duration("1d"))

_STAR_DELAYS: dict[str, tuple[dict[str, Any], float]] = {
    "exponential": ({"kind": "exponential", "mean": "3d"}, -np.expm1(-2 / 3)),
    "weibull, long tail": ({"kind": "weibull", "scale": "3d", "shape": 0.6}, -np.expm1(-((2 / 3) ** 0.6))),
    "weibull, short tail": ({"kind": "weibull", "scale": "3d", "shape": 3.0}, -np.expm1(-((2 / 3) ** 3))),
    "power law": ({"kind": "power_law", "minimum": "1d", "exponent": 1.5}, 1 - 0.5**1.5),
    "fixed": ({"kind": "fixed", "length": "2d"}, 1.0),
}
"""Delays, and the chance of each to be at most two days."""

_ALIKE = Marks(kind="constant", value=1.0)
_MEMORIES: dict[str, tuple[dict[str, Any], theory.Memory]] = {
    "exponential": ({"kind": "exponential", "half_life": "2d"}, theory.ExponentialMemory(rate=np.log(2) / 2)),
    "power law, infinite mean": (
        {"kind": "power_law", "cutoff": "1d", "exponent": 0.8},
        theory.PowerLawMemory(c=1.0, theta=0.8),
    ),
    "power law, finite mean": (
        {"kind": "power_law", "cutoff": "6h", "exponent": 1.7},
        theory.PowerLawMemory(c=0.25, theta=1.7),
    ),
    "seismic": ({"kind": "seismic"}, theory.SeismicMemory(s0=300 / 86_400)),
}
_REACTION_TIMES = {"2437s": 2437 / 86_400, "1h": 1 / 24, "1d": 1.0, "1w": 7.0}


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for share_prob in (1.0, 0.5):
        yield Case(
            f"timed IC, path of 4, p = {share_prob:g}: by the second day",
            _TIMED,
            "p^j P(Gamma(j) <= 2)",
            partial(_path, share_prob),
        )
    yield Case("timed IC, path of 4: how far by the second day", _TIMED, "P(Gamma(j) <= 2)", _hops)
    yield Case("timed IC, five people, a chance and a rate a tie: by day", _TIMED, _CLOCK, _five_people)
    for name, (keys, in_time) in _STAR_DELAYS.items():
        yield Case(
            f"timed IC, star of 20: {name} delays",
            _TIMED,
            "binomial, distribution function of the delay",
            partial(_star, Delay(**keys), in_time),
        )
    yield Case("timed IC, drawn Weibull delays", _TIMED, "Tang et al. (2015), integrated", _drawn_weibull)
    yield Case("timed IC, the slowest of 50", _TIMED, "1 + 1/2 + ... + 1/50", _slowest)
    yield Case(
        "timed IC without an end is IC, replica by replica", _TIMED, "independent cascade, same luck", _is_cascade
    )
    yield from _of_posts()


def _of_posts() -> Iterator[Case]:
    yield Case(
        "posts, branching factor of a published cascade",
        _POSTS,
        "Mishra et al. (2016): 0.9222946",
        partial(_branching, "250.657531s", 1.338108, 1.0, 1.015493, 0.9222946),
        bias="0.001: printed parameters are rounded",
    )
    yield Case(
        "posts, branching factor of the kernel shown",
        _POSTS,
        "Mishra et al. (2016): 0.38708",
        partial(_branching, "10s", 0.8, 0.8, 0.6, 0.38708),
        bias="0.001: printed parameters are rounded",
    )
    yield Case(
        "posts, the kernel shown, up to 10,000 followers: how many in all",
        _POSTS,
        "1 / (1 - n*)",
        _kernel_shown,
    )
    for mu in (0.5, 0.9):
        yield Case(f"posts, n* = {mu}: how many in all", _POSTS, "Borel's law", partial(_borel, mu))
    yield Case("posts, n* = 0.5, exponential memory: by day", _POSTS, "Hawkes & Oakes (1974)", _exponential)
    for name, (keys, memory) in _MEMORIES.items():
        yield Case(
            f"posts, n* = 0.7, {name}: by day",
            _POSTS,
            "renewal equation",
            partial(_by_day, Memory(**keys), memory),
        )
    for within, days in _REACTION_TIMES.items():
        yield Case(
            f"posts, SEISMIC memory: direct reposts within {within}",
            _POSTS,
            "Zhao et al. (2015)",
            partial(_reacted, within, days),
        )
    yield Case("posts, n* = 1.5: whether it ends", _POSTS, "extinction of a branching process", _ends)


# Cascades with delays.


def _timed(graph: Graph, model: TimedCascade, n: int, rng_seed: int, *, horizon: str | None = "2d") -> Any:
    return simulate(graph, model, seed_nodes=[0], n_replicas=n, rng_seed=rng_seed, horizon=horizon)


def _path(share_prob: float, budget: Budget) -> Outcome:
    model = TimedCascade(share_prob=share_prob, delay=_A_DAY)
    found = _timed(stored(4, ((0, 1), (1, 2), (2, 3))), model, budget.replicas(100_000), budget.rng_seed)
    exact = theory.path_reached(3, share_prob=share_prob, rate=1.0, deadline=2.0)
    return mean_against(found.reach, float(exact.sum()))


def _hops(budget: Budget) -> Outcome:
    model = TimedCascade(share_prob=1.0, delay=_A_DAY)
    found = _timed(stored(4, ((0, 1), (1, 2), (2, 3))), model, budget.replicas(100_000), budget.rng_seed)
    reached = np.append(theory.path_reached(3, share_prob=1.0, rate=1.0, deadline=2.0), 0.0)
    return frequencies_against(np.bincount(found.reach, minlength=5)[1:], -np.diff(reached))


def _five_people(budget: Budget) -> Outcome:
    graph = stored(5, _TIES, p=_CHANCES, days=1.0 / np.array(_RATES))
    model = TimedCascade(share_prob="p", delay=Delay(kind="exponential", mean="days"))
    days = np.array([1, 2, 4, 8])
    found = _timed(graph, model, budget.replicas(100_000), budget.rng_seed, horizon="8d")
    exact = [
        theory.first_passage_exponential(
            5, _TIES, chances=_CHANCES, rates=_RATES, seed_nodes=[0], deadline=float(day)
        ).sum()
        for day in days
    ]
    return curve_against(heights_at(found, days), exact, days, label="day")


def _star(delay: Delay, in_time: float, budget: Budget) -> Outcome:
    from scipy.stats import binom

    graph, model = stored(21, [(0, v) for v in range(1, 21)]), TimedCascade(share_prob=0.6, delay=delay)
    found = _timed(graph, model, budget.replicas(20_000), budget.rng_seed).reach - 1
    return frequencies_against(np.bincount(found, minlength=21), binom.pmf(np.arange(21), 20, 0.6 * in_time))


def _drawn_weibull(budget: Budget) -> Outcome:
    """Each leaf's distribution is drawn once a case: leaves, not replicas, are what is independent."""
    from scipy.integrate import dblquad

    n = budget.replicas(100_000, full=1_000_000)
    star = Graph.from_edges(np.zeros(n, np.int64), np.arange(1, n + 1))
    delay = Delay(kind="random_weibull", scale_to=Duration("10d"), shape_to=10.0)
    reached = (
        int(_timed(star, TimedCascade(share_prob=1.0, delay=delay), 1, budget.rng_seed, horizon="4d").reach[0]) - 1
    )
    exact, _ = dblquad(lambda a, b: -np.expm1(-((4.0 / b) ** a)), 0, 10, 0, 10, epsabs=1e-6)
    leaves = np.arange(n) < reached
    return mean_against(leaves, exact / 100)


def _slowest(budget: Budget) -> Outcome:
    graph = stored(51, [(0, v) for v in range(1, 51)])
    model = TimedCascade(share_prob=1.0, delay=_A_DAY)
    found = _timed(graph, model, budget.replicas(20_000), budget.rng_seed, horizon=None)
    return mean_against(found.counts["last_time"], float((1.0 / np.arange(1, 51)).sum()))


def _is_cascade(budget: Budget) -> Outcome:
    options: dict[str, Any] = {"seed_nodes": [0, 33], "n_replicas": budget.replicas(2_000), "rng_seed": budget.rng_seed}
    cascade = simulate(karate(), IndependentCascade(share_prob=0.15), **options)
    return equal(cascade.reach, simulate(karate(), TimedCascade(share_prob=0.15, delay=_A_DAY), **options).reach)


# Posts.


def _posts(model: SelfExciting, n: int, rng_seed: int, *, horizon: str | None = None) -> Any:
    """Run posts from one person: there is no network, as marks are drawn."""
    curves = horizon is not None and model.step_length() == 1.0
    return simulate(
        complete_graph(1), model, seed_nodes=[0], n_replicas=n, rng_seed=rng_seed, horizon=horizon, curves=curves
    )


def _branching(cutoff: str, theta: float, kappa: float, beta: float, published: float, budget: Budget) -> Outcome:
    del budget  # no luck
    model = SelfExciting(
        memory=Memory(kind="power_law", cutoff=Duration(cutoff), exponent=theta),
        marks=Marks(kind="power_law", exponent=2.016),
        kappa=kappa,
        beta=beta,
    )
    return close(published, model.branching(np.zeros(0)), tolerance=1e-3)


def _kernel_shown(budget: Budget) -> Outcome:
    """Mean of m^0.6 under the density m^-2.016 from 1 to 10,000, in closed form."""
    pull = (1.016 / -0.416) * np.expm1(-0.416 * np.log(1e4)) / -np.expm1(-1.016 * np.log(1e4))
    branching = theory.power_law_branching(kappa=0.8, c=10.0, theta=0.8, mark_mean=float(pull))
    model = SelfExciting(
        memory=Memory(kind="power_law", cutoff=Duration("10s"), exponent=0.8),
        marks=Marks(kind="power_law", exponent=2.016, maximum=1e4),
        kappa=0.8,
        beta=0.6,
        max_posts=20_000,
    )
    found = _posts(model, budget.replicas(100_000), budget.rng_seed, horizon="50000w").counts["posts"]
    return mean_against(found, 1.0 / (1.0 - branching))


def _borel(mu: float, budget: Budget) -> Outcome:
    memory = Memory(kind="exponential", rate_per_day=1.0)
    model = SelfExciting(memory=memory, marks=_ALIKE, branching_factor=mu, max_posts=20_000)
    posts = _posts(model, budget.replicas(100_000), budget.rng_seed).counts["posts"]
    sizes = np.arange(1, 101)
    chances = theory.borel_prob(sizes, offspring_mean=mu)
    counts = np.bincount(np.minimum(posts, 101), minlength=102)[1:]
    return frequencies_against(counts, np.append(chances, theory.borel_tail(101, offspring_mean=mu)))


def _exponential(budget: Budget) -> Outcome:
    memory = Memory(kind="exponential", rate_per_day=1.0)
    days = np.array([1, 2, 5, 10])
    exact = theory.exponential_descendants(days, branching=0.5, rate=1.0)
    return _descendants(memory, 0.5, days, exact, budget)


def _by_day(memory: Memory, delays: theory.Memory, budget: Budget) -> Outcome:
    days = np.array([1, 3, 8, 20])
    exact = theory.expected_descendants(days, branching=0.7, memory=delays, n_steps=8_000)
    return _descendants(memory, 0.7, days, exact, budget)


def _descendants(memory: Memory, mu: float, days: NDArray[np.int64], exact: Any, budget: Budget) -> Outcome:
    model = SelfExciting(
        memory=memory, marks=_ALIKE, branching_factor=mu, record_every=Duration("1d"), max_posts=20_000
    )
    found = _posts(model, budget.replicas(50_000), budget.rng_seed, horizon=f"{days[-1]}d")
    return curve_against(heights_at(found, days) - 1, exact, days, label="day")


def _reacted(within: str, days: float, budget: Budget) -> Outcome:
    memory = Memory(kind="seismic")
    model = SelfExciting(
        memory=memory, marks=_ALIKE, branching_factor=0.9, record_every=Duration(within), max_posts=20_000
    )
    direct = _posts(model, budget.replicas(50_000), budget.rng_seed, horizon=within).counts["direct"]
    later = float(theory.SeismicMemory().ccdf([days * 86_400])[0])
    return mean_against(direct, 0.9 * (1.0 - later))


def _ends(budget: Budget) -> Outcome:
    """One that has 300 posts ends with a chance below 10^-15."""
    memory = Memory(kind="exponential", rate_per_day=1.0)
    model = SelfExciting(memory=memory, marks=_ALIKE, branching_factor=1.5, max_posts=300)
    found = _posts(model, budget.replicas(10_000), budget.rng_seed, horizon="50000w").counts["cut_short"]
    exact = theory.extinction_prob_of(
        lambda x: float(np.exp(1.5 * (x - 1.0))), lambda x: float(1.5 * np.exp(1.5 * (x - 1.0)))
    )
    return mean_against(found == 0, exact)
